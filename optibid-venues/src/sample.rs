//! Real prices to try things with, carried in the crate.

use crate::import::{Format, ImportError, ImportOptions, ImportOutcome, KnownAt, import};

/// Where [`ercot_hb_south_2024`] comes from.
pub const SOURCE: &str = "ERCOT HB_SOUTH day-ahead and real-time, June to December 2024 \
     (ThibaudCambronne/MPC-BESS-ERCOT, MIT)";

/// The file as it was published: gzip of CSV.
pub const FILE: &[u8] = include_bytes!(
    "../fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz"
);

/// ERCOT's day-ahead (`DAM`, hourly) and real-time (`RTM`, quarter-hourly) prices at HB_SOUTH, June to
/// December 2024, each known from the time at which the market published it.
///
/// ```
/// let sample = optibid_venues::sample::ercot_hb_south_2024()?;
/// assert_eq!(sample.prices.len(), 213 * (24 + 96));
/// # Ok::<(), optibid_venues::import::ImportError>(())
/// ```
///
/// # Errors
/// When the file in the crate is damaged.
pub fn ercot_hb_south_2024() -> Result<ImportOutcome, ImportError> {
    let options = ImportOptions::new(KnownAt::Publication);
    import(Format::ErcotHubHistory, FILE, &options)
}

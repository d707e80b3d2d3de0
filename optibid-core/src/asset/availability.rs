//! Windows in which only a share of an asset is there.

use super::check::Check;
use crate::error::Violation;
use crate::id::AssetId;
use crate::market::DeliveryPeriod;
use crate::unit::Ratio;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An outage or derating: in `[from, until)` the asset has at most `limit` of its power limits.
///
/// Outside every window all of it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// The asset.
    pub asset: AssetId,
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// Share of both power limits that is there, 0 to 1.
    pub limit: Ratio,
    /// Why, in words.
    pub reason: String,
}

impl Availability {
    /// Most characters of a reason.
    pub const MAX_REASON_CHARS: usize = 500;

    /// Whether the window and the period share an instant.
    #[must_use]
    pub fn overlaps(&self, period: &DeliveryPeriod) -> bool {
        self.from < period.end() && period.start() < self.until
    }

    /// Every broken rule, with fields named under `path` (`windows[2]` gives `windows[2].until`).
    #[must_use]
    pub fn violations(&self, asset: AssetId, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        let rule = format!("the asset it is recorded for, {asset}");
        check.require(
            self.asset == asset,
            "asset_mismatch",
            "asset",
            (&self.asset, &rule),
        );
        let rule = format!("after from, which is {}", self.from);
        check.require(
            self.from < self.until,
            "window_empty",
            "until",
            (&self.until, &rule),
        );
        let share = self.limit.is_share();
        check.require(
            share,
            "not_a_share",
            "limit",
            (&self.limit, "between 0 and 1"),
        );
        let blank = self.reason.trim().is_empty();
        check.require(
            !blank,
            "reason_blank",
            "reason",
            (&self.reason, "at least one character"),
        );
        let characters = self.reason.chars().count();
        let rule = format!("at most {} characters", Self::MAX_REASON_CHARS);
        let shown = format!("{characters} characters");
        let fits = characters <= Self::MAX_REASON_CHARS;
        check.require(fits, "reason_too_long", "reason", (&shown, &rule));
        check.into_found()
    }
}

/// The share of an asset that can be counted on through the whole of a period: the lowest limit of
/// the windows that overlap it, one when none does.
///
/// A window that covers only part of the period counts in full: what is not there for one minute
/// cannot be promised for the hour.
///
/// ```
/// use optibid_core::asset::{Availability, available_share};
/// use optibid_core::id::AssetId;
/// use optibid_core::market::{DeliveryPeriod, Resolution};
/// use optibid_core::unit::Ratio;
/// # let asset = AssetId::from_uuid(uuid::Uuid::from_u128(1));
/// let windows = [Availability {
///     asset,
///     from: "2024-05-01T06:00:00Z".parse()?,
///     until: "2024-05-01T07:30:00Z".parse()?,
///     limit: Ratio::from_ppm(500_000),
///     reason: "one of two transformers in maintenance".to_owned(),
/// }];
/// let hour = |start: &str| DeliveryPeriod::new(start.parse().unwrap(), Resolution::Hour).unwrap();
/// assert_eq!(available_share(&windows, &hour("2024-05-01T05:00:00Z")), Ratio::ONE);
/// assert_eq!(available_share(&windows, &hour("2024-05-01T07:00:00Z")), Ratio::from_ppm(500_000));
/// assert_eq!(available_share(&windows, &hour("2024-05-01T08:00:00Z")), Ratio::ONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn available_share(windows: &[Availability], period: &DeliveryPeriod) -> Ratio {
    windows
        .iter()
        .filter(|window| window.overlaps(period))
        .map(|window| window.limit)
        .fold(Ratio::ONE, Ratio::min)
        .max(Ratio::ZERO)
}

/// [`available_share`] of each period, in their order.
#[must_use]
pub fn available_shares(windows: &[Availability], periods: &[DeliveryPeriod]) -> Vec<Ratio> {
    periods
        .iter()
        .map(|period| available_share(windows, period))
        .collect()
}

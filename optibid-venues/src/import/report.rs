//! What an import found.

use super::format::Format;
use jiff::Timestamp;
use optibid_core::market::{LocationCode, MarketId, PriceObservation, ProductId, Resolution};

/// Most gaps that a report lists.
pub const MAX_GAPS: usize = 1_000;

/// Periods that are missing between the first and the last price of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// Length of the missing periods.
    pub resolution: Resolution,
    /// Start of the first missing period.
    pub from: Timestamp,
    /// End of the last missing period.
    pub until: Timestamp,
}

impl Gap {
    /// Number of missing periods.
    #[must_use]
    pub fn periods(&self) -> u64 {
        let seconds = self.until.as_second() - self.from.as_second();
        u64::try_from(seconds / self.resolution.seconds()).unwrap_or(0)
    }
}

/// Figures and remarks of one import.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportReport {
    /// The format that was read.
    pub format: Format,
    /// Data rows read, blank lines not counted.
    pub rows: u64,
    /// Prices produced.
    pub prices: u64,
    /// Cells that had more than six decimals and were rounded half-even.
    pub rounded: u64,
    /// Rows left out on purpose; the notes say why.
    pub skipped: u64,
    /// Missing periods by series and time; at most [`MAX_GAPS`].
    pub gaps: Vec<Gap>,
    /// Number of gaps, listed or not.
    pub gap_count: u64,
    /// What a person should know of the file.
    pub notes: Vec<String>,
}

impl ImportReport {
    pub(crate) const fn new(format: Format) -> Self {
        Self {
            format,
            rows: 0,
            prices: 0,
            rounded: 0,
            skipped: 0,
            gaps: Vec::new(),
            gap_count: 0,
            notes: Vec::new(),
        }
    }
}

/// A whole file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOutcome {
    /// The prices, in the order of the file.
    pub prices: Vec<PriceObservation>,
    /// Figures and remarks.
    pub report: ImportReport,
}

//! How a file is to be imported.

use jiff::Timestamp;
use optibid_core::market::{LocationCode, MarketId};

/// When the prices of a file became known: what a backtest may see when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// All at this instant: the time the file was received.
    At(Timestamp),
    /// When the market usually publishes: a day-ahead price on the day before delivery at the hour
    /// that the format's page names, a real-time price at the end of its period. For history.
    Publication,
}

/// Options of an import.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ImportOptions {
    /// When the prices became known.
    pub known_at: KnownAt,
    /// The market to file the prices under instead of the format's own; the generic format takes it
    /// from its rows.
    pub market: Option<MarketId>,
    /// The location of files that do not name theirs (the EPF benchmark).
    pub location: Option<LocationCode>,
    /// Most prices in a batch (at least one).
    pub batch: usize,
    /// Most bytes to read, after decompression.
    pub max_bytes: u64,
}

impl ImportOptions {
    /// Batches of 5,000 prices, files of 512 MiB at most, the format's own market.
    #[must_use]
    pub const fn new(known_at: KnownAt) -> Self {
        Self {
            known_at,
            market: None,
            location: None,
            batch: 5_000,
            max_bytes: 512 << 20,
        }
    }

    /// Files the prices under this market.
    #[must_use]
    pub fn market(mut self, market: MarketId) -> Self {
        self.market = Some(market);
        self
    }

    /// Names the location of a file that does not.
    #[must_use]
    pub fn location(mut self, location: LocationCode) -> Self {
        self.location = Some(location);
        self
    }

    /// Sets the most prices in a batch.
    #[must_use]
    pub const fn batch(mut self, batch: usize) -> Self {
        self.batch = batch;
        self
    }

    /// Sets the most bytes to read, after decompression.
    #[must_use]
    pub const fn max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }
}

//! What a format knows of its market: identity, zone, and when prices become known.

use super::fault::CellFault;
use super::options::{ImportOptions, KnownAt};
use jiff::Timestamp;
use jiff::civil::Time;
use optibid_core::market::{DayError, MarketId, MarketZone, ProductId};
use std::fmt;

/// A value written into this crate that its own constructor checks again.
pub(crate) fn builtin<T, E: fmt::Display>(checked: Result<T, E>) -> Result<T, CellFault> {
    checked.map_err(|error| CellFault::new(1, "", "", "internal", error))
}

/// The market that the options name, or the format's own.
pub(crate) fn market(options: &ImportOptions, own: &str) -> Result<MarketId, CellFault> {
    options
        .market
        .clone()
        .map_or_else(|| builtin(MarketId::new(own)), Ok)
}

pub(crate) fn product(own: &str) -> Result<ProductId, CellFault> {
    builtin(ProductId::new(own))
}

pub(crate) fn zone(name: &str) -> Result<MarketZone, CellFault> {
    builtin(MarketZone::new(name, 0))
}

/// When day-ahead prices of a market become known.
pub(crate) struct DayAhead {
    known_at: KnownAt,
    zone: MarketZone,
    clock: Time,
    last: Option<(Timestamp, Timestamp)>,
}

impl DayAhead {
    /// Publication is on the day before delivery at that wall-clock time of the zone.
    pub(crate) const fn new(known_at: KnownAt, zone: MarketZone, clock: Time) -> Self {
        Self {
            known_at,
            zone,
            clock,
            last: None,
        }
    }

    /// When the price of the period that starts then became known.
    pub(crate) fn at(&mut self, start: Timestamp) -> Result<Timestamp, DayError> {
        if let KnownAt::At(instant) = self.known_at {
            return Ok(instant);
        }
        if let Some((known, published)) = self.last
            && known == start
        {
            return Ok(published);
        }
        let date = self.zone.day_of(start)?.date();
        let before = date.yesterday().map_err(|_| DayError::OutOfRange(date))?;
        let published = self.zone.instant(before, self.clock)?;
        self.last = Some((start, published));
        Ok(published)
    }
}

/// When a price that is known once its period is over became known.
pub(crate) const fn after(known_at: KnownAt, end: Timestamp) -> Timestamp {
    match known_at {
        KnownAt::At(instant) => instant,
        KnownAt::Publication => end,
    }
}

//! Spread bids: up-to congestion (PJM), point-to-point obligations (ERCOT).

use super::entry::{OfferError, none_of};
use crate::error::Violation;
use crate::market::{DeliveryPeriod, LocationCode};
use crate::unit::{Power, Price};

/// The bid for one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpreadPeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// Power from source to sink, above zero.
    pub quantity: Power,
    /// The most that is paid per MWh for the price at the sink less the price at the source.
    pub max_price: Price,
}

/// A financial bid to buy the day-ahead price difference from the bid's location (the source) to a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpreadBid {
    sink: LocationCode,
    periods: Vec<SpreadPeriod>,
}

impl SpreadBid {
    /// Checks the quantities.
    ///
    /// # Errors
    /// `spread_quantity` for each quantity that is not above zero: the other direction is the bid
    /// with source and sink changed about.
    pub fn new(sink: LocationCode, periods: Vec<SpreadPeriod>) -> Result<Self, OfferError> {
        let rule = "above 0 MW; for the other direction change source and sink about";
        let wrong = |(i, entry): (usize, &SpreadPeriod)| {
            let field = format!("spreads[{i}].quantity");
            (entry.quantity <= Power::ZERO)
                .then(|| Violation::new("spread_quantity", field, entry.quantity, rule))
        };
        let faults = periods.iter().enumerate().filter_map(wrong).collect();
        none_of(faults).map(|()| Self { sink, periods })
    }

    /// Where the position ends.
    #[must_use]
    pub const fn sink(&self) -> &LocationCode {
        &self.sink
    }

    /// The periods.
    #[must_use]
    pub fn periods(&self) -> &[SpreadPeriod] {
        &self.periods
    }
}

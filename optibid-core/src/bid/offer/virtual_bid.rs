//! Virtual bids: increment offers, decrement bids, convergence bids, energy-only offers and bids.

use super::entry::{BidPeriod, OfferError, none_of};
use crate::bid::curve::CurveSide;
use crate::error::Violation;

/// A financial position of the day-ahead market that the real-time market closes: nothing is delivered.
///
/// A curve that sells is an increment offer (INC, virtual supply), one that buys a decrement bid (DEC,
/// virtual demand). Settled as any award is, at the day-ahead price, with a metered quantity of zero:
/// the whole of it is bought back or sold at the real-time price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualBid(Vec<BidPeriod>);

impl VirtualBid {
    /// Checks the sides.
    ///
    /// # Errors
    /// `side_not_taken` for each storage curve: an increment and a decrement are two bids.
    pub fn new(periods: Vec<BidPeriod>) -> Result<Self, OfferError> {
        let stores = |(i, entry): (usize, &BidPeriod)| {
            let rule = "a virtual bid sells (increment) or buys (decrement); it stores nothing";
            let field = format!("periods[{i}].curve.side");
            (entry.curve.side() == CurveSide::Storage)
                .then(|| Violation::new("side_not_taken", field, "storage", rule))
        };
        let faults = periods.iter().enumerate().filter_map(stores).collect();
        none_of(faults).map(|()| Self(periods))
    }

    /// The curves.
    #[must_use]
    pub fn periods(&self) -> &[BidPeriod] {
        &self.0
    }
}

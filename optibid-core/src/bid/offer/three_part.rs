//! Three-part offers: start-up, cost at minimum, incremental energy.

use super::commitment::Commitment;
use super::entry::{BidPeriod, OfferError, none_of};
use crate::bid::curve::CurveSide;
use crate::error::Violation;

/// A plant's offer to be committed: its terms and an incremental curve in each period.
///
/// The curve prices the energy above the minimum; what lies below is paid for by the commitment's
/// cost at minimum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreePartOffer {
    commitment: Commitment,
    periods: Vec<BidPeriod>,
}

impl ThreePartOffer {
    /// Puts the parts together.
    ///
    /// # Errors
    /// Names every curve that does not sell (`side_not_taken`) or that starts below the commitment's
    /// minimum power (`curve_below_minimum`).
    pub fn new(commitment: Commitment, periods: Vec<BidPeriod>) -> Result<Self, OfferError> {
        let mut faults = Vec::new();
        for (i, BidPeriod { curve, .. }) in periods.iter().enumerate() {
            let path = format!("periods[{i}].curve");
            faults.extend(only_sells(&path, curve.side(), "a plant that is started"));
            let first = curve.points().first().map(|point| point.quantity);
            if let (Some(first), Some(least)) = (first, commitment.terms().minimum_power)
                && first < least
            {
                let rule = format!("the curve starts at the minimum power of {least} MW or above");
                let field = format!("{path}.points[0].quantity");
                faults.push(Violation::new("curve_below_minimum", field, first, rule));
            }
        }
        none_of(faults).map(|()| Self {
            commitment,
            periods,
        })
    }

    /// The terms of a start.
    #[must_use]
    pub const fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// The curves.
    #[must_use]
    pub fn periods(&self) -> &[BidPeriod] {
        &self.periods
    }
}

/// The fault of a curve at `path` that does not sell.
pub(super) fn only_sells(path: &str, side: CurveSide, who: &str) -> Option<Violation> {
    let side = match side {
        CurveSide::Sell => return None,
        CurveSide::Buy => "buy",
        CurveSide::Storage => "storage",
    };
    let rule = format!("{who} offers on curves that sell");
    Some(Violation::new(
        "side_not_taken",
        format!("{path}.side"),
        side,
        rule,
    ))
}

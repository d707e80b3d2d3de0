//! Offers of ancillary services: regulation, reserves.

use super::entry::{BidPeriod, OfferError, none_of};
use super::three_part::only_sells;
use crate::bid::curve::CurveShape;
use crate::error::Violation;
use crate::market::ServiceCode;

/// Capacity for one ancillary service: in each period MW on offer, at a price per MW and hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceOffer {
    service: ServiceCode,
    periods: Vec<BidPeriod>,
}

impl ServiceOffer {
    /// Checks the curves.
    ///
    /// # Errors
    /// `side_not_taken` for each curve that does not sell, `curve_shape_not_taken` for each that is
    /// not of steps: capacity is offered in blocks.
    pub fn new(service: ServiceCode, periods: Vec<BidPeriod>) -> Result<Self, OfferError> {
        let mut faults = Vec::new();
        for (i, BidPeriod { curve, .. }) in periods.iter().enumerate() {
            let path = format!("periods[{i}].curve");
            faults.extend(only_sells(&path, curve.side(), "a provider of capacity"));
            if curve.shape() != CurveShape::Step {
                let (field, value) = (format!("{path}.shape"), curve.shape().code());
                let rule = "capacity is offered in steps";
                faults.push(Violation::new("curve_shape_not_taken", field, value, rule));
            }
        }
        none_of(faults).map(|()| Self { service, periods })
    }

    /// The service, under the venue's own name.
    #[must_use]
    pub const fn service(&self) -> &ServiceCode {
        &self.service
    }

    /// The capacity curves.
    #[must_use]
    pub fn periods(&self) -> &[BidPeriod] {
        &self.periods
    }
}

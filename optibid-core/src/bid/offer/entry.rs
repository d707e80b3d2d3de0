//! What several kinds of offer are made of.

use crate::bid::curve::OfferCurve;
use crate::error::Violation;
use crate::market::DeliveryPeriod;
use serde::{Deserialize, Serialize};

/// The curve offered in one delivery period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BidPeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// The curve.
    pub curve: OfferCurve,
}

/// Why parts do not make an offer; all faults at once, each with the path of its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an offer: {}", list(.0))]
pub struct OfferError(pub Vec<Violation>);

fn list(violations: &[Violation]) -> String {
    let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
    told.join("; ")
}

/// Nothing when there is no fault.
pub(super) fn none_of(faults: Vec<Violation>) -> Result<(), OfferError> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(OfferError(faults))
    }
}

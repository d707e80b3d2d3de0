//! Curves as text.

use super::numbers::Faults;
use crate::bid::curve::{CurvePoint, CurveShape, CurveSide, OfferCurve};
use crate::bid::offer::{BidPeriod, OfferError};
use crate::error::Violation;
use crate::market::DeliveryPeriod;
use crate::unit::{Power, Price};
use serde::{Deserialize, Serialize};

/// The curve offered in one delivery period, as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PeriodDraft {
    /// The period.
    pub period: DeliveryPeriod,
    /// The curve.
    pub curve: CurveDraft,
}

/// A curve as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CurveDraft {
    /// What it offers.
    pub side: CurveSide,
    /// Steps or lines.
    pub shape: CurveShape,
    /// The points, from the first offered to the last.
    pub points: Vec<PointDraft>,
}

/// A point of a curve as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PointDraft {
    /// Cumulative quantity in MW, at most three decimals.
    #[cfg_attr(
        feature = "api",
        schema(example = "10.5", pattern = r"^-?[0-9]+(\.[0-9]+)?$")
    )]
    pub quantity: String,
    /// Price per MWh, of capacity per MW and hour, at most six decimals.
    #[cfg_attr(
        feature = "api",
        schema(example = "24.57", pattern = r"^-?[0-9]+(\.[0-9]+)?$")
    )]
    pub price: String,
}

/// The curves of all periods, or every fault of every curve.
pub(super) fn read(drafts: Vec<PeriodDraft>) -> Result<Vec<BidPeriod>, OfferError> {
    let mut faults = Faults::default();
    let mut periods = Vec::with_capacity(drafts.len());
    for (i, PeriodDraft { period, curve }) in drafts.into_iter().enumerate() {
        match curve.read(&format!("periods[{i}].curve")) {
            Ok(curve) => periods.push(BidPeriod { period, curve }),
            Err(found) => faults.0.extend(found),
        }
    }
    faults.or(periods)
}

impl CurveDraft {
    /// The curve, or every fault with its field under `path`.
    fn read(self, path: &str) -> Result<OfferCurve, Vec<Violation>> {
        let mut faults = Faults::default();
        let mut points = Vec::with_capacity(self.points.len());
        for (i, point) in self.points.iter().enumerate() {
            let at = |name| format!("{path}.points[{i}].{name}");
            let quantity = faults.decimal(Power::parse(&point.quantity), || at("quantity"));
            let price = faults.decimal(Price::parse(&point.price), || at("price"));
            points.extend(quantity.zip(price).map(|(q, p)| CurvePoint::new(q, p)));
        }
        let points = faults.or(points).map_err(|error| error.0)?;
        OfferCurve::new(self.side, self.shape, points).map_err(|error| {
            let under = |mut fault: Violation| {
                fault.field = format!("{path}.{}", fault.field);
                fault
            };
            error.0.into_iter().map(under).collect()
        })
    }
}

impl From<&BidPeriod> for PeriodDraft {
    fn from(offered: &BidPeriod) -> Self {
        let point = |p: &CurvePoint| PointDraft {
            quantity: p.quantity.to_string(),
            price: p.price.to_string(),
        };
        let curve = &offered.curve;
        Self {
            period: offered.period,
            curve: CurveDraft {
                side: curve.side(),
                shape: curve.shape(),
                points: curve.points().iter().map(point).collect(),
            },
        }
    }
}

//! Offer curves: how much power at which price.

use crate::error::Violation;
use crate::unit::{Power, Price};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a curve offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CurveSide {
    /// Supply: quantities are positive MW of injection, prices do not fall with quantity.
    Sell,
    /// Demand: quantities are positive MW of withdrawal, prices do not rise with quantity.
    Buy,
    /// Storage: one curve from charging (negative MW) to discharging (positive MW), prices do not
    /// fall from left to right.
    Storage,
}

/// How the curve runs between its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CurveShape {
    /// Blocks: each point is the end of a block that lies farther from zero; the block from the point
    /// nearer to zero (or from zero) up to this quantity is offered at this price.
    Step,
    /// Straight lines between points. A curve of one point is a block from zero at that price.
    Linear,
}

/// One point: a quantity and its price. Quantities are cumulative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// Cumulative quantity; its sign is explained at [`CurveSide`].
    pub quantity: Power,
    /// Price per MWh.
    pub price: Price,
}

impl CurvePoint {
    /// A point.
    #[must_use]
    pub const fn new(quantity: Power, price: Price) -> Self {
        Self { quantity, price }
    }
}

/// Why points do not make a curve; all faults at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an offer curve: {}", list(.0))]
pub struct CurveError(pub Vec<Violation>);

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// A monotone offer curve: more injection only at a price that is not lower.
///
/// It cannot be built with unordered points, a price that runs the wrong way or no point at all.
/// A venue's own limits (ticks, number of points, caps) are checked by
/// [`validate`](crate::bid::validate).
///
/// ```
/// use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
/// use optibid_core::unit::{Power, Price};
/// let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
/// let curve = OfferCurve::storage(CurveShape::Step, vec![at(-10, 15), at(10, 40)])?;
/// assert_eq!(curve.cleared_at(Price::from_units(10)), Power::from_megawatts(-10));
/// assert_eq!(curve.cleared_at(Price::from_units(20)), Power::ZERO);
/// assert_eq!(curve.cleared_at(Price::from_units(40)), Power::from_megawatts(10));
/// # Ok::<(), optibid_core::bid::CurveError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(try_from = "Raw", deny_unknown_fields)]
pub struct OfferCurve {
    side: CurveSide,
    shape: CurveShape,
    points: Vec<CurvePoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    side: CurveSide,
    shape: CurveShape,
    points: Vec<CurvePoint>,
}

impl TryFrom<Raw> for OfferCurve {
    type Error = CurveError;
    fn try_from(raw: Raw) -> Result<Self, CurveError> {
        Self::new(raw.side, raw.shape, raw.points)
    }
}

impl OfferCurve {
    /// Checks the points and builds the curve.
    ///
    /// # Errors
    /// Names every fault: no point, a quantity with the wrong sign, quantities that do not increase,
    /// a price that runs against the side's direction. The messages name `points[i]`.
    pub fn new(
        side: CurveSide,
        shape: CurveShape,
        points: Vec<CurvePoint>,
    ) -> Result<Self, CurveError> {
        let faults = faults(side, shape, &points);
        if faults.is_empty() { Ok(Self { side, shape, points }) } else { Err(CurveError(faults)) }
    }

    /// A supply curve.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn sell(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Sell, shape, points)
    }

    /// A demand curve.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn buy(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Buy, shape, points)
    }

    /// A storage curve from charging to discharging.
    ///
    /// # Errors
    /// As [`OfferCurve::new`].
    pub fn storage(shape: CurveShape, points: Vec<CurvePoint>) -> Result<Self, CurveError> {
        Self::new(CurveSide::Storage, shape, points)
    }

    /// What it offers.
    #[must_use]
    pub const fn side(&self) -> CurveSide {
        self.side
    }

    /// Steps or lines.
    #[must_use]
    pub const fn shape(&self) -> CurveShape {
        self.shape
    }

    /// The points as given.
    #[must_use]
    pub fn points(&self) -> &[CurvePoint] {
        &self.points
    }

    /// The points as signed injection, from the largest withdrawal to the largest injection.
    #[must_use]
    pub fn injection_points(&self) -> Vec<CurvePoint> {
        match self.side {
            CurveSide::Sell | CurveSide::Storage => self.points.clone(),
            CurveSide::Buy => self
                .points
                .iter()
                .rev()
                .map(|p| CurvePoint::new(p.quantity.reversed(), p.price))
                .collect(),
        }
    }

    /// Largest withdrawal (zero or negative) and largest injection (zero or positive) on offer.
    #[must_use]
    pub fn range(&self) -> (Power, Power) {
        let points = self.injection_points();
        let low = points.first().map_or(Power::ZERO, |p| p.quantity.min(Power::ZERO));
        let high = points.last().map_or(Power::ZERO, |p| p.quantity.max(Power::ZERO));
        (low, high)
    }

    /// The signed injection that clears when the price is `price` and all offers at it are taken.
    ///
    /// A sell block clears when the price is at or above its own, a buy block when the price is at
    /// or below its own. On a line the quantity is interpolated and cut to whole kW towards zero.
    #[must_use]
    pub fn cleared_at(&self, price: Price) -> Power {
        let points = self.injection_points();
        match self.shape {
            CurveShape::Step => step_cleared(&points, price),
            CurveShape::Linear => linear_cleared(&points, price),
        }
    }
}

/// Sell blocks at or below the price, or else buy blocks at or above it.
fn step_cleared(points: &[CurvePoint], price: Price) -> Power {
    let sold = points.iter().rev().find(|p| p.quantity > Power::ZERO && p.price <= price);
    let bought = points.iter().find(|p| p.quantity < Power::ZERO && p.price >= price);
    sold.or(bought).map_or(Power::ZERO, |p| p.quantity)
}

fn linear_cleared(points: &[CurvePoint], price: Price) -> Power {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Power::ZERO;
    };
    if points.len() == 1 {
        return step_cleared(points, price);
    }
    if price < first.price {
        return first.quantity.min(Power::ZERO);
    }
    if price >= last.price {
        // A demand curve whose best price is beaten buys nothing; a supply curve sells it all.
        return if price > last.price { last.quantity.max(Power::ZERO) } else { last.quantity };
    }
    let crossing = points.windows(2).find(|w| w[0].price <= price && price < w[1].price);
    crossing.map_or(Power::ZERO, |w| interpolate(w[0], w[1], price))
}

/// Quantity at `price` on the line from `a` to `b`, cut to whole kW towards zero.
fn interpolate(a: CurvePoint, b: CurvePoint, price: Price) -> Power {
    let run = i128::from(b.quantity.kilowatts()) - i128::from(a.quantity.kilowatts());
    let rise = i128::from(b.price.micros()) - i128::from(a.price.micros());
    let part = i128::from(price.micros()) - i128::from(a.price.micros());
    let kilowatts =
        (i128::from(a.quantity.kilowatts()) * rise + run * part) / rise.max(1);
    Power::from_kilowatts(i64::try_from(kilowatts).unwrap_or_default())
}

fn faults(side: CurveSide, shape: CurveShape, points: &[CurvePoint]) -> Vec<Violation> {
    let mut faults = Vec::new();
    if points.is_empty() {
        faults.push(Violation::new("curve_empty", "points", "[]", "a curve has at least one point"));
    }
    for (i, point) in points.iter().enumerate() {
        if let Some(rule) = sign_rule(side, shape, point.quantity) {
            faults.push(Violation::new(
                "quantity_sign",
                format!("points[{i}].quantity"),
                point.quantity,
                rule,
            ));
        }
    }
    for (i, pair) in points.windows(2).enumerate() {
        faults.extend(order_faults(side, shape, i + 1, [pair[0], pair[1]]));
    }
    faults
}

fn sign_rule(side: CurveSide, shape: CurveShape, quantity: Power) -> Option<&'static str> {
    let zero_is_a_point = shape == CurveShape::Linear;
    match side {
        CurveSide::Sell | CurveSide::Buy if quantity < Power::ZERO => {
            Some("quantities of a sell or buy curve are positive MW")
        }
        _ if quantity == Power::ZERO && !zero_is_a_point => {
            Some("a step of zero MW offers nothing")
        }
        _ => None,
    }
}

fn order_faults(
    side: CurveSide,
    shape: CurveShape,
    i: usize,
    [before, point]: [CurvePoint; 2],
) -> Vec<Violation> {
    let mut faults = Vec::new();
    let flat_allowed = shape == CurveShape::Linear && before.price != point.price;
    if point.quantity < before.quantity || (point.quantity == before.quantity && !flat_allowed) {
        faults.push(Violation::new(
            "quantity_order",
            format!("points[{i}].quantity"),
            point.quantity,
            format!("must be above the quantity before it ({})", before.quantity),
        ));
    }
    let wrong = match side {
        CurveSide::Sell | CurveSide::Storage => point.price < before.price,
        CurveSide::Buy => point.price > before.price,
    };
    if wrong {
        let direction = if side == CurveSide::Buy { "above" } else { "below" };
        faults.push(Violation::new(
            "price_not_monotone",
            format!("points[{i}].price"),
            point.price,
            format!("must not be {direction} the price before it ({})", before.price),
        ));
    }
    faults
}

impl fmt::Display for OfferCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, point) in self.points.iter().enumerate() {
            let gap = if i == 0 { "" } else { ", " };
            write!(f, "{gap}{} MW @ {}", point.quantity, point.price)?;
        }
        Ok(())
    }
}

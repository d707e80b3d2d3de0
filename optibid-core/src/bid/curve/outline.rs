//! A curve drawn as one line through quantity and price, from which all its answers are read.
//!
//! The outline runs from the largest withdrawal to the largest injection and touches zero; along it
//! neither quantity nor price falls. A step is a piece of constant price, the jump to the next step
//! a piece of constant quantity. Sell, buy and storage, steps and lines differ only in how the
//! outline is drawn.

use super::point::{CurvePoint, CurveShape};
use crate::unit::{Power, Price, Rounding};

/// A curve drawn once to be read at many prices: drawing it costs more than reading it.
///
/// ```
/// use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
/// use optibid_core::unit::{Power, Price};
/// let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
/// let curve = OfferCurve::sell(CurveShape::Linear, vec![at(5, 20), at(10, 30)])?;
/// let outline = curve.outline();
/// for price in [10, 20, 26, 40].map(Price::from_units) {
///     assert_eq!(outline.cleared_at(price), curve.cleared_at(price));
/// }
/// # Ok::<(), optibid_core::bid::CurveError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurveOutline(Vec<CurvePoint>);

impl CurveOutline {
    /// Draws the outline of points that are ordered from withdrawal to injection.
    pub(super) fn draw(shape: CurveShape, points: &[CurvePoint]) -> Self {
        Self(match shape {
            CurveShape::Step => steps(points),
            CurveShape::Linear => lines(points),
        })
    }

    /// As [`OfferCurve::cleared_at`](super::OfferCurve::cleared_at).
    // Inlined into the crate that reads a curve ten thousand times, which then optimises it as its own.
    #[inline]
    #[must_use]
    pub fn cleared_at(&self, price: Price) -> Power {
        let (low, high) = self.accepted_range(price);
        if high > Power::ZERO { high } else { low }
    }

    /// As [`OfferCurve::accepted_range`](super::OfferCurve::accepted_range).
    #[inline]
    #[must_use]
    pub fn accepted_range(&self, price: Price) -> (Power, Power) {
        accepted(&self.0, price)
    }

    /// As [`OfferCurve::marginal_price`](super::OfferCurve::marginal_price).
    #[must_use]
    pub fn marginal_price(&self, quantity: Power) -> Option<Price> {
        marginal(&self.0, quantity)
    }
}

fn steps(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let mut outline = Vec::with_capacity(points.len() * 2);
    for (i, &far) in points.iter().enumerate() {
        let charging = far.quantity < Power::ZERO;
        let neighbour = if charging {
            points.get(i + 1)
        } else {
            points.get(i.wrapping_sub(1))
        };
        let quantity = neighbour.map_or(Power::ZERO, |n| n.quantity);
        let quantity = if charging {
            quantity.min(Power::ZERO)
        } else {
            quantity.max(Power::ZERO)
        };
        let near = CurvePoint::new(quantity, far.price);
        outline.extend(if charging { [far, near] } else { [near, far] });
    }
    outline
}

fn lines(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let before = points.first().filter(|p| p.quantity > Power::ZERO);
    let after = points.last().filter(|p| p.quantity < Power::ZERO);
    let to_zero = |p: &CurvePoint| CurvePoint::new(Power::ZERO, p.price);
    let ends = (before.map(to_zero), after.map(to_zero));
    ends.0
        .into_iter()
        .chain(points.iter().copied())
        .chain(ends.1)
        .collect()
}

/// Smallest and largest quantity at a price; quantities on a line are cut towards zero.
#[inline]
fn accepted(outline: &[CurvePoint], price: Price) -> (Power, Power) {
    let quantity = |p: &CurvePoint| p.quantity;
    let from = outline.partition_point(|p| p.price < price);
    let to = outline.partition_point(|p| p.price <= price);
    let ends = |a: Option<&CurvePoint>| a.map_or(Power::ZERO, quantity);
    if from == to {
        // No vertex has this price: it lies before, after or on the line between two.
        let between = match (
            from.checked_sub(1).and_then(|i| outline.get(i)),
            outline.get(from),
        ) {
            (Some(a), Some(b)) => quantity_at(*a, *b, price),
            (None, after) => ends(after),
            (before, None) => ends(before),
        };
        return (between, between);
    }
    (ends(outline.get(from)), ends(outline.get(to - 1)))
}

/// Price of the last kW of an injection or withdrawal.
fn marginal(outline: &[CurvePoint], quantity: Power) -> Option<Price> {
    if quantity == Power::ZERO {
        return None;
    }
    let (next, rounding) = if quantity > Power::ZERO {
        (
            outline.partition_point(|p| p.quantity < quantity),
            Rounding::Ceiling,
        )
    } else {
        (
            outline.partition_point(|p| p.quantity <= quantity),
            Rounding::Floor,
        )
    };
    let (a, b) = (outline.get(next.checked_sub(1)?)?, outline.get(next)?);
    Some(price_at(*a, *b, quantity, rounding))
}

fn quantity_at(a: CurvePoint, b: CurvePoint, price: Price) -> Power {
    let whole = i128::from(b.price.micros()) - i128::from(a.price.micros());
    let part = i128::from(price.micros()) - i128::from(a.price.micros());
    let ends = [a.quantity.kilowatts(), b.quantity.kilowatts()];
    Power::from_kilowatts(between(ends, [part, whole], Rounding::TowardsZero))
}

fn price_at(a: CurvePoint, b: CurvePoint, quantity: Power, rounding: Rounding) -> Price {
    let whole = i128::from(b.quantity.kilowatts()) - i128::from(a.quantity.kilowatts());
    let part = i128::from(quantity.kilowatts()) - i128::from(a.quantity.kilowatts());
    Price::from_micros(between(
        [a.price.micros(), b.price.micros()],
        [part, whole],
        rounding,
    ))
}

/// The value `part / whole` of the way from `from` to `to`, for `0 <= part <= whole`.
///
/// Both weights stay below 2^64 and both ends within 64 bits, so that the sum fits 128 bits.
fn between([from, to]: [i64; 2], [part, whole]: [i128; 2], rounding: Rounding) -> i64 {
    let sum = i128::from(from) * (whole - part) + i128::from(to) * part;
    i64::try_from(rounding.div(sum, whole)).unwrap_or(to)
}

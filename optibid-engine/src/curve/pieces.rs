//! An offer curve as what it asks for each MW.

use optibid_core::bid::{CurveShape, OfferCurve};
use optibid_core::unit::{Power, Price};

/// A part of a curve with some width, all of it on one side of zero or across it on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Signed injection, the lower end first.
    pub(crate) from: Power,
    pub(crate) to: Power,
    /// The price at either end; they are equal on a step.
    pub(crate) prices: [Price; 2],
}

/// The pieces of a curve from the largest withdrawal to the largest injection, without those that have no width.
pub(crate) fn pieces(curve: &OfferCurve) -> Vec<Piece> {
    let points = curve.injection_points();
    let mut pieces = Vec::with_capacity(points.len() + 1);
    let mut push = |from: Power, to: Power, prices: [Price; 2]| {
        if from < to {
            pieces.push(Piece { from, to, prices });
        }
    };
    let ends = (points.first(), points.last());
    let line = curve.shape() == CurveShape::Linear;
    if let (true, Some(first)) = (line, ends.0) {
        push(Power::ZERO, first.quantity, [first.price; 2]);
    }
    let mut before = None;
    for (i, point) in points.iter().enumerate() {
        let next = points.get(i + 1);
        if line {
            if let Some(next) = next {
                push(point.quantity, next.quantity, [point.price, next.price]);
            }
        } else if point.quantity < Power::ZERO {
            let near = next.map_or(Power::ZERO, |next| next.quantity.min(Power::ZERO));
            push(point.quantity, near, [point.price; 2]);
        } else {
            let near: Power = before.unwrap_or(Power::ZERO).max(Power::ZERO);
            push(near, point.quantity, [point.price; 2]);
        }
        before = Some(point.quantity);
    }
    if let (true, Some(last)) = (line, ends.1) {
        push(last.quantity, Power::ZERO, [last.price; 2]);
    }
    pieces
}

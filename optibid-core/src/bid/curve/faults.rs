//! What keeps points from being a curve.

use super::point::{CurvePoint, CurveShape, CurveSide};
use crate::error::Violation;
use crate::unit::Power;

/// Every fault of the points, in their order; none when they make a curve.
pub(super) fn faults(side: CurveSide, shape: CurveShape, points: &[CurvePoint]) -> Vec<Violation> {
    let mut faults = Vec::new();
    if points.is_empty() {
        faults.push(Violation::new(
            "curve_empty",
            "points",
            "[]",
            "a curve has at least one point",
        ));
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
    let rises_upright = shape == CurveShape::Linear && before.price != point.price;
    if point.quantity < before.quantity || (point.quantity == before.quantity && !rises_upright) {
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
        let direction = if side == CurveSide::Buy {
            "above"
        } else {
            "below"
        };
        faults.push(Violation::new(
            "price_not_monotone",
            format!("points[{i}].price"),
            point.price,
            format!(
                "must not be {direction} the price before it ({})",
                before.price
            ),
        ));
    }
    faults
}

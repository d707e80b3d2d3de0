//! Curves of narrower pieces.

use super::programme::Part;
use crate::door;
use optibid_core::bid::{CurvePoint, CurveShape, CurveSide, OfferCurve};
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::EngineError;
use optibid_core::unit::Power;

/// A curve of narrower pieces, given from withdrawal to injection; none without any.
pub(super) fn narrowed(
    rules: &ProductRules,
    (period, curve): (usize, &OfferCurve),
    parts: &[Part],
) -> Result<Option<OfferCurve>, EngineError> {
    let line = curve.shape() == CurveShape::Linear;
    let kept: Vec<&Part> = parts
        .iter()
        .filter(|part| part.kept > Power::ZERO)
        .collect();
    let charged: i64 = kept
        .iter()
        .filter(|p| !p.sells)
        .map(|p| p.kept.kilowatts())
        .sum();
    let mut at = -charged;
    let mut points: Vec<CurvePoint> = Vec::with_capacity(kept.len() * 2);
    for part in kept {
        let from = Power::from_kilowatts(at);
        at += part.kept.kilowatts();
        let to = Power::from_kilowatts(at);
        let [low, high] = part.prices;
        if line {
            points.extend([CurvePoint::new(from, low), CurvePoint::new(to, high)]);
        } else {
            points.push(CurvePoint::new(if part.sells { to } else { from }, low));
        }
    }
    points.dedup();
    tidy(&mut points, line, most_points(rules));
    if points.is_empty() {
        return Ok(None);
    }
    if curve.side() == CurveSide::Buy {
        points.reverse();
        for point in &mut points {
            point.quantity = point.quantity.reversed();
        }
    }
    let fits = (least_points(rules)..=most_points(rules)).contains(&points.len());
    if !fits {
        let (least, most) = (least_points(rules), most_points(rules));
        let field = format!("offers[{period}].curve.points");
        let rule = format!("the venue takes {least} to {most} points");
        return Err(door::invalid(
            "curve_does_not_fit",
            field,
            points.len(),
            rule,
        ));
    }
    let narrowed = OfferCurve::new(curve.side(), curve.shape(), points);
    narrowed
        .map(Some)
        .map_err(|error| EngineError::Invalid(error.0))
}

fn most_points(rules: &ProductRules) -> usize {
    rules
        .max_points
        .as_ref()
        .map_or(usize::MAX, |rule| usize::from(rule.value))
}

fn least_points(rules: &ProductRules) -> usize {
    rules
        .min_points
        .as_ref()
        .map_or(1, |rule| usize::from(rule.value))
}

/// Takes away points that say nothing: inner ones of an upright line, and the inner end of a level block at zero where another
/// point is left.
fn tidy(points: &mut Vec<CurvePoint>, line: bool, most: usize) {
    if !line {
        return;
    }
    let mut i = 1;
    while i + 1 < points.len() {
        let upright = match points.get(i - 1..=i + 1) {
            Some([a, b, c]) => a.quantity == b.quantity && b.quantity == c.quantity,
            _ => false,
        };
        if upright {
            points.remove(i);
        } else {
            i += 1;
        }
    }
    let level = |a: &CurvePoint, b: &CurvePoint| a.quantity == Power::ZERO && a.price == b.price;
    let starts = matches!(points.as_slice(), [a, b, ..] if level(a, b));
    if starts && (points.len() > 2 || most == 1) {
        points.remove(0);
    }
    let ends = matches!(points.as_slice(), [.., a, b] if level(b, a));
    if ends && points.len() > 2 {
        points.pop();
    }
}

//! The form of a curve: steps or lines, storage, number of points, equal prices.

use super::finding::Findings;
use crate::bid::{CurveShape, CurveSide, OfferCurve};
use crate::error::Violation;
use crate::market::rules::{PriceOrder, ProductRules, ShapeRule, Sourced};

/// Checks the form of the curve at `path` (`periods[3].curve`).
pub(super) fn check(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    shape(path, curve, rules, findings);
    storage(path, curve, rules, findings);
    if let Some(rule) = &rules.max_points {
        at_most(path, curve, rule, findings);
    }
    at_least(path, curve, rules, findings);
    equal_prices(path, curve, rules, findings);
}

fn shape(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    let Some(rule) = &rules.shape else { return };
    let taken = match rule.value {
        ShapeRule::Step => CurveShape::Step,
        ShapeRule::Linear => CurveShape::Linear,
        ShapeRule::Either => return,
    };
    if curve.shape() != taken {
        let words = format!("{} takes {} curves only", rules.market, taken.code());
        let (field, value) = (format!("{path}.shape"), curve.shape().code());
        findings.against(
            rule,
            Violation::new("curve_shape_not_taken", field, value, words),
        );
    }
}

fn storage(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    if curve.side() != CurveSide::Storage {
        return;
    }
    let found = |words: String| {
        Violation::new(
            "storage_curve_not_taken",
            format!("{path}.side"),
            "storage",
            words,
        )
    };
    match &rules.storage_curve {
        Some(rule) if rule.value => {}
        Some(rule) => {
            let words = format!(
                "{} takes no curve from charging to discharging: bid to buy and to sell apart",
                rules.market
            );
            findings.against(rule, found(words));
        }
        // One warning is enough for what nobody knows.
        None if findings.has("storage_curve_not_taken") => {}
        None => {
            let words = format!("no rule is known that {} takes such a curve", rules.market);
            findings.warning(found(words));
        }
    }
}

/// Checks the number of points of the curve at `path` against the most that is taken.
pub(super) fn at_most(
    path: &str,
    curve: &OfferCurve,
    rule: &Sourced<u16>,
    findings: &mut Findings,
) {
    let count = curve.points().len();
    if count > usize::from(rule.value) {
        let words = format!("a curve has at most {} points", rule.value);
        let violation = Violation::new("too_many_points", format!("{path}.points"), count, words);
        findings.against(rule, violation);
    }
}

fn at_least(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    let count = curve.points().len();
    if let Some(rule) = &rules.min_points
        && count < usize::from(rule.value)
    {
        let words = format!("a curve has at least {} points", rule.value);
        let violation = Violation::new("too_few_points", format!("{path}.points"), count, words);
        findings.against(rule, violation);
    }
}

fn equal_prices(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    let Some(rule) = rules
        .price_order
        .as_ref()
        .filter(|r| r.value == PriceOrder::Increasing)
    else {
        return;
    };
    let direction = if curve.side() == CurveSide::Buy {
        "below"
    } else {
        "above"
    };
    for (j, (before, point)) in curve
        .points()
        .iter()
        .zip(curve.points().iter().skip(1))
        .enumerate()
    {
        if before.price == point.price {
            let field = format!("{path}.points[{}].price", j + 1);
            let words = format!("must be {direction} the price before it ({})", before.price);
            findings.against(
                rule,
                Violation::new("equal_prices", field, point.price, words),
            );
        }
    }
}

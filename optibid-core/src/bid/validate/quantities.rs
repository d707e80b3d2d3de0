//! Quantities of a curve: tick, minimum, and what the asset can do.

use super::finding::Findings;
use crate::bid::{CurveSide, OfferCurve};
use crate::error::Violation;
use crate::market::rules::{ProductRules, Sourced};
use crate::unit::Power;

/// Checks every quantity of the curve at `path` (`periods[3].curve`).
pub(super) fn check(
    path: &str,
    curve: &OfferCurve,
    rules: &ProductRules,
    asset_range: Option<(Power, Power)>,
    findings: &mut Findings,
) {
    for (j, point) in curve.points().iter().enumerate() {
        let quantity = point.quantity;
        let field = format!("{path}.points[{j}].quantity");
        tick(&field, quantity, rules, findings);
        let buys = curve.side() == CurveSide::Buy;
        let injection = if buys { quantity.reversed() } else { quantity };
        within_asset(&field, (quantity, injection), asset_range, findings);
    }
    minimum(path, curve, rules.min_quantity.as_ref(), findings);
}

/// Checks that a quantity is on the market's step.
pub(super) fn tick(field: &str, quantity: Power, rules: &ProductRules, findings: &mut Findings) {
    if let Some(tick) = rules
        .quantity_tick
        .as_ref()
        .filter(|t| !quantity.is_on_tick(t.value))
    {
        let words = format!("must be a multiple of {} MW", tick.value);
        let violation = Violation::new("quantity_off_tick", field, quantity, words);
        findings.against(tick, violation);
    }
}

/// Checks that the asset can deliver or draw what is offered as that injection.
pub(super) fn within_asset(
    field: &str,
    (shown, injection): (Power, Power),
    asset_range: Option<(Power, Power)>,
    findings: &mut Findings,
) {
    if let Some((low, high)) = asset_range
        && (injection < low || injection > high)
    {
        let words = format!("the asset can inject from {low} to {high} MW");
        findings.error(Violation::new("outside_asset_limits", field, shown, words));
    }
}

/// The whole of each direction that is offered must reach the minimum.
pub(super) fn minimum(
    path: &str,
    curve: &OfferCurve,
    rule: Option<&Sourced<Power>>,
    findings: &mut Findings,
) {
    let (low, high) = curve.range();
    let field = format!("{path}.points");
    if low == high {
        let words = "offers nothing: the largest quantity is zero";
        findings.error(Violation::new("nothing_offered", field, high, words));
        return;
    }
    for total in [low, high] {
        if total != Power::ZERO {
            at_least(&field, total, rule, findings);
        }
    }
}

/// Checks that what is offered in all is not below the market's smallest quantity.
pub(super) fn at_least(
    field: &str,
    total: Power,
    rule: Option<&Sourced<Power>>,
    findings: &mut Findings,
) {
    if let Some(rule) = rule.filter(|rule| total.magnitude() < rule.value) {
        let words = format!("the total must be at least {} MW", rule.value);
        let violation = Violation::new("quantity_below_minimum", field, total.magnitude(), words);
        findings.against(rule, violation);
    }
}

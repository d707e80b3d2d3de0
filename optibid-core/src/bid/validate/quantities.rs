//! Quantities of a curve: tick, minimum, and what the asset can do.

use super::finding::Findings;
use crate::bid::{CurveSide, OfferCurve};
use crate::error::Violation;
use crate::market::rules::ProductRules;
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
        let field = || format!("{path}.points[{j}].quantity");
        if let Some(tick) = rules
            .quantity_tick
            .as_ref()
            .filter(|t| !quantity.is_on_tick(t.value))
        {
            let words = format!("must be a multiple of {} MW", tick.value);
            findings.against(
                tick,
                Violation::new("quantity_off_tick", field(), quantity, words),
            );
        }
        if let Some((low, high)) = asset_range {
            let buys = curve.side() == CurveSide::Buy;
            let injection = if buys { quantity.reversed() } else { quantity };
            if injection < low || injection > high {
                let words = format!("the asset can inject from {low} to {high} MW");
                findings.error(Violation::new(
                    "outside_asset_limits",
                    field(),
                    quantity,
                    words,
                ));
            }
        }
    }
    minimum(path, curve, rules, findings);
}

/// The whole of each direction that is offered must reach the minimum.
fn minimum(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    let (low, high) = curve.range();
    let field = || format!("{path}.points");
    if low == high {
        let words = "offers nothing: the largest quantity is zero";
        findings.error(Violation::new("nothing_offered", field(), high, words));
        return;
    }
    let Some(rule) = &rules.min_quantity else {
        return;
    };
    for total in [low, high] {
        if total != Power::ZERO && total.magnitude() < rule.value {
            let words = format!("the total of a curve must be at least {} MW", rule.value);
            let violation =
                Violation::new("quantity_below_minimum", field(), total.magnitude(), words);
            findings.against(rule, violation);
        }
    }
}

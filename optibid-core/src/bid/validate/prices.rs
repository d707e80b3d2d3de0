//! Prices of a curve: tick, floor, cap, soft cap.

use super::finding::{FindingSeverity, Findings};
use crate::bid::{CurvePoint, CurveSide, OfferCurve};
use crate::error::Violation;
use crate::market::rules::{ProductRules, Sourced};
use crate::unit::{Power, Price};

/// Checks every price of the curve at `path` (`periods[3].curve`).
///
/// Floor and cap bound what may be offered and what may be bid alike. The soft cap asks for the
/// cost behind an offer to supply (FERC Order 831: an incremental energy offer above 1,000 must
/// rest on verified cost); a bid to buy or to charge has no such cost, so there it only warns.
pub(super) fn check(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    for (j, point) in curve.points().iter().enumerate() {
        let field = format!("{path}.points[{j}].price");
        let supplies = supplies(curve.side(), *point);
        energy(&field, (point.price, supplies), rules, findings);
    }
}

/// Checks a price of energy, which is that of a supply or of a demand.
pub(super) fn energy(
    field: &str,
    (price, supplies): (Price, bool),
    rules: &ProductRules,
    findings: &mut Findings,
) {
    let unit = format!("{}/MWh", rules.currency.value);
    tick(field, price, rules, findings);
    let (floor, cap) = (rules.floor.as_ref(), rules.cap.as_ref());
    if bounds(field, (price, &unit), (floor, cap), findings) {
        return;
    }
    if let Some(soft) = rules.soft_cap.as_ref().filter(|s| price > s.value) {
        let (severity, words) = if supplies {
            (
                FindingSeverity::NeedsVerification,
                "the venue verifies the cost of an offer above",
            )
        } else {
            (
                FindingSeverity::Warning,
                "the venue verifies the cost of offers, though not of bids, above",
            )
        };
        let words = format!("{words} {} {unit}", soft.value);
        let violation = Violation::new("price_above_soft_cap", field, price, words);
        findings.weighed(severity, soft, violation);
    }
}

/// Checks that a price is on the market's step.
pub(super) fn tick(field: &str, price: Price, rules: &ProductRules, findings: &mut Findings) {
    if let Some(tick) = rules
        .price_tick
        .as_ref()
        .filter(|t| !price.is_on_tick(t.value))
    {
        let unit = rules.currency.value;
        let words = format!("must be a multiple of {} {unit}/MWh", tick.value);
        findings.against(tick, Violation::new("price_off_tick", field, price, words));
    }
}

/// Checks a price against floor and cap; answers whether it is above the cap.
pub(super) fn bounds(
    field: &str,
    (price, unit): (Price, &str),
    (floor, cap): (Option<&Sourced<Price>>, Option<&Sourced<Price>>),
    findings: &mut Findings,
) -> bool {
    if let Some(floor) = floor.filter(|f| price < f.value) {
        let words = format!("must not be below {} {unit}", floor.value);
        findings.against(
            floor,
            Violation::new("price_below_floor", field, price, words),
        );
    }
    let Some(cap) = cap.filter(|c| price > c.value) else {
        return false;
    };
    let words = format!("must not be above {} {unit}", cap.value);
    findings.against(cap, Violation::new("price_above_cap", field, price, words));
    true
}

fn supplies(side: CurveSide, point: CurvePoint) -> bool {
    match side {
        CurveSide::Sell => true,
        CurveSide::Buy => false,
        CurveSide::Storage => point.quantity >= Power::ZERO,
    }
}

//! Prices of a curve: tick, floor, cap, soft cap.

use super::finding::{Findings, Severity};
use crate::bid::{CurvePoint, CurveSide, OfferCurve};
use crate::error::Violation;
use crate::market::rules::ProductRules;
use crate::unit::Power;

/// Checks every price of the curve at `path` (`periods[3].curve`).
///
/// Floor and cap bound what may be offered and what may be bid alike. The soft cap asks for the
/// cost behind an offer to supply (FERC Order 831: an incremental energy offer above 1,000 must
/// rest on verified cost); a bid to buy or to charge has no such cost, so there it only warns.
pub(super) fn check(path: &str, curve: &OfferCurve, rules: &ProductRules, findings: &mut Findings) {
    let per_mwh = format!("{}/MWh", rules.currency.value);
    for (j, point) in curve.points().iter().enumerate() {
        let price = point.price;
        let violation =
            |code, words| Violation::new(code, format!("{path}.points[{j}].price"), price, words);
        if let Some(tick) = rules
            .price_tick
            .as_ref()
            .filter(|t| !price.is_on_tick(t.value))
        {
            let words = format!("must be a multiple of {} {per_mwh}", tick.value);
            findings.against(tick, violation("price_off_tick", words));
        }
        if let Some(floor) = rules.floor.as_ref().filter(|f| price < f.value) {
            let words = format!("must not be below {} {per_mwh}", floor.value);
            findings.against(floor, violation("price_below_floor", words));
        }
        if let Some(cap) = rules.cap.as_ref().filter(|c| price > c.value) {
            let words = format!("must not be above {} {per_mwh}", cap.value);
            findings.against(cap, violation("price_above_cap", words));
        } else if let Some(soft) = rules.soft_cap.as_ref().filter(|s| price > s.value) {
            let (severity, words) = if supplies(curve.side(), *point) {
                (
                    Severity::NeedsVerification,
                    "the venue verifies the cost of an offer above",
                )
            } else {
                (
                    Severity::Warning,
                    "the venue verifies the cost of offers, though not of bids, above",
                )
            };
            let words = format!("{words} {} {per_mwh}", soft.value);
            findings.weighed(severity, soft, violation("price_above_soft_cap", words));
        }
    }
}

fn supplies(side: CurveSide, point: CurvePoint) -> bool {
    match side {
        CurveSide::Sell => true,
        CurveSide::Buy => false,
        CurveSide::Storage => point.quantity >= Power::ZERO,
    }
}

//! Market, product, location, delivery day and currency.

use super::finding::Findings;
use crate::bid::BidContent;
use crate::error::Violation;
use crate::market::DeliveryDay;
use crate::market::rules::ProductRules;

/// Checks what stands above the periods.
pub(super) fn check(
    content: &BidContent,
    rules: &ProductRules,
    location_known: bool,
    findings: &mut Findings,
) {
    if content.market != rules.market {
        let rule = format!("the rules are those of {}", rules.market);
        findings.error(Violation::new(
            "wrong_market",
            "market",
            &content.market,
            rule,
        ));
    }
    if content.product != rules.product {
        let rule = format!("the rules are those of {}", rules.product);
        findings.error(Violation::new(
            "wrong_product",
            "product",
            &content.product,
            rule,
        ));
    }
    if !location_known {
        let rule = format!("must be a settlement location of {}", content.market);
        findings.error(Violation::new(
            "unknown_location",
            "location",
            &content.location,
            rule,
        ));
    }
    if content.currency != rules.currency.value {
        let rule = format!("{} takes prices in {}", rules.market, rules.currency.value);
        let violation = Violation::new("wrong_currency", "currency", content.currency, rule);
        findings.against(&rules.currency, violation);
    }
}

/// The delivery day in the market's zone, unless it lies past the calendar.
pub(super) fn delivery_day(
    content: &BidContent,
    rules: &ProductRules,
    findings: &mut Findings,
) -> Option<DeliveryDay> {
    match rules.delivery_day(content.delivery_day) {
        Ok(day) => Some(day),
        Err(error) => {
            out_of_range(content, error.to_string(), findings);
            None
        }
    }
}

/// The day, or the gate that belongs to it, lies past the calendar.
pub(super) fn out_of_range(content: &BidContent, rule: String, findings: &mut Findings) {
    let date = content.delivery_day;
    findings.error(Violation::new(
        "delivery_day_out_of_range",
        "delivery_day",
        date,
        rule,
    ));
}

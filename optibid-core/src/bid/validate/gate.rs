//! Whether bids are still taken.

use super::finding::Findings;
use super::header;
use crate::bid::BidContent;
use crate::error::Violation;
use crate::market::rules::{ProductKind, ProductRules};
use crate::market::{DeliveryDay, DeliveryPeriod};
use jiff::Timestamp;

/// Checks the gate: once for the day when the product clears a day ahead, else for each period.
pub(super) fn check(
    content: &BidContent,
    rules: &ProductRules,
    day: &DeliveryDay,
    now: Timestamp,
    findings: &mut Findings,
) {
    match rules.kind {
        ProductKind::DayAhead => {
            let first = day.periods(rules.interval.value).next();
            if let Some(first) = first {
                closed(
                    content,
                    rules,
                    (day, &first, "delivery_day".to_owned(), now),
                    findings,
                );
            }
        }
        ProductKind::RealTime => {
            for (i, offered) in content.periods.iter().enumerate() {
                if day.contains(offered.period.start()) {
                    let field = format!("periods[{i}].period");
                    closed(content, rules, (day, &offered.period, field, now), findings);
                }
            }
        }
    }
}

type Asked<'a> = (&'a DeliveryDay, &'a DeliveryPeriod, String, Timestamp);

fn closed(
    content: &BidContent,
    rules: &ProductRules,
    (day, period, field, now): Asked<'_>,
    findings: &mut Findings,
) {
    match rules.gate_closure(day, period) {
        Ok(closing) if now >= closing => {
            let rule = format!("closed at {}", day.zone().local(closing));
            let value = day.zone().local(now);
            findings.against(
                &rules.gate,
                Violation::new("gate_closed", field, value, rule),
            );
        }
        Ok(_) => {}
        Err(error) => header::out_of_range(content, error.to_string(), findings),
    }
}

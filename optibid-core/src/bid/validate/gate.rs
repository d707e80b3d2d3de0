//! Whether bids are taken now.

use super::finding::Findings;
use super::header;
use crate::bid::BidContent;
use crate::error::Violation;
use crate::market::rules::ProductRules;
use crate::market::{DayError, DeliveryDay, DeliveryPeriod};
use jiff::Timestamp;
use std::fmt::Display;

/// Checks the gate: once when all periods of the day close together, else for each period.
pub(super) fn check(
    content: &BidContent,
    rules: &ProductRules,
    day: &DeliveryDay,
    now: Timestamp,
    findings: &mut Findings,
) {
    let gate = Asked { rules, day, now };
    let mut told = |field: &str, value: &dyn Display, period: &DeliveryPeriod| {
        if let Err(error) = gate.check((field, value), period, findings) {
            header::out_of_range(content, error.to_string(), findings);
        }
    };
    if rules.gate.value.is_daily() {
        if let Some(first) = day.periods(rules.interval.value).next() {
            told("delivery_day", &day.date(), &first);
        }
        return;
    }
    for (path, periods) in content.offer.profiles() {
        for (i, period) in periods.iter().enumerate() {
            if day.contains(period.start()) {
                let start = day.zone().local(period.start());
                told(&format!("{path}[{i}].period"), &start, period);
            }
        }
    }
}

struct Asked<'a> {
    rules: &'a ProductRules,
    day: &'a DeliveryDay,
    now: Timestamp,
}

impl Asked<'_> {
    fn check(
        &self,
        (field, value): (&str, &dyn Display),
        period: &DeliveryPeriod,
        findings: &mut Findings,
    ) -> Result<(), DayError> {
        let gate = &self.rules.gate;
        let local = |instant: Timestamp| self.day.zone().local(instant);
        let closing = self.rules.gate_closure(self.day, period)?;
        if self.now >= closing {
            let rule = format!("closed at {}", local(closing));
            let violation = Violation::new("gate_closed", field, value, rule);
            findings.against(gate, violation);
        }
        if let Some(opening) = gate.value.opens_at(self.day, period)?
            && self.now < opening
        {
            let rule = format!("opens at {}", local(opening));
            let violation = Violation::new("gate_not_open", field, value, rule);
            findings.against(gate, violation);
        }
        Ok(())
    }
}

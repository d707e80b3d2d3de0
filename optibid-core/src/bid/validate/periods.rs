//! The set of periods: on the day's grid, each once, in order of time.

use super::finding::Findings;
use crate::error::Violation;
use crate::market::rules::ProductRules;
use crate::market::{DeliveryDay, DeliveryPeriod};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Checks the list of periods at `path` as a set.
pub(super) fn check(
    (path, periods): (&str, &[DeliveryPeriod]),
    rules: &ProductRules,
    day: &DeliveryDay,
    findings: &mut Findings,
) {
    if periods.is_empty() {
        let rule = "a bid offers something in at least one period";
        findings.error(Violation::new("no_periods", path, "[]", rule));
    }
    let mut seen: BTreeMap<Timestamp, usize> = BTreeMap::new();
    let mut latest: Option<Timestamp> = None;
    for (i, period) in periods.iter().enumerate() {
        place(&format!("{path}[{i}].period"), period, rules, day, findings);
        let start = period.start();
        let local = || day.zone().local(start);
        let field = || format!("{path}[{i}].period.start");
        if let Some(first) = seen.get(&start) {
            let rule = format!("{path}[{first}] bids for it already{}", changed_clocks(day));
            findings.error(Violation::new("duplicate_period", field(), local(), rule));
        } else {
            seen.insert(start, i);
            if let Some(before) = latest.filter(|&before| start < before) {
                let rule = format!(
                    "must come before the period of {}",
                    day.zone().local(before)
                );
                findings.error(Violation::new(
                    "periods_out_of_order",
                    field(),
                    local(),
                    rule,
                ));
            }
        }
        latest = latest.max(Some(start));
    }
}

/// Checks the length of a period and its place on the day.
fn place(
    path: &str,
    period: &DeliveryPeriod,
    rules: &ProductRules,
    day: &DeliveryDay,
    findings: &mut Findings,
) {
    let interval = rules.interval.value;
    if period.resolution() != interval {
        let field = format!("{path}.resolution");
        let rule = format!(
            "{} {} takes periods of {interval}",
            rules.market, rules.product
        );
        let violation = Violation::new("wrong_resolution", field, period.resolution(), rule);
        findings.against(&rules.interval, violation);
    }
    let start = format!("{path}.start");
    let local = day.zone().local(period.start());
    if !day.contains(period.start()) {
        let violation = Violation::new("period_outside_day", start, local, extent(day));
        findings.against(&rules.zone, violation);
    } else if period.resolution() == interval && day.index_of(period).is_none() {
        let rule = format!(
            "periods follow each other every {interval} from {}",
            day.zone().local(day.start())
        );
        findings.against(
            &rules.interval,
            Violation::new("period_off_grid", start, local, rule),
        );
    }
}

/// The day in words of market time, with the hour it lacks or repeats.
fn extent(day: &DeliveryDay) -> String {
    let zone = day.zone();
    let hours = (day.end().as_second() - day.start().as_second()) / 3_600;
    let (start, end) = (zone.local(day.start()), zone.local(day.end()));
    format!(
        "delivery day {} has {hours} hours, from {start} until before {end}{}",
        day.date(),
        changed_clocks(day)
    )
}

/// Says which hour a day lacks or repeats, if one.
fn changed_clocks(day: &DeliveryDay) -> String {
    let zone = day.zone().time_zone();
    let change = zone
        .following(day.start())
        .next()
        .filter(|c| c.timestamp() < day.end());
    let Some(change) = change else {
        return String::new();
    };
    let before = zone
        .to_offset(day.start())
        .to_datetime(change.timestamp())
        .time();
    let after = change.offset().to_datetime(change.timestamp()).time();
    let date = day.date();
    if before < after {
        format!(
            "; on {date} the clocks go forward from {before} to {after}, so that hour does not exist"
        )
    } else {
        format!("; on {date} the clocks go back from {before} to {after}, so that hour comes twice")
    }
}

//! The in-memory adapter passes the rules of every port, and the list of rules is whole.

use jiff::civil::date;
use optibid_core::bid::{BidContent, ValidationContext, Verdict, validate};
use optibid_core::market::rules::RuleBook;
use optibid_core::testing::{MemoryStore, conformance_suite, fixtures};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

conformance_suite!(store, async || Arc::new(MemoryStore::default()));

/// The names after `mark` in a text, up to the first character that cannot be in a name.
fn names_after(text: &str, mark: &str) -> BTreeSet<String> {
    let name = |rest: &str| {
        let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric());
        rest[..end.unwrap_or(rest.len())].to_owned()
    };
    text.split(mark).skip(1).map(name).collect()
}

/// Adds the rules of a folder's files; those of a sub-folder belong to the port of that name.
fn gather(folder: &Path, port: Option<&str>, rules: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let own = path.file_stem().unwrap().to_str().unwrap();
        let port = port.unwrap_or(own);
        if path.is_dir() {
            gather(&path, Some(port), rules);
            continue;
        }
        let found = names_after(&fs::read_to_string(&path).unwrap(), "\npub async fn ");
        if !found.is_empty() {
            rules.entry(port.to_owned()).or_default().extend(found);
        }
    }
}

#[test]
fn every_rule_of_every_port_is_in_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/conformance");
    let suite = fs::read_to_string(folder.join("suite.rs")).unwrap();
    let mut rules = BTreeMap::new();
    gather(&folder, None, &mut rules);
    assert_eq!(rules.len(), 13, "ports with rules");
    for (port, rules) in rules {
        let (_, arm) = suite
            .split_once(&format!("    ({port}, $make:expr)"))
            .unwrap();
        let (_, list) = arm.split_once('[').unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let listed: BTreeSet<_> = list
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(listed, rules, "the list of {port}");
    }
}

#[test]
fn the_fixture_bids_are_accepted_on_days_of_every_length() {
    let makers: [fn(jiff::civil::Date) -> BidContent; 2] =
        [fixtures::ercot_dam_content, fixtures::ercot_rtm_content];
    for make in makers {
        let days = [
            (date(2024, 3, 10), 23),
            (date(2024, 6, 4), 24),
            (date(2024, 11, 3), 25),
            (date(2025, 12, 5), 24),
            (date(2026, 3, 8), 23),
            (date(2026, 11, 1), 25),
        ];
        for (day, length) in days {
            let content = make(day);
            assert_eq!(content.curves().len(), length, "periods on {day}");
            let rules = RuleBook::builtin()
                .at(&content.market, &content.product, day)
                .unwrap();
            let before = day
                .to_datetime(jiff::civil::Time::midnight())
                .to_zoned(jiff::tz::TimeZone::UTC);
            let now = before.unwrap().timestamp() - jiff::SignedDuration::from_hours(24);
            let context = ValidationContext {
                now,
                location_known: true,
                ..ValidationContext::default()
            };
            let found = validate(&content, &rules, &context);
            assert_eq!(
                found.verdict,
                Verdict::Accept,
                "{} on {day}: {found:?}",
                content.product
            );
        }
    }
}

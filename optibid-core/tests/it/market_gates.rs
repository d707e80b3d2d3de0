//! Gate closures, on the days on which the clocks change above all.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use optibid_core::market::rules::{Gate, ProductRules, RuleBook};
use optibid_core::market::{DeliveryPeriod, Resolution};

fn rules(market: &str, product: &str, day: Date) -> ProductRules {
    RuleBook::builtin()
        .at(&market.parse().unwrap(), &product.parse().unwrap(), day)
        .unwrap()
}

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Closure for the first period of the day.
fn closes(market: &str, product: &str, day: Date) -> String {
    let rules = rules(market, product, day);
    let day = rules.delivery_day(day).unwrap();
    let first = rules.periods(&day).next().unwrap();
    rules.gate_closure(&day, &first).unwrap().to_string()
}

#[test]
fn ercot_day_ahead_closes_at_ten_central_prevailing_time() {
    // For the short day itself the gate is on the day before, still in CST (UTC-6).
    assert_eq!(
        closes("ERCOT", "DAM", date(2026, 3, 8)),
        "2026-03-07T16:00:00Z"
    );
    // The gate that lies on the short day is in CDT (UTC-5): the clocks have changed at 02:00.
    assert_eq!(
        closes("ERCOT", "DAM", date(2026, 3, 9)),
        "2026-03-08T15:00:00Z"
    );
    assert_eq!(
        closes("ERCOT", "DAM", date(2025, 11, 2)),
        "2025-11-01T15:00:00Z"
    );
    assert_eq!(
        closes("ERCOT", "DAM", date(2025, 11, 3)),
        "2025-11-02T16:00:00Z"
    );
    assert_eq!(
        closes("ERCOT", "DAM", date(2026, 11, 1)),
        "2026-10-31T15:00:00Z"
    );
    assert_eq!(
        closes("ERCOT", "DAM", date(2026, 11, 2)),
        "2026-11-01T16:00:00Z"
    );
}

#[test]
fn nyiso_day_ahead_closes_at_five_on_the_day_of_the_change_too() {
    assert_eq!(
        closes("NYISO", "DAM", date(2026, 3, 8)),
        "2026-03-07T10:00:00Z"
    );
    assert_eq!(
        closes("NYISO", "DAM", date(2026, 3, 9)),
        "2026-03-08T09:00:00Z"
    );
    assert_eq!(
        closes("NYISO", "DAM", date(2025, 11, 2)),
        "2025-11-01T09:00:00Z"
    );
    assert_eq!(
        closes("NYISO", "DAM", date(2025, 11, 3)),
        "2025-11-02T10:00:00Z"
    );
}

#[test]
fn miso_closes_in_eastern_prevailing_time_although_its_day_is_in_est() {
    // Winter: 10:30 EST. The day after the change: 10:30 EDT, which is 09:30 in MISO's own time.
    assert_eq!(
        closes("MISO", "DAM", date(2026, 3, 8)),
        "2026-03-07T15:30:00Z"
    );
    assert_eq!(
        closes("MISO", "DAM", date(2026, 3, 9)),
        "2026-03-08T14:30:00Z"
    );
    assert_eq!(
        closes("MISO", "DAM", date(2026, 7, 15)),
        "2026-07-14T14:30:00Z"
    );
    assert_eq!(
        closes("MISO", "DAM", date(2025, 11, 2)),
        "2025-11-01T14:30:00Z"
    );
    assert_eq!(
        closes("MISO", "DAM", date(2025, 11, 3)),
        "2025-11-02T15:30:00Z"
    );
    let rules = rules("MISO", "DAM", date(2026, 7, 15));
    assert_eq!(
        rules.delivery_day(date(2026, 7, 15)).unwrap().start(),
        utc("2026-07-15T05:00:00Z")
    );
}

#[test]
fn european_auction_closes_at_noon_cet_or_cest() {
    for market in ["NORDPOOL", "EPEX"] {
        assert_eq!(
            closes(market, "DAM", date(2026, 3, 29)),
            "2026-03-28T11:00:00Z"
        );
        assert_eq!(
            closes(market, "DAM", date(2026, 3, 30)),
            "2026-03-29T10:00:00Z"
        );
        assert_eq!(
            closes(market, "DAM", date(2025, 10, 26)),
            "2025-10-25T10:00:00Z"
        );
        assert_eq!(
            closes(market, "DAM", date(2025, 10, 27)),
            "2025-10-26T11:00:00Z"
        );
    }
}

#[test]
fn other_day_ahead_gates() {
    assert_eq!(
        closes("CAISO", "DAM", date(2026, 3, 9)),
        "2026-03-08T17:00:00Z"
    );
    assert_eq!(
        closes("PJM", "DAM", date(2026, 1, 15)),
        "2026-01-14T16:00:00Z"
    );
    assert_eq!(
        closes("ISONE", "DAM", date(2026, 1, 15)),
        "2026-01-14T15:30:00Z"
    );
    assert_eq!(
        closes("SPP", "DAM", date(2026, 1, 15)),
        "2026-01-14T15:30:00Z"
    );
    // 12:00 IST in the older texts, 11:00 today.
    assert_eq!(
        closes("IEX", "DAM", date(2022, 10, 18)),
        "2022-10-17T06:30:00Z"
    );
    assert_eq!(
        closes("IEX", "DAM", date(2026, 10, 18)),
        "2026-10-17T05:30:00Z"
    );
}

#[test]
fn iex_day_ahead_call_opens_at_ten() {
    let rules = rules("IEX", "DAM", date(2026, 10, 18));
    let day = rules.delivery_day(date(2026, 10, 18)).unwrap();
    let first = rules.periods(&day).next().unwrap();
    assert_eq!(
        rules.gate_opening(&day, &first),
        Ok(Some(utc("2026-10-17T04:30:00Z")))
    );
}

/// "48 sessions of 15 min, 15 min gap; first 22:45 on D-1; each for two 15-min blocks; delivery
/// starts 4 blocks after gate closure".
#[test]
fn iex_real_time_has_48_sessions_of_two_blocks() {
    let rules = rules("IEX", "RTM", date(2026, 10, 18));
    let day = rules.delivery_day(date(2026, 10, 18)).unwrap();
    let blocks: Vec<_> = rules.periods(&day).collect();
    assert_eq!(blocks.len(), 96);
    let mut opens = utc("2026-10-17T17:15:00Z"); // 22:45 IST on the day before
    for pair in blocks.chunks(2) {
        for block in pair {
            assert_eq!(rules.gate_opening(&day, block), Ok(Some(opens)));
            let closes = rules.gate_closure(&day, block).unwrap();
            assert_eq!(closes, opens + 15.minutes());
            assert_eq!(pair[0].start(), closes + 60.minutes());
        }
        opens += 30.minutes();
    }
    assert_eq!(
        opens,
        utc("2026-10-18T17:15:00Z"),
        "48 sessions of half an hour"
    );
}

#[test]
fn real_time_gates_count_back_from_the_hour_in_market_time() {
    let ercot = rules("ERCOT", "RTM", date(2026, 3, 8));
    let day = ercot.delivery_day(date(2026, 3, 8)).unwrap();
    // 03:45 CDT lies in the hour that begins at 03:00 CDT = 08:00 UTC; one hour earlier is 01:00 CST.
    let quarter = DeliveryPeriod::new(utc("2026-03-08T08:45:00Z"), Resolution::Min15).unwrap();
    assert_eq!(
        ercot.gate_closure(&day, &quarter),
        Ok(utc("2026-03-08T07:00:00Z"))
    );
    let caiso = rules("CAISO", "RTM", date(2026, 7, 1));
    let day = caiso.delivery_day(date(2026, 7, 1)).unwrap();
    let first = caiso.periods(&day).next().unwrap();
    assert_eq!(
        caiso.gate_closure(&day, &first),
        Ok(utc("2026-07-01T05:45:00Z"))
    );
    let aemo = rules("AEMO", "RTM", date(2026, 7, 1));
    let day = aemo.delivery_day(date(2026, 7, 1)).unwrap();
    let third = aemo.periods(&day).nth(2).unwrap();
    assert_eq!(aemo.gate_closure(&day, &third), Ok(third.start()));
    // In India the hour begins at half past in UTC.
    let gate: Gate = "60 min before the hour".parse().unwrap();
    let iex = rules("IEX", "RTM", date(2026, 7, 1));
    let day = iex.delivery_day(date(2026, 7, 1)).unwrap();
    let block = DeliveryPeriod::new(utc("2026-07-01T01:15:00Z"), Resolution::Min15).unwrap();
    assert_eq!(
        gate.closes_at(&day, &block),
        Ok(utc("2026-06-30T23:30:00Z"))
    );
}

#[test]
fn the_next_gate_is_the_next_one_to_close() {
    let ercot = rules("ERCOT", "DAM", date(2026, 3, 8));
    let next = |now| {
        ercot
            .next_gate(utc(now))
            .map(|(day, at)| (day.date(), at.to_string()))
            .unwrap()
    };
    let short = (date(2026, 3, 8), "2026-03-07T16:00:00Z".to_owned());
    let after = (date(2026, 3, 9), "2026-03-08T15:00:00Z".to_owned());
    assert_eq!(
        next("2026-03-07T06:00:00Z"),
        short,
        "midnight of the day before"
    );
    assert_eq!(next("2026-03-07T15:59:59Z"), short);
    assert_eq!(
        next("2026-03-07T16:00:00Z"),
        after,
        "at the closing time it is closed"
    );
    assert_eq!(next("2026-03-08T14:59:59Z"), after);

    let iex = rules("IEX", "RTM", date(2026, 10, 18));
    let next = |now| {
        iex.next_gate(utc(now))
            .map(|(day, at)| (day.date(), at.to_string()))
            .unwrap()
    };
    // The last session of a day closes at 22:30 IST; the first of the next at 23:00.
    let first = (date(2026, 10, 19), "2026-10-18T17:30:00Z".to_owned());
    assert_eq!(next("2026-10-18T16:59:59Z").0, date(2026, 10, 18));
    assert_eq!(next("2026-10-18T17:00:00Z"), first);
}

/// Walks through three weeks around both changes hour by hour and compares with the least closure
/// found by brute force over all periods of all days near by.
#[test]
fn the_next_gate_agrees_with_a_search_over_all_periods() {
    for (market, product) in [
        ("ERCOT", "DAM"),
        ("MISO", "DAM"),
        ("NYISO", "RTM"),
        ("EPEX", "DAM"),
    ] {
        for from in [date(2026, 3, 1), date(2026, 10, 20)] {
            let rules = rules(market, product, from);
            let mut closures = Vec::new();
            for offset in -3..26 {
                let day = rules.delivery_day(from + offset.days()).unwrap();
                for period in rules.periods(&day) {
                    closures.push((rules.gate_closure(&day, &period).unwrap(), day.date()));
                }
            }
            closures.sort();
            let mut now = rules.delivery_day(from).unwrap().start();
            for _ in 0..21 * 24 {
                let (at, day) = closures.iter().find(|(at, _)| *at > now).unwrap();
                let found = rules.next_gate(now).map(|(day, at)| (at, day.date()));
                assert_eq!(found, Some((*at, *day)), "{market} {product} at {now}");
                now += 1.hour();
            }
        }
    }
}

#[test]
fn a_gate_can_lie_days_ahead() {
    let mut rules = rules("EPEX", "DAM", date(2026, 3, 30));
    rules.gate.value = "12:00 market time 3 days before delivery".parse().unwrap();
    let day = rules.delivery_day(date(2026, 3, 30)).unwrap();
    let first = rules.periods(&day).next().unwrap();
    let closing = utc("2026-03-27T11:00:00Z");
    assert_eq!(rules.gate_closure(&day, &first), Ok(closing));
    assert_eq!(rules.next_gate(closing - 1.second()), Some((day, closing)));
    let next = rules.next_gate(closing).map(|(day, _)| day.date());
    assert_eq!(next, Some(date(2026, 3, 31)));
}

#[test]
fn gates_read_back_from_words_and_json() {
    for row in RuleBook::builtin()
        .rows()
        .filter(|row| row.parameter.name() == "gate")
    {
        let words = row.parameter.to_string();
        let gate: Gate = words.parse().unwrap();
        assert_eq!(gate.to_string(), words);
        let json = serde_json::to_string(&gate).unwrap();
        assert_eq!(serde_json::from_str::<Gate>(&json).unwrap(), gate, "{json}");
    }
    let bad = [
        "",
        "10:00",
        "25:00 market time 1 day before delivery",
        "10:00 market time 1 day before",
        "10:00 market time -1 days before delivery",
        "60 min before",
        "60 min before the week",
        "x min before the hour",
        "60 min before each PT7M session (open 15 min)",
    ];
    for text in bad {
        assert!(text.parse::<Gate>().is_err(), "{text:?}");
    }
    assert!(serde_json::from_str::<Gate>(r#"{"kind":"before_period","minutes":60}"#).is_err());
}

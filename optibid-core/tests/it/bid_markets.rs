//! Whole bids against the rules that come with OptiBid, market by market.

use crate::bid_samples::{content, curve};
use jiff::civil::{Date, DateTime};
use optibid_core::bid::{
    BidContent, BidOffer, BidPeriod, CurveShape, CurveSide, Validation, ValidationContext, Verdict,
    validate,
};
use optibid_core::market::rules::{ProductRules, RuleBook};
use optibid_core::market::{DeliveryPeriod, Resolution};
use std::collections::BTreeSet;

/// A bid of one curve in every period of a day, and the rules it is held against.
struct Bidding {
    content: BidContent,
    rules: ProductRules,
}

fn bidding(market: &str, product: &str, day: &str, side: CurveSide, shape: CurveShape) -> Bidding {
    let date: Date = day.parse().unwrap();
    let (market, product) = (market.parse().unwrap(), product.parse().unwrap());
    let rules = RuleBook::builtin().at(&market, &product, date).unwrap();
    let points: &[(&str, &str)] = match side {
        CurveSide::Sell => &[("1", "20"), ("2", "30")],
        CurveSide::Buy => &[("1", "30"), ("2", "20")],
        CurveSide::Storage => &[("-1", "20"), ("1", "30")],
    };
    let offered = curve(side, shape, points);
    let periods = rules
        .delivery_day(date)
        .unwrap()
        .periods(rules.interval.value);
    let periods = periods
        .map(|period| BidPeriod {
            period,
            curve: offered.clone(),
        })
        .collect();
    let currency = rules.currency.value;
    let content = BidContent {
        market,
        product,
        delivery_day: date,
        currency,
        offer: BidOffer::Curve(periods),
        ..content()
    };
    Bidding { content, rules }
}

impl Bidding {
    /// The same with other points in the first period.
    fn offer(mut self, points: &[(&str, &str)]) -> Self {
        let first = &mut self.content.curves_mut().unwrap()[0].curve;
        *first = curve(first.side(), first.shape(), points);
        self
    }

    /// Validates at a wall-clock time of the market.
    fn at(&self, now: &str) -> Validation {
        let now: DateTime = now.parse().unwrap();
        let now = self
            .rules
            .zone
            .value
            .instant(now.date(), now.time())
            .unwrap();
        let context = ValidationContext {
            now,
            location_known: true,
            ..ValidationContext::default()
        };
        validate(&self.content, &self.rules, &context)
    }
}

fn codes(validation: &Validation) -> Vec<&str> {
    let codes: BTreeSet<&str> = validation
        .findings
        .iter()
        .map(|f| &*f.violation.code)
        .collect();
    codes.into_iter().collect()
}

/// Rule and source of the only finding.
fn rule(validation: &Validation) -> (&str, &str) {
    assert_eq!(validation.findings.len(), 1, "{validation:#?}");
    let violation = &validation.findings[0].violation;
    (
        &violation.rule,
        violation.source.as_deref().unwrap_or_default(),
    )
}

use CurveShape::{Linear, Step};
use CurveSide::{Buy, Sell, Storage};
const ACCEPTED: [&str; 0] = [];

#[test]
fn ercot_takes_lines_of_ten_points_up_to_its_cap() {
    let storage = || bidding("ERCOT", "DAM", "2026-11-21", Storage, Linear);
    let before = "2026-11-20T09:59:59";
    assert_eq!(codes(&storage().at(before)), ACCEPTED);
    assert_eq!(
        codes(
            &storage()
                .offer(&[("-10", "-250"), ("10", "5000")])
                .at(before)
        ),
        ACCEPTED
    );

    let eleven: Vec<(String, String)> = (0..11).map(|i| (i.to_string(), i.to_string())).collect();
    let eleven: Vec<(&str, &str)> = eleven.iter().map(|(q, p)| (&**q, &**p)).collect();
    assert_eq!(codes(&storage().offer(&eleven[..10]).at(before)), ACCEPTED);
    let validation = storage().offer(&eleven).at(before);
    let (words, source) = rule(&validation);
    assert_eq!(words, "a curve has at most 10 points");
    assert!(source.starts_with("ERCOT EWS XSD"), "{source}");

    let validation = storage()
        .offer(&[("-10", "-250.01"), ("10", "40")])
        .at(before);
    let (words, source) = rule(&validation);
    assert_eq!(words, "must not be below -250.00 USD/MWh");
    assert!(source.ends_with("(unverified)"), "{source}");
    assert_eq!(validation.verdict, Verdict::Reject);

    let steps = bidding("ERCOT", "DAM", "2026-11-21", Sell, Step).at(before);
    assert_eq!(codes(&steps), ["curve_shape_not_taken"]);
    let late = storage().at("2026-11-20T10:00:00");
    assert_eq!(
        rule(&late).0,
        "closed at 2026-11-20T10:00:00-06:00[America/Chicago]"
    );
}

#[test]
fn ercot_before_its_storage_model_is_taken_with_one_warning() {
    let validation = bidding("ERCOT", "DAM", "2024-06-01", Storage, Linear).at("2024-05-31T09:00");
    assert_eq!(validation.verdict, Verdict::Accept);
    assert_eq!(codes(&validation), ["storage_curve_not_taken"]);
    assert_eq!(validation.findings.len(), 1);
}

#[test]
fn ercot_real_time_closes_an_hour_before_each_hour() {
    let bid = bidding("ERCOT", "RTM", "2026-11-21", Sell, Linear);
    let validation = bid.at("2026-11-21T04:30");
    let fields: Vec<&str> = validation
        .findings
        .iter()
        .map(|f| &*f.violation.field)
        .collect();
    let closed: Vec<String> = (0..=5).map(|i| format!("periods[{i}].period")).collect();
    assert_eq!(
        fields, closed,
        "the gate of the hour from 05:00 closed at 04:00"
    );
}

#[test]
fn caiso_verifies_the_cost_above_a_thousand() {
    let sell = |top: &str| {
        let bid = bidding("CAISO", "DAM", "2026-11-21", Sell, Step);
        bid.offer(&[("1", "20"), ("2", top)])
            .at("2026-11-20T09:00")
            .verdict
    };
    assert_eq!(sell("1000"), Verdict::Accept);
    assert_eq!(sell("1000.01"), Verdict::SubjectToVerification);
    assert_eq!(sell("2000"), Verdict::SubjectToVerification);
    assert_eq!(sell("2000.01"), Verdict::Reject);
}

#[test]
fn nyiso_steps_rise_and_its_gate_closes_at_five() {
    let sell = || bidding("NYISO", "DAM", "2026-11-21", Sell, Step);
    assert_eq!(codes(&sell().at("2026-11-20T04:59:59")), ACCEPTED);
    assert_eq!(codes(&sell().at("2026-11-20T05:00")), ["gate_closed"]);
    let equal = sell()
        .offer(&[("1", "20"), ("2", "20")])
        .at("2026-11-20T04:00");
    assert_eq!(codes(&equal), ["equal_prices"]);
    assert!(rule(&equal).1.ends_with("(observed)"));
}

#[test]
fn nord_pool_counts_quarters_since_october_2025() {
    let bid = |day: &str| bidding("NORDPOOL", "DAM", day, Buy, Linear);
    for (day, before, quarters) in [
        ("2026-03-29", "2026-03-28T11:59", 92),
        ("2026-10-25", "2026-10-24T11:59", 100),
        ("2026-11-21", "2026-11-20T11:59", 96),
        ("2025-09-30", "2025-09-29T11:59", 24),
    ] {
        let bid = bid(day);
        assert_eq!(bid.content.curves().len(), quarters, "{day}");
        assert_eq!(codes(&bid.at(before)), ACCEPTED, "{day}");
    }
    let late = bid("2026-10-25").at("2026-10-24T12:00");
    assert_eq!(
        rule(&late).0,
        "closed at 2026-10-24T12:00:00+02:00[Europe/Oslo]"
    );
    let mut hourly = bid("2026-11-21");
    let start = hourly.content.curves()[0].period.start();
    hourly.content.curves_mut().unwrap().truncate(1);
    hourly.content.curves_mut().unwrap()[0].period =
        DeliveryPeriod::new(start, Resolution::Hour).unwrap();
    assert_eq!(
        rule(&hourly.at("2026-11-20T11:00")).0,
        "NORDPOOL DAM takes periods of PT15M"
    );
    let limits = bid("2026-11-21").offer(&[("0.1", "4000"), ("5", "-500")]);
    assert_eq!(codes(&limits.at("2026-11-20T11:00")), ACCEPTED);
    let beyond = bid("2026-11-21").offer(&[("0.1", "4000.01"), ("5.05", "-500.01")]);
    let found = ["price_above_cap", "price_below_floor", "quantity_off_tick"];
    assert_eq!(codes(&beyond.at("2026-11-20T11:00")), found);
}

#[test]
fn epex_takes_steps_of_at_least_two_pairs() {
    let before = "2026-11-20T11:00";
    assert_eq!(
        codes(&bidding("EPEX", "DAM", "2026-11-21", Sell, Step).at(before)),
        ACCEPTED
    );
    let one = bidding("EPEX", "DAM", "2026-11-21", Sell, Step).offer(&[("1", "20")]);
    assert_eq!(codes(&one.at(before)), ["too_few_points"]);
    let line = bidding("EPEX", "DAM", "2026-11-21", Sell, Linear);
    assert_eq!(codes(&line.at(before)), ["curve_shape_not_taken"]);
}

#[test]
fn iex_opens_closes_and_quotes_whole_rupees() {
    let bid = || bidding("IEX", "DAM", "2026-11-21", Buy, Linear);
    assert_eq!(codes(&bid().at("2026-11-20T09:59:59")), ["gate_not_open"]);
    assert_eq!(codes(&bid().at("2026-11-20T10:00")), ACCEPTED);
    assert_eq!(codes(&bid().at("2026-11-20T11:00")), ["gate_closed"]);
    let off = bid().offer(&[("1", "10001"), ("2", "2500.5"), ("3", "-1")]);
    let found = ["price_above_cap", "price_below_floor", "price_off_tick"];
    assert_eq!(codes(&off.at("2026-11-20T10:30")), found);
}

#[test]
fn iex_real_time_sells_two_blocks_a_session() {
    let mut bid = bidding("IEX", "RTM", "2026-11-21", Sell, Linear);
    bid.content.curves_mut().unwrap().truncate(3);
    let at = |now: &str| {
        let validation = bid.at(now);
        let told =
            |f: &optibid_core::bid::Finding| (f.violation.code.clone(), f.violation.field.clone());
        validation.findings.iter().map(told).collect::<Vec<_>>()
    };
    let found = |code: &str, i: usize| (code.to_owned(), format!("periods[{i}].period"));
    // The session for 00:00-00:30 takes bids from 22:45 until 23:00, the next from 23:15.
    assert_eq!(at("2026-11-20T22:45"), [found("gate_not_open", 2)]);
    assert_eq!(
        at("2026-11-20T23:00"),
        [
            found("gate_closed", 0),
            found("gate_closed", 1),
            found("gate_not_open", 2)
        ]
    );
    assert_eq!(
        at("2026-11-20T23:15"),
        [found("gate_closed", 0), found("gate_closed", 1)]
    );
}

#[test]
fn miso_has_twenty_four_hours_when_the_clocks_change() {
    let bid = bidding("MISO", "DAM", "2026-03-08", Sell, Step);
    assert_eq!(bid.content.curves().len(), 24);
    assert_eq!(codes(&bid.at("2026-03-07T10:29")), ACCEPTED);
    assert_eq!(codes(&bid.at("2026-03-07T10:30")), ["gate_closed"]);
    // In summer 10:30 in prevailing Eastern time is 09:30 by MISO's clock.
    let summer = bidding("MISO", "DAM", "2026-07-08", Sell, Step);
    let late = summer.at("2026-07-07T09:30");
    assert_eq!(
        rule(&late).0,
        "closed at 2026-07-07T09:30:00-05:00[Etc/GMT+5]"
    );
}

#[test]
fn the_trading_day_of_aemo_starts_at_four() {
    let mut bid = bidding("AEMO", "RTM", "2026-11-21", Sell, Step);
    assert_eq!(codes(&bid.at("2026-11-21T03:59")), ACCEPTED);
    let first = bid.content.curves()[0].clone();
    let start = "2026-11-20T17:30:00Z".parse().unwrap(); // 03:30 in the east, the day before
    let period = DeliveryPeriod::new(start, first.period.resolution()).unwrap();
    *bid.content.curves_mut().unwrap() = vec![BidPeriod { period, ..first }];
    let validation = bid.at("2026-11-21T03:59");
    assert_eq!(
        codes(&validation),
        ["period_outside_day"],
        "its gate is another day's matter"
    );
    let words = rule(&validation).0;
    assert!(
        words.contains("from 2026-11-21T04:00:00+10:00[Australia/Brisbane]"),
        "{words}"
    );
}

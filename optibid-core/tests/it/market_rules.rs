//! The rule table and its reader.

use jiff::civil::{Date, date};
use optibid_core::error::{Code, Error};
use optibid_core::market::rules::{
    Confidence, Parameter, PriceOrder, ProductRules, RuleBook, RuleError, RuleRow, RuleText,
    ShapeRule,
};
use optibid_core::market::{LocationKind, Resolution, locations};
use optibid_core::unit::{Currency, Price};
use std::collections::BTreeSet;

const TODAY: Date = date(2026, 11, 22);

fn at(market: &str, product: &str, day: Date) -> ProductRules {
    RuleBook::builtin()
        .at(&market.parse().unwrap(), &product.parse().unwrap(), day)
        .unwrap()
}

fn cap(market: &str, product: &str, day: Date) -> Option<String> {
    at(market, product, day)
        .cap
        .map(|cap| cap.value.to_string())
}

#[test]
fn every_row_reads_back_from_its_text() {
    let book = RuleBook::builtin();
    let mut keys = BTreeSet::new();
    for row in book.rows() {
        let text = RuleText::from(row.clone());
        assert_eq!(RuleRow::try_from(text.clone()).as_ref(), Ok(row));
        let json = serde_json::to_string(row).unwrap();
        assert_eq!(
            serde_json::from_str::<RuleRow>(&json).unwrap(),
            *row,
            "{json}"
        );
        assert!(
            row.source.len() > 5 && row.source.trim() == row.source,
            "{text:?}"
        );
        assert!(
            !row.source.contains("  "),
            "a broken line in {:?}",
            row.source
        );
        let key = (
            text.market.clone(),
            text.product.clone(),
            text.parameter.clone(),
            text.valid_from,
        );
        assert!(keys.insert(key), "two rows for one day: {text:?}");
    }
    assert!(keys.len() > 200, "{} rows", keys.len());
}

#[test]
fn every_product_has_rules_today_and_in_2015() {
    let book = RuleBook::builtin();
    let markets: Vec<_> = book.markets().iter().map(ToString::to_string).collect();
    let expected = [
        "AEMO", "CAISO", "EPEX", "ERCOT", "IEX", "ISONE", "MISO", "NORDPOOL", "NYISO", "PJM", "SPP",
    ];
    assert_eq!(markets, expected);
    for market in book.markets() {
        assert_ne!(book.market_name(&market), market.as_str());
        for product in book.products(&market).unwrap() {
            assert_ne!(book.product_name(&market, &product), product.as_str());
            for day in [date(2015, 1, 1), TODAY] {
                let rules = book.at(&market, &product, day).unwrap();
                if let (Some(floor), Some(cap)) = (&rules.floor, &rules.cap) {
                    assert!(floor.value < cap.value, "{market} {product}");
                }
                let day = rules.zone.value.day(day).unwrap();
                assert!(rules.next_gate(day.start()).is_some(), "{market} {product}");
            }
        }
    }
}

#[test]
fn rows_of_the_other_markets() {
    let aemo = at("AEMO", "RTM", TODAY);
    assert_eq!(
        aemo.zone.value.day(TODAY).unwrap().start().to_string(),
        "2026-11-21T18:00:00Z"
    );
    assert_eq!(aemo.max_points.map(|m| m.value), Some(10));
    assert_eq!(aemo.quantity_tick.map(|t| t.value.kilowatts()), Some(1_000));
    assert_eq!(
        aemo.price_order.map(|o| o.value),
        Some(PriceOrder::Increasing)
    );
    assert_eq!(aemo.currency.value, Currency::Aud);
    let pjm = at("PJM", "RTM", TODAY);
    assert_eq!(pjm.gate.value.to_string(), "65 min before the hour");
    assert_eq!(pjm.gate.confidence, Confidence::Verified);
    assert!(pjm.floor.is_none(), "no source states a floor of PJM");
    let caiso = at("CAISO", "DAM", TODAY);
    assert!(
        caiso.price_tick.is_none() && caiso.quantity_tick.is_none(),
        "not found, so not guessed"
    );
    let miso = at("MISO", "DAM", TODAY);
    assert_eq!(miso.shape.map(|s| s.value), Some(ShapeRule::Either));
    assert_eq!(
        at("SPP", "DAM", TODAY).floor.map(|f| f.value),
        Some(Price::from_units(-500))
    );
    assert!(
        at("ISONE", "DAM", TODAY)
            .storage_curve
            .is_some_and(|rule| !rule.value)
    );
}

#[test]
fn a_rule_holds_from_its_first_day() {
    let interval = |market, day| at(market, "DAM", day).interval.value;
    for market in ["NORDPOOL", "EPEX"] {
        assert_eq!(interval(market, date(2025, 9, 30)), Resolution::Hour);
        assert_eq!(interval(market, date(2025, 10, 1)), Resolution::Min15);
        assert_eq!(
            cap(market, "DAM", date(2022, 5, 10)).as_deref(),
            Some("3000.00")
        );
        assert_eq!(
            cap(market, "DAM", date(2022, 5, 11)).as_deref(),
            Some("4000.00")
        );
    }
    for product in ["DAM", "RTM"] {
        assert_eq!(cap("IEX", product, date(2022, 4, 2)), None);
        assert_eq!(
            cap("IEX", product, date(2023, 4, 3)).as_deref(),
            Some("12000.00")
        );
        assert_eq!(
            cap("IEX", product, date(2023, 4, 4)).as_deref(),
            Some("10000.00")
        );
        assert_eq!(
            cap("ERCOT", product, date(2021, 12, 31)).as_deref(),
            Some("9000.00")
        );
        assert_eq!(
            cap("ERCOT", product, date(2022, 1, 1)).as_deref(),
            Some("5000.00")
        );
        assert!(
            at("ERCOT", product, date(2025, 12, 4))
                .storage_curve
                .is_none()
        );
        assert!(
            at("ERCOT", product, date(2025, 12, 5))
                .storage_curve
                .is_some_and(|rule| rule.value)
        );
    }
    let aemo = |day| at("AEMO", "RTM", day).interval.value;
    assert_eq!(aemo(date(2021, 9, 30)), Resolution::Min30);
    assert_eq!(aemo(date(2021, 10, 1)), Resolution::Min5);
    let before = at("ERCOT", "DAM", date(2021, 12, 31)).cap.unwrap();
    assert_eq!(
        (before.valid_from, before.confidence),
        (date(2015, 6, 1), Confidence::Unverified)
    );
}

#[test]
fn a_citation_says_how_well_the_rule_is_known() {
    let ercot = at("ERCOT", "DAM", TODAY);
    assert_eq!(
        ercot.max_points.unwrap().citation(),
        "ERCOT EWS XSD (api-specs, 2026-07-02)"
    );
    assert_eq!(
        ercot.floor.unwrap().citation(),
        "general market knowledge; no document of the market at hand (unverified)"
    );
    assert_eq!(
        at("NYISO", "DAM", TODAY).max_points.unwrap().citation(),
        "NYISO masked generator bids (report P-27), December 2019 (observed)"
    );
}

#[test]
fn what_is_unknown_is_not_found_and_names_the_known() {
    let book = RuleBook::builtin();
    let (dam, rtm) = ("DAM".parse().unwrap(), "RTM".parse().unwrap());
    let error = Error::from(book.at(&"ERCTO".parse().unwrap(), &dam, TODAY).unwrap_err());
    assert_eq!(error.code(), Code::NotFound);
    assert_eq!(
        error.to_string(),
        "no rules for market ERCTO: known are AEMO, CAISO, EPEX, ERCOT, IEX, ISONE, MISO, NORDPOOL, NYISO, \
         PJM, SPP"
    );
    let violation = &error.violations()[0];
    assert_eq!(
        (violation.field.as_str(), violation.value.as_str()),
        ("market", "ERCTO")
    );
    let error = Error::from(book.at(&"EPEX".parse().unwrap(), &rtm, TODAY).unwrap_err());
    assert_eq!(error.code(), Code::NotFound);
    assert_eq!(
        error.to_string(),
        "no rules for product RTM of EPEX: known are DAM"
    );
    assert_eq!(error.violations()[0].field, "product");
    let early = book
        .at(&"ERCOT".parse().unwrap(), &dam, date(1999, 12, 31))
        .unwrap_err();
    assert!(
        matches!(
            early,
            RuleError::NotInForce {
                parameter: "kind",
                ..
            }
        ),
        "{early}"
    );
    assert_eq!(Error::from(early).violations()[0].field, "delivery_day");
}

fn row(parameter: &str, value: &str, from: Date) -> RuleRow {
    RuleRow {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        parameter: Parameter::parse(parameter, value).unwrap(),
        valid_from: from,
        source: "our own reading".into(),
        confidence: Confidence::Verified,
    }
}

#[test]
fn a_user_adds_rows_and_the_later_one_wins() {
    let book = RuleBook::builtin()
        .with_row(row("cap", "6000", date(2027, 1, 1)))
        .with_row(row("floor", "-251", date(2000, 1, 1)))
        .with_row(row("market_name", "Texas", date(2024, 1, 1)));
    let at = |day| {
        book.at(&"ERCOT".parse().unwrap(), &"DAM".parse().unwrap(), day)
            .unwrap()
    };
    assert_eq!(
        at(date(2026, 12, 31)).cap.unwrap().value,
        Price::from_units(5_000)
    );
    assert_eq!(
        at(date(2027, 1, 1)).cap.unwrap().value,
        Price::from_units(6_000)
    );
    assert_eq!(at(TODAY).floor.unwrap().citation(), "our own reading");
    assert_eq!(book.market_name(&"ERCOT".parse().unwrap()), "Texas");
    let rows: Vec<RuleRow> = book.rows().cloned().collect();
    assert_eq!(RuleBook::from_rows(rows), book);
}

#[test]
fn texts_that_are_no_rule_are_refused() {
    let bad = [
        ("cap", "5,000"),
        ("cap", "NaN"),
        ("zone", "Mars/Olympus"),
        ("zone", "Europe/Oslo, day from 24:00"),
        ("currency", "CHF"),
        ("interval", "PT7M"),
        ("gate", "soon"),
        ("shape", "Step"),
        ("max_points", "-1"),
        ("storage_curve", "yes"),
        ("kind", "intraday"),
        ("market_name", " "),
        ("limit", "5"),
    ];
    for (name, value) in bad {
        assert!(Parameter::parse(name, value).is_err(), "{name}={value}");
    }
    let json = r#"{"market":"ERCOT","product":"DAM","parameter":"cap","value":"1","valid_from":"2026-02-30",
                   "source":"s","confidence":"verified"}"#;
    assert!(serde_json::from_str::<RuleRow>(json).is_err());
}

#[test]
fn every_location_has_a_market_with_rules_and_a_code_of_its_own() {
    let book = RuleBook::builtin();
    let known = locations::builtin();
    // A spot of the table whose key fits no row would be lost in silence.
    let spots = known
        .iter()
        .filter(|l| l.latitude.is_some() && l.longitude.is_some());
    assert_eq!(spots.count(), 65);
    let mut keys = BTreeSet::new();
    for location in &known {
        assert!(book.products(&location.market).is_ok(), "{location:?}");
        assert!(
            keys.insert((location.market.clone(), location.code.clone())),
            "{location:?}"
        );
    }
    let count = |market: &str, kind| {
        known
            .iter()
            .filter(|l| l.market.as_str() == market && l.kind == kind)
            .count()
    };
    assert_eq!(count("NYISO", LocationKind::Zone), 11);
    assert_eq!(count("NYISO", LocationKind::Interface), 4);
    assert_eq!(count("ERCOT", LocationKind::Hub), 7);
    assert_eq!(count("CAISO", LocationKind::Hub), 3);
    assert_eq!(
        count("IEX", LocationKind::Area),
        14,
        "13 areas and the unconstrained price"
    );
    for market in book.markets() {
        assert!(
            known.iter().any(|l| l.market == market),
            "{market} has no location"
        );
    }
}

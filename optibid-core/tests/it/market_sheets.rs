//! All limits of the markets that are supported in full, as one reads them off the table.

use jiff::civil::{Date, date};
use optibid_core::market::rules::{Confidence, RuleBook};

const TODAY: Date = date(2026, 11, 22);

/// The parameters in force, as `name=value` in order of their names, without names and kind. A `~` marks
/// what was only observed, a `?` what is not verified.
fn sheet(market: &str, product: &str, day: Date) -> String {
    let book = RuleBook::builtin();
    let rows = book
        .in_force(&market.parse().unwrap(), &product.parse().unwrap(), day)
        .unwrap();
    let mark = |c| match c {
        Confidence::Verified => "",
        Confidence::Observed => "~",
        Confidence::Unverified => "?",
    };
    rows.into_iter()
        .filter(|row| {
            !matches!(
                row.parameter.name(),
                "market_name" | "product_name" | "kind"
            )
        })
        .map(|row| {
            format!(
                "{}={}{}",
                row.parameter.name(),
                row.parameter,
                mark(row.confidence)
            )
        })
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn ercot_sheets() {
    let common = "currency=USD; floor=-250.00?";
    assert_eq!(
        sheet("ERCOT", "DAM", TODAY),
        format!(
            "cap=5000.00; {common}; gate=10:00 market time 1 day before delivery?; interval=PT60M; \
             max_points=10; min_points=1; price_order=non_decreasing?; price_tick=0.01; quantity_tick=0.1?; \
             shape=linear?; storage_curve=true; zone=America/Chicago"
        )
    );
    assert_eq!(
        sheet("ERCOT", "RTM", TODAY),
        format!(
            "cap=5000.00; {common}; gate=60 min before the hour?; interval=PT60M; max_points=10; min_points=1; \
             price_order=non_decreasing?; price_tick=0.01; quantity_tick=0.1?; settlement_interval=PT15M; \
             shape=linear?; storage_curve=true; zone=America/Chicago"
        )
    );
}

#[test]
fn caiso_and_nyiso_sheets() {
    assert_eq!(
        sheet("CAISO", "DAM", TODAY),
        "cap=2000.00; currency=USD; floor=-150.00?; gate=10:00 market time 1 day before delivery?; \
         interval=PT60M; max_points=10?; price_order=non_decreasing?; shape=step?; soft_cap=1000.00; \
         storage_curve=true?; zone=America/Los_Angeles"
    );
    assert_eq!(
        sheet("NYISO", "DAM", TODAY),
        "cap=2000.00?; currency=USD; floor=-1000.00; gate=05:00 market time 1 day before delivery; \
         interval=PT60M; max_points=11~; min_quantity=0.1?; price_order=increasing~; price_tick=0.01~; \
         quantity_tick=0.1~; shape=step~; soft_cap=1000.00; storage_curve=true; zone=America/New_York"
    );
    for market in ["CAISO", "NYISO"] {
        let rtm = sheet(market, "RTM", TODAY);
        assert!(rtm.contains("gate=75 min before the hour?"), "{rtm}");
        assert!(rtm.contains("settlement_interval=PT5M"), "{rtm}");
    }
}

#[test]
fn european_and_indian_sheets() {
    assert_eq!(
        sheet("NORDPOOL", "DAM", TODAY),
        "cap=4000.00; currency=EUR; floor=-500.00; gate=12:00 market time 1 day before delivery; \
         interval=PT15M; max_points=200; min_points=2; min_quantity=0.1; price_order=increasing; \
         price_tick=0.01; quantity_tick=0.1; shape=linear; storage_curve=true; zone=Europe/Oslo"
    );
    assert_eq!(
        sheet("EPEX", "DAM", TODAY),
        "cap=4000.00; currency=EUR; floor=-500.00; gate=12:00 market time 1 day before delivery; \
         interval=PT15M; max_points=256; min_points=2; min_quantity=0.1?; price_tick=0.01?; \
         quantity_tick=0.1?; shape=step; zone=Europe/Paris"
    );
    let limits = "interval=PT15M~; max_points=64?; min_quantity=0.1; price_order=non_decreasing?; \
                  price_tick=1.00?; quantity_tick=0.1; quote_unit=Rs/kWh~; shape=linear?; zone=Asia/Kolkata~";
    assert_eq!(
        sheet("IEX", "DAM", TODAY),
        format!(
            "cap=10000.00; currency=INR~; floor=0.00; \
             gate=11:00 (opens 10:00) market time 1 day before delivery?; {limits}"
        )
    );
    assert_eq!(
        sheet("IEX", "RTM", TODAY),
        format!(
            "cap=10000.00; currency=INR~; floor=0.00; \
             gate=60 min before each PT30M session (open 15 min); {limits}"
        )
    );
}

//! All limits of the markets that are supported in full, as one reads them off the table.

use jiff::civil::{Date, date};
use optibid_core::market::rules::{Confidence, RuleBook};

const TODAY: Date = date(2026, 11, 22);

/// Whether a parameter is about a kind of offer beside the curve.
fn of_kinds(name: &str) -> bool {
    let starts = [
        "admits_",
        "block_",
        "max_block",
        "max_group",
        "max_l",
        "service",
        "spread_",
        "virtual_",
    ];
    starts.iter().any(|start| name.starts_with(start))
}

/// The parameters of curves in force, without names and kind.
fn sheet(market: &str, product: &str, day: Date) -> String {
    rows(market, product, day, |name| !of_kinds(name))
}

/// The parameters of the kinds of offer in force today.
fn kinds(market: &str, product: &str) -> String {
    rows(market, product, TODAY, of_kinds)
}

/// Parameters in force, as `name=value` in order of their names. A `~` marks what was only observed, a `?`
/// what is not verified.
fn rows(market: &str, product: &str, day: Date, wanted: fn(&str) -> bool) -> String {
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
            ) && wanted(row.parameter.name())
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

#[test]
fn kinds_of_offer_in_north_america() {
    let services =
        "services=REGUP up, REGDN down, RRSPF up, RRSFF up, RRSUF up, ECRS up, ONNS up, OFFNS up";
    let capacity = format!(
        "service_cap=5000.00?; service_durations=REGUP 30 min, REGDN 30 min, RRSPF 30 min, RRSFF 30 min, \
         ECRS 60 min, ONNS 240 min, OFFNS 240 min?; service_floor=0.00?; service_max_points=5; {services}"
    );
    assert_eq!(
        kinds("ERCOT", "DAM"),
        format!(
            "admits_ancillary_service=true; admits_curve=true; admits_spread=true; admits_three_part=true; \
             admits_virtual=true; {capacity}; virtual_min_quantity=1?"
        )
    );
    assert_eq!(
        kinds("ERCOT", "RTM"),
        format!(
            "admits_ancillary_service=true; admits_curve=true; admits_three_part=true; {capacity}"
        )
    );
    let caiso = "service_cap=250.00?; service_floor=0.00?; services=RU up, RD down, SR up, NR up";
    for (product, virtuals) in [("DAM", "true"), ("RTM", "false")] {
        assert_eq!(
            kinds("CAISO", product),
            format!(
                "admits_ancillary_service=true; admits_curve=true; admits_three_part=true; \
                 admits_virtual={virtuals}; {caiso}"
            )
        );
    }
    assert_eq!(
        kinds("PJM", "DAM"),
        "admits_ancillary_service=true; admits_curve=true; admits_spread=true; admits_three_part=true?; \
         admits_virtual=true~; services=REGULATION both, SYNCHRONIZED up, NONSYNCHRONIZED up, SECONDARY up?; \
         spread_limit=50.00"
    );
    assert_eq!(
        kinds("SPP", "DAM"),
        "admits_curve=true; admits_virtual=true; virtual_min_quantity=0.001"
    );
}

#[test]
fn kinds_of_offer_in_europe_and_india() {
    assert_eq!(
        kinds("NORDPOOL", "DAM"),
        "admits_block=true; admits_curve=true; block_forms=profile, curtailable, linked, exclusive, loop; \
         max_block_quantity=500?; max_group_size=24?; max_loops=3"
    );
    assert_eq!(
        kinds("EPEX", "DAM"),
        "admits_block=true?; admits_curve=true; block_forms=profile, curtailable, linked, exclusive, loop?; \
         max_group_size=24?"
    );
    assert_eq!(
        kinds("IEX", "DAM"),
        "admits_block=true; admits_curve=true; block_forms=linked"
    );
    assert_eq!(kinds("IEX", "RTM"), "admits_block=true; admits_curve=true");
}

//! Days, labels and limits against what the markets themselves published.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{MarketZone, Resolution};
use optibid_core::testing::data::folder as data;
use optibid_core::unit::Price;
use std::collections::BTreeMap;

fn zone(market: &str, day: Date) -> MarketZone {
    let book = RuleBook::builtin();
    book.at(&market.parse().unwrap(), &"DAM".parse().unwrap(), day)
        .unwrap()
        .zone
        .value
}

#[test]
fn ercot_published_hours_are_the_hours_of_the_short_day() {
    let Some(folder) = data("ercot_published_hours_are_the_hours_of_the_short_day") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("iso_dst_days/ercot-2026-03-08.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let published: Vec<u8> = json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            row[1]
                .as_str()
                .unwrap()
                .split_once(':')
                .unwrap()
                .0
                .parse()
                .unwrap()
        })
        .collect();
    let day = zone("ERCOT", date(2026, 3, 8))
        .day(date(2026, 3, 8))
        .unwrap();
    let ours: Vec<u8> = day
        .periods(Resolution::Hour)
        .map(|hour| day.hour_label(hour.start()).unwrap().0)
        .collect();
    assert_eq!(ours, published);
}

#[test]
fn isone_published_instants_are_the_hours_of_the_long_day() {
    let Some(folder) = data("isone_published_instants_are_the_hours_of_the_long_day") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("iso_dst_days/isone-2025-11-02.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let published: Vec<jiff::Timestamp> = json["HourlyLmps"]["HourlyLmp"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["BeginDate"].as_str().unwrap().parse().unwrap())
        .collect();
    let day = zone("ISONE", date(2025, 11, 2))
        .day(date(2025, 11, 2))
        .unwrap();
    let ours: Vec<_> = day
        .periods(Resolution::Hour)
        .map(|hour| hour.start())
        .collect();
    assert_eq!(ours.len(), 25);
    assert_eq!(ours, published);
}

/// SPP prints the local hour ending and the end in GMT: the label leads to that instant.
#[test]
fn spp_labels_lead_to_the_published_gmt_ends() {
    let Some(folder) = data("spp_labels_lead_to_the_published_gmt_ends") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("iso_dst_days/spp-2025-11-02.csv")).unwrap();
    let day = zone("SPP", date(2025, 11, 2))
        .day(date(2025, 11, 2))
        .unwrap();
    let mut seen: BTreeMap<u8, Vec<jiff::Timestamp>> = BTreeMap::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let read = |cell: &str| DateTime::strptime("%m/%d/%Y %H:%M:%S", cell).unwrap();
        let hour = u8::try_from(read(cells[0]).hour()).unwrap();
        let label = if hour == 0 { 24 } else { hour };
        let end = read(cells[1]).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let ends = seen.entry(label).or_default();
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    let published: usize = seen.values().map(Vec::len).sum();
    assert_eq!(published, 25);
    for (label, ends) in seen {
        for (nth, end) in ends.iter().enumerate() {
            let hour = day.hour_ending(label, nth == 1).unwrap();
            assert_eq!(hour.end(), *end, "hour ending {label}");
        }
    }
}

#[test]
fn miso_publishes_24_hours_on_the_day_of_the_change() {
    let Some(folder) = data("miso_publishes_24_hours_on_the_day_of_the_change") else {
        return;
    };
    let text = std::fs::read_to_string(folder.join("iso_dst_days/miso-2026-03-08.csv")).unwrap();
    let header = text.lines().find(|line| line.starts_with("Node,")).unwrap();
    let published = header
        .split(',')
        .filter(|cell| cell.trim().starts_with("HE "))
        .count();
    let day = zone("MISO", date(2026, 3, 8))
        .day(date(2026, 3, 8))
        .unwrap();
    assert_eq!(day.len(Resolution::Hour), published);
}

/// The schema's own limit on the points of a price curve, and on its decimals.
#[test]
fn ercot_schema_has_the_points_and_decimals_of_the_table() {
    let Some(folder) = data("ercot_schema_has_the_points_and_decimals_of_the_table") else {
        return;
    };
    let path = folder.join("ercot_ews_spec/xsds/ErcotCommonTypes.xsd");
    let text = std::fs::read_to_string(path).unwrap();
    let curve = text
        .split_once("complexType name=\"PriceCurve\"")
        .unwrap()
        .1;
    let point = curve
        .split_once("name=\"CurveData\" maxOccurs=\"")
        .unwrap()
        .1;
    let limit: u16 = point.split_once('"').unwrap().0.parse().unwrap();
    let price = point.split_once("name=\"y1value\" type=\"").unwrap().1;
    let kind = price.split_once('"').unwrap().0;
    let price = text
        .split_once(&format!("simpleType name=\"{kind}\""))
        .unwrap()
        .1;
    let price = price.split_once("</xs:simpleType>").unwrap().0;
    let decimals: u32 = price.split_once("\\.\\d{0,").unwrap().1[..1]
        .parse()
        .unwrap();
    let book = RuleBook::builtin();
    for product in ["DAM", "RTM"] {
        let day = date(2026, 11, 22);
        let rules = book
            .at(&"ERCOT".parse().unwrap(), &product.parse().unwrap(), day)
            .unwrap();
        assert_eq!(rules.max_points.unwrap().value, limit);
        let tick = Price::from_micros(1_000_000 / 10_i64.pow(decimals));
        assert_eq!(rules.price_tick.unwrap().value, tick);
    }
}

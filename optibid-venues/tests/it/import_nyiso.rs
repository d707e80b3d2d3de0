//! NYISO day-ahead zonal files.

use crate::common::{faults, lines, read};
use optibid_core::unit::Price;
use optibid_venues::import::Format;
use std::fmt::Write as _;

const HEADER: &str = "\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\",\"Marginal Cost Losses ($/MWHr)\",\"Marginal Cost Congestion ($/MWHr)\"\n";

#[test]
fn the_repeated_hour_is_told_by_the_order_of_rows_of_each_zone() {
    let text = format!(
        "{HEADER}\"11/02/2025 00:00\",\"WEST\",61752,40.00,0.00,0.00\n\
         \"11/02/2025 01:00\",\"WEST\",61752,50.72,1.00,-2.00\n\
         \"11/02/2025 01:00\",\"N.Y.C.\",61761,60.00,1.00,-2.00\n\
         \"11/02/2025 01:00\",\"WEST\",61752,48.63,1.00,-2.00\n\
         \"11/02/2025 01:00\",\"N.Y.C.\",61761,61.00,1.00,-2.00\n\
         \"11/02/2025 02:00\",\"WEST\",61752,39.00,0.00,0.00\n"
    );
    let outcome = read(Format::NyisoDamZone, &text);
    let (west, city): (Vec<_>, Vec<_>) = outcome
        .prices
        .into_iter()
        .partition(|p| p.location.as_str() == "WEST");
    assert_eq!(
        lines(&west),
        [
            "2025-11-02T04:00:00Z 40.00",
            "2025-11-02T05:00:00Z 50.72",
            "2025-11-02T06:00:00Z 48.63",
            "2025-11-02T07:00:00Z 39.00",
        ]
    );
    assert_eq!(
        lines(&city),
        ["2025-11-02T05:00:00Z 60.00", "2025-11-02T06:00:00Z 61.00"]
    );
    assert_eq!(outcome.report.gap_count, 0);
}

#[test]
fn a_repeated_hour_that_comes_once_is_the_first_and_leaves_a_gap() {
    let text = format!(
        "{HEADER}\"11/02/2025 01:00\",WEST,61752,50.72,0,0\n\"11/02/2025 02:00\",WEST,61752,39,0,0\n"
    );
    let outcome = read(Format::NyisoDamZone, &text);
    assert_eq!(
        lines(&outcome.prices),
        ["2025-11-02T05:00:00Z 50.72", "2025-11-02T07:00:00Z 39.00"]
    );
    assert_eq!(
        outcome.report.gaps[0].from.to_string(),
        "2025-11-02T06:00:00Z"
    );
    assert_eq!(outcome.report.gaps[0].periods(), 1);
}

#[test]
fn the_sign_of_congestion_is_turned_so_that_the_parts_add_up() {
    let text = format!(
        "{HEADER}\"06/12/2026 14:00\",\"N.Y.C.\",\"61761\",\"45.00\",\"3.00\",\"-10.00\"\n"
    );
    let price = read(Format::NyisoDamZone, &text).prices.remove(0);
    let parts = price.components.unwrap();
    assert_eq!(parts.energy, Price::from_units(32));
    assert_eq!(parts.loss, Price::from_units(3));
    assert_eq!(parts.congestion, Price::from_units(10));
    assert_eq!(price.period.start().to_string(), "2026-06-12T18:00:00Z");
    assert_eq!(price.known_at.to_string(), "2026-06-11T13:30:00Z");
}

#[test]
fn the_cut_header_of_before_2016_is_read() {
    let old = HEADER.replace("Congestion ($/MWHr)", "Congestion ($/MWH");
    assert_eq!(Format::detect(old.trim()), Some(Format::NyisoDamZone));
    let text = format!("{old}\"03/01/2016 00:00\",\"CAPITL\",61757,14.16,0.47,-7.20\n");
    let parts = read(Format::NyisoDamZone, &text).prices[0]
        .components
        .unwrap();
    assert_eq!(parts.energy, Price::from_cents(649));
}

#[test]
fn a_short_day_has_23_hours_and_no_second_one() {
    let mut text = HEADER.to_owned();
    for hour in (0..24).filter(|hour| *hour != 2) {
        writeln!(
            text,
            "\"03/08/2026 {hour:02}:00\",\"WEST\",61752,{hour},0,0"
        )
        .unwrap();
    }
    let outcome = read(Format::NyisoDamZone, &text);
    assert_eq!((outcome.prices.len(), outcome.report.gap_count), (23, 0));
    assert!(outcome.report.notes.is_empty());
    assert_eq!(lines(&outcome.prices)[2], "2026-03-08T07:00:00Z 3.00");
}

#[test]
fn rows_that_cannot_be_are_refused() {
    let row = |stamp: &str| format!("\"{stamp}\",WEST,61752,1,0,0\n");
    let stamp = "row 2, column Time Stamp: stamp_not_valid";
    let cases = [
        (
            row("03/08/2026 02:00"),
            "row 2, column Time Stamp: hour_missing",
        ),
        (row("03/08/2026 00:05:00"), stamp),
        (row("03/08/2026 00:30"), stamp),
        (row("2026-03-08"), stamp),
        (row("06/01/2026 01:00").repeat(2), "row 3: price_duplicate"),
        (
            row("11/02/2025 01:00").repeat(3),
            "row 4, column Time Stamp: price_duplicate",
        ),
        (
            "06/01/2026 01:00,WEST,1,1,0,--\n".to_owned(),
            "row 2, column Marginal Cost Congestion ($/MWHr): price_not_a_number",
        ),
    ];
    for (rows, expected) in cases {
        assert_eq!(
            faults(Format::NyisoDamZone, &format!("{HEADER}{rows}")),
            [expected],
            "{rows}"
        );
    }
}

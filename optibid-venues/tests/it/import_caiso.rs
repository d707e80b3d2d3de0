//! CAISO OASIS files.

use crate::common::{faults, lines, options, read, test_data};
use optibid_core::unit::Price;
use optibid_venues::import::{Format, import};

const HEADER: &str = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,OPR_INTERVAL,NODE_ID_XML,NODE_ID,NODE,MARKET_RUN_ID,LMP_TYPE,XML_DATA_ITEM,PNODE_RESMRID,GRP_TYPE,POS,MW,GROUP\n";

/// A row as OASIS writes it.
fn row(start_hour: u32, day: &str, hour: u32, kind: &str, price: &str) -> String {
    let (date, next) = if start_hour < 24 {
        ("2025-11-02", "2025-11-02")
    } else {
        ("2025-11-03", "2025-11-03")
    };
    let (from, until) = (start_hour % 24, (start_hour + 1) % 24);
    let next = if start_hour == 23 { "2025-11-03" } else { next };
    format!(
        "{date}T{from:02}:00:00-00:00,{next}T{until:02}:00:00-00:00,{day},{hour},0,N1,N1,N1,DAM,{kind},LMP_PRC,N1,ALL,0,{price},1\n"
    )
}

/// The 25 hours of 2025-11-02: labels 1, 2, 25, 3 to 24 from 07:00 UTC on.
fn long_day() -> Vec<String> {
    let labels = [1, 2, 25].into_iter().chain(3..=24);
    let mut rows = Vec::new();
    for (index, label) in labels.enumerate() {
        let start = 7 + u32::try_from(index).unwrap();
        let (energy, congestion) = (30 + index, 0.125);
        for (kind, price) in [
            ("LMP", format!("{}.11500", energy)),
            ("MCE", format!("{energy}.00000")),
            ("MCC", format!("{congestion:.5}")),
            ("MCL", "-0.01000".to_owned()),
            ("MGHG", "0".to_owned()),
        ] {
            rows.push(row(start, "2025-11-02", label, kind, &price));
        }
    }
    rows
}

#[test]
fn five_rows_an_hour_are_joined_in_whatever_order_they_come() {
    let ordered = format!("{HEADER}{}", long_day().concat());
    let mut rows = long_day();
    // A fixed shuffle: multiplication by 7 permutes the 125 rows.
    let shuffled: Vec<String> = (0..125)
        .map(|i| std::mem::take(&mut rows[i * 7 % 125]))
        .collect();
    let shuffled = format!("{HEADER}{}", shuffled.concat());
    let mut expected = read(Format::CaisoOasisLmp, &ordered);
    let mut found = read(Format::CaisoOasisLmp, &shuffled);
    expected.prices.sort_by_key(|p| p.period);
    found.prices.sort_by_key(|p| p.period);
    assert_eq!(found, expected);
    assert_eq!(found.prices.len(), 25);
    assert_eq!((found.report.rows, found.report.gap_count), (125, 0));
    assert!(found.report.notes.is_empty(), "{:?}", found.report.notes);
    let parts = found.prices[0].components.unwrap();
    assert_eq!(parts.energy, Price::from_units(30));
    assert_eq!(parts.congestion, Price::from_micros(125_000));
    assert_eq!(parts.loss, Price::from_cents(-1));
    assert_eq!(parts.greenhouse_gas, Price::ZERO);
}

#[test]
fn hour_25_in_the_middle_is_the_repeated_hour() {
    let text = format!("{HEADER}{}", long_day().concat());
    let mut prices = read(Format::CaisoOasisLmp, &text).prices;
    prices.sort_by_key(|p| p.period);
    let of = lines(&prices);
    assert_eq!(of[1], "2025-11-02T08:00:00Z 31.115");
    assert_eq!(of[2], "2025-11-02T09:00:00Z 32.115");
    assert_eq!(of[3], "2025-11-02T10:00:00Z 33.115");
    assert_eq!(of[24], "2025-11-03T07:00:00Z 54.115");
    assert_eq!(prices[2].known_at.to_string(), "2025-11-01T20:00:00Z");
}

#[test]
fn a_day_or_hour_that_contradicts_the_instant_is_refused() {
    let wrong_day = format!("{HEADER}{}", row(7, "2025-11-01", 1, "LMP", "1"));
    assert_eq!(
        faults(Format::CaisoOasisLmp, &wrong_day),
        ["row 2, column OPR_DT: day_mismatch"]
    );
    let third = format!("{HEADER}{}", row(9, "2025-11-02", 3, "LMP", "1"));
    assert_eq!(
        faults(Format::CaisoOasisLmp, &third),
        ["row 2, column OPR_HR: hour_mismatch"]
    );
    let early = format!("{HEADER}{}", row(8, "2025-11-02", 25, "LMP", "1"));
    assert_eq!(
        faults(Format::CaisoOasisLmp, &early),
        ["row 2, column OPR_HR: hour_mismatch"]
    );
}

#[test]
fn parts_without_their_price_and_repeated_parts_are_refused() {
    let orphan = format!("{HEADER}{}", row(7, "2025-11-02", 1, "MCC", "1"));
    assert_eq!(
        faults(Format::CaisoOasisLmp, &orphan),
        ["row 2, column LMP: lmp_missing"]
    );
    let twice = row(7, "2025-11-02", 1, "LMP", "1").repeat(2);
    assert_eq!(
        faults(Format::CaisoOasisLmp, &format!("{HEADER}{twice}")),
        ["row 3, column LMP_TYPE: price_duplicate"]
    );
    let again = format!(
        "{HEADER}{}{}",
        long_day().concat(),
        row(7, "2025-11-02", 1, "LMP", "9")
    );
    assert_eq!(
        faults(Format::CaisoOasisLmp, &again),
        ["row 127: price_duplicate"]
    );
    let other = format!("{HEADER}{}", row(7, "2025-11-02", 1, "LMPX", "1"));
    assert_eq!(
        faults(Format::CaisoOasisLmp, &other),
        ["row 2, column LMP_TYPE: lmp_type_unknown"]
    );
}

#[test]
fn parts_that_do_not_add_up_are_noted() {
    let text = long_day().concat().replace("30.11500", "31.11500");
    let report = read(Format::CaisoOasisLmp, &format!("{HEADER}{text}")).report;
    assert_eq!(
        report.notes,
        ["1 prices differ from the sum of their parts"]
    );
}

#[test]
fn a_period_of_a_strange_length_is_refused() {
    let text = row(7, "2025-11-02", 1, "LMP", "1").replace("T08:00:00", "T08:01:00");
    assert_eq!(
        faults(Format::CaisoOasisLmp, &format!("{HEADER}{text}")),
        ["row 2, column INTERVALENDTIME_GMT: stamp_not_valid"]
    );
}

#[test]
fn the_real_excerpt_has_prices_without_parts() {
    let name = "the_real_excerpt_has_prices_without_parts";
    let file = "small_samples/caiso_oasis_PRC_LMP_DAM_TH_SP15_2026-07-14_first5h.csv";
    let Some(path) = test_data(name, file) else {
        return;
    };
    let outcome = import(None, std::fs::File::open(path).unwrap(), &options()).unwrap();
    assert_eq!(outcome.report.format, Format::CaisoOasisLmp);
    assert_eq!(
        lines(&outcome.prices),
        [
            "2026-07-14T07:00:00Z 55.5152",
            "2026-07-14T08:00:00Z 48.61367",
            "2026-07-14T09:00:00Z 46.41399",
            "2026-07-14T10:00:00Z 43.25317",
            "2026-07-14T11:00:00Z 43.97726",
        ]
    );
    assert!(outcome.prices.iter().all(|p| p.components.is_none()));
    assert_eq!(
        outcome.report.notes,
        [
            "5 prices without all of MCE, MCC and MCL",
            "1 of 1 series end before their last delivery day does"
        ]
    );
}

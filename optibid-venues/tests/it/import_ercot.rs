//! ERCOT files.

use crate::common::{faults, lines, options, read, test_data};
use flate2::{Compression, write::GzEncoder};
use optibid_core::market::{MarketZone, PriceObservation, Resolution};
use optibid_core::unit::Price;
use optibid_venues::import::{Format, ImportError, import, import_batches};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

const SHIPPED: &[u8] = include_bytes!(
    "../../fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz"
);
const SPP: &str = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag\n";
const HUB: &str = "interval_start_local,HB_WEST_DAM,HB_WEST_RTM\n";

fn of<'a>(
    prices: &'a [PriceObservation],
    product: &'a str,
) -> impl Iterator<Item = &'a PriceObservation> {
    prices.iter().filter(move |p| p.product.as_str() == product)
}

#[test]
fn the_shipped_file_gives_hourly_day_ahead_and_quarterly_real_time_prices() {
    let outcome = import(None, SHIPPED, &options()).unwrap();
    let report = &outcome.report;
    assert_eq!(report.format, Format::ErcotHubHistory);
    // 214 days of 96 rows; the day the clocks go back is left out.
    assert_eq!((report.rows, report.skipped), (20_544, 96));
    assert_eq!(of(&outcome.prices, "DAM").count(), 213 * 24);
    assert_eq!(of(&outcome.prices, "RTM").count(), 213 * 96);
    assert_eq!(report.prices, 213 * 120);
    let first = &outcome.prices[0];
    assert_eq!(first.location.as_str(), "HB_SOUTH");
    assert_eq!(first.period.to_string(), "2024-06-01T05:00:00Z/PT60M");
    assert_eq!(first.price, Price::from_cents(2457));
    let last = outcome.prices.last().unwrap();
    assert_eq!(last.period.to_string(), "2025-01-01T05:45:00Z/PT15M");
    assert_eq!(last.price.to_string(), "18.78");
}

#[test]
fn the_drawn_day_of_the_shipped_file_is_a_gap_of_25_hours() {
    let report = import(None, SHIPPED, &options()).unwrap().report;
    let gaps: Vec<_> = report
        .gaps
        .iter()
        .map(|gap| {
            (
                gap.product.as_str(),
                gap.from.to_string(),
                gap.until.to_string(),
                gap.periods(),
            )
        })
        .collect();
    let (from, until) = (
        "2024-11-03T05:00:00Z".to_owned(),
        "2024-11-04T06:00:00Z".to_owned(),
    );
    assert_eq!(
        gaps,
        [
            ("DAM", from.clone(), until.clone(), 25),
            ("RTM", from, until, 100)
        ]
    );
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
    assert!(
        report.notes[0].starts_with("2024-11-03 left out: 96 interpolated rows"),
        "{:?}",
        report.notes
    );
    // The drawn figures were read, and had too many digits: two columns, but for those that fit.
    assert!((150..=192).contains(&report.rounded), "{}", report.rounded);
}

#[test]
fn day_ahead_prices_are_known_the_day_before_and_real_time_prices_afterwards() {
    let outcome = import(None, SHIPPED, &options()).unwrap();
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    for price in &outcome.prices {
        if price.period.resolution() == Resolution::Hour {
            let (known, start) = (zone.local(price.known_at), zone.local(price.period.start()));
            assert_eq!(known.date().tomorrow().unwrap(), start.date());
            assert_eq!((known.hour(), known.minute()), (13, 30));
        } else {
            assert_eq!(price.known_at, price.period.end());
        }
    }
}

/// An independent reading: split by hand, compared figure by figure.
#[test]
fn every_figure_of_the_shipped_file_arrives() {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(SHIPPED), &mut text).unwrap();
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let mut expected = BTreeMap::new();
    for line in text
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("2024-11-03"))
    {
        let cells: Vec<&str> = line.split(',').collect();
        let stamp: jiff::civil::DateTime = cells[0].replace(' ', "T").parse().unwrap();
        let start = stamp
            .to_zoned(zone.time_zone().clone())
            .unwrap()
            .timestamp();
        expected.insert(("RTM", start), cells[2].parse::<Price>().unwrap());
        if stamp.minute() == 0 {
            expected.insert(("DAM", start), cells[1].parse::<Price>().unwrap());
        }
    }
    let outcome = import(None, SHIPPED, &options()).unwrap();
    let found: BTreeMap<_, _> = outcome
        .prices
        .iter()
        .map(|p| ((p.product.as_str(), p.period.start()), p.price))
        .collect();
    assert!(
        found == expected,
        "{} found, {} expected",
        found.len(),
        expected.len()
    );
}

#[test]
fn batches_hold_at_most_what_was_asked_and_add_up() {
    let whole = import(None, SHIPPED, &options()).unwrap();
    let mut parts = Vec::new();
    let report = import_batches(None, SHIPPED, &options().batch(1_000), &mut |batch| {
        assert!(batch.len() <= 1_000);
        parts.extend(batch);
        Ok(())
    })
    .unwrap();
    assert!(parts == whole.prices);
    assert_eq!(report, whole.report);
}

#[test]
fn a_gzip_file_cut_short_is_refused() {
    for cut in [SHIPPED.len() / 2, SHIPPED.len() - 1, SHIPPED.len() - 9] {
        let error = import(None, &SHIPPED[..cut], &options()).unwrap_err();
        assert!(matches!(error, ImportError::Truncated { .. }), "{error:?}");
    }
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let error = import(None, SHIPPED, &options().max_bytes(100_000)).unwrap_err();
    assert!(
        matches!(error, ImportError::TooLarge { limit: 100_000 }),
        "{error:?}"
    );
}

#[test]
fn a_damaged_gzip_file_is_refused() {
    let mut damaged = SHIPPED.to_vec();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xff);
    assert!(import(None, damaged.as_slice(), &options()).is_err());
}

#[test]
fn an_hour_with_two_day_ahead_prices_is_refused_where_it_stands() {
    let text = format!(
        "{HUB}2024-07-01 00:00:00,20,1\n2024-07-01 00:15:00,21,1\n2024-07-01 00:30:00,21,x\n"
    );
    assert_eq!(
        faults(Format::ErcotHubHistory, &text),
        [
            "row 3, column HB_WEST_DAM: hourly_price_differs",
            "row 4, column HB_WEST_RTM: price_not_a_number",
        ]
    );
}

#[test]
fn rows_on_a_long_day_are_the_first_occurrence_and_the_repeat_is_a_gap() {
    let mut text = HUB.to_owned();
    for hour in 0..3 {
        for minute in [0, 15, 30, 45] {
            writeln!(text, "2024-11-03 {hour:02}:{minute:02}:00,{hour},{minute}").unwrap();
        }
    }
    let outcome = read(Format::ErcotHubHistory, &text);
    let day_ahead: Vec<_> = of(&outcome.prices, "DAM").cloned().collect();
    assert_eq!(
        lines(&day_ahead),
        [
            "2024-11-03T05:00:00Z 0.00",
            "2024-11-03T06:00:00Z 1.00",
            "2024-11-03T08:00:00Z 2.00"
        ]
    );
    assert_eq!(day_ahead[0].location.as_str(), "HB_WEST");
    assert_eq!(outcome.report.gap_count, 2);
    assert_eq!(
        outcome.report.gaps[1].from.to_string(),
        "2024-11-03T07:00:00Z"
    );
    assert_eq!(outcome.report.gaps[1].periods(), 4);
}

#[test]
fn rows_of_an_hour_that_a_short_day_lacks_are_left_out_and_noted() {
    let mut text = HUB.to_owned();
    for (hour, minute, price) in [
        (1, 45, 5),
        (2, 0, 6),
        (2, 15, 7),
        (2, 30, 8),
        (2, 45, 9),
        (3, 0, 10),
    ] {
        writeln!(text, "2025-03-09 {hour:02}:{minute:02}:00,{price},1").unwrap();
    }
    let outcome = read(Format::ErcotHubHistory, &text);
    assert_eq!(outcome.report.skipped, 4);
    assert_eq!(
        outcome.report.notes[0],
        "2025-03-09: 4 rows of an hour that the day does not have left out"
    );
    let real_time: Vec<_> = of(&outcome.prices, "RTM").cloned().collect();
    assert_eq!(
        lines(&real_time),
        ["2025-03-09T07:45:00Z 1.00", "2025-03-09T08:00:00Z 1.00"]
    );
    assert_eq!(outcome.report.gap_count, 0);
}

#[test]
fn the_repeated_hour_of_the_long_day_is_told_by_its_flag() {
    let text = format!(
        "{SPP}11/02/2025,01:00,HB_WEST, 40.1,N\n11/02/2025,02:00,HB_WEST, 48.25,Y\n\
         11/02/2025,02:00,HB_WEST, 46.44,N\n11/02/2025,03:00,HB_WEST, -3.5,N\n"
    );
    let mut prices = read(Format::ErcotDamSpp, &text).prices;
    prices.sort_by_key(|p| p.period);
    assert_eq!(
        lines(&prices),
        [
            "2025-11-02T05:00:00Z 40.10",
            "2025-11-02T06:00:00Z 46.44",
            "2025-11-02T07:00:00Z 48.25",
            "2025-11-02T08:00:00Z -3.50",
        ]
    );
}

#[test]
fn column_names_and_flags_of_other_years_are_read() {
    let variants = [
        "Delivery Date,Hour Ending,Settlement Point,Settlement Point Price,Repeated Hour Flag\n2025-11-02,2,HB_WEST,1,true\n",
        "DeliveryDate,HourEnding,SettlementPointName,SettlementPointPrice,RepeatedHourFlag\n11/02/2025,02:00,HB_WEST,1,Y\n",
        "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice\n11/02/2025,2*,HB_WEST,1\n",
    ];
    for text in variants {
        assert_eq!(
            lines(&read(Format::ErcotDamSpp, text).prices),
            ["2025-11-02T07:00:00Z 1.00"],
            "{text}"
        );
        assert_eq!(
            Format::detect(text.lines().next().unwrap()),
            Some(Format::ErcotDamSpp)
        );
    }
}

/// A row and the fault that it is.
const IMPOSSIBLE: &[(&str, &str)] = &[
    (
        "03/08/2026,03:00,HB_WEST,1,N",
        "row 2, column HourEnding: hour_missing",
    ),
    (
        "03/09/2026,03:00,HB_WEST,1,Y",
        "row 2, column DSTFlag: hour_not_repeated",
    ),
    (
        "11/02/2025,03:00,HB_WEST,1,Y",
        "row 2, column DSTFlag: hour_not_repeated",
    ),
    (
        "11/02/2025,25:00,HB_WEST,1,N",
        "row 2, column HourEnding: hour_not_valid",
    ),
    (
        "11/02/2025,00:00,HB_WEST,1,N",
        "row 2, column HourEnding: hour_not_valid",
    ),
    (
        "13/02/2025,01:00,HB_WEST,1,N",
        "row 2, column DeliveryDate: date_not_valid",
    ),
    (
        "11/02/2025,01:00,HB_WEST,1,X",
        "row 2, column DSTFlag: flag_unknown",
    ),
    (
        "11/02/2025,01:00,,1,N",
        "row 2, column SettlementPoint: location_not_valid",
    ),
    (
        "11/02/2025,01:00,HB_WEST,,N",
        "row 2, column SettlementPointPrice: price_not_a_number",
    ),
    (
        "11/02/2025,01:00,HB_WEST,NaN,N",
        "row 2, column SettlementPointPrice: price_not_a_number",
    ),
    (
        "11/02/2025,01:00,HB_WEST,\"1,5\",N",
        "row 2, column SettlementPointPrice: price_not_a_number",
    ),
    (
        "11/02/2025,01:00,HB_WEST,1,5,N",
        "row 2, column 6: row_too_long",
    ),
    (
        "11/02/2025,01:00,HB_WEST,1",
        "row 2, column SettlementPointPrice: row_truncated",
    ),
    ("11/02/2025,01:00,\"HB_WEST,1,N", "row 2, column 3: quote"),
];

#[test]
fn hours_that_cannot_be_are_refused() {
    for (row, expected) in IMPOSSIBLE {
        assert_eq!(
            faults(Format::ErcotDamSpp, &format!("{SPP}{row}\n")),
            [*expected],
            "{row}"
        );
    }
}

#[test]
fn the_second_price_of_an_hour_is_refused() {
    let text = format!("{SPP}11/02/2025,02:00,HB_WEST,1,N\n11/02/2025,02:00,HB_WEST,2,N\n");
    assert_eq!(
        faults(Format::ErcotDamSpp, &text),
        ["row 3: price_duplicate"]
    );
}

#[test]
fn all_bad_cells_are_named_up_to_fifty() {
    let mut text = SPP.to_owned();
    for hour in 1..=20 {
        writeln!(text, "08/05/2025,{hour:02}:00,HB_WEST,bad,maybe").unwrap();
    }
    assert_eq!(faults(Format::ErcotDamSpp, &text).len(), 40);
    for hour in 1..=20 {
        writeln!(text, "08/06/2025,{hour:02}:00,HB_WEST,bad,maybe").unwrap();
    }
    assert_eq!(faults(Format::ErcotDamSpp, &text).len(), 50);
}

#[test]
fn a_bad_last_row_keeps_good_rows_back() {
    let text = format!("{SPP}08/05/2025,01:00,HB_WEST,1,N\n08/05/2025,02:00,HB_WE");
    assert_eq!(
        faults(Format::ErcotDamSpp, &text),
        ["row 3, column SettlementPoint: row_truncated"]
    );
    let mut seen = 0;
    let count = &mut |batch: Vec<PriceObservation>| {
        seen += batch.len();
        Ok(())
    };
    assert!(import_batches(None, text.as_bytes(), &options(), count).is_err());
    assert_eq!(seen, 0);
}

#[test]
fn a_sink_that_fails_ends_the_import_with_its_error() {
    use optibid_core::error::{Code, Error};
    let refuse = &mut |_: Vec<PriceObservation>| Err(Error::new(Code::Unavailable, "full"));
    let error = import_batches(None, SHIPPED, &options(), refuse).unwrap_err();
    assert!(matches!(error, ImportError::Sink(_)));
    assert_eq!(Error::from(error).code(), Code::Unavailable);
}

#[test]
fn a_byte_order_mark_crlf_and_gzip_change_nothing() {
    let plain = format!("{SPP}08/05/2025,01:00,HB_WEST, 1.25,N\n");
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(windows.as_bytes()).unwrap();
    let zipped = encoder.finish().unwrap();
    let expected = read(Format::ErcotDamSpp, &plain);
    assert_eq!(read(Format::ErcotDamSpp, &windows), expected);
    assert_eq!(
        import(None, zipped.as_slice(), &options()).unwrap(),
        expected
    );
}

/// ERCOT's own answer for the short day, as JSON, turned into the rows of its CSV report.
#[test]
fn ercots_own_short_day_has_23_prices_without_a_gap() {
    let name = "ercots_own_short_day_has_23_prices_without_a_gap";
    let Some(path) = test_data(name, "iso_dst_days/ercot-2026-03-08.json") else {
        return;
    };
    let answer: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut text = SPP.to_owned();
    for row in answer["data"].as_array().unwrap() {
        let cell = |at: usize| row[at].as_str().unwrap();
        writeln!(
            text,
            "{},{},{},{},{}",
            cell(0),
            cell(1),
            cell(2),
            row[3],
            row[4]
        )
        .unwrap();
    }
    let outcome = read(Format::ErcotDamSpp, &text);
    assert_eq!((outcome.prices.len(), outcome.report.gap_count), (23, 0));
    assert!(
        outcome.report.notes.is_empty(),
        "{:?}",
        outcome.report.notes
    );
    let of = lines(&outcome.prices);
    assert_eq!(of[1], "2026-03-08T07:00:00Z 36.24");
    assert_eq!(of[2], "2026-03-08T08:00:00Z 34.20");
    assert_eq!(of[22], "2026-03-09T04:00:00Z 24.22");
}

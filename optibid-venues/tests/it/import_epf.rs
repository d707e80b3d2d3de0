//! The day-ahead price benchmark.

use crate::common::{faults, lines, options, read, refuse, test_data};
use optibid_core::market::{LocationCode, MarketId};
use optibid_core::unit::Price;
use optibid_venues::import::{Format, ImportOutcome, import};
use std::fs::File;

const NP: &str = "Date, Price, Grid load forecast, Wind power forecast\n";

fn file(test: &str, name: &str) -> Option<ImportOutcome> {
    let path = test_data(test, &format!("epf_prices_forecasts/{name}"))?;
    Some(import(None, File::open(path).unwrap(), &options()).unwrap())
}

#[test]
fn stray_spaces_and_an_unnamed_column_are_read() {
    let np = read(
        Format::Epf,
        &format!("{NP}2013-01-01 00:00:00,31.05,42497.0,2798.0\n"),
    );
    assert_eq!(lines(&np.prices), ["2012-12-31T23:00:00Z 31.05"]);
    assert_eq!(np.prices[0].location.as_str(), "NP");
    let de = ",Price,Ampirion Load Forecast,PV+Wind Forecast\n2012-01-09 00:00:00,34.97,16382.0,3569.5275\n";
    assert_eq!(
        Format::detect(de.lines().next().unwrap()),
        Some(Format::Epf)
    );
    assert_eq!(read(Format::Epf, de).prices[0].location.as_str(), "DE");
    let pjm = "Date, Zonal COMED price, System load forecast, Zonal COMED load foecast\n2013-01-01 00:00:00,25.464211,85049.0,11509.0\n";
    let pjm = read(Format::Epf, pjm);
    assert_eq!(lines(&pjm.prices), ["2013-01-01T05:00:00Z 25.464211"]);
    assert_eq!(pjm.prices[0].location.as_str(), "PJM-COMED");
    let short = "date, Wind power forecast, Ampirion zonal load forecast,OT\n2012/1/9 0:00,2072,16382,34.97\n";
    assert_eq!(
        lines(&read(Format::Epf, short).prices),
        ["2012-01-08T23:00:00Z 34.97"]
    );
}

#[test]
fn days_keep_24_hours_when_the_clocks_change() {
    for day in ["2014-03-30", "2014-10-26"] {
        let rows: String = (0..24)
            .map(|h| format!("{day} {h:02}:00:00,{h},1,1\n"))
            .collect();
        let outcome = read(Format::Epf, &format!("{NP}{rows}"));
        assert_eq!((outcome.prices.len(), outcome.report.gap_count), (24, 0));
        assert_eq!(outcome.report.notes.len(), 1, "{:?}", outcome.report.notes);
    }
}

#[test]
fn series_with_the_same_header_need_a_location() {
    let text = "Date, Price, Generation forecast, System load forecast\n2011-01-09 00:00:00,32.54,63065.0,63950.0\n";
    assert_eq!(refuse(Format::Epf, text).faults()[0].code, "series_unknown");
    let given = options().location(LocationCode::new("FR").unwrap());
    let outcome = import(Format::Epf, text.as_bytes(), &given).unwrap();
    assert_eq!(outcome.prices[0].location.as_str(), "FR");
    let named = given.market(MarketId::new("EPEX").unwrap());
    let outcome = import(Format::Epf, text.as_bytes(), &named).unwrap();
    assert_eq!(outcome.prices[0].market.as_str(), "EPEX");
}

#[test]
fn a_repeated_or_truncated_last_row_is_refused_with_its_place() {
    let row = "2013-01-01 00:00:00,31.05,42497.0,2798.0\n";
    assert_eq!(
        faults(Format::Epf, &format!("{NP}{row}{row}")),
        ["row 3: price_duplicate"]
    );
    assert_eq!(
        faults(Format::Epf, &format!("{NP}{row}2013-01-01")),
        ["row 3, column Date: row_truncated"]
    );
}

#[test]
fn the_benchmark_files_are_whole() {
    let test = "the_benchmark_files_are_whole";
    // Rows and extreme prices as published with the benchmark.
    let cases = [
        ("EPF_DE.csv.gz", "DE", "-221.99", "210.00"),
        ("EPF_NP.csv.gz", "NP", "1.14", "199.97"),
        ("EPF_PJM.csv.gz", "PJM-COMED", "-6.98", "839.30"),
    ];
    for (name, location, min, max) in cases {
        let Some(outcome) = file(test, name) else {
            return;
        };
        assert_eq!(
            (outcome.prices.len(), outcome.report.gap_count),
            (52_416, 0),
            "{name}"
        );
        assert!(
            outcome
                .prices
                .iter()
                .all(|p| p.location.as_str() == location)
        );
        let cents = |price: &Price| {
            let micros = i128::from(price.micros());
            let cents = optibid_core::unit::Rounding::HalfEven.div(micros, 10_000);
            Price::from_cents(i32::try_from(cents).unwrap()).to_string()
        };
        let lowest = outcome.prices.iter().map(|p| p.price).min().unwrap();
        let highest = outcome.prices.iter().map(|p| p.price).max().unwrap();
        assert_eq!(
            (cents(&lowest).as_str(), cents(&highest).as_str()),
            (min, max),
            "{name}"
        );
    }
}

#[test]
fn the_truncated_copy_is_refused_at_its_last_row() {
    let test = "the_truncated_copy_is_refused_at_its_last_row";
    let Some(path) = test_data(test, "epf_prices_forecasts/EPF_DE_2012_excerpt.csv.gz") else {
        return;
    };
    let error = import(None, File::open(path).unwrap(), &options()).unwrap_err();
    let found: Vec<_> = error
        .faults()
        .iter()
        .map(|f| (f.place(), f.code, f.value.as_str()))
        .collect();
    assert_eq!(
        found,
        [(
            "row 2056, column date".to_owned(),
            "row_truncated",
            "2012/4/3"
        )]
    );
}

//! The generic format.

use crate::common::{faults, lines, options, read, refuse};
use jiff::Timestamp;
use optibid_core::error::{Code, Error};
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, PriceComponents, PriceObservation, ProductId,
    Resolution,
};
use optibid_core::unit::Price;
use optibid_venues::import::{Format, ImportOptions, KnownAt, export_generic, import};
use proptest::prelude::*;

const HEADER: &str = "market,product,location,start,resolution,price\n";

#[test]
fn columns_come_in_any_order_and_starts_with_any_offset() {
    let text = "price,start,resolution,location,product,market\n\
                -0.5,2026-03-29T01:45:00+01:00,PT15M,SE3,DAM,NORDPOOL\n\
                1e1,2026-03-29T03:00:00+02:00,PT15M,SE3,DAM,NORDPOOL\n";
    let outcome = read(Format::Generic, text);
    assert_eq!(
        lines(&outcome.prices),
        ["2026-03-29T00:45:00Z -0.50", "2026-03-29T01:00:00Z 10.00"]
    );
    assert_eq!(outcome.report.gap_count, 0);
    assert_eq!(outcome.prices[0].known_at, outcome.prices[0].period.end());
}

#[test]
fn parts_are_all_or_none() {
    let header =
        "market,product,location,start,resolution,price,energy,congestion,loss,greenhouse_gas\n";
    let row = "CAISO,DAM,N1,2026-01-01T08:00:00Z,PT60M,10";
    let text = format!(
        "{header}{row},9,1,0.5,-0.5\n{},,,,\n",
        row.replace("T08", "T09")
    );
    let prices = read(Format::Generic, &text).prices;
    assert_eq!(
        prices[0].components.unwrap().greenhouse_gas,
        Price::from_cents(-50)
    );
    assert_eq!(prices[1].components, None);
    let some = format!("{header}{row},9,,0.5,\n");
    assert_eq!(
        faults(Format::Generic, &some),
        ["row 2, column congestion: price_not_a_number"]
    );
    let lone = format!("{},energy\n{row},9\n", HEADER.trim());
    assert_eq!(
        faults(Format::Generic, &lone),
        ["row 1, column energy: column_missing"]
    );
}

#[test]
fn what_is_wrong_is_named_with_its_cell() {
    let cases = [
        (
            "m,DAM,A,2026-01-01T00:00:00Z,PT60M,1",
            "row 2, column market: market_not_valid",
        ),
        (
            "M,dam,A,2026-01-01T00:00:00Z,PT60M,1",
            "row 2, column product: product_not_valid",
        ),
        (
            "M,DAM,,2026-01-01T00:00:00Z,PT60M,1",
            "row 2, column location: location_not_valid",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00,PT60M,1",
            "row 2, column start: stamp_not_valid",
        ),
        (
            "M,DAM,A,2026-01-01T00:10:00Z,PT60M,1",
            "row 2, column start: period_not_aligned",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00Z,PT1M,1",
            "row 2, column resolution: resolution_not_valid",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00Z,PT60M,\"24,57\"",
            "row 2, column price: price_not_a_number",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00Z,PT60M,24,57",
            "row 2, column 7: row_too_long",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00Z,PT60M,NaN",
            "row 2, column price: price_not_a_number",
        ),
        (
            "M,DAM,A,2026-01-01T00:00:00Z,PT60M,",
            "row 2, column price: price_not_a_number",
        ),
    ];
    for (row, expected) in cases {
        assert_eq!(
            faults(Format::Generic, &format!("{HEADER}{row}\n")),
            [expected],
            "{row}"
        );
    }
}

#[test]
fn a_semicolon_file_is_refused_by_its_header() {
    let text = format!(
        "{}M;DAM;A;2026-01-01T00:00:00Z;PT60M;24,57\n",
        HEADER.replace(',', ";")
    );
    assert_eq!(faults(Format::Generic, &text), ["row 1: separator"]);
    let error = import(None, text.as_bytes(), &options()).unwrap_err();
    assert_eq!(error.faults()[0].code, "separator");
}

#[test]
fn unknown_repeated_and_missing_columns_are_refused_together() {
    let text = "market,product,location,start,resolution,prise,start\n";
    assert_eq!(
        faults(Format::Generic, text),
        [
            "row 1, column prise: column_unknown",
            "row 1, column start: column_duplicate",
            "row 1, column price: column_missing",
        ]
    );
    assert_eq!(refuse(Format::Generic, "").faults()[0].code, "file_empty");
    let unknown = import(None, "a,b\n1,2\n".as_bytes(), &options()).unwrap_err();
    assert_eq!(unknown.faults()[0].code, "format_unknown");
}

#[test]
fn a_restatement_is_a_second_price_with_its_own_knowledge_time() {
    let header = "market,product,location,start,resolution,price,known_at\n";
    let row = "M,DAM,A,2026-01-01T00:00:00Z,PT60M,";
    let text = format!("{header}{row}1,2025-12-31T12:00:00Z\n{row}2,2025-12-31T18:00:00Z\n");
    let outcome = read(Format::Generic, &text);
    assert_eq!(outcome.prices.len(), 2);
    assert_eq!(outcome.report.gap_count, 0);
    let same = format!("{header}{row}1,2025-12-31T12:00:00Z\n{row}2,2025-12-31T12:00:00Z\n");
    assert_eq!(faults(Format::Generic, &same), ["row 3: price_duplicate"]);
}

#[test]
fn the_time_of_receipt_is_kept_where_it_is_asked_for() {
    let at: Timestamp = "2026-01-02T00:00:00Z".parse().unwrap();
    let text = format!("{HEADER}M,DAM,A,2026-01-01T00:00:00Z,PT60M,1\n");
    let outcome = import(None, text.as_bytes(), &ImportOptions::new(KnownAt::At(at))).unwrap();
    assert_eq!(outcome.prices[0].known_at, at);
}

#[test]
fn finer_digits_are_rounded_half_even_and_counted() {
    let text = format!(
        "{HEADER}M,DAM,A,2026-01-01T00:00:00Z,PT60M,0.0000005\nM,DAM,A,2026-01-01T01:00:00Z,PT60M,0.0000015\n\
         M,DAM,A,2026-01-01T02:00:00Z,PT60M,0.25\n"
    );
    let outcome = read(Format::Generic, &text);
    let micros: Vec<_> = outcome.prices.iter().map(|p| p.price.micros()).collect();
    assert_eq!(micros, [0, 2, 250_000]);
    assert_eq!(outcome.report.rounded, 2);
}

#[test]
fn the_error_becomes_violations_with_row_and_column() {
    let text = format!("{HEADER}M,DAM,A,2026-01-01T00:00:00Z,PT60M,x\n");
    let error = Error::from(refuse(Format::Generic, &text));
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!(error.violations()[0].field, "row 2, column price");
    assert_eq!(error.violations()[0].value, "x");
}

fn key(pattern: &'static str) -> impl Strategy<Value = String> {
    proptest::string::string_regex(pattern).unwrap()
}

prop_compose! {
    fn price()(micros in any::<i64>()) -> Price {
        Price::from_micros(micros)
    }
}

prop_compose! {
    fn observation()(
        market in key("[A-Z0-9_-]{1,16}"),
        product in key("[A-Z0-9_-]{1,16}"),
        location in key("[!-~]([ -~]{0,20}[!-~])?"),
        period in (0_i64..200_000, 0..Resolution::ALL.len()),
        price in price(),
        parts in proptest::option::of((price(), price(), price(), price())),
        known in (-1_000_000_000_i64..4_000_000_000, 0_i32..1_000_000_000),
    ) -> PriceObservation {
        let resolution = Resolution::ALL[period.1];
        let start = Timestamp::from_second(1_500_000_000 + period.0 * 1_800 - 1_500_000_000 % 1_800).unwrap();
        PriceObservation {
            market: MarketId::new(market).unwrap(),
            product: ProductId::new(product).unwrap(),
            location: LocationCode::new(location).unwrap(),
            period: DeliveryPeriod::new(start, resolution).unwrap(),
            price,
            components: parts.map(|(energy, congestion, loss, greenhouse_gas)| PriceComponents {
                energy, congestion, loss, greenhouse_gas,
            }),
            known_at: Timestamp::new(known.0, known.1).unwrap(),
        }
    }
}

proptest! {
    #[test]
    fn what_was_exported_reads_back_equal(
        prices in proptest::collection::vec(observation(), 0..20)
    ) {
        let mut seen = std::collections::HashSet::new();
        let prices: Vec<_> = prices
            .into_iter()
            .filter(|p| seen.insert((p.market.clone(), p.product.clone(), p.location.clone(), p.period, p.known_at)))
            .collect();
        let mut file = Vec::new();
        export_generic(&mut file, &prices).unwrap();
        let outcome = import(Format::Generic, file.as_slice(), &options()).unwrap();
        prop_assert_eq!(outcome.prices, prices);
        prop_assert_eq!(outcome.report.rounded, 0);
    }
}

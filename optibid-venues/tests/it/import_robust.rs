//! Whatever bytes come, an import answers; it never panics, and never takes more than it may.

use crate::common::options;
use flate2::{Compression, write::GzEncoder};
use optibid_venues::import::{Format, ImportError, MAX_FAULTS, import};
use proptest::prelude::*;
use std::io::{Read, Write as _};

const HEADERS: [(Format, &str, &str); 6] = [
    (
        Format::ErcotHubHistory,
        "interval_start_local,HB_SOUTH_DAM,HB_SOUTH_RTM",
        "2024-06-01 00:00:00,24.57,17.69",
    ),
    (
        Format::ErcotDamSpp,
        "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag",
        "08/05/2025,01:00,7RNCHSLR_ALL, 23.94,N",
    ),
    (
        Format::CaisoOasisLmp,
        "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,OPR_DT,OPR_HR,NODE,MARKET_RUN_ID,LMP_TYPE,MW",
        "2026-07-14T07:00:00-00:00,2026-07-14T08:00:00-00:00,2026-07-14,1,N1,DAM,LMP,55.5152",
    ),
    (
        Format::NyisoDamZone,
        "\"Time Stamp\",\"Name\",\"PTID\",\"LBMP ($/MWHr)\",\"Marginal Cost Losses ($/MWHr)\",\"Marginal Cost Congestion ($/MWHr)\"",
        "\"06/12/2026 14:00\",\"N.Y.C.\",\"61761\",\"45.00\",\"3.00\",\"-10.00\"",
    ),
    (
        Format::Epf,
        "Date, Price, Grid load forecast, Wind power forecast",
        "2013-01-01 00:00:00,31.05,42497.0,2798.0",
    ),
    (
        Format::Generic,
        "market,product,location,start,resolution,price,known_at",
        "M,DAM,A,2026-01-01T00:00:00Z,PT60M,1,2025-12-31T12:00:00Z",
    ),
];

#[test]
fn every_format_is_recognised_and_reads_its_own_row() {
    for (format, header, row) in HEADERS {
        assert_eq!(Format::detect(header), Some(format));
        assert_eq!(
            Format::detect(&format!("\u{feff}{header}\r\n")),
            Some(format)
        );
        assert_eq!(format.code().parse(), Ok(format));
        let text = format!("{header}\n{row}\n");
        let outcome = import(None, text.as_bytes(), &options()).unwrap();
        assert!(!outcome.prices.is_empty(), "{format}");
    }
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let endless = std::io::repeat(b'x').take(1 << 40);
    let error = import(None, endless, &options()).unwrap_err();
    assert_eq!(error.faults()[0].code, "line_too_long");
}

#[test]
fn an_endless_file_stops_at_the_limit() {
    let header = HEADERS[1].1;
    let blank = std::io::repeat(b'\n').take(1 << 40);
    let reader = header.as_bytes().chain(blank);
    let error = import(None, reader, &options().max_bytes(1 << 20)).unwrap_err();
    assert!(
        matches!(error, ImportError::TooLarge { limit: 1_048_576 }),
        "{error:?}"
    );
}

#[test]
fn text_in_another_encoding_is_refused_with_its_row() {
    let (_, header, row) = HEADERS[1];
    let mut bytes = format!("{header}\n{row}\n").into_bytes();
    bytes.extend(b"08/05/2025,02:00,ZONE_\xe9,1,N\n");
    let error = import(None, bytes.as_slice(), &options()).unwrap_err();
    assert_eq!(
        (error.faults()[0].row, error.faults()[0].code),
        (3, "not_utf8")
    );
}

#[test]
fn a_reader_that_fails_is_an_error_that_can_be_tried_again() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
    }
    let (_, header, row) = HEADERS[1];
    let text = format!("{header}\n{row}\n");
    let error = import(None, text.as_bytes().chain(Broken), &options()).unwrap_err();
    assert!(matches!(error, ImportError::Read { .. }), "{error:?}");
    let code = optibid_core::error::Error::from(error).code();
    assert_eq!(code, optibid_core::error::Code::Unavailable);
}

fn any_format() -> impl Strategy<Value = usize> {
    0..HEADERS.len()
}

/// Text that looks like cells: digits, separators, quotes and now and then something else.
fn cells() -> impl Strategy<Value = String> {
    proptest::string::string_regex(
        "([0-9]{1,4}|[-/:.,;\" TZNY*]|\n|LMP|HB_A|2025-11-02|01:00|é){0,60}",
    )
    .unwrap()
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in any_format()) {
        let _ = import(None, bytes.as_slice(), &options());
        let _ = import(HEADERS[at].0, bytes.as_slice(), &options());
    }

    #[test]
    fn arbitrary_rows_under_a_real_header_never_panic(at in any_format(), rows in cells()) {
        let text = format!("{}\n{rows}", HEADERS[at].1);
        if let Err(error) = import(None, text.as_bytes(), &options()) {
            prop_assert!(error.faults().len() <= MAX_FAULTS);
            prop_assert!(error.faults().iter().all(|fault| fault.row >= 1));
        }
    }

    #[test]
    fn one_changed_byte_never_panics(at in any_format(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (format, header, row) = HEADERS[at];
        let mut bytes = format!("{header}\n{row}\n").into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = import(format, bytes.as_slice(), &options());
    }

    #[test]
    fn damaged_gzip_never_panics(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (_, header, row) = HEADERS[5];
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(format!("{header}\n{row}\n").as_bytes()).unwrap();
        let mut bytes = encoder.finish().unwrap();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = import(None, bytes.as_slice(), &options());
    }
}

//! Shared by the tests.

use optibid_core::market::PriceObservation;
use optibid_venues::import::{Format, ImportError, ImportOptions, ImportOutcome, KnownAt, import};
use std::path::PathBuf;

/// A file of the folder with data that may not ship; `None`, and a line that says so, when it is unset.
pub(crate) fn test_data(test: &str, path: &str) -> Option<PathBuf> {
    optibid_core::testing::data::folder(test).map(|folder| folder.join(path))
}

pub(crate) fn options() -> ImportOptions {
    ImportOptions::new(KnownAt::Publication)
}

pub(crate) fn read(format: Format, text: &str) -> ImportOutcome {
    import(format, text.as_bytes(), &options()).unwrap()
}

pub(crate) fn refuse(format: Format, text: &str) -> ImportError {
    import(format, text.as_bytes(), &options()).unwrap_err()
}

/// `place: code` of every fault.
pub(crate) fn faults(format: Format, text: &str) -> Vec<String> {
    let error = refuse(format, text);
    error
        .faults()
        .iter()
        .map(|fault| format!("{}: {}", fault.place(), fault.code))
        .collect()
}

/// `start price` of every observation.
pub(crate) fn lines(prices: &[PriceObservation]) -> Vec<String> {
    prices
        .iter()
        .map(|p| format!("{} {}", p.period.start(), p.price))
        .collect()
}

//! Reading the price files and the answers that belong to them.

use std::io::Read;
use std::path::{Path, PathBuf};

use optibid_engine::battery::{Parameters, Terminal};

/// The text of a file, decompressed if its name ends in `.gz`.
pub(crate) fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text
}

/// The rows below the header, split at commas.
pub(crate) fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect()
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn bench_prices(name: &str) -> Vec<f64> {
    let text = text(&fixture("bench_prices").join(name));
    rows(&text)
        .iter()
        .map(|row| row[0].parse().unwrap())
        .collect()
}

/// ERCOT HB_SOUTH of 2024 by row: day, quarter of the day, day-ahead and real-time price.
pub(crate) fn ercot() -> Vec<(String, f64, f64)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(
        "../optibid-venues/fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz",
    );
    let text = text(&path);
    let rows = rows(&text);
    rows.iter()
        .map(|row| {
            (
                row[0][..10].to_owned(),
                row[1].parse().unwrap(),
                row[2].parse().unwrap(),
            )
        })
        .collect()
}

/// 1 MW, 2 MWh, 0.95 each way, half full, at least half full at the end, no costs.
pub(crate) fn reference_battery(period_hours: f64) -> Parameters {
    Parameters {
        charge_efficiency: 0.95,
        discharge_efficiency: 0.95,
        initial_mwh: 1.0,
        terminal: Terminal::AtLeast(1.0),
        ..Parameters::new(1.0, 2.0, period_hours)
    }
}

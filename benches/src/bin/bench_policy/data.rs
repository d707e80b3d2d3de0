//! ERCOT HB_SOUTH from June to December 2024 by day.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Prices of one day, USD/MWh.
#[derive(Clone, Debug, Default)]
pub(crate) struct Day {
    pub(crate) date: String,
    /// 96 real-time prices, a quarter hour each.
    pub(crate) real_time: Vec<f64>,
    /// The day-ahead prices of the same quarter hours.
    pub(crate) day_ahead: Vec<f64>,
}

const FILE: &str = "../optibid-venues/fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz";

/// All days of measured prices, in order.
pub(crate) fn days() -> anyhow::Result<Vec<Day>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
    let mut days: Vec<Day> = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [start, day_ahead, real_time, ..] = fields.as_slice() else {
            anyhow::bail!("{line:?} has less than three fields");
        };
        let date = start.get(..10).context("date")?;
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day {
                date: date.to_owned(),
                ..Day::default()
            });
        }
        if let Some(day) = days.last_mut() {
            day.real_time.push(real_time.parse()?);
            day.day_ahead.push(day_ahead.parse()?);
        }
    }
    // The day of the clock change is drawn, not measured: see the note beside the file.
    days.retain(|day| day.real_time.len() == 96 && day.date != "2024-11-03");
    ensure!(days.len() > 200, "{} whole days", days.len());
    Ok(days)
}

/// Means of each `count` neighbours.
pub(crate) fn means(prices: &[f64], count: usize) -> Vec<f64> {
    let chunks = prices.chunks_exact(count);
    chunks
        .map(|chunk| chunk.iter().sum::<f64>() / count as f64)
        .collect()
}

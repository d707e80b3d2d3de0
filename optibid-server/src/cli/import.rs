//! `optibid import`: price files into the database.

use super::args::Import;
use super::input::{format, open};
use super::output::{Output, Sheet, number, text};
use super::settings::config;
use crate::platform::Local;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use optibid_core::app::{ImportTarget, operator};
use optibid_core::market::PriceObservation;
use optibid_core::ports::AppendReport;
use optibid_venues::import::{ImportOptions, ImportReport, KnownAt, import};

/// Prices stored in one go; the whole file was read and found good before the first of them.
const BATCH: usize = 5_000;

pub(super) async fn run(args: Import, output: Output) -> anyhow::Result<()> {
    let known_at = match args.known_now {
        true => KnownAt::At(Timestamp::now()),
        false => KnownAt::Publication,
    };
    let mut options = ImportOptions::new(known_at);
    if let Some(market) = args.market.clone() {
        options = options.market(market);
    }
    if let Some(location) = args.location.clone() {
        options = options.location(location);
    }
    let format = format(args.input_format.as_deref())?;
    let place = args.file.display().to_string();
    let outcome =
        import(format, open(&args.file)?, &options).with_context(|| format!("reading {place}"))?;
    for note in &outcome.report.notes {
        output.note(format!("note: {note}"));
    }
    let stored = match args.dry_run {
        true => None,
        false => Some(store(&args, &outcome.prices, output).await?),
    };
    output.sheet(&sheet(&outcome.report, stored))?;
    Ok(())
}

async fn store(
    args: &Import,
    prices: &[PriceObservation],
    output: Output,
) -> anyhow::Result<AppendReport> {
    let local = Local::open(&config()?).await?;
    let (who, target) = match &args.user {
        Some(email) => (local.app().act_as(email).await?, ImportTarget::Own),
        None => (operator(), ImportTarget::Public),
    };
    let bar = bar(output, prices.len());
    let mut sum = AppendReport::default();
    for batch in prices.chunks(BATCH) {
        let report = local.app().import_prices(&who, target, batch).await?;
        sum.inserted += report.inserted;
        sum.restated += report.restated;
        sum.unchanged += report.unchanged;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    local.close().await;
    Ok(sum)
}

fn bar(output: Output, prices: usize) -> ProgressBar {
    if !output.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(prices as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} prices, {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn sheet(report: &ImportReport, stored: Option<AppendReport>) -> Sheet {
    let mut sheet = Sheet::new([
        text("format", "Format"),
        number("rows", "Rows"),
        number("prices", "Prices"),
        number("rounded", "Rounded"),
        number("skipped", "Skipped"),
        number("gaps", "Gaps"),
        number("inserted", "Inserted"),
        number("restated", "Restated"),
        number("unchanged", "Unchanged"),
    ]);
    let cell = |figure: fn(&AppendReport) -> u64| {
        stored
            .as_ref()
            .map(|s| figure(s).to_string())
            .unwrap_or_default()
    };
    sheet.row([
        report.format.to_string(),
        report.rows.to_string(),
        report.prices.to_string(),
        report.rounded.to_string(),
        report.skipped.to_string(),
        report.gap_count.to_string(),
        cell(|s| s.inserted),
        cell(|s| s.restated),
        cell(|s| s.unchanged),
    ]);
    sheet
}

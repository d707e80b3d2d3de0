//! What a battery would have earned on the prices of a CSV file of one's own.
//!
//! The file is OptiBid's own format, which any spreadsheet can write: `market,product,location,start,resolution,price,known_at`. The last
//! column matters: a backtest shows a gate only what was known before it. The formats of several markets are recognised by their headers.
//! The first half of the days is history to forecast from; the second half is traded.
//!
//! ```text
//! cargo run -p optibid-examples --bin backtest_my_csv -- my_prices.csv
//! ```
//!
//! # Prints
//! ```text
//! 1080 prices of ERCOT DAM at HB_SOUTH
//! 23 days from 2024-08-09 to 2024-08-31, none left out
//! revenue 33408.40 - wear 2116.00 = 31292.40 USD
//! captured 0.97139 of perfect foresight, 32214.06 USD
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use jiff::tz::TimeZone;
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::GateBacktester;
use optibid_venues::import::{ImportOptions, KnownAt, import};
use std::collections::BTreeSet;
use std::fs::File;

/// ERCOT's day-ahead prices of 45 days, taken from the sample that comes with `optibid-venues`.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/ercot_hb_south_dam.csv");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| SAMPLE.to_owned());
    // Where a row does not say when its price became known, the end of its period counts.
    let read = import(
        None,
        File::open(path)?,
        &ImportOptions::new(KnownAt::Publication),
    )?;
    let first = read.prices.first().ok_or("the file holds no prices")?;
    let (market, product) = (first.market.clone(), first.product.clone());
    let location = first.location.clone();
    println!(
        "{} prices of {market} {product} at {location}",
        read.prices.len()
    );

    // The market's zone says which delivery day a price belongs to.
    let book = RuleBook::builtin();
    let about = first.period.start().to_zoned(TimeZone::UTC).date();
    let rules = book.at(&market, &product, about)?;
    let (zone, currency) = (&rules.zone.value, rules.currency.value);
    let days: BTreeSet<_> = read
        .prices
        .iter()
        .map(|price| zone.local(price.period.start()).date())
        .collect();
    let traded: Vec<_> = days.iter().skip(days.len() / 2).collect();
    let (Some(from), Some(to)) = (traded.first(), traded.last()) else {
        return Err("too few days".into());
    };

    let request = BacktestRequest {
        market,
        product,
        location,
        from: **from,
        to: **to,
        battery: Battery {
            degradation_cost: Price::from_units(5),
            ..Battery::symmetric(
                Power::from_megawatts(10),
                Energy::from_mwh(20),
                Ratio::from_ppm(927_000),
            )
        },
        settings: BacktestSettings::default(),
    };
    let input = BacktestInput::new(request, &book, read.prices)?;
    let report = GateBacktester::new().run(&input, &mut |_, _| Flow::Continue)?;
    let left_out = match report.skipped.as_slice() {
        [] => "none left out".to_owned(),
        skipped => format!("{} left out, such as {}", skipped.len(), skipped[0].reason),
    };
    println!("{} days from {from} to {to}, {left_out}", report.days.len());
    let net = report.net().ok_or("out of range")?;
    println!(
        "revenue {} - wear {} = {net} {currency}",
        report.revenue, report.wear
    );
    let capture = report.capture.ok_or("perfect foresight earned nothing")?;
    println!(
        "captured {capture} of perfect foresight, {} {currency}",
        report.perfect_foresight
    );
    Ok(())
}

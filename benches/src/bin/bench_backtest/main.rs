//! The backtest: one asset-year of quarter-hour gates with a new plan at every gate, and many asset-years on all cores.
//!
//! A battery of 1 MW and 2 MWh, 0.95 each way, on `bench_prices/prices_year_q` (35,040 quarter hours) as the real-time prices of
//! a year. Bids close five minutes before each quarter hour; at each of the 35,040 gates the rolling strategy forecasts and
//! solves the 24 hours ahead (96 periods), and the gate is hashed. Checks that several years at once give the reports of one.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use anyhow::{Context as _, ensure};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use optibid_bench::{Measured, bench_prices, header, measure};
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings, StrategySpec};
use optibid_core::market::rules::{Anchor, Gate, RuleBook};
use optibid_core::market::{PriceObservation, Resolution};
use optibid_core::ports::{Backtester as _, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::GateBacktester;

const COMMAND: &str = "cargo run --release -p optibid-bench --bin bench_backtest";
const REPETITIONS: usize = 5;

/// Days of prices before the year, for the first forecasts.
const HISTORY: i64 = 14;

/// Asset-years run at once.
const ASSETS: i32 = 8;

fn main() -> anyhow::Result<()> {
    let prices = bench_prices("prices_year_q.csv.gz")?;
    print!("{}", header(COMMAND));
    println!(
        "problem: a year of quarter-hour gates, 24 hours planned at each; 1 MW / 2 MWh, 0.95 each way\n"
    );
    println!("| what | threads | gates | median s | shortest s | runs | gates/s |");
    println!("|---|---|---|---|---|---|---|");
    let one = year(&prices, 0)?;
    let backtester = GateBacktester::new();
    let alone = measure(REPETITIONS, || {
        Ok(backtester.run(&one, &mut |_, _| Flow::Continue)?)
    })?;
    let gates = alone.answer.gate_count;
    ensure!(gates == 35_040, "{gates} gates");
    row("one asset-year", 1, gates, &alone);
    let many: Vec<_> = (0..ASSETS)
        .map(|asset| year(&prices, asset))
        .collect::<Result<_, _>>()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all = measure(REPETITIONS.min(2), || {
        Ok(backtester.run_many(&many, cores, &mut |_, _| Flow::Continue)?)
    })?;
    let gates = all.answer.iter().map(|report| report.gate_count).sum();
    row("eight asset-years", cores, gates, &all);
    let first = all.answer.first().context("no report")?;
    ensure!(*first == alone.answer, "the same year came out otherwise");
    println!(
        "\nnet {} {}, {} of perfect foresight day by day; the first of eight is bit-identical to the one alone",
        alone.answer.net().context("net")?,
        alone.answer.revenue.currency(),
        alone
            .answer
            .capture
            .map_or_else(String::new, |c| c.to_string()),
    );
    Ok(())
}

fn row<T>(what: &str, threads: usize, gates: u64, measured: &Measured<T>) {
    let median = measured.median.as_secs_f64();
    let shortest = measured.shortest.as_secs_f64();
    let (runs, rate) = (measured.repetitions, gates as f64 / median);
    println!("| {what} | {threads} | {gates} | {median:.2} | {shortest:.2} | {runs} | {rate:.0} |");
}

/// The year of one asset; assets differ in the energy that they begin with.
fn year(prices: &[f64], asset: i32) -> anyhow::Result<BacktestInput> {
    let (from, to): (Date, Date) = ("2023-01-01".parse()?, "2023-12-31".parse()?);
    let power = Power::from_megawatts(1);
    let battery = Battery {
        initial_soc: Energy::from_kwh(250 * asset),
        ..Battery::symmetric(power, Energy::from_mwh(2), Ratio::from_ppm(950_000))
    };
    let request = BacktestRequest {
        market: "ERCOT".parse()?,
        product: "RTM".parse()?,
        location: "HB_SOUTH".parse()?,
        from,
        to,
        battery,
        settings: BacktestSettings {
            strategy: StrategySpec::Rolling,
            ..BacktestSettings::default()
        },
    };
    let book = RuleBook::builtin();
    let zone = book.at(&request.market, &request.product, from)?.zone.value;
    let first = zone.day(from.checked_sub(HISTORY.days())?)?.start();
    let count = prices.len() + usize::try_from(96 * HISTORY)?;
    let skip = prices.len() - count % prices.len();
    let mut seen = Vec::with_capacity(count);
    for (i, price) in prices.iter().cycle().skip(skip).take(count).enumerate() {
        let start = first + SignedDuration::from_mins(15 * i64::try_from(i)?);
        let period = optibid_core::market::DeliveryPeriod::new(start, Resolution::Min15)?;
        seen.push(PriceObservation {
            market: request.market.clone(),
            product: request.product.clone(),
            location: request.location.clone(),
            period,
            price: Price::from_micros((price * 1e6).round() as i64),
            components: None,
            known_at: period.end(),
        });
    }
    let mut input = BacktestInput::new(request, &book, seen)?;
    for rules in &mut input.rules {
        rules.interval.value = Resolution::Min15;
        rules.gate.value = Gate::BeforePeriod {
            minutes: 5,
            anchor: Anchor::Period,
        };
    }
    Ok(input)
}

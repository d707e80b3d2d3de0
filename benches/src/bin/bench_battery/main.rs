//! The battery optimiser on a year of quarter hours, beside HiGHS on the same problem in the same run.
//!
//! A battery of 1 MW and 2 MWh, 0.95 each way, half full at the start and at least half full at the end, no costs, on
//! `bench_prices/prices_year_q` (35,040 periods). Prints medians, checks that the objectives agree to 1e-6, and fails if
//! they do not.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

#[cfg(feature = "highs")]
mod peer;

use anyhow::ensure;
use optibid_bench::{Measured, ask_fresh_process, bench_prices, header, measure, peak_memory};
use optibid_engine::battery::{Horizon, Method, Model, Parameters, Terminal, optimum, solve};

const COMMAND: &str = "cargo run --release -p optibid-bench --features highs --bin bench_battery";
const REPETITIONS: usize = 51;

/// Published optima of the year, EUR: relaxed and exact.
const PUBLISHED: [(Method, f64); 2] = [
    (Method::Relaxed, 114_330.108_703_59),
    (Method::Exact, 114_164.578_461_29),
];

fn main() -> anyhow::Result<()> {
    let prices = bench_prices("prices_year_q.csv.gz")?;
    let model = Model::new(Parameters {
        charge_mw: 1.0,
        discharge_mw: 1.0,
        min_mwh: 0.0,
        max_mwh: 2.0,
        charge_efficiency: 0.95,
        discharge_efficiency: 0.95,
        initial_mwh: 1.0,
        terminal: Terminal::AtLeast(1.0),
        degradation_per_mwh: 0.0,
        charge_fee_per_mwh: 0.0,
        discharge_fee_per_mwh: 0.0,
        standing_loss_per_hour: 0.0,
        period_hours: 0.25,
    })?;
    if let Some(case) = std::env::args().nth(1) {
        run_once(&case, &model, &prices)?;
        println!("{}", peak_memory()?);
        return Ok(());
    }
    print!("{}", header(COMMAND));
    println!(
        "problem: 1 MW / 2 MWh, 0.95 each way, half full at both ends; prices_year_q, {} periods",
        prices.len()
    );
    println!(
        "peak memory: resident, of a fresh process that does only this; reading the prices alone: {:.1} MB\n",
        megabytes("read")?
    );
    println!("| what | median ms | shortest ms | runs | objective EUR | peak memory MB |");
    println!("|---|---|---|---|---|---|");
    let relaxed = own(&model, &prices)?;
    compare(&model, &prices, &relaxed)
}

/// Does one of the things in the table once, for its memory.
fn run_once(case: &str, model: &Model, prices: &[f64]) -> anyhow::Result<()> {
    let horizon = Horizon::new(prices);
    match case {
        "read" => Ok(()),
        "Relaxed" => Ok(optimum(model, &horizon, Method::Relaxed).map(drop)?),
        "Exact" => Ok(optimum(model, &horizon, Method::Exact).map(drop)?),
        "Relaxed-schedule" => Ok(solve(model, &horizon, Method::Relaxed).map(drop)?),
        "Exact-schedule" => Ok(solve(model, &horizon, Method::Exact).map(drop)?),
        #[cfg(feature = "highs")]
        "highs" => peer::relaxed(model, prices).map(drop),
        _ => anyhow::bail!("unknown case {case:?}"),
    }
}

fn megabytes(case: &str) -> anyhow::Result<f64> {
    Ok(ask_fresh_process(&[case])? as f64 / 1e6)
}

/// Times our optima and schedules; returns the relaxed optimum.
fn own(model: &Model, prices: &[f64]) -> anyhow::Result<Measured<f64>> {
    let horizon = Horizon::new(prices);
    let mut relaxed = None;
    for (method, published) in PUBLISHED {
        let value = measure(REPETITIONS, || Ok(optimum(model, &horizon, method)?))?;
        let memory = megabytes(&format!("{method:?}"))?;
        agree(value.answer, published)?;
        row(&format!("{method:?} optimum"), &value, memory);
        let schedule = measure(
            REPETITIONS,
            || Ok(solve(model, &horizon, method)?.objective),
        )?;
        let memory = megabytes(&format!("{method:?}-schedule"))?;
        agree(schedule.answer, published)?;
        row(
            &format!("{method:?} optimum and schedule"),
            &schedule,
            memory,
        );
        relaxed = relaxed.or(Some(value));
    }
    relaxed.ok_or_else(|| anyhow::anyhow!("no method measured"))
}

#[cfg(feature = "highs")]
fn compare(model: &Model, prices: &[f64], relaxed: &Measured<f64>) -> anyhow::Result<()> {
    let theirs = measure(5, || peer::relaxed(model, prices))?;
    let memory = megabytes("highs")?;
    agree(relaxed.answer, theirs.answer)?;
    row("HiGHS, the same LP, building included", &theirs, memory);
    let ratio = theirs.median.as_secs_f64() / relaxed.median.as_secs_f64();
    println!("\nrelaxed optimum: {ratio:.0} times faster than HiGHS, objectives equal to 1e-6");
    slices(model, prices)
}

#[cfg(not(feature = "highs"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature with and without the peer"
)]
fn compare(_: &Model, _: &[f64], _: &Measured<f64>) -> anyhow::Result<()> {
    println!("\nHiGHS: not measured (build with --features highs)");
    Ok(())
}

/// The exact optimum beside the mixed-integer programme on each 14 days of the year.
#[cfg(feature = "highs")]
fn slices(model: &Model, prices: &[f64]) -> anyhow::Result<()> {
    const FORTNIGHT: usize = 14 * 96;
    println!("\n| 14 days from | exact EUR | HiGHS MILP EUR | difference | ours ms | HiGHS ms |");
    println!("|---|---|---|---|---|---|");
    let (mut count, mut largest) = (0_usize, 0.0_f64);
    let (mut ours_total, mut theirs_total) = (0.0, 0.0);
    for (index, slice) in prices.chunks_exact(FORTNIGHT).enumerate() {
        let ours = measure(5, || {
            Ok(optimum(model, &Horizon::new(slice), Method::Exact)?)
        })?;
        let start = std::time::Instant::now();
        let theirs = peer::exact(model, slice)?;
        let (ours_ms, theirs_ms) = (
            ours.median.as_secs_f64() * 1e3,
            start.elapsed().as_secs_f64() * 1e3,
        );
        agree(ours.answer, theirs)?;
        let difference = ours.answer - theirs;
        println!(
            "| day {} | {:.6} | {theirs:.6} | {difference:.1e} | {ours_ms:.3} | {theirs_ms:.0} |",
            index * 14,
            ours.answer
        );
        count += 1;
        largest = largest.max(difference.abs());
        ours_total += ours_ms;
        theirs_total += theirs_ms;
    }
    println!(
        "\nexact optimum: equal to the HiGHS MILP on all {count} slices, largest difference {largest:.1e} EUR, {:.0} times faster",
        theirs_total / ours_total
    );
    Ok(())
}

/// Equal to 1e-6, absolutely or relatively.
fn agree(found: f64, expected: f64) -> anyhow::Result<()> {
    let difference = (found - expected).abs();
    ensure!(
        difference <= 1e-6 * expected.abs().max(1.0),
        "objective {found}, but the reference says {expected}"
    );
    Ok(())
}

fn row(what: &str, measured: &Measured<f64>, memory: f64) {
    println!(
        "| {what} | {:.3} | {:.3} | {} | {:.6} | {:.1} |",
        measured.median.as_secs_f64() * 1e3,
        measured.shortest.as_secs_f64() * 1e3,
        measured.repetitions,
        measured.answer,
        memory
    );
}

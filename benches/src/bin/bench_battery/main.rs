//! The battery optimiser beside HiGHS on the same problems in the same run.
//!
//! Without an argument all sections run: `year` (a year of quarter hours and of hours), `budgets` (limits on discharging), `scaling` (1,000 to
//! 10,000,000 periods, 2 to 1,000 hours of storage), `fleet` (10,000 batteries). `milp` gives HiGHS 100 s for the
//! mixed-integer programme of the year. Objectives are compared to 1e-6, and the program fails if they differ.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod budgets;
mod fleet;
#[cfg(feature = "highs")]
mod peer;
mod scaling;
mod year;

use anyhow::ensure;
use optibid_bench::{ask_fresh_process, bench_prices, header, peak_memory, reference_battery};
use optibid_engine::battery::{Horizon, Method, Model, Parameters, optimum, solve};

const COMMAND: &str = "cargo run --release -p optibid-bench --features highs --bin bench_battery";

/// In quarter hours.
const BATTERY: Parameters = reference_battery(0.25);

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let asked = arguments.next();
    if let Some(case) = asked
        .as_deref()
        .and_then(|asked| asked.strip_prefix("once-"))
    {
        run_once(case)?;
        println!("{}", peak_memory()?);
        return Ok(());
    }
    let wanted = |section: &str| asked.as_deref().is_none_or(|asked| asked == section);
    print!("{}", header(COMMAND));
    println!(
        "peak memory: resident, of a fresh process that does only this; reading the prices alone: {:.1} MB",
        megabytes("read")?
    );
    let quarters = bench_prices("prices_year_q.csv.gz")?;
    let hours = bench_prices("prices_year_h.csv.gz")?;
    let model = Model::new(BATTERY)?;
    if wanted("year") {
        println!(
            "\n## year: 1 MW / 2 MWh, 0.95 each way, half full at both ends; {} quarter hours\n",
            quarters.len()
        );
        let relaxed = year::own(&model, &quarters)?;
        year::compare(&model, &quarters, &relaxed)?;
        let hourly = Model::new(Parameters {
            period_hours: 1.0,
            ..BATTERY
        })?;
        year::hours(&hourly, &hours)?;
    }
    if wanted("budgets") {
        budgets::run(&hours, &quarters)?;
    }
    if wanted("scaling") {
        scaling::run(&quarters)?;
    }
    if wanted("fleet") {
        fleet::run(&quarters)?;
    }
    #[cfg(feature = "highs")]
    if asked.as_deref() == Some("milp") {
        year::whole_year(&model, &quarters)?;
    }
    Ok(())
}

/// Does one of the things in the tables once, for its memory.
fn run_once(case: &str) -> anyhow::Result<()> {
    let prices = bench_prices("prices_year_q.csv.gz")?;
    let model = &Model::new(BATTERY)?;
    let horizon = Horizon::new(&prices);
    match case {
        "read" => Ok(()),
        "Relaxed" => Ok(optimum(model, &horizon, Method::Relaxed).map(drop)?),
        "Exact" => Ok(optimum(model, &horizon, Method::Exact).map(drop)?),
        "Relaxed-schedule" => Ok(solve(model, &horizon, Method::Relaxed).map(drop)?),
        "Exact-schedule" => Ok(solve(model, &horizon, Method::Exact).map(drop)?),
        #[cfg(feature = "highs")]
        "highs" => peer::relaxed(model, &prices).map(drop),
        _ => scaling::run_once(case, &prices),
    }
}

fn megabytes(case: &str) -> anyhow::Result<f64> {
    Ok(ask_fresh_process(&[&format!("once-{case}")])? as f64 / 1e6)
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

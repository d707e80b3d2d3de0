//! Bidding policies by stochastic dynamic programming: how long they take, and what they earn on prices they have not seen.
//!
//! A battery of 1 MW and 2 MWh, 0.95 each way, wear of 2 USD per MWh, half full at the start and at least half full at the
//! end of each horizon. ERCOT HB_SOUTH real-time prices of 2024: estimated on June to September, played on October to
//! December. Every strategy but perfect foresight knows past prices and the estimate only.

#![expect(clippy::print_stdout, reason = "a bench prints its tables")]

mod data;
mod scenarios;

use std::time::Instant;

use data::{Day, means};
use optibid_bench::{header, measure, reference_battery};
use optibid_engine::battery::{self, Horizon, Method, Model, Parameters};
use optibid_engine::policy::{
    self, Dependence, Estimation, Execution, History, Options, Outcome, PriceProcess,
};

const COMMAND: &str = "cargo run --release -p optibid-bench --bin bench_policy";
const STATES: usize = 21;
const PATHS: u64 = 50;

fn main() -> anyhow::Result<()> {
    let days = data::days()?;
    let (past, future): (Vec<Day>, Vec<Day>) = days
        .into_iter()
        .partition(|day| day.date.as_str() < "2024-10-01");
    print!("{}", header(COMMAND));
    println!(
        "ERCOT HB_SOUTH real time 2024: estimated on {} days, played on {} days; 1 MW / 2 MWh\n",
        past.len(),
        future.len()
    );
    times(&past)?;
    weeks(&past, &future)?;
    one_days(&past, &future, 1)?;
    one_days(&past, &future, 4)?;
    scenario_days(&past, &future)
}

fn model(period_hours: f64) -> anyhow::Result<Model> {
    Ok(Model::new(Parameters {
        degradation_per_mwh: 2.0,
        ..reference_battery(period_hours)
    })?)
}

/// Real-time prices of the days in periods of `quarters` quarter hours; less the day-ahead prices if asked.
fn series(days: &[Day], quarters: usize, residual: bool) -> Vec<f64> {
    days.iter()
        .flat_map(|day| {
            let shift = if residual { 1.0 } else { 0.0 };
            let both = day.real_time.iter().zip(&day.day_ahead);
            let prices: Vec<f64> = both.map(|(rt, da)| rt - shift * da).collect();
            means(&prices, quarters)
        })
        .collect()
}

fn process(
    prices: &[f64],
    slots: usize,
    periods: usize,
    dependence: Dependence,
) -> anyhow::Result<PriceProcess> {
    Ok(History::new(prices, slots)?.process(Estimation {
        states: STATES,
        dependence,
        first_slot: 0,
        periods,
    })?)
}

const DEPENDENCES: [(&str, Dependence); 3] = [
    ("pooled correlation", Dependence::Pooled),
    ("correlation by slot", Dependence::BySlot),
    (
        "counts, prior of 20",
        Dependence::Counts { prior_moves: 20.0 },
    ),
];

fn times(past: &[Day]) -> anyhow::Result<()> {
    println!("## Solving one week, {STATES} price states\n");
    println!("| periods | steps of energy | what | median ms | shortest ms | value USD |");
    println!("|---|---|---|---|---|---|");
    for (quarters, periods) in [(1, 672), (4, 168)] {
        let history = series(past, quarters, false);
        let slots = 96 / quarters;
        let model = model(0.25 * quarters as f64)?;
        let estimated = measure(5, || process(&history, slots, periods, Dependence::BySlot))?;
        println!(
            "| {periods} | - | estimation | {:.2} | {:.2} | - |",
            estimated.median.as_secs_f64() * 1e3,
            estimated.shortest.as_secs_f64() * 1e3
        );
        for soc_intervals in [40, 80, 160, 640] {
            let options = Options {
                soc_intervals,
                ..Options::default()
            };
            let solved = measure(21, || {
                Ok(policy::solve(&model, &estimated.answer, &options)?)
            })?;
            println!(
                "| {periods} | {soc_intervals} | policy | {:.2} | {:.2} | {:.3} |",
                solved.median.as_secs_f64() * 1e3,
                solved.shortest.as_secs_f64() * 1e3,
                solved.answer.expected_value()
            );
        }
        let policy = policy::solve(&model, &estimated.answer, &Options::default())?;
        let bid = measure(101, || Ok(policy.bid(40, 1.0, Some(10))?))?;
        println!(
            "| {periods} | 80 | one bid curve of {} steps | {:.4} | {:.4} | - |",
            bid.answer.steps().len(),
            bid.median.as_secs_f64() * 1e3,
            bid.shortest.as_secs_f64() * 1e3
        );
    }
    Ok(())
}

fn total(outcomes: &[Outcome]) -> f64 {
    outcomes.iter().map(|outcome| outcome.profit).sum()
}

fn foresight(model: &Model, paths: &[Vec<f64>]) -> anyhow::Result<f64> {
    let mut sum = 0.0;
    for path in paths {
        sum += battery::optimum(model, &Horizon::new(path), Method::Exact)?;
    }
    Ok(sum)
}

/// What the schedule that is best at the given prices earns on a path.
fn open_loop(model: &Model, prices: &[f64], path: &[f64]) -> anyhow::Result<f64> {
    let plan = battery::solve(model, &Horizon::new(prices), Method::Exact)?;
    Ok(plan.schedule.earnings(model, path))
}

fn row(what: &str, value: f64, best: f64) {
    println!("| {what} | {value:.2} | {:.1} % |", 100.0 * value / best);
}

/// Whole weeks without any forecast but the habits of the time of day.
fn weeks(past: &[Day], future: &[Day]) -> anyhow::Result<()> {
    let model = model(0.25)?;
    let history = series(past, 1, false);
    let paths: Vec<Vec<f64>> = series(future, 1, false)
        .chunks_exact(672)
        .map(<[f64]>::to_vec)
        .collect();
    println!(
        "\n## {} weeks of 672 quarter hours, no forecast\n",
        paths.len()
    );
    println!("| strategy | USD | of perfect foresight |");
    println!("|---|---|---|");
    let best = foresight(&model, &paths)?;
    row("perfect foresight", best, best);
    for (name, dependence) in DEPENDENCES {
        let process = process(&history, 96, 672, dependence)?;
        let policy = policy::solve(&model, &process, &Options::default())?;
        let decided = policy::simulate(&policy, &paths, Execution::AtPrice)?;
        row(&format!("policy, {name}"), total(&decided), best);
        let bid = policy::simulate(&policy, &paths, Execution::ByBid)?;
        row(&format!("policy by bid curves, {name}"), total(&bid), best);
        let rolled = policy::rolling_plan(&model, &process, &paths)?;
        row(
            &format!("rolling plan at conditional means, {name}"),
            total(&rolled),
            best,
        );
    }
    let process = process(&history, 96, 672, Dependence::Pooled)?;
    let mut fixed = 0.0;
    for path in &paths {
        fixed += open_loop(&model, &process.expected_all(), path)?;
    }
    row("one schedule at the means", fixed, best);
    Ok(())
}

/// What a policy earns by deciding at the price and by bidding before it, and what a plan made anew every period does, USD.
#[derive(Default)]
struct Earned {
    decided: f64,
    bid: f64,
    rolled: f64,
}

impl Earned {
    /// Adds a day of prices that came, under the process that was known before.
    fn add(&mut self, model: &Model, process: &PriceProcess, path: &[f64]) -> anyhow::Result<()> {
        let path = [path.to_vec()];
        let policy = policy::solve(model, process, &Options::default())?;
        self.decided += total(&policy::simulate(&policy, &path, Execution::AtPrice)?);
        self.bid += total(&policy::simulate(&policy, &path, Execution::ByBid)?);
        self.rolled += total(&policy::rolling_plan(model, process, &path)?);
        Ok(())
    }

    fn rows(&self, name: &str, best: f64) {
        row(&format!("policy, {name}"), self.decided, best);
        row(&format!("policy by bid curves, {name}"), self.bid, best);
        row(
            &format!("rolling plan at conditional means, {name}"),
            self.rolled,
            best,
        );
    }
}

/// Single days around their day-ahead prices, known the day before.
fn one_days(past: &[Day], future: &[Day], quarters: usize) -> anyhow::Result<()> {
    let periods = 96 / quarters;
    let model = model(0.25 * quarters as f64)?;
    println!(
        "\n## {} days of {periods} periods around the day-ahead price\n",
        future.len()
    );
    println!("| strategy | USD | of perfect foresight |");
    println!("|---|---|---|");
    let days: Vec<Vec<f64>> = future
        .iter()
        .map(|day| means(&day.real_time, quarters))
        .collect();
    let best = foresight(&model, &days)?;
    row("perfect foresight", best, best);
    let history = series(past, quarters, true);
    for (name, dependence) in DEPENDENCES {
        let residuals = process(&history, periods, periods, dependence)?;
        let mut earned = Earned::default();
        for (day, path) in future.iter().zip(&days) {
            let around = residuals.clone().around(&means(&day.day_ahead, quarters))?;
            earned.add(&model, &around, path)?;
        }
        earned.rows(name, best);
    }
    recent(&[past, future].concat(), past.len(), quarters, best)?;
    let mut fixed = 0.0;
    for (day, path) in future.iter().zip(&days) {
        fixed += open_loop(&model, &means(&day.day_ahead, quarters), path)?;
    }
    row("one schedule at the day-ahead prices", fixed, best);
    Ok(())
}

/// The same days from `first` on, each estimated anew on the days just before it.
fn recent(days: &[Day], first: usize, quarters: usize, best: f64) -> anyhow::Result<()> {
    let periods = 96 / quarters;
    let model = model(0.25 * quarters as f64)?;
    for window in [30, 60, 120] {
        let mut earned = Earned::default();
        for (index, day) in days.iter().enumerate().skip(first) {
            let before = days.get(index - window..index).unwrap_or(&[]);
            let history = series(before, quarters, true);
            let around = process(&history, periods, periods, Dependence::Pooled)?
                .around(&means(&day.day_ahead, quarters))?;
            earned.add(&model, &around, &means(&day.real_time, quarters))?;
        }
        earned.rows(&format!("pooled, of the last {window} days"), best);
    }
    Ok(())
}

/// Every seventh day in hours, beside scenario programmes over paths drawn from the same process.
fn scenario_days(past: &[Day], future: &[Day]) -> anyhow::Result<()> {
    let model = model(1.0)?;
    let history = series(past, 4, true);
    let residuals = process(&history, 24, 24, Dependence::BySlot)?;
    let days: Vec<&Day> = future.iter().step_by(7).collect();
    println!(
        "\n## Every seventh of these days in 24 hours, beside programmes over {PATHS} sampled paths\n"
    );
    let (mut best, mut decided, mut bid, mut fixed, mut curves) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut promised, mut wait_and_see, mut policy_s, mut curves_s) = (0.0, 0.0, 0.0, 0.0);
    for day in &days {
        let path = means(&day.real_time, 4);
        let around = residuals.clone().around(&means(&day.day_ahead, 4))?;
        let start = Instant::now();
        let policy = policy::solve(&model, &around, &Options::default())?;
        policy_s += start.elapsed().as_secs_f64();
        promised += policy.expected_value();
        let sampled: Vec<Vec<f64>> = (0..PATHS).map(|seed| around.sample_path(seed)).collect();
        wait_and_see += foresight(&model, &sampled)? / PATHS as f64;
        let mut middle = vec![0.0; 24];
        for path in &sampled {
            middle
                .iter_mut()
                .zip(path)
                .for_each(|(sum, price)| *sum += price / PATHS as f64);
        }
        // Profit is linear in prices: the schedule best on average over the paths is the one best at their mean.
        fixed += open_loop(&model, &middle, &path)?;
        let start = Instant::now();
        let scenario = scenarios::curves(&model, &sampled)?;
        curves_s += start.elapsed().as_secs_f64();
        curves += scenarios::play(&model, &scenario, &path);
        let path = [path];
        best += foresight(&model, &path)?;
        decided += total(&policy::simulate(&policy, &path, Execution::AtPrice)?);
        bid += total(&policy::simulate(&policy, &path, Execution::ByBid)?);
    }
    println!("| strategy | USD | of perfect foresight |");
    println!("|---|---|---|");
    row("perfect foresight", best, best);
    row("policy", decided, best);
    row("policy by bid curves", bid, best);
    row("scenario programme: one schedule", fixed, best);
    row(
        "scenario programme: a curve for each hour (microlp)",
        curves,
        best,
    );
    println!(
        "\nwithin the model: the policy expects {promised:.2} USD, wait and see over the paths {wait_and_see:.2} USD"
    );
    println!(
        "time a day: policy {:.2} ms, scenario programme with curves {:.0} ms",
        policy_s * 1e3 / days.len() as f64,
        curves_s * 1e3 / days.len() as f64
    );
    Ok(())
}

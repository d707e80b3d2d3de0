//! Bid curves over 50 scenarios of a day of quarter hours, beside HiGHS on the same programme in the same run, and the making
//! and reducing of scenarios.
//!
//! A battery of 1 MW and 2 MWh, 0.95 each way, half full at the start and at least half full at the end, no costs, on
//! `bench_prices/prices_scen50_q`. Fails if a plan exceeds the published optimum of the linear programme, or if HiGHS does not
//! find it.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod rolling;

use std::path::Path;

use anyhow::{Context as _, ensure};
use optibid_bench::{Measured, header, measure, reference_battery};
use optibid_engine::battery::Model;
use optibid_engine::scenario::{
    BidPlan, Copula, Effort, Generator, Risk, ScenarioSet, bid_curves, bid_curves_within, bootstrap,
};

const COMMAND: &str = "cargo run --release -p optibid-bench --features highs --bin bench_scenarios";

/// Published optimum of the linear programme, EUR.
const PUBLISHED: f64 = 303.997_623;

/// Rounds of the splitting that HiGHS is held against.
const COMPARED: usize = 40;

fn main() -> anyhow::Result<()> {
    let set = scenarios()?;
    let model = Model::new(reference_battery(0.25))?;
    print!("{}", header(COMMAND));
    println!(
        "problem: {} scenarios, {} quarter hours, one nondecreasing curve each",
        set.paths().len(),
        set.periods()
    );
    println!(
        "objective: mean of what is delivered, never charging and discharging at once; bound: proven\n"
    );
    println!("| what | median ms | shortest ms | runs | objective EUR | bound EUR | gap % |");
    println!("|---|---|---|---|---|---|---|");
    let mut compared = None;
    for rounds in [20, 40, 80, 160, 320, 640] {
        let effort = Effort {
            gap: 1e-3,
            rounds,
            ..Effort::default()
        };
        let plan = measure(5, || Ok(bid_curves(&model, &set, effort)?))?;
        ensure!(
            plan.answer.objective <= PUBLISHED + 1e-6,
            "{} is above the optimum",
            plan.answer.objective
        );
        row(&format!("splitting, at most {rounds} rounds"), &plan);
        if rounds == COMPARED {
            compared = Some(plan);
        }
    }
    for weight in [0.1, 0.3, 0.5] {
        averse(&model, &set, Risk { weight, tail: 0.1 })?;
    }
    if let Some(compared) = compared {
        compare(&model, &set, &compared)?;
    }
    rolling::day(model, &set)?;
    make(&set)
}

fn row(what: &str, plan: &Measured<BidPlan>) {
    println!(
        "| {what} | {:.1} | {:.1} | {} | {:.6} | {:.6} | {:.3} |",
        plan.median.as_secs_f64() * 1e3,
        plan.shortest.as_secs_f64() * 1e3,
        plan.repetitions,
        plan.answer.objective,
        plan.answer.bound,
        plan.answer.gap() * 100.0
    );
}

/// A weight on the worst tenth, beside HiGHS on the linear programme.
fn averse(model: &Model, set: &ScenarioSet, risk: Risk) -> anyhow::Result<()> {
    let effort = Effort {
        gap: 1e-3,
        ..Effort::default()
    };
    let plan = measure(3, || {
        Ok(bid_curves_within(model, set, (risk, &[]), effort)?)
    })?;
    let name = format!("{} on the worst tenth", risk.weight);
    row(
        &format!("{name}, splitting, at most {} rounds", effort.rounds),
        &plan,
    );
    #[cfg(feature = "highs")]
    {
        use optibid_engine::program::{Highs, LinearSolver};
        let theirs = measure(1, || {
            Ok(Highs::new()
                .solve(&optibid_engine::scenario::linear_program(model, set, risk)?)?
                .objective)
        })?;
        ensure!(
            plan.answer.objective <= theirs.answer + 1e-6,
            "above the optimum"
        );
        println!(
            "| {name}, HiGHS, linear programme (may burn) | {:.1} | {:.1} | 1 | {:.6} | | |",
            theirs.median.as_secs_f64() * 1e3,
            theirs.shortest.as_secs_f64() * 1e3,
            theirs.answer
        );
    }
    Ok(())
}

#[cfg(feature = "highs")]
fn compare(model: &Model, set: &ScenarioSet, ours: &Measured<BidPlan>) -> anyhow::Result<()> {
    use optibid_engine::program::{Highs, LinearSolver};
    use optibid_engine::scenario::{bid_program, linear_program};

    let theirs = measure(3, || {
        Ok(Highs::new()
            .solve(&linear_program(model, set, Risk::NEUTRAL)?)?
            .objective)
    })?;
    ensure!(
        (theirs.answer - PUBLISHED).abs() < 1e-5,
        "HiGHS finds {}",
        theirs.answer
    );
    println!(
        "| HiGHS, linear programme (may burn), building included | {:.1} | {:.1} | {} | {:.6} | | |",
        theirs.median.as_secs_f64() * 1e3,
        theirs.shortest.as_secs_f64() * 1e3,
        theirs.repetitions,
        theirs.answer
    );
    let held = measure(1, || {
        Ok(bid_program(model, set, Risk::NEUTRAL, &Highs::new())?)
    })?;
    row("HiGHS, held to one direction", &held);
    println!(
        "\nHiGHS linear programme / splitting: {:.1}",
        theirs.median.as_secs_f64() / ours.median.as_secs_f64()
    );
    Ok(())
}

#[cfg(not(feature = "highs"))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same signature with and without the peer"
)]
fn compare(_: &Model, _: &ScenarioSet, _: &Measured<BidPlan>) -> anyhow::Result<()> {
    println!("\nHiGHS: not measured (build with --features highs)");
    Ok(())
}

/// Times the making of 1,000 paths from 365 days of errors and their reduction to 50.
fn make(set: &ScenarioSet) -> anyhow::Result<()> {
    let centre = set.paths().first().context("no scenario")?.clone();
    let mut generator = Generator::new(1);
    let mut day = || -> Vec<f64> {
        let mut state = 0.0;
        let mut error = |_| {
            state = 0.9 * state + 20.0 * (generator.uniform() - 0.5);
            state
        };
        centre.iter().map(&mut error).collect()
    };
    let errors: Vec<Vec<f64>> = (0..365).map(|_| day()).collect();
    let fit = measure(5, || Ok(Copula::fit(&errors)?))?;
    let draw = measure(5, || Ok(fit.answer.draw(&centre, 1_000, 7)?))?;
    let blocks = measure(5, || Ok(bootstrap(&errors, &centre, 24, 1_000, 7)?))?;
    let reduce = measure(5, || Ok(draw.answer.reduce(50)?))?;
    println!("\n| scenarios: 365 days of errors, 96 periods | median ms |");
    println!("|---|---|");
    println!("| copula fitted | {:.1} |", fit.median.as_secs_f64() * 1e3);
    println!(
        "| 1,000 paths drawn from it | {:.1} |",
        draw.median.as_secs_f64() * 1e3
    );
    println!(
        "| 1,000 paths of blocks of 24 | {:.1} |",
        blocks.median.as_secs_f64() * 1e3
    );
    println!(
        "| 1,000 reduced to 50 (distance {:.1}) | {:.1} |",
        reduce.answer.distance,
        reduce.median.as_secs_f64() * 1e3
    );
    Ok(())
}

fn scenarios() -> anyhow::Result<ScenarioSet> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../optibid-engine/tests/fixtures/bench_prices");
    let path = folder.join("prices_scen50_q.csv");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let line = |line: &str| {
        let prices: Result<Vec<f64>, _> = line.split(',').map(str::parse).collect();
        prices.with_context(|| format!("{}: {line:?}", path.display()))
    };
    let paths: anyhow::Result<Vec<Vec<f64>>> = text.lines().map(line).collect();
    Ok(ScenarioSet::equally_likely(paths?)?)
}

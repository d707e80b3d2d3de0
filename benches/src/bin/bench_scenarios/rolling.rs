//! A day planned anew every hour: from where the last plan left off, and from nothing.

use anyhow::{Context as _, ensure};
use optibid_engine::battery::Model;
use optibid_engine::scenario::{Effort, Risk, Rolling, ScenarioSet, TreeProgram};
use std::time::{Duration, Instant};

/// Quarter hours between two gates.
const STEP: usize = 4;

/// How far the paths move towards what really comes at each gate.
const LEARNT: f64 = 0.2;

/// Times of one kind of planning, and how it ended.
#[derive(Default)]
struct Sum {
    time: Duration,
    /// Largest gap of any plan.
    gap: f64,
    expected: f64,
}

/// Plans for the day, then 23 times anew, each hour knowing the prices of the one before and a forecast that lies nearer to the first path; prints
/// one line each for warm and cold plans of the same programmes.
pub(crate) fn day(model: Model, set: &ScenarioSet) -> anyhow::Result<()> {
    let gates: Vec<usize> = (0..set.periods()).step_by(STEP).collect();
    println!(
        "\n| the day planned anew every hour, gap wanted | {} plans anew, warm, ms | cold, ms | cold / warm | largest gap warm, cold % | sum of expected EUR, cold - warm |",
        gates.len() - 1
    );
    println!("|---|---|---|---|---|---|");
    for gap in [2e-2, 1e-2, 5e-3] {
        let effort = Effort {
            gap,
            threads: 1,
            ..Effort::default()
        };
        let mut times = Vec::new();
        for _ in 0..3 {
            times.push(once(model, set, &gates, effort)?);
        }
        times.sort_by_key(|(warm, _)| warm.time);
        let (warm, cold) = times.swap_remove(1);
        let ms = |sum: &Sum| sum.time.as_secs_f64() * 1e3;
        println!(
            "| {} % | {:.1} | {:.1} | {:.1} | {:.2}, {:.2} | {:.3}, {:+.3} |",
            gap * 100.0,
            ms(&warm),
            ms(&cold),
            ms(&cold) / ms(&warm),
            warm.gap * 100.0,
            cold.gap * 100.0,
            warm.expected,
            cold.expected - warm.expected
        );
    }
    Ok(())
}

fn once(
    model: Model,
    set: &ScenarioSet,
    gates: &[usize],
    effort: Effort,
) -> anyhow::Result<(Sum, Sum)> {
    // One branch: every path stays possible, and only the forecast learns.
    let tree = TreeProgram::new(model, set.clone(), gates.to_vec(), 1)?;
    let mut day = Rolling::new(tree);
    let (mut warm, mut cold) = (Sum::default(), Sum::default());
    for gate in 0..gates.len() {
        let mut unprepared = Rolling::new(day.tree().clone());
        let plan = timed(&mut warm, || day.solve(Risk::NEUTRAL, effort))?;
        let other = timed(&mut cold, || unprepared.solve(Risk::NEUTRAL, effort))?;
        let tolerance = 2.0 * effort.gap * plan.bound.abs().max(1.0) + 0.1;
        ensure!(
            gate > 0 || (plan.expected - other.expected).abs() < tolerance,
            "the first plans differ: {} {}",
            plan.expected,
            other.expected
        );
        if gate == 0 {
            // There was nothing yet to go on from.
            (warm, cold) = (Sum::default(), Sum::default());
        }
        if gate + 1 == gates.len() {
            break;
        }
        let paths = day.tree().scenarios().paths();
        let came = paths.first().context("a path")?.clone();
        let soc = plan
            .schedules
            .first()
            .and_then(|first| first.soc_mwh.get(STEP - 1));
        day.advance(
            came.get(..STEP).context("a stage")?,
            *soc.context("a schedule")?,
        )?;
        let rest = came.get(STEP..).unwrap_or_default();
        let learnt = day.tree().scenarios().paths().iter().map(|path| {
            let moved = path
                .iter()
                .zip(rest)
                .map(|(p, came)| p + LEARNT * (came - p));
            moved.collect()
        });
        let learnt = ScenarioSet::new(learnt.collect(), set.probabilities().to_vec())?;
        day.revise(learnt)?;
    }
    Ok((warm, cold))
}

fn timed(
    sum: &mut Sum,
    solve: impl FnOnce() -> Result<
        optibid_engine::scenario::TreeSchedule,
        optibid_engine::scenario::ScenarioError,
    >,
) -> anyhow::Result<optibid_engine::scenario::TreeSchedule> {
    let begun = Instant::now();
    let plan = solve()?;
    sum.time += begun.elapsed();
    sum.gap = sum.gap.max(plan.gap());
    sum.expected += plan.expected;
    Ok(plan)
}

//! A year of quarter hours, and each fortnight of it as a mixed-integer programme; a year of hours.

use optibid_bench::{Measured, measure};
use optibid_engine::battery::{Horizon, Method, Model, optimum, solve};

#[cfg(feature = "highs")]
use crate::peer;
use crate::{agree, megabytes};

const REPETITIONS: usize = 51;

/// Published optima of the year, EUR: relaxed and exact.
const PUBLISHED: [(Method, f64); 2] = [
    (Method::Relaxed, 114_330.108_703_59),
    (Method::Exact, 114_164.578_461_29),
];

/// Times our optima and schedules; returns the relaxed optimum.
pub(crate) fn own(model: &Model, prices: &[f64]) -> anyhow::Result<Measured<f64>> {
    println!("| what | median ms | shortest ms | runs | objective EUR | peak memory MB |");
    println!("|---|---|---|---|---|---|");
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
pub(crate) fn compare(
    model: &Model,
    prices: &[f64],
    relaxed: &Measured<f64>,
) -> anyhow::Result<()> {
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
pub(crate) fn compare(_: &Model, _: &[f64], _: &Measured<f64>) -> anyhow::Result<()> {
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

fn row(what: &str, measured: &Measured<f64>, memory: f64) {
    println!(
        "| {what} | {:.3} | {:.3} | {} | {:.6} | {memory:.1} |",
        measured.median.as_secs_f64() * 1e3,
        measured.shortest.as_secs_f64() * 1e3,
        measured.repetitions,
        measured.answer,
    );
}

/// The year of hours beside HiGHS.
pub(crate) fn hours(model: &Model, prices: &[f64]) -> anyhow::Result<()> {
    let horizon = Horizon::new(prices);
    let ours = measure(REPETITIONS, || {
        Ok(optimum(model, &horizon, Method::Relaxed)?)
    })?;
    let exact = measure(REPETITIONS, || Ok(optimum(model, &horizon, Method::Exact)?))?;
    agree(ours.answer, 100_156.097_147_51)?;
    agree(exact.answer, 99_810.764_297_72)?;
    let (relaxed_ms, exact_ms) = (milliseconds(&ours), milliseconds(&exact));
    println!("\nyear of hours: relaxed optimum {relaxed_ms:.3} ms, exact {exact_ms:.3} ms");
    #[cfg(feature = "highs")]
    {
        let theirs = measure(5, || peer::relaxed(model, prices))?;
        agree(ours.answer, theirs.answer)?;
        let ms = milliseconds(&theirs);
        println!(
            "HiGHS LP {ms:.1} ms: {:.0} times the relaxed optimum's time, {:.0} times the exact one's",
            ms / relaxed_ms,
            ms / exact_ms
        );
    }
    Ok(())
}

fn milliseconds(measured: &Measured<f64>) -> f64 {
    measured.median.as_secs_f64() * 1e3
}

/// The mixed-integer programme of the whole year, stopped after 100 s.
#[cfg(feature = "highs")]
pub(crate) fn whole_year(model: &Model, prices: &[f64]) -> anyhow::Result<()> {
    let start = std::time::Instant::now();
    let found = peer::exact_within(model, prices, 100.0)?;
    println!(
        "\nHiGHS MILP of the year, stopped at 100 s: {found} after {:.0} s (exact optimum: {:.6} EUR)",
        start.elapsed().as_secs_f64(),
        PUBLISHED[1].1
    );
    Ok(())
}

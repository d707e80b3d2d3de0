//! Ten thousand batteries of a day each in one call.

use std::num::NonZeroUsize;

use anyhow::ensure;
use optibid_bench::measure;
use optibid_engine::battery::{
    Horizon, Job, Method, Model, Parameters, Solution, SolveError, Terminal, solve, solve_many,
};

use crate::BATTERY;
use crate::scaling::Noise;
#[cfg(feature = "highs")]
use crate::{agree, peer};

const BATTERIES: usize = 10_000;
const DAY: usize = 96;
/// So many of them are given to HiGHS one by one, and the time scaled up.
#[cfg(feature = "highs")]
const PEER_BATTERIES: usize = 500;

pub(crate) fn run(year: &[f64]) -> anyhow::Result<()> {
    let mut noise = Noise::new(7);
    let jobs = (0..BATTERIES)
        .map(|_| draw(&mut noise, year))
        .collect::<anyhow::Result<Vec<_>>>()?;
    println!(
        "\n## fleet: {BATTERIES} batteries of 0.5 to 20 MW and 1 to 8 hours, a day of {DAY} quarter hours each, with schedules\n"
    );
    println!("| what | ms | batteries a second |");
    println!("|---|---|---|");
    let cores = std::thread::available_parallelism()?;
    // The last one counts.
    #[cfg(feature = "highs")]
    let mut times = Vec::new();
    for (threads, method) in [
        (NonZeroUsize::MIN, Method::Exact),
        (cores, Method::Exact),
        (NonZeroUsize::MIN, Method::Relaxed),
        (cores, Method::Relaxed),
    ] {
        let solved = measure(5, || Ok(solve_many(&jobs, method, Some(threads))))?;
        let ms = solved.median.as_secs_f64() * 1e3;
        #[cfg(feature = "highs")]
        times.push(ms);
        for (job, found) in jobs.iter().zip(&solved.answer) {
            same(found, solve(&job.model, &job.horizon, method))?;
        }
        println!(
            "| {method:?}, {threads} threads | {ms:.1} | {:.0} |",
            1e3 * BATTERIES as f64 / ms
        );
    }
    println!("\nall results equal to the last bit to those of one call each");
    #[cfg(feature = "highs")]
    beside(&jobs, times.last().copied().unwrap_or(f64::NAN))?;
    Ok(())
}

#[cfg(feature = "highs")]
fn beside(jobs: &[Job<'_>], ours_ms: f64) -> anyhow::Result<()> {
    let start = std::time::Instant::now();
    for job in jobs.iter().take(PEER_BATTERIES) {
        let theirs = peer::relaxed(&job.model, job.horizon.prices())?;
        agree(
            solve(&job.model, &job.horizon, Method::Relaxed)?.objective,
            theirs,
        )?;
    }
    let scale = BATTERIES as f64 / PEER_BATTERIES as f64;
    let theirs_ms = start.elapsed().as_secs_f64() * 1e3 * scale;
    println!(
        "HiGHS LP, one thread: {theirs_ms:.0} ms, scaled up from {PEER_BATTERIES} batteries: {:.0} times our relaxed time on all cores",
        theirs_ms / ours_ms
    );
    Ok(())
}

fn draw<'a>(noise: &mut Noise, year: &'a [f64]) -> anyhow::Result<Job<'a>> {
    let mw = noise.between(0.5, 20.0);
    let max_mwh = mw * noise.between(1.0, 8.0);
    let day = noise.between(0.0, (year.len() / DAY) as f64) as usize;
    let model = Model::new(Parameters {
        charge_mw: mw,
        discharge_mw: mw * noise.between(0.8, 1.2),
        max_mwh,
        charge_efficiency: noise.between(0.9, 0.99),
        discharge_efficiency: noise.between(0.9, 0.99),
        initial_mwh: max_mwh * noise.between(0.2, 0.8),
        terminal: Terminal::AtLeast(0.2 * max_mwh),
        degradation_per_mwh: noise.between(0.0, 15.0),
        ..BATTERY
    })?;
    let prices = year.chunks_exact(DAY).nth(day).unwrap_or_default();
    Ok(Job {
        model,
        horizon: Horizon::new(prices),
    })
}

fn same(
    found: &Result<Solution, SolveError>,
    alone: Result<Solution, SolveError>,
) -> anyhow::Result<()> {
    ensure!(*found == alone, "{found:?} in one call, {alone:?} alone");
    Ok(())
}

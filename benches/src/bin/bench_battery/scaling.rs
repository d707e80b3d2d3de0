//! Time and memory from 1,000 to 10,000,000 periods, for small and big stores.

use anyhow::Context as _;
use optibid_bench::measure;
use optibid_engine::battery::{
    Horizon, Layout, Method, Model, Parameters, Terminal, optimum_laid_out, solve,
};

use crate::{BATTERY, agree, megabytes};

const PERIODS: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
/// Times the list is not waited for.
const LIST_UP_TO: usize = 1_000_000;

pub(crate) fn run(year: &[f64]) -> anyhow::Result<()> {
    println!(
        "\n## scaling: relaxed optimum, the year of quarter hours repeated with +-1 EUR/MWh of seeded noise\n"
    );
    println!(
        "| storage h | periods | list ms | tree ms | list/tree | faster, ns per T log2 T | with schedule ms | peak memory MB (prices {:.0} MB at 10M) |",
        80.0
    );
    println!("|---|---|---|---|---|---|---|---|");
    for hours in [2.0, 100.0, 1_000.0] {
        for periods in PERIODS {
            row(year, hours, periods)?;
        }
    }
    Ok(())
}

fn row(year: &[f64], hours: f64, periods: usize) -> anyhow::Result<()> {
    let prices = synthesise(year, periods);
    let model = battery(hours)?;
    let horizon = Horizon::new(&prices);
    let repetitions = (1_000_000 / periods).clamp(1, 21);
    let time = |layout| {
        measure(repetitions, || {
            Ok(optimum_laid_out(&model, &horizon, Method::Relaxed, layout)?)
        })
    };
    let tree = time(Layout::Tree)?;
    let tree_ms = tree.median.as_secs_f64() * 1e3;
    let waits = hours < 1_000.0 || periods <= LIST_UP_TO;
    let list_ms = if waits {
        let list = time(Layout::List)?;
        agree(tree.answer, list.answer)?;
        list.median.as_secs_f64() * 1e3
    } else {
        f64::NAN
    };
    let best = list_ms.min(tree_ms);
    let work = periods as f64 * (periods as f64).log2();
    let schedule_ms = if periods <= LIST_UP_TO {
        let solved = measure(
            1,
            || Ok(solve(&model, &horizon, Method::Relaxed)?.objective),
        )?;
        agree(solved.answer, tree.answer)?;
        solved.median.as_secs_f64() * 1e3
    } else {
        f64::NAN
    };
    let memory = megabytes(&format!("{hours}x{periods}"))?;
    println!(
        "| {hours} | {periods} | {list_ms:.2} | {tree_ms:.2} | {:.2} | {:.2} | {schedule_ms:.1} | {memory:.1} |",
        list_ms / tree_ms,
        best * 1e6 / work
    );
    Ok(())
}

/// The optimum alone for `HOURSxPERIODS`, for its memory.
pub(crate) fn run_once(case: &str, year: &[f64]) -> anyhow::Result<()> {
    let (hours, periods) = case
        .split_once('x')
        .with_context(|| format!("unknown case {case:?}"))?;
    let prices = synthesise(year, periods.parse()?);
    let model = battery(hours.parse()?)?;
    Ok(
        optibid_engine::battery::optimum(&model, &Horizon::new(&prices), Method::Relaxed)
            .map(drop)?,
    )
}

fn battery(hours: f64) -> anyhow::Result<Model> {
    Ok(Model::new(Parameters {
        max_mwh: hours,
        initial_mwh: 0.5 * hours,
        terminal: Terminal::AtLeast(0.5 * hours),
        ..BATTERY
    })?)
}

fn synthesise(year: &[f64], periods: usize) -> Vec<f64> {
    let mut noise = Noise::new(20_240_229);
    let repeated = year.iter().cycle().take(periods);
    repeated
        .map(|price| price + noise.between(-1.0, 1.0))
        .collect()
}

/// Marsaglia's xorshift: the same numbers in every run.
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        least + (most - least) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

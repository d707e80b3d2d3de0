//! The battery optimiser on a year of hourly prices, beside the Python tools people use for it, in the same run.
//!
//! A battery of 1 MW and 2 MWh, 0.95 each way, half full at the start and at least half full at the end, no costs, on
//! `bench_prices/prices_year_h` (8,760 periods): as a linear programme, which may charge and discharge at once when the
//! price is negative, and with that excluded. Each peer is a program of `benches/peers`, in a process of its own, with a
//! time limit; its imports and a first small run do not count. energypylinear's model differs (all losses at charging,
//! the end exactly half full), so we solve that model too and compare with it. Fails if a peer's environment is missing,
//! if a peer fails, or if its objective is not ours to 1e-5.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod peer;
mod problem;

use std::collections::BTreeMap;

use anyhow::Context as _;
use optibid_bench::{ask_fresh_process, bench_prices, header, measure, peak_memory};
use optibid_engine::battery::{Horizon, Method, Model, optimum};
use peer::{Answer, LIMIT, PEERS, Peer};
use problem::{PROBLEMS, Problem, agree};

const COMMAND: &str = "scripts/bench.sh bench_peers";
const REPETITIONS: usize = 51;

/// What is ours of a problem: seconds for the schedule, and the objective.
type Ours = BTreeMap<&'static str, (f64, f64)>;

fn main() -> anyhow::Result<()> {
    let prices = bench_prices("prices_year_h.csv.gz")?;
    if let Some(name) = std::env::args().nth(1) {
        // One problem in a fresh process, for its memory.
        if name != "read" {
            Problem::named(&name)?.solve(&prices)?;
        }
        println!("{}", peak_memory()?);
        return Ok(());
    }
    for peer in &PEERS {
        peer.python()?;
    }
    print!("{}", header(COMMAND));
    println!("problem: 1 MW / 2 MWh, 0.95 each way, half full at both ends; prices_year_h");
    println!(
        "times: medians; total over ours: over our optimum with its schedule, of the same problem"
    );
    println!("memory: resident at most; in brackets what the imports (for us: the prices) take\n");
    println!(
        "| tool | problem | runs | build s | solve s | total s | total over ours | peak memory MB | objective EUR |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let ours = own(&prices)?;
    let mut notes = Vec::new();
    for peer in &PEERS {
        notes.extend(beside(peer, &ours)?);
    }
    println!();
    for note in notes {
        println!("{note}");
    }
    println!("objectives: every answer equal to ours to 1e-5; ours equal to the published to 1e-9");
    Ok(())
}

/// Measures and prints ours.
fn own(prices: &[f64]) -> anyhow::Result<Ours> {
    let mut ours = Ours::new();
    let reading = megabytes("read")?;
    for problem in &PROBLEMS {
        let measured = problem.measure(prices)?;
        let (seconds, objective) = (measured.median.as_secs_f64(), measured.answer.objective);
        println!(
            "| OptiBid | {} | {} | - | {seconds:.6} | {seconds:.6} | 1 | {:.1} ({reading:.1}) | {objective:.6} |",
            problem.title,
            measured.repetitions,
            megabytes(problem.name)?
        );
        ours.insert(problem.name, (seconds, objective));
    }
    for (name, method) in [("relaxed", Method::Relaxed), ("exact", Method::Exact)] {
        let problem = Problem::named(name)?;
        let model = Model::new(problem.parameters())?;
        let value = measure(REPETITIONS, || {
            Ok(optimum(&model, &Horizon::new(prices), method)?)
        })?;
        let (seconds, objective) = of(&ours, name)?;
        agree(value.answer, objective, 1e-9)?;
        let alone = value.median.as_secs_f64();
        println!(
            "| OptiBid, no schedule | {} | {} | - | {alone:.6} | {alone:.6} | {:.2} | - | {:.6} |",
            problem.title,
            value.repetitions,
            alone / seconds,
            value.answer
        );
    }
    Ok(ours)
}

/// Runs a peer, checks its objective and prints its row; returns what it says of itself.
fn beside(peer: &Peer, ours: &Ours) -> anyhow::Result<Option<String>> {
    let problem = Problem::named(peer.problem)?;
    let (seconds, objective) = of(ours, peer.problem)?;
    let Some(answer) = peer.run(problem)? else {
        let limit = LIMIT.as_secs();
        println!(
            "| {} | {} | 1 | - | - | > {limit}, stopped | > {:.0} | - | - |",
            peer.tool,
            problem.title,
            LIMIT.as_secs_f64() / seconds
        );
        return Ok(None);
    };
    agree(answer.objective, objective, 1e-5)
        .with_context(|| format!("{} on {}", peer.tool, problem.title))?;
    let Answer {
        version,
        build_s,
        solve_s,
        ..
    } = &answer;
    let total = build_s + solve_s;
    println!(
        "| {} {version} | {} | {} | {build_s:.3} | {solve_s:.3} | {total:.3} | {:.0} | {:.0} ({:.0}) | {:.6} |",
        peer.tool,
        problem.title,
        peer.repetitions,
        total / seconds,
        answer.peak_mb,
        answer.imports_mb,
        answer.objective
    );
    Ok(Some(format!(
        "{}, {}: {}",
        peer.tool, problem.title, answer.note
    )))
}

fn of(ours: &Ours, name: &str) -> anyhow::Result<(f64, f64)> {
    ours.get(name)
        .copied()
        .with_context(|| format!("{name} not measured"))
}

fn megabytes(case: &str) -> anyhow::Result<f64> {
    Ok(ask_fresh_process(&[case])? as f64 / 1e6)
}

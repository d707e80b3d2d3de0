//! Shared parts of the bench programs: repeated timing, peak memory, the machine, and the price fixtures.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use optibid_engine::battery::{Parameters, Terminal};

/// The battery that all programs measure: 1 MW and 2 MWh, 0.95 each way, half full at the start and at least half full at
/// the end, no costs.
#[must_use]
pub const fn reference_battery(period_hours: f64) -> Parameters {
    Parameters {
        charge_efficiency: 0.95,
        discharge_efficiency: 0.95,
        initial_mwh: 1.0,
        terminal: Terminal::AtLeast(1.0),
        ..Parameters::new(1.0, 2.0, period_hours)
    }
}

/// What a measurement found.
#[derive(Clone, Debug)]
pub struct Measured<T> {
    /// The median of the times.
    pub median: Duration,
    /// The shortest of the times.
    pub shortest: Duration,
    /// How often it ran.
    pub repetitions: usize,
    /// The answer of the last run.
    pub answer: T,
}

/// Runs `work` once to warm up, then `repetitions` times under the clock.
///
/// # Errors
/// The first error of `work`.
pub fn measure<T>(
    repetitions: usize,
    mut work: impl FnMut() -> anyhow::Result<T>,
) -> anyhow::Result<Measured<T>> {
    let mut answer = work()?;
    let mut times = Vec::with_capacity(repetitions);
    for _ in 0..repetitions.max(1) {
        let start = Instant::now();
        answer = std::hint::black_box(work()?);
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok(Measured {
        median: at(times.len() / 2),
        shortest: at(0),
        repetitions: times.len(),
        answer,
    })
}

/// The most memory this process has had resident so far, bytes.
///
/// # Errors
/// When the kernel's accounting cannot be read.
pub fn peak_memory() -> anyhow::Result<u64> {
    Ok(status("VmHWM:")? * 1024)
}

/// Starts this program again with the given arguments and returns what it prints, as a number: a fresh process, so
/// that what earlier work left behind does not count.
///
/// # Errors
/// When the program cannot be started, fails, or prints something else.
pub fn ask_fresh_process(arguments: &[&str]) -> anyhow::Result<u64> {
    let program = std::env::current_exe().context("finding this program")?;
    let output = std::process::Command::new(program)
        .args(arguments)
        .output()
        .context("starting this program")?;
    anyhow::ensure!(
        output.status.success(),
        "{arguments:?} ended with {}",
        output.status
    );
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim()
        .parse()
        .with_context(|| format!("{arguments:?} printed {text:?}"))
}

fn status(field: &str) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .context("memory field missing")?;
    value
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .context("memory field is not a number")
}

/// The lines that head every bench: the command to repeat it, the processor, and how busy the machine is.
#[must_use]
pub fn header(command: &str) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or(": unknown");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = String::new();
    let _ = writeln!(text, "command: {command}");
    let _ = writeln!(
        text,
        "machine: {cores} cores, {}",
        model.trim_start_matches([':', '\t', ' '])
    );
    let _ = writeln!(
        text,
        "load before: {}",
        load.split(' ').take(3).collect::<Vec<_>>().join(" ")
    );
    text
}

/// The prices of a benchmark fixture, one a line under a header, EUR/MWh.
///
/// # Errors
/// When the file is missing or a line is not a number; names the file.
pub fn bench_prices(name: &str) -> anyhow::Result<Vec<f64>> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../optibid-engine/tests/fixtures/bench_prices");
    let path = folder.join(name);
    let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .with_context(|| path.display().to_string())?;
    text.lines()
        .skip(1)
        .map(|line| {
            line.trim()
                .parse()
                .with_context(|| format!("{}: {line:?}", path.display()))
        })
        .collect()
}

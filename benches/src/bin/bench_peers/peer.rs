//! The Python peers: each a program of `benches/peers` in an environment of its own, run with a time limit.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::problem::Problem;

/// How long a peer may take, its start and warm-up included.
pub(crate) const LIMIT: Duration = Duration::from_secs(100);

/// A program of `benches/peers`, and which problem it gets.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) tool: &'static str,
    environment: &'static str,
    program: &'static str,
    pub(crate) problem: &'static str,
    pub(crate) repetitions: usize,
}

const fn peer(
    tool: &'static str,
    environment: &'static str,
    program: &'static str,
    problem: &'static str,
    repetitions: usize,
) -> Peer {
    Peer {
        tool,
        environment,
        program,
        problem,
        repetitions,
    }
}

pub(crate) const PEERS: [Peer; 7] = [
    peer("HiGHS", "linear", "highs.py", "relaxed", 5),
    peer("linopy", "linear", "linopy_peer.py", "relaxed", 5),
    peer("PyPSA", "linear", "pypsa_peer.py", "relaxed", 3),
    peer("HiGHS", "linear", "highs.py", "exact", 3),
    peer(
        "FlexMeasures",
        "flexmeasures",
        "flexmeasures_peer.py",
        "exact",
        1,
    ),
    peer(
        "energypylinear",
        "energypylinear",
        "energypylinear_peer.py",
        "energypylinear-weeks",
        3,
    ),
    peer(
        "energypylinear",
        "energypylinear",
        "energypylinear_peer.py",
        "energypylinear-year",
        1,
    ),
];

/// What a peer printed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) version: String,
    pub(crate) build_s: f64,
    pub(crate) solve_s: f64,
    pub(crate) objective: f64,
    pub(crate) peak_mb: f64,
    pub(crate) imports_mb: f64,
    pub(crate) note: String,
}

impl Peer {
    /// Its Python.
    ///
    /// # Errors
    /// When its environment has not been set up.
    pub(crate) fn python(&self) -> anyhow::Result<PathBuf> {
        let python = cache()?
            .join("peers")
            .join(self.environment)
            .join("bin/python");
        ensure!(
            python.is_file(),
            "{} is missing, so {} cannot run: scripts/setup.sh peers",
            python.display(),
            self.tool
        );
        Ok(python)
    }

    /// Runs it on its problem; `None` when it was stopped at the limit.
    ///
    /// # Errors
    /// When it cannot be started, fails, or does not print its answer; with what it wrote to its error stream.
    pub(crate) fn run(&self, problem: &Problem) -> anyhow::Result<Option<Answer>> {
        let scratch = tempfile::tempdir().context("making a folder for the peer's files")?;
        let start = Instant::now();
        let output = self
            .command(problem, scratch.path())?
            .output()
            .context("starting timeout(1) of coreutils")?;
        if !output.status.success() {
            if start.elapsed() >= LIMIT {
                return Ok(None);
            }
            bail!(
                "{} ended with {}:\n{}",
                self.program,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let text = String::from_utf8_lossy(&output.stdout);
        answer(&text)
            .with_context(|| format!("{} printed {text:?}", self.program))
            .map(Some)
    }

    /// The peer under timeout(1), which stops it with all it started, CBC for one, even if this program is gone by then.
    fn command(&self, problem: &Problem, scratch: &Path) -> anyhow::Result<Command> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let prices =
            here.join("../optibid-engine/tests/fixtures/bench_prices/prices_year_h.csv.gz");
        let parameters = problem.parameters();
        let mut command = Command::new("timeout");
        command
            .args(["--signal=KILL", &LIMIT.as_secs().to_string()])
            .arg(self.python()?)
            .arg(here.join("peers").join(self.program))
            .arg(prices)
            .env("TMPDIR", scratch)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(scratch)
            .stdin(Stdio::null());
        if problem.method == optibid_engine::battery::Method::Exact {
            command.arg("--exact");
        }
        let figures = [
            ("--charge-mw", parameters.charge_mw),
            ("--discharge-mw", parameters.discharge_mw),
            ("--capacity-mwh", parameters.max_mwh),
            ("--charge-efficiency", parameters.charge_efficiency),
            ("--discharge-efficiency", parameters.discharge_efficiency),
            ("--initial-mwh", parameters.initial_mwh),
            ("--final-mwh", parameters.initial_mwh),
            ("--period-hours", parameters.period_hours),
        ];
        for (name, figure) in figures {
            command.args([name, &figure.to_string()]);
        }
        command.args(["--periods", &problem.periods.to_string()]);
        command.args(["--repetitions", &self.repetitions.to_string()]);
        Ok(command)
    }
}

/// The cache folder, as scripts/common.sh finds it.
fn cache() -> anyhow::Result<PathBuf> {
    let folder = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    folder("OPTIBID_CACHE")
        .map(PathBuf::from)
        .or_else(|| folder("XDG_CACHE_HOME").map(|root| Path::new(&root).join("optibid")))
        .or_else(|| folder("HOME").map(|root| Path::new(&root).join(".cache/optibid")))
        .context("none of OPTIBID_CACHE, XDG_CACHE_HOME and HOME is set: where are the peers?")
}

fn answer(text: &str) -> anyhow::Result<Answer> {
    let value: Value = serde_json::from_str(text)?;
    let number = |field: &str| {
        value
            .get(field)
            .and_then(Value::as_f64)
            .with_context(|| format!("no number {field}"))
    };
    let words = |field: &str| {
        value
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .with_context(|| format!("no text {field}"))
    };
    Ok(Answer {
        version: words("version")?,
        build_s: number("build_s")?,
        solve_s: number("solve_s")?,
        objective: number("objective")?,
        peak_mb: number("peak_mb")?,
        imports_mb: number("imports_mb")?,
        note: words("note")?,
    })
}

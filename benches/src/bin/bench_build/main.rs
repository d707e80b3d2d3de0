//! What depending on `optibid-core` costs: a build from nothing in a folder of its own, with default features and with all.
//!
//! The sources of the dependencies are downloaded before; compiling them counts. Two jobs, as on a machine with two cores.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use anyhow::{Context as _, ensure};
use optibid_bench::header;
use std::process::Command;
use std::time::{Duration, Instant};

const COMMAND: &str = "cargo run --release -p optibid-bench --bin bench_build";

/// Longest time that the build with default features may take on two cores.
const LIMIT: Duration = Duration::from_secs(30);

fn main() -> anyhow::Result<()> {
    print!("{}", header(COMMAND));
    println!("cargo build -p optibid-core --jobs 2, into an empty folder\n");
    println!("| features | crates | seconds | limit |");
    println!("|---|---|---|---|");
    let default = build(&[])?;
    println!(
        "| default | {} | {:.1} | {} |",
        default.crates,
        default.time.as_secs_f64(),
        LIMIT.as_secs()
    );
    let all = build(&["--all-features"])?;
    println!("| all | {} | {:.1} | |", all.crates, all.time.as_secs_f64());
    let verdict = if default.time < LIMIT {
        "within"
    } else {
        "ABOVE"
    };
    println!("\n{verdict} the limit");
    Ok(())
}

struct Built {
    time: Duration,
    crates: usize,
}

/// Builds into an empty folder.
fn build(features: &[&str]) -> anyhow::Result<Built> {
    let folder = tempfile::tempdir().context("a folder to build in")?;
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let arguments = [
        "build",
        "--locked",
        "--offline",
        "-p",
        "optibid-core",
        "--jobs",
        "2",
    ];
    let mut command = Command::new("cargo");
    command.args(arguments).args(features).current_dir(root);
    command.env("CARGO_TARGET_DIR", folder.path());
    // Each unit is announced on a line of its own.
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_QUIET", "false");
    let start = Instant::now();
    let output = command.output().context("starting cargo")?;
    let time = start.elapsed();
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the build failed:\n{told}");
    let crates = told
        .lines()
        .filter(|line| line.trim_start().starts_with("Compiling "))
        .count();
    Ok(Built { time, crates })
}

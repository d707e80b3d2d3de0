//! The command line of `optibid-tui`.

mod args;
mod check;
mod clock;
mod exit;
mod keys;
mod start;
mod status;

pub use keys::table as key_table;

use args::{Cli, Command};
use clap::{CommandFactory as _, Parser as _};
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // The platform of --local works beside the dashboard; one thread more is enough for it.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(cli));
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => exit::report(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match &cli.command {
        Some(Command::Status { format }) => status::run(&cli.common, *format).await,
        Some(Command::Check) => check::run(&cli.common).await,
        Some(Command::Keys) => keys::run(&cli.common),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "optibid-tui", &mut script);
            exit::print(&String::from_utf8_lossy(&script))?;
            Ok(ExitCode::SUCCESS)
        }
        None if std::io::stdout().is_terminal() && std::io::stdin().is_terminal() => {
            start::run(&cli).await
        }
        None => status::run(&cli.common, args::Format::Table).await,
    }
}

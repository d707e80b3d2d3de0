//! The `optibid` command.
//!
//! A command parses its flags, calls the use cases that the HTTP API calls too, and prints. Commands on
//! the database act with the rights of the machine's operator, or as the user that `--as` names.

mod alert;
mod alert_args;
mod args;
mod backtest;
mod battery;
mod bid;
mod curve;
mod database;
mod document;
mod explain;
mod failure;
mod import;
mod input;
mod method;
mod optimise;
mod output;
mod reasons;
mod serve;
mod settings;
mod smoke;
mod user;

pub use failure::EXIT_CODES;

use anyhow::Context;
use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use output::Output;
use std::process::ExitCode;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.format, cli.quiet);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let outcome = match runtime.context("starting the runtime") {
        Ok(runtime) => runtime.block_on(run(cli.command, output)),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}

/// The command line as it is typed, with all its help.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

async fn run(command: Command, output: Output) -> anyhow::Result<()> {
    match command {
        Command::Serve(serve) => serve::run(serve, output).await,
        Command::Migrate(migrate) => database::migrate(migrate, output).await,
        Command::Db(args::Db::Verify) => database::verify(output).await,
        Command::Import(import) => import::run(import, output).await,
        Command::Optimise(optimise) => optimise::run(&optimise, output),
        Command::Explain(explain) => explain::run(&explain, output),
        Command::Curve(curve) => curve::run(curve, output),
        Command::Backtest(backtest) => backtest::run(backtest, output).await,
        Command::Alert(alert) => alert::run(alert, output).await,
        Command::Bid(bid) => bid::run(bid, output).await,
        Command::User(args::User::CreateAdmin(new)) => user::create_admin(new, output).await,
        Command::Config(config) => settings::run(config, output),
        Command::Openapi => openapi(output),
        Command::Smoke(smoke) => smoke::run(smoke, output).await,
        Command::Completions { shell } => completions(shell, output),
    }
}

fn openapi(output: Output) -> anyhow::Result<()> {
    Ok(output.json(&crate::http::description())?)
}

fn completions(shell: clap_complete::Shell, output: Output) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "optibid", &mut script);
    Ok(output.raw(&String::from_utf8_lossy(&script))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_page_lists_every_exit_code() {
        let help = command().render_help().to_string();
        for (code, meaning) in EXIT_CODES {
            assert!(help.contains(&format!("{code}  {meaning}")), "{code}");
        }
    }
}

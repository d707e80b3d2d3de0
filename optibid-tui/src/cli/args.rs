//! The command line as it is typed.

use crate::theme::ThemeName;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  optibid-tui --local --demo                     two weeks of real bids, nothing else needed
  optibid-tui --server https://optibid.example.com
  optibid-tui --server prod --readonly           for the screen on the wall
  optibid-tui --offline                          the last known state, with its age
  optibid-tui status --format json               for scripts; also when not on a terminal
  optibid-tui check                              connection, session, keys, files

OPTIBID_EMAIL and OPTIBID_PASSWORD sign in without asking. NO_COLOR takes the colours away.

Exit codes:
  0    done                                  5    the server does not answer
  1    it did not work                       6    not signed in, or the role does not allow it
  2    the command is mistyped               128+n  ended by signal n (143: SIGTERM)
  3    the configuration breaks a rule";

/// The terminal dashboard of OptiBid.
#[derive(Debug, Parser)]
#[command(name = "optibid-tui", version, after_help = EXAMPLES, max_term_width = 100)]
pub(super) struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub(super) common: Common,
    /// Refuse everything that changes something at the server.
    #[arg(long)]
    pub(super) readonly: bool,
    /// The theme; without it that of the configuration, and mono where NO_COLOR is set.
    #[arg(long, value_enum)]
    pub(super) theme: Option<ThemeName>,
    /// Draw with ASCII alone.
    #[arg(long)]
    pub(super) ascii: bool,
    /// The screen to begin with, by its name or number.
    #[arg(long)]
    pub(super) screen: Option<String>,
    /// What to do instead of showing the dashboard.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The server: an address, or a name of the configuration.
    #[arg(long, global = true, env = "OPTIBID_SERVER", value_name = "URL|NAME")]
    pub(super) server: Option<String>,
    /// Run the platform in this process, on a database of one's own.
    #[cfg(feature = "local")]
    #[arg(long, global = true, conflicts_with_all = ["server", "offline"])]
    pub(super) local: bool,
    /// With --local: two weeks of bids on real prices, and a feed that goes on.
    #[cfg(feature = "local")]
    #[arg(long, global = true, requires = "local")]
    pub(super) demo: bool,
    /// Show the last known state, without a server.
    #[arg(long, global = true)]
    pub(super) offline: bool,
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// What to do instead of showing the dashboard.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print how things are, once.
    Status {
        /// How it is printed.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Check configuration, keys, connection and session, and say where files are.
    Check,
    /// Print the keys in force.
    Keys,
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people.
    Table,
    /// One JSON object.
    Json,
    /// One line a fact, with a header.
    Csv,
}

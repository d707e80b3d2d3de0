//! `optibid alert` as it is typed.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use optibid_core::id::{AlertId, AlertRuleId};
use std::path::PathBuf;

/// `optibid alert`.
#[derive(Debug, Subcommand)]
pub(super) enum Alert {
    /// List alarms, the newest first: those that go on, or ended without an answer less than a week ago.
    List {
        /// Past alarms too.
        #[arg(long)]
        all: bool,
        /// Most alarms to list.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        limit: u32,
        /// Who asks.
        #[command(flatten)]
        who: Who,
    },
    /// List the rules and where each stands.
    Rules(Who),
    /// Make a rule; a running server watches it from then on.
    Create {
        /// The content of a rule as JSON; - reads standard input.
        file: PathBuf,
        /// Who makes it.
        #[command(flatten)]
        who: Who,
    },
    /// Answer alarms.
    Acknowledge {
        /// The alarms.
        #[arg(required = true)]
        ids: Vec<AlertId>,
        /// What is said.
        #[arg(long, default_value = "")]
        note: String,
        /// Who answers.
        #[command(flatten)]
        who: Who,
    },
    /// Silence a rule until an instant; its alarms are kept and not told.
    Shelve {
        /// The rule.
        rule: AlertRuleId,
        /// Until when, such as 2026-06-01T18:00:00Z; at most 30 days ahead.
        #[arg(long)]
        until: Timestamp,
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
        /// Who shelves it.
        #[command(flatten)]
        who: Who,
    },
    /// End a rule's silence.
    Unshelve {
        /// The rule.
        rule: AlertRuleId,
        /// Who ends it.
        #[command(flatten)]
        who: Who,
    },
}

/// A user of the local database.
#[derive(Debug, Args)]
pub(super) struct Who {
    /// The user who asks.
    #[arg(long = "as", value_name = "EMAIL")]
    pub(super) user: String,
}

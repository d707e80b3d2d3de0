//! `optibid migrate` and `optibid db`.

use super::args::Migrate;
use super::failure::{Exit, Found};
use super::output::{Output, Sheet, number, text};
use super::settings::config;
use optibid_storage::migrate::{self as schema, Holdings};
use optibid_storage::{Database, Options};

pub(super) async fn migrate(command: Migrate, output: Output) -> anyhow::Result<()> {
    let url = config()?.database_url;
    match command {
        Migrate::Up => {
            let applied = schema::up(&url).await?;
            output.note(format!("{applied} migrations applied"));
        }
        Migrate::Down { count, yes } => {
            if count > 0 && !yes {
                nothing_is_lost(&url).await?;
            }
            let undone = schema::down(&url, count).await?;
            output.note(format!("{undone} migrations undone"));
        }
        Migrate::Status => {}
    }
    let mut sheet = Sheet::new([
        number("version", "Version"),
        text("name", "Name"),
        text("applied", "Applied"),
    ]);
    for migration in schema::status(&url).await? {
        let applied = if migration.applied { "yes" } else { "no" };
        sheet.row([
            migration.version.to_string(),
            migration.name.to_owned(),
            applied.to_owned(),
        ]);
    }
    Ok(output.sheet(&sheet)?)
}

/// Refuses to go on while there are users or bids to lose.
async fn nothing_is_lost(url: &str) -> anyhow::Result<()> {
    let Holdings { users, bids } = schema::holdings(url).await?;
    if users == 0 && bids == 0 {
        return Ok(());
    }
    let counted = |count: u64, what: &str| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {what}{ending}")
    };
    let (users, bids) = (counted(users, "user"), counted(bids, "bid"));
    let message = format!(
        "nothing was undone: the database holds {users} and {bids}, which could be lost for good; \
         make a copy of it, then repeat the command with --yes"
    );
    Err(Found {
        exit: Exit::Invalid,
        message,
    }
    .into())
}

pub(super) async fn verify(output: Output) -> anyhow::Result<()> {
    let options = Options {
        migrate: false,
        ..Options::default()
    };
    let database = Database::open(&config()?.database_url, &options).await?;
    let report = database.verify().await;
    database.close().await;
    let report = report?;
    let mut sheet = Sheet::new([text("check", "Check"), text("result", "Result")]);
    sheet.row(["bids", &report.bids.to_string()]);
    sheet.row(["bid events", &report.bid_events.to_string()]);
    sheet.row(["audit entries", &report.audit_entries.to_string()]);
    sheet.row(["audit head", &report.audit_head]);
    sheet.row(["events to publish", &report.unpublished.to_string()]);
    for finding in &report.findings {
        sheet.row(["FAULT", &finding.to_string()]);
    }
    output.sheet(&sheet)?;
    if report.is_sound() {
        output.note("everything fits");
        return Ok(());
    }
    let message = format!("{} faults were found", report.findings.len());
    Err(Found {
        exit: Exit::Failed,
        message,
    }
    .into())
}

//! How a command fails: what it says, and its exit code.

use super::output::complain;
use crate::config::ConfigErrors;
use optibid_core::error::{Change, Code, Error};
use optibid_core::ports::StoreError;
use optibid_storage::OpenError;
use optibid_venues::import::ImportError;
use std::process::ExitCode;

/// Every exit code with its meaning, as the help page lists them.
pub const EXIT_CODES: [(u8, &str); 6] = [
    (0, "done"),
    (1, "it did not work"),
    (2, "the command is mistyped"),
    (3, "the input or a setting breaks a rule; each is named"),
    (4, "there is no such thing"),
    (5, "the database or the server does not answer"),
];

/// The exit codes of a command that was understood and did not do what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 1: it did not work.
    Failed = 1,
    /// 3: the input breaks a rule.
    Invalid = 3,
    /// 4: there is no such thing.
    NotFound = 4,
    /// 5: the database or the server does not answer.
    Unavailable = 5,
}

/// A command that did what it should and found something wrong: its sheet says what.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Found {
    /// The exit code.
    pub(super) exit: Exit,
    /// One line.
    pub(super) message: String,
}

/// Says what went wrong, field by field, and gives the exit code.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    let mut exit = Exit::Failed;
    let mut lines = vec![format!("error: {}", words(error))];
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<Error>() {
            exit = of_code(error.code());
            lines.extend(violations(error));
            lines.extend(ways_out(error));
            break;
        } else if let Some(found) = cause.downcast_ref::<Found>() {
            exit = found.exit;
        } else if cause.is::<ConfigErrors>() {
            exit = Exit::Invalid;
        } else if let Some(error) = cause.downcast_ref::<ImportError>() {
            exit = Exit::Invalid;
            if let ImportError::Cells(faults) = error {
                lines = vec!["error: the file was not imported".to_owned()];
                lines.extend(faults.iter().map(|fault| format!("  {fault}")));
            }
        } else if cause.is::<StoreError>() {
            exit = Exit::Unavailable;
        } else if let Some(error) = cause.downcast_ref::<OpenError>() {
            exit = match error {
                OpenError::Url { .. } => Exit::Invalid,
                OpenError::Store(_) => Exit::Unavailable,
                _ => Exit::Failed,
            };
        }
    }
    for line in lines {
        complain(line);
    }
    ExitCode::from(exit as u8)
}

/// The error and its causes in one line, without saying anything twice.
fn words(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let said = match cause.downcast_ref::<Error>() {
            Some(error) if !error.fixes().is_empty() => {
                "these limits contradict each other".to_owned()
            }
            Some(error) if error.violations().len() > 1 => {
                format!("{} rules are broken", error.violations().len())
            }
            _ => cause.to_string(),
        };
        if !text.contains(&said) {
            let gap = if text.is_empty() { "" } else { ": " };
            text = format!("{text}{gap}{said}");
        }
    }
    text
}

fn violations(error: &Error) -> Vec<String> {
    if error.violations().len() < 2 && error.fixes().is_empty() {
        return Vec::new();
    }
    let line = |v: &optibid_core::error::Violation| match &v.source {
        Some(source) => format!("  {v} ({source})"),
        None => format!("  {v}"),
    };
    error.violations().iter().map(line).collect()
}

/// The ways out of a contradiction, the cheapest first.
fn ways_out(error: &Error) -> Vec<String> {
    let mut lines = Vec::new();
    if !error.fixes().is_empty() {
        lines.push("ways out, the cheapest first:".to_owned());
    }
    let reasons = error.fixes().iter().map(|fix| fix.reason.as_str());
    let reason = reasons
        .clone()
        .next()
        .filter(|first| reasons.clone().all(|it| it == *first));
    for (i, fix) in error.fixes().iter().enumerate() {
        let change = |c: &Change| format!("{} from {} to {}", c.field, c.from, c.to);
        let changes: Vec<_> = fix.changes.iter().map(change).collect();
        let (cost, currency) = (fix.cost, fix.cost.currency());
        let against = match i {
            0 => "the cheapest".to_owned(),
            _ => format!("{cost} {currency} more than the cheapest"),
        };
        let own = match reason {
            Some(_) => String::new(),
            None => format!(" ({})", fix.reason),
        };
        let changes = changes.join(", ");
        lines.push(format!("  {}. {changes}: {against}{own}", i + 1));
    }
    lines.extend(reason.map(|reason| format!("  ({reason})")));
    lines
}

const fn of_code(code: Code) -> Exit {
    match code {
        Code::Invalid | Code::KeyReused => Exit::Invalid,
        Code::NotFound => Exit::NotFound,
        Code::Unavailable | Code::Timeout | Code::RateLimited => Exit::Unavailable,
        Code::AlreadyExists
        | Code::Conflict
        | Code::Unauthenticated
        | Code::Forbidden
        | Code::OutcomeUnknown
        | Code::Internal => Exit::Failed,
    }
}

//! How the program fails: what it says, and its exit code.

use crate::config::ConfigError;
use crate::request::{Failure, FailureKind};
use optibid_client::Error;
use std::io::Write as _;
use std::process::ExitCode;

/// 1: it did not work.
const FAILED: u8 = 1;
/// 3: the configuration breaks a rule.
const INVALID: u8 = 3;
/// 5: the server does not answer.
const AWAY: u8 = 5;
/// 6: not signed in, or the role does not allow it.
const REFUSED: u8 = 6;

/// Says what went wrong, and gives the exit code.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    let mut code = FAILED;
    for cause in error.chain() {
        if cause.is::<ConfigError>() {
            code = INVALID;
        } else if let Some(error) = cause.downcast_ref::<Error>() {
            code = of(Failure::from(error).kind);
        }
    }
    complain(&format!("error: {error:#}"));
    ExitCode::from(code)
}

/// The exit code of a failure.
pub(super) const fn of(kind: FailureKind) -> u8 {
    match kind {
        FailureKind::Away => AWAY,
        FailureKind::SignedOut | FailureKind::Forbidden => REFUSED,
        FailureKind::Refused => FAILED,
    }
}

/// Says something to the person, beside the results.
pub(super) fn complain(text: &str) {
    // There is nowhere else to say it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Prints to standard output. A reader that goes away (`| head`) is no failure.
pub(super) fn print(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

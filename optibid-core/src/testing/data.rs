//! Data that may not ship with the project, and tests that say so when they do not run.

use std::io::Write;
use std::path::PathBuf;

/// The folder that `OPTIBID_TEST_DATA` names; without it nothing, after saying that the test did not
/// run.
#[must_use]
pub fn folder(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OPTIBID_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        not_run(test, "OPTIBID_TEST_DATA is unset");
    }
    folder
}

/// Says that a test did not run: on standard error and, since runners hide what passing tests print, in
/// the file that `OPTIBID_NOT_RUN_LOG` names.
///
/// # Panics
/// When that file cannot be written.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
#[expect(clippy::expect_used, reason = "a line that is lost would be silence")]
pub fn not_run(test: &str, why: &str) {
    let line = format!("NOT RUN: {test} ({why})\n");
    eprint!("{line}");
    if let Some(path) = std::env::var_os("OPTIBID_NOT_RUN_LOG") {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path);
        log.and_then(|mut log| log.write_all(line.as_bytes()))
            .expect("the log can be written");
    }
}

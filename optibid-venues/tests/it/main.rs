//! Integration tests of the venue adapters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking and report what they could not run"
)]

mod common;
mod import_caiso;
mod import_epf;
mod import_ercot;
mod import_generic;
mod import_nyiso;
mod import_robust;
mod replay;
mod simulate;
mod venue;
mod venue_kinds;

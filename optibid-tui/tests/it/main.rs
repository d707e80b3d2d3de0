//! The dashboard fed with events and updates, against a server in the process, and in a real terminal.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking and says so when it is not run"
)]

mod feed;
mod fixture;
mod gate;
mod harness;
mod keys;
mod known;
mod login;
mod offline;
mod random;
mod refusals;
mod runner;
mod screens;
mod selection;
mod status;
mod terminal;

//! The client against the server's own router, a server that listens, and transports that fail on purpose.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking and says so when it is not run"
)]

mod events;
mod harness;
mod journey;
mod mocked;
mod operations;
mod retries;
mod sessions;

//! In-process tests of the server: requests through its router, without a socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod cli;
mod demo;
mod generated;
mod routes;
mod socket;
mod webhooks;

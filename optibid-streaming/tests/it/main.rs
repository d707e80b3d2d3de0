//! Integration tests of the bus and the relay.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bus;
mod relay;
mod support;

//! The rules of the storage ports as tests: one function a sentence of a port's documentation.
//!
//! An adapter's test binary calls [`conformance_suite!`](crate::conformance_suite), whose documentation
//! says what the store must be like, and gets one `#[tokio::test]` for every rule. To run rules by other
//! means, build a [`Subject`] and call them.
//!
//! Rules check what a port promises by its own methods alone: they write, read back through another
//! method, and look at what a refused write left behind. Durability over a crash cannot be seen that
//! way; each adapter tests it by itself.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a rule is a test: it panics when the adapter breaks it"
)]

pub mod accounts;
pub mod alerts;
pub mod assets;
pub mod audit;
pub mod bids;
pub mod idempotency;
pub mod jobs;
pub mod outbox;
pub mod portfolio;
pub mod prices;
pub mod sessions;
pub mod settings;
mod subject;
mod suite;
pub mod webhooks;
mod world;

pub use subject::{Spawn, Subject};
pub use world::Trailed;

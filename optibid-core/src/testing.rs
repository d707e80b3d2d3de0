//! In-memory adapter, fixtures, mocks and the conformance suites of the ports (feature `testing`).
//!
//! | item | for |
//! | --- | --- |
//! | [`MemoryStore`] | tests, examples and quick starts without a database: a full adapter of every storage port |
//! | [`fixtures`] | a clock that is set, ids in sequence, organisations, bids, prices, trails |
//! | [`conformance_suite!`] | the rules of the storage ports as tests over an adapter |
//! | [`data`] | data that may not ship, and tests that say so when they do not run |
//! | [`mocks`] | ports that answer what a test tells them, to force failures |
//!
//! Nothing here is for a product: it keeps its data in memory or panics when a test is wrong.

pub mod conformance;
pub mod data;
pub mod fixtures;
mod memory;
pub mod mocks;

pub use crate::conformance_suite;
pub use memory::MemoryStore;

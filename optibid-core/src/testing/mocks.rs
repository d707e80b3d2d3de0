//! Ports that answer what a test tells them, to force failures.
//!
//! ```
//! use optibid_core::ports::{BidStore, StoreError};
//! use optibid_core::testing::{fixtures::Tenant, mocks::MockBidStore};
//! # futures::executor::block_on(async {
//! let mut bids = MockBidStore::new();
//! bids.expect_bids().returning(|_, _| Err(StoreError::Timeout { maybe_applied: false }));
//! let ours = Tenant::numbered(1).org.id;
//! assert!(bids.bids(ours, &Default::default()).await.is_err());
//! # });
//! ```

mod hasher;

pub use crate::ports::mocks::*;
pub use hasher::MockPasswordHasher;

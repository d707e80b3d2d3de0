//! Random moments.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A random number from `low` to `high`.
pub(super) fn random(low: u64, high: u64) -> u64 {
    // The keys of every `RandomState` differ; what it makes of nothing is random enough for a kill.
    low + RandomState::new().build_hasher().finish() % (high - low + 1)
}

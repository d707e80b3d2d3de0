//! Integration tests of `optibid-engine`: published optima, a linear-programming solver and brute force as references.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking and says so when it is not run"
)]

mod backtest;
mod backtest_gates;
mod bench_prices;
mod domain;
mod edges;
mod fixtures;
mod forecast;
mod invariants;
mod offers;
mod optimizer;
mod perfect_foresight;
mod properties;
mod reference;
mod validation;
mod value_function;

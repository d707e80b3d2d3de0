//! Integration tests of `optibid-engine`: published optima, a linear-programming solver and brute force as references.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking and says so when it is not run"
)]

mod accuracy;
mod award_safety;
mod backtest;
mod backtest_blocks;
mod backtest_coupled;
mod backtest_gates;
mod bench_prices;
mod block_loops;
mod block_orders;
mod budgets;
mod conflict;
mod coupled;
mod curve_fit;
mod domain;
mod edges;
mod explain;
mod fixtures;
mod forecast;
mod invariants;
mod limits;
mod offer_scenarios;
mod offers;
mod optimizer;
mod outcome;
mod perfect_foresight;
mod policy;
mod price_process;
mod program;
mod programme;
mod properties;
mod reference;
mod rolling;
mod scenario;
mod validation;
mod value_function;

//! Programs a newcomer runs first: `cargo run -p optibid-examples --bin backtest_a_battery`.
//!
//! | program | shows |
//! | --- | --- |
//! | `validate_a_bid` | what the validator says of a bid that breaks rules |
//! | `optimise_a_day` | the best schedule of a battery on a day's prices, and what a stored MWh is worth |
//! | `backtest_a_battery` | a month of the bid cycle, gate by gate |
//!
//! The example of the project's front page is compiled and run here as well.

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;

//! Programs a newcomer runs first: `cargo run -p optibid-examples --bin backtest_a_battery`.
//!
//! | program | shows |
//! | --- | --- |
//! | `validate_a_bid` | what the validator says of a bid that breaks rules |
//! | `optimise_a_day` | the best schedule of a battery on a day's prices, and what a stored MWh is worth |
//! | `backtest_a_battery` | a month of the bid cycle, gate by gate |
//!
//! The example of the project's front page is compiled and run here as well.

/// Day-ahead and real-time prices of ERCOT's HB_SOUTH, June to December 2024.
pub const ERCOT_PRICES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../optibid-venues/fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz"
);

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;

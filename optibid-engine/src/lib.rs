//! Battery optimisation, price forecasts, offer curves and backtests for OptiBid.
//!
//! Pure computation in `f64`: no I/O, no clock, no randomness of its own.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`battery`] | what a battery earns at given prices at best, with which schedule, and what a stored MWh is worth |

mod backtest;
pub mod battery;
mod door;
mod forecast;
mod offer;
mod optimizer;
mod series;

pub use backtest::{GateBacktester, Strategy};
pub use forecast::SimilarDayForecaster;
pub use offer::OpportunityCostOffers;
pub use optimizer::BatteryOptimizer;

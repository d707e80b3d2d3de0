//! Price scenarios, and bid curves that are best over all of them.
//!
//! | step | item |
//! | --- | --- |
//! | paths from a history of forecast errors | [`Copula`], [`bootstrap`] |
//! | fewer paths that stand for many | [`ScenarioSet::reduce`] |
//! | one bid curve a period for all paths, with a price on risk | [`bid_program`] (any linear solver) |
//! | the same, faster than a linear solver, with a proven gap | [`bid_curves`], [`bid_curves_within`] |
//! | bids at several gates, each knowing what came before | [`TreeProgram`] |
//! | the same made anew as the day unfolds, from where the last plan left off | [`Rolling`] |
//!
//! Paths are deterministic: the same history and the same `u64` seed give the same paths on every machine.
//!
//! ```
//! use optibid_engine::scenario::{Copula, ScenarioSet};
//!
//! // Forecast errors of six days with three periods, EUR/MWh.
//! let errors = [
//!     vec![-2.0, -3.0, -1.0], vec![1.0, 2.0, 2.0], vec![0.0, -1.0, 1.0],
//!     vec![3.0, 2.5, 4.0], vec![-1.0, 0.5, -2.0], vec![2.0, 1.0, 0.0],
//! ];
//! let scenarios = Copula::fit(&errors)?.draw(&[40.0, 60.0, 80.0], 200, 7)?;
//! let reduced = scenarios.reduce(10)?;
//! assert_eq!(reduced.set.paths().len(), 10);
//! assert!((reduced.set.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-12);
//! # Ok::<(), optibid_engine::scenario::ScenarioError>(())
//! ```

mod bid;
mod bootstrap;
mod columns;
mod copula;
mod isotonic;
mod normal;
mod path;
mod proximal;
mod random;
mod reduce;
mod risk;
mod rolling;
mod set;
mod splitting;
mod stage;
mod tree;

pub use bid::{BidPlan, bid_program, bid_program_within, linear_program};
pub use bootstrap::bootstrap;
pub use copula::Copula;
pub use path::NetSchedule;
pub use random::Generator;
pub use reduce::Reduction;
pub use risk::Risk;
pub use rolling::Rolling;
pub use set::{ScenarioError, ScenarioSet};
pub use splitting::{Effort, bid_curves, bid_curves_within};
pub use tree::{TreeProgram, TreeSchedule};

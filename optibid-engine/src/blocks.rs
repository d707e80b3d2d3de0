//! A battery's schedule as blocks that a venue accepts together or not at all.
//!
//! # The problem
//! Where a venue has no model of storage, the European day-ahead coupling for one, a battery can still say "charge then only if
//! you also discharge then": as a *loop*, two blocks accepted together, or as a *linked family*, a parent that children
//! need. The venue may accept any of them and reject the others. Wanted is a set of loops that make up a schedule (MW per
//! period) such that **every accepted subset** keeps the state of charge and the power within their limits, each with the limit
//! from which its acceptance pays wear and losses.
//!
//! # The method
//! Without any loop the store rests on a baseline `b_t = r^t * s_initial` (MWh, retention `r`). The schedule's path runs above it and
//! below it. What is charged opens a lot, what is discharged closes the lots opened last (last in, first out), and below the
//! baseline the other way round: the matching of brackets, which is the decomposition of a walk into its excursions. A loop gathers
//! the matches between one run of periods that charge and one that discharges, so that one block ends before the other
//! begins. What is never closed is a loop with one block, an [open](Loop::is_closed) one. It takes `O(T)` steps for the matches, of
//! which there are at most two for each period.
//!
//! # Why every subset is safe
//! The store is linear: the path of a subset is the baseline plus the excursions of its loops. A loop that charges first is
//! never below the baseline, one that discharges first never above it. At any time lots of only one kind are open, so the excursion
//! of any subset lies between the baseline and the schedule's own path, both within the limits. [`reach`] proves it again for
//! any set of loops, from the sums of positive and of negative excursions at each time: exact, because these sums are
//! themselves subsets. Exact to rounding (1e-9 of the store's size).
//!
//! # Example
//! ```
//! use optibid_engine::battery::{self, Horizon, Method, Model, Parameters};
//! use optibid_engine::blocks;
//!
//! let model = Model::new(Parameters {
//!     charge_efficiency: 0.9, degradation_per_mwh: 5.0,
//!     ..Parameters::new(1.0, 2.0, 1.0)
//! })?;
//! let prices = [20.0, 60.0, 30.0, 80.0];
//! let solution = battery::solve(&model, &Horizon::new(&prices), Method::Exact)?;
//! // Charges at 20 and 30, discharges 0.8 MW at 60 and 1 MW at 80: 0.1 MWh are kept from the first hour to the last.
//! let loops = blocks::loops(&model, &solution.schedule, 0.0)?;
//! assert_eq!(loops.len(), 3);
//! let profit: f64 = loops.iter().map(|it| it.profit(&model, &prices)).sum();
//! assert!((profit - solution.objective).abs() < 1e-9);
//! assert!(blocks::reach(&model, prices.len(), &loops).is_ok());
//! // A venue that takes two prices: one to charge at, one to discharge at, which just pay for each other.
//! let (charge, discharge) = loops[0].limit_prices(&model, 25.0);
//! assert_eq!(charge, Some(25.0));
//! assert!(discharge.is_some_and(|price| (price - (25.0 / 0.9 + 5.0)).abs() < 1e-9));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod family;
mod loop_pair;
mod matching;
mod orders;
mod subset;

pub use family::{Family, families};
pub use loop_pair::Loop;
pub use matching::{BlockError, loops};
pub use orders::block_orders;
pub(crate) use orders::plan_blocks;
pub use subset::{Overrun, reach};

//! Bids under uncertain prices: stochastic dynamic programming over stored energy and price states.
//!
//! # The problem
//! Prices follow a Markov chain ([`PriceProcess`]): in period `t` the price is the level `p_t(i)` of one of `n` states, and
//! state `j` follows state `i` with probability `P_t(i, j)`. A battery ([`Model`](crate::battery::Model)) small enough not to move
//! prices sees the price of a period, then chooses the energy `u` (MWh) to add to its store, so as to maximise what it earns
//! on average:
//!
//! ```text
//! V_t(s, i) = max over u of  R_t(u; p_t(i)) + W_t(r * s + u, i)         price known, currency
//! W_t(s, i) = sum over j of  P_t(i, j) * V_(t+1)(s, j)                  what s MWh are worth after period t
//! W_(T-1)(s, i) = what the battery's terminal pays for s
//!
//! -D_t <= u <= C_t,  s_min <= r * s + u <= s_max
//! ```
//!
//! with the reward `R_t` of charging or discharging (never both), losses, fees, wear and retention `r` as at
//! [`battery`](crate::battery), and limits `C_t`, `D_t` from the power available. Because `u` may depend on the price, the maximiser
//! is a bid curve ([`Policy::bid`]): what to buy or sell at each price of the period, made before the price is known.
//!
//! # The method
//! Backward recursion (Bellman 1957) with `V` and `W` at equally spaced amounts of stored energy, straight in between. The mean over
//! the next state is a product of a small matrix with contiguous rows. The maximum needs no search: `W` is concave, so its
//! slopes are sorted, and one binary search each finds the energy up to which charging at the price pays and the one down to
//! which discharging pays; every state of charge then moves towards that band as far as power allows (Secomandi 2010,
//! Management Science 56(3), 449-467, shows this structure; for its use in intraday trading see arXiv 2504.06932). At
//! prices so negative that burning energy in the losses pays, the reward is convex at 0 and `W` may lose its concavity;
//! the maximum is then taken over all nodes in reach, of which one is always best, the functions being straight in between.
//!
//! A target that must be met enters as a price on missing energy far above all prices.
//!
//! # Cost
//! For `T` periods, `n` states, `K` nodes: `O(T n K (n + 1))` time, of it almost all in the mean, and `8 T n K` bytes. Non-concave
//! rows cost `O(K)` more for each node in reach. See `bench_policy` for times.
//!
//! # When it is exact
//! For the chain, to rounding, if the limits `C_t` and `D_t`, the initial energy and the target are whole numbers of grid
//! steps from `s_min`, nothing is lost in standing and no price makes burning pay: then every function bends at nodes only.
//! Where burning pays, bends fall between nodes, and the value may err to either side. Otherwise
//! straight lines lie below the functions they replace, so that the value is a lower bound: the decisions
//! earn at least [`Policy::expected_value`] on average over the chain. A period adds an error of at most a quarter of the step times the
//! difference between the slopes at the two ends of an interval; twice the nodes leave about a quarter of it.
//! All this holds for the chain. Real prices are no chain of a few levels: what a policy earns on prices it has not seen is
//! measured, not proven ([`simulate`]), and an estimate from another season can cost more than the recursion gains. On ERCOT
//! real-time prices of one autumn, estimated on the summer before, a fixed schedule for the day-ahead prices earned more than
//! any strategy that used the estimate (`bench_policy`).
//!
//! Not covered: limits that couple periods otherwise (cycles a day, ramps), risk aversion.
//!
//! # Example
//! ```
//! use optibid_engine::battery::{Model, Parameters};
//! use optibid_engine::policy::{self, Dependence, Estimation, Execution, History, Options};
//!
//! // Thirty days of four slots: cheap nights, a dear evening that varies from day to day.
//! let past: Vec<f64> = (0..30).flat_map(|day| {
//!     let swing = f64::from(day * 7 % 30);
//!     [20.0, 30.0 + swing, 60.0 + 3.0 * swing, 25.0]
//! }).collect();
//! let process = History::new(&past, 4)?.process(Estimation {
//!     states: 5, dependence: Dependence::Pooled, first_slot: 0, periods: 8,
//! })?;
//! let model = Model::new(Parameters {
//!     charge_efficiency: 0.95, discharge_efficiency: 0.95, degradation_per_mwh: 2.0,
//!     ..Parameters::new(1.0, 2.0, 1.0)
//! })?;
//! let policy = policy::solve(&model, &process, &Options::default())?;
//!
//! // The bid for the dear slot of the first day with one MWh in store, the slot before having been in its middle state.
//! let bid = policy.bid(2, 1.0, Some(2))?;
//! assert!(bid.steps().windows(2).all(|pair| pair[0].net_mw < pair[1].net_mw));
//!
//! let paths: Vec<_> = (0..100).map(|seed| process.sample_path(seed)).collect();
//! let outcomes = policy::simulate(&policy, &paths, Execution::AtPrice)?;
//! let mean = outcomes.iter().map(|outcome| outcome.profit).sum::<f64>() / 100.0;
//! assert!((mean / policy.expected_value() - 1.0).abs() < 0.2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bid;
mod choice;
mod error;
mod estimate;
mod grid;
mod normal;
mod process;
mod recursion;
mod simulation;
mod solved;
mod stage;

pub use bid::{BidCurve, BidStep};
pub use error::PolicyError;
pub use estimate::{Dependence, Estimation, History};
pub use process::PriceProcess;
pub use simulation::{Execution, Outcome, rolling_plan, simulate};
pub use solved::{Decision, Options, Policy, solve};

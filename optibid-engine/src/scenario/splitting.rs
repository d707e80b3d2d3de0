//! Bid curves that are best over many scenarios, without a general linear solver.
//!
//! # The problem
//! That of [`super::bid_program`].
//!
//! # The method
//! The scenarios' schedules `x` and the curves' quantities `z` are kept apart and pulled together by the alternating direction
//! method of multipliers (Boyd, Parikh, Chu, Peleato and Eckstein 2011, Foundations and Trends in Machine Learning 3(1), 7.1),
//! over-relaxed:
//!
//! - each scenario's schedule near given quantities is an exact dynamic programme (piecewise quadratic values, a few
//!   microseconds for each ten periods), scenarios in parallel;
//! - the curves nearest to given schedules are an isotonic regression a period, by pooling adjacent violators (Barlow,
//!   Bartholomew, Bremner and Brunk 1972), in linear time;
//! - the step's weight is adapted while residuals are out of balance (there, 3.4.1).
//!
//! Every few rounds two things are computed: what the battery earns following the curves, which are then a plan that can be
//! submitted, and the Lagrangian bound of the multipliers, which no plan exceeds. The best of each is kept and the
//! method ends when they are as near as wanted, or after the allowed rounds; the plan states both.
//!
//! # Risk
//! `CVaR` is the least mean over all weights of the scenarios of at most their probability over the tail (Artzner, Delbaen, Eber and
//! Heath 1999, Mathematical Finance 9(3), 203-228). So the objective is a mean with weights of their own, and the programme a game
//! between the curves and the weights: after every round the weights move towards those that make the objective of the
//! present schedules, by `2 / (round + 2)` of the way (fictitious play: Brown 1951; the step of Frank and Wolfe 1956). The Lagrangian bound
//! with any such weights holds for the objective. It takes more rounds the more the tail weighs.
//!
//! # Cost and when it is exact
//! A round costs `O(S T n)` with `n` corners alive in a value function (some tens). It converges to the optimum of the
//! linear programme; the bound is proven at every stop, whatever the gap.
//!
//! A full store in one scenario may be in the way of charging in all others, and the linear programme then charges and discharges
//! at once to burn energy. A delivered schedule must not, so after some rounds every scenario's period that burns is held to
//! charging or to discharging, by the sign of its net power. This choice is a heuristic; the bound is not touched by it, and
//! is now and then taken with exclusion ([`Method::Exact`]), which lies below the linear programme's optimum.

mod method;

use crate::battery::{Method, Model};
use crate::program::ProgramError;

use super::bid::{BidPlan, gap};
use super::path::{Limits, NetSchedule};
use super::risk::Risk;
use super::set::{ScenarioError, ScenarioSet};
pub(super) use method::{Splitting, Warm};

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Ends when bound and objective differ by at most this share of the bound.
    pub gap: f64,
    /// Most rounds.
    pub rounds: usize,
    /// Threads for the scenarios, at least 1. The answer does not depend on it.
    pub threads: usize,
}

impl Default for Effort {
    /// A gap of 0.1 %, at most 200 rounds, the threads of the machine.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            gap: 1e-3,
            rounds: 200,
            threads,
        }
    }
}

impl Effort {
    pub(super) fn check(&self) -> Result<(), ScenarioError> {
        if self.rounds == 0 || self.threads == 0 {
            return Err(ScenarioError::Empty {
                field: "rounds or threads",
            });
        }
        if !(self.gap >= 0.0 && self.gap.is_finite()) {
            return Err(ScenarioError::Value {
                field: "gap",
                value: self.gap,
                rule: "finite and not negative",
            });
        }
        Ok(())
    }
}

/// The best bid curves on average over the scenarios, with a proven gap. [`BidPlan::gap`] says how near it came; it is larger
/// than asked for only if the rounds ran out.
///
/// # Errors
/// [`ScenarioError`] for a target out of reach, prices out of range, an effort without rounds or threads, or a gap that is
/// not a number from 0.
///
/// ```
/// use optibid_engine::battery::{Model, Parameters};
/// use optibid_engine::scenario::{Effort, ScenarioSet, bid_curves};
///
/// let model = Model::new(Parameters::new(1.0, 1.0, 1.0))?;
/// let set = ScenarioSet::equally_likely(vec![vec![20.0, 60.0], vec![70.0, 50.0]])?;
/// let plan = bid_curves(&model, &set, Effort::default())?;
/// assert!((plan.expected - 20.0).abs() < 0.05 && plan.gap() <= 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bid_curves(
    model: &Model,
    set: &ScenarioSet,
    effort: Effort,
) -> Result<BidPlan, ScenarioError> {
    bid_curves_within(model, set, (Risk::NEUTRAL, &[]), effort)
}

/// As [`bid_curves`] with a weight on risk, and a least and a most net power (MW, positive into the grid, zero between them) for each period: what
/// is available, or one direction where a venue takes no curve in both. Empty ranges are the battery's own.
///
/// # Errors
/// As [`bid_curves`]; [`ScenarioError`] also for a risk out of range, and for ranges that are not one for each period, or beyond the
/// battery's limits.
pub fn bid_curves_within(
    model: &Model,
    set: &ScenarioSet,
    (risk, ranges): (Risk, &[(f64, f64)]),
    effort: Effort,
) -> Result<BidPlan, ScenarioError> {
    effort.check()?;
    risk.check()?;
    let limits = Limits::within(model, set, ranges)?;
    let splitting = Splitting::new(model, set, &limits, effort.threads);
    let (found, bound, _) = search(splitting, (set, &limits), (risk, effort))?;
    Ok(BidPlan::new(&limits, set, found, risk, bound))
}

/// The best schedules that were delivered, the bound on all, and where the method left off.
pub(super) fn search(
    mut splitting: Splitting<'_>,
    (set, limits): (&ScenarioSet, &Limits<'_>),
    (risk, effort): (Risk, Effort),
) -> Result<(Vec<NetSchedule>, f64, Warm), ScenarioError> {
    let mut best: Option<(f64, Vec<NetSchedule>)> = None;
    let mut bound = f64::INFINITY;
    for round in 1..=effort.rounds {
        splitting.round();
        splitting.lean(risk);
        let last = (round == effort.rounds).then_some(Method::Exact);
        let Some(method) = last.or_else(|| splitting.looks()) else {
            continue;
        };
        bound = bound.min(splitting.bound(method)?);
        if let Some(schedules) = limits.deliver(&splitting.quantities) {
            let objective = risk.objective(&schedules, set.probabilities());
            if best.as_ref().is_none_or(|best| objective > best.0) {
                best = Some((objective, schedules));
            }
        }
        if best
            .as_ref()
            .is_some_and(|best| gap(best.0, bound) <= effort.gap)
        {
            break;
        }
    }
    let (_, schedules) = best.ok_or(ProgramError::Infeasible)?;
    Ok((schedules, bound, splitting.into_warm()))
}

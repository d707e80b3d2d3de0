//! Bid curves that are best on average over many scenarios, without a general linear solver.
//!
//! # The problem
//! That of [`super::bid_program`] with no weight on risk.
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
//! # Cost and when it is exact
//! A round costs `O(S T n)` with `n` corners alive in a value function (some tens). It converges to the optimum of the
//! linear programme; the bound is proven at every stop, whatever the gap.
//!
//! A full store in one scenario may be in the way of charging in all others, and the linear programme then charges and discharges
//! at once to burn energy. A delivered schedule must not, so after some rounds every scenario's period that burns is held to
//! charging or to discharging, by the sign of its net power. This choice is a heuristic; the bound is not touched by it, and
//! is now and then taken with exclusion ([`Method::Exact`]), which lies below the linear programme's optimum.

use crate::battery::{self, Horizon, Method, Model};
use crate::program::ProgramError;

use super::bid::BidPlan;
use super::isotonic::{Pool, pool};
use super::path::Limits;
use super::proximal::{Near, Proximal};
use super::risk::Risk;
use super::set::{ScenarioError, ScenarioSet};
use super::stage::Mode;

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

/// Rounds between two looks at the gap.
const LOOK_EVERY: usize = 10;
/// Rounds before periods that burn energy are held to charging or discharging.
const HOLD_AFTER: usize = 20;
/// Rounds between two bounds with exclusion.
const EXACT_EVERY: usize = 40;
/// Over-relaxation.
const RELAXATION: f64 = 1.7;

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
    bid_curves_within(model, set, &[], effort)
}

/// As [`bid_curves`] with a least and a most net power (MW, positive into the grid, zero between them) for each period: what
/// is available, or one direction where a venue takes no curve in both. Empty ranges are the battery's own.
///
/// # Errors
/// As [`bid_curves`]; [`ScenarioError`] also for ranges that are not one for each period, or beyond the battery's limits.
pub fn bid_curves_within(
    model: &Model,
    set: &ScenarioSet,
    ranges: &[(f64, f64)],
    effort: Effort,
) -> Result<BidPlan, ScenarioError> {
    if effort.rounds == 0 || effort.threads == 0 {
        return Err(ScenarioError::Empty {
            field: "rounds or threads",
        });
    }
    if !(effort.gap >= 0.0 && effort.gap.is_finite()) {
        return Err(ScenarioError::Value {
            field: "gap",
            value: effort.gap,
            rule: "finite and not negative",
        });
    }
    let limits = Limits::within(model, set, ranges)?;
    let mut splitting = Splitting::new(model, set, &limits, effort.threads);
    let mut best: Option<BidPlan> = None;
    let mut bound = f64::INFINITY;
    for round in 1..=effort.rounds {
        splitting.round();
        let last = round == effort.rounds;
        if round % LOOK_EVERY != 0 && !last {
            continue;
        }
        let exact = last || round % EXACT_EVERY == HOLD_AFTER;
        let method = if exact {
            Method::Exact
        } else {
            Method::Relaxed
        };
        bound = bound.min(splitting.bound(method)?);
        if let Some(schedules) = limits.deliver(&splitting.curves) {
            let plan = BidPlan::new(&limits, set, schedules, Risk::NEUTRAL, bound);
            if best
                .as_ref()
                .is_none_or(|best| plan.objective > best.objective)
            {
                best = Some(plan);
            }
        }
        if let Some(best) = &mut best {
            best.bound = bound;
            if best.gap() <= effort.gap {
                break;
            }
        }
    }
    best.ok_or_else(|| ProgramError::Infeasible.into())
}

/// The state of the method. Scenario-major arrays hold one row of periods a scenario.
struct Splitting<'a> {
    model: &'a Model,
    set: &'a ScenarioSet,
    limits: &'a Limits<'a>,
    workers: Vec<Proximal>,
    /// The quantities on the curves by period and scenario, MW.
    curves: Vec<Vec<f64>>,
    /// The same by scenario and period, the schedules, and the scaled multipliers.
    wanted: Vec<Vec<f64>>,
    schedules: Vec<Vec<f64>>,
    pulls: Vec<Vec<f64>>,
    modes: Vec<Vec<Mode>>,
    /// Weight of a squared MW, currency per MWh and MW.
    rho: f64,
    rounds: usize,
    pools: Vec<Pool>,
}

/// A worker's scenarios: prices and wanted quantities, schedules and modes.
type Part<'a> = (
    (
        (&'a [Vec<f64>], &'a [Vec<f64>]),
        (&'a mut [Vec<f64>], &'a mut [Vec<Mode>]),
    ),
    &'a mut Proximal,
);

impl<'a> Splitting<'a> {
    fn new(model: &'a Model, set: &'a ScenarioSet, limits: &'a Limits<'a>, threads: usize) -> Self {
        let (scenarios, periods) = (set.paths().len(), set.periods());
        let zeros = vec![vec![0.0; periods]; scenarios];
        let p = model.parameters();
        let spread = spread(set) / p.charge_mw.max(p.discharge_mw).max(1e-9);
        Self {
            model,
            set,
            limits,
            workers: (0..threads.min(scenarios))
                .map(|_| Proximal::new(model))
                .collect(),
            curves: vec![vec![0.0; scenarios]; periods],
            wanted: zeros.clone(),
            schedules: zeros.clone(),
            pulls: zeros,
            modes: vec![vec![Mode::Both; periods]; scenarios],
            rho: (0.3 * spread).max(1e-6),
            rounds: 0,
            pools: Vec::new(),
        }
    }

    /// One round: schedules near the curves, curves near the schedules, multipliers.
    fn round(&mut self) {
        self.rounds += 1;
        for (wanted, pulls) in self.wanted.iter_mut().zip(&self.pulls) {
            wanted
                .iter_mut()
                .zip(pulls)
                .for_each(|(wanted, pull)| *wanted -= pull);
        }
        self.schedule();
        // The quantities before this round are the wanted ones plus the pulls.
        let (mut primal, mut dual) = (0.0, 0.0);
        for (t, curve) in self.curves.iter_mut().enumerate() {
            let (Some(groups), Some(range)) =
                (self.limits.groups.get(t), self.limits.ranges.get(t))
            else {
                continue;
            };
            pool(groups, &mut self.pools, |scenario| {
                let x = at(&self.schedules, scenario, t);
                let (wanted, pull) = (at(&self.wanted, scenario, t), at(&self.pulls, scenario, t));
                let q = self.set.probability(scenario);
                (
                    q,
                    RELAXATION * x + (1.0 - RELAXATION) * (wanted + pull) + pull,
                )
            });
            let mut groups = groups.iter();
            for run in &self.pools {
                let net = run.mean.clamp(range.0, range.1);
                for &scenario in groups.by_ref().take(run.groups).flatten() {
                    if let Some(quantity) = curve.get_mut(scenario) {
                        dual += (net - *quantity).powi(2);
                        *quantity = net;
                    }
                }
            }
        }
        for (scenario, ((wanted, pulls), x)) in self
            .wanted
            .iter_mut()
            .zip(&mut self.pulls)
            .zip(&self.schedules)
            .enumerate()
        {
            for (((wanted, pull), x), curve) in
                wanted.iter_mut().zip(pulls).zip(x).zip(&self.curves)
            {
                let net = curve.get(scenario).copied().unwrap_or_default();
                primal += (x - net).powi(2);
                *pull += RELAXATION * x + (1.0 - RELAXATION) * (*wanted + *pull) - net;
                *wanted = net;
            }
        }
        self.adapt(primal.sqrt(), dual.sqrt());
    }

    /// Solves the scenarios, shared among the workers.
    fn schedule(&mut self) {
        let share = self.set.paths().len().div_ceil(self.workers.len().max(1));
        let (rho, hold) = (self.rho, self.rounds > HOLD_AFTER);
        let parts = self
            .set
            .paths()
            .chunks(share)
            .zip(self.wanted.chunks(share));
        let answers = self
            .schedules
            .chunks_mut(share)
            .zip(self.modes.chunks_mut(share));
        let parts = parts.zip(answers).zip(&mut self.workers);
        let work = |(((prices, wanted), (schedules, modes)), worker): Part<'_>| {
            let inputs = prices.iter().zip(wanted);
            for ((prices, wanted), (x, modes)) in inputs.zip(schedules.iter_mut().zip(modes)) {
                worker.solve(
                    Near {
                        prices,
                        wanted,
                        rho,
                        hold,
                    },
                    modes,
                    x,
                );
            }
        };
        std::thread::scope(|scope| {
            let mut parts = parts.peekable();
            while let Some(part) = parts.next() {
                if parts.peek().is_none() {
                    work(part);
                } else {
                    scope.spawn(move || work(part));
                }
            }
        });
    }

    /// Balances the residuals, ever more rarely so that the method still converges.
    fn adapt(&mut self, primal: f64, dual: f64) {
        if !self.rounds.is_multiple_of(LOOK_EVERY) || self.rounds > 20 * LOOK_EVERY {
            return;
        }
        let factor = if primal > 3.0 * dual {
            1.6
        } else if dual > 3.0 * primal {
            1.0 / 1.6
        } else {
            return;
        };
        self.rho *= factor;
        self.pulls
            .iter_mut()
            .flatten()
            .for_each(|pull| *pull /= factor);
    }

    /// The Lagrangian bound of the present multipliers: each scenario's optimum at its price less the multiplier, plus what the
    /// multipliers pay for the best nondecreasing curves.
    fn bound(&self, method: Method) -> Result<f64, ScenarioError> {
        let p = self.model.parameters();
        let mut total = 0.0;
        for ((path, q), pulls) in self
            .set
            .paths()
            .iter()
            .zip(self.set.probabilities())
            .zip(&self.pulls)
        {
            let prices: Vec<f64> = path
                .iter()
                .zip(pulls)
                .map(|(p, pull)| p - self.rho * pull)
                .collect();
            total += q * battery::optimum(self.model, &Horizon::new(&prices), method)?;
        }
        let ranges = self.limits.groups.iter().zip(&self.limits.ranges);
        for (t, (groups, &(low, high))) in ranges.enumerate() {
            let pay = |&scenario: &usize| {
                let q = self.set.probability(scenario);
                q * p.period_hours * self.rho * at(&self.pulls, scenario, t)
            };
            // The best curve buys all it can up to some price and sells all it can above.
            let pays: Vec<f64> = groups
                .iter()
                .map(|group| group.iter().map(pay).sum())
                .collect();
            let mut value = high * pays.iter().sum::<f64>();
            let mut best = value;
            for pay in &pays {
                value -= (high - low) * pay;
                best = best.max(value);
            }
            total += best;
        }
        Ok(total)
    }
}

fn at(rows: &[Vec<f64>], row: usize, column: usize) -> f64 {
    rows.get(row)
        .and_then(|row| row.get(column))
        .copied()
        .unwrap_or_default()
}

/// The mean standard deviation of prices over the day, currency per MWh: the scale of the multipliers.
#[expect(clippy::cast_precision_loss, reason = "counts of periods and paths")]
fn spread(set: &ScenarioSet) -> f64 {
    let deviation = |path: &Vec<f64>| {
        let count = path.len() as f64;
        let mean = path.iter().sum::<f64>() / count;
        (path.iter().map(|price| (price - mean).powi(2)).sum::<f64>() / count).sqrt()
    };
    set.paths().iter().map(deviation).sum::<f64>() / set.paths().len() as f64
}

//! The alternating direction method of multipliers on bid curves and schedules.

use crate::battery::{self, Horizon, Method, Model};
use crate::scenario::isotonic::{Pool, pool};
use crate::scenario::path::Limits;
use crate::scenario::proximal::{Near, Proximal};
use crate::scenario::risk::Risk;
use crate::scenario::set::{ScenarioError, ScenarioSet};
use crate::scenario::stage::Mode;

/// Rounds between two looks at the gap.
const LOOK_EVERY: usize = 10;
/// Rounds before periods that burn energy are held to charging or discharging.
const HOLD_AFTER: usize = 20;
/// The same where the method goes on from another's multipliers.
const WARM_HOLD_AFTER: usize = 4;
/// Rounds between two bounds with exclusion.
const EXACT_EVERY: usize = 40;
/// Over-relaxation.
const RELAXATION: f64 = 1.7;

/// The state of the method. Scenario-major arrays hold one row of periods a scenario.
pub(in crate::scenario) struct Splitting<'a> {
    model: &'a Model,
    set: &'a ScenarioSet,
    limits: &'a Limits<'a>,
    workers: Vec<Proximal>,
    /// The quantities on the curves by period and scenario, MW.
    pub(super) quantities: Vec<Vec<f64>>,
    /// The same by scenario and period, the schedules, and the scaled multipliers.
    wanted: Vec<Vec<f64>>,
    schedules: Vec<Vec<f64>>,
    pulls: Vec<Vec<f64>>,
    modes: Vec<Vec<Mode>>,
    /// Weight of a squared MW, currency per MWh and MW.
    rho: f64,
    rounds: usize,
    /// Rounds before periods that burn energy are held to charging or discharging.
    hold_after: usize,
    /// What each scenario's profit counts.
    weights: Vec<f64>,
    pools: Vec<Pool>,
}

/// The quantities and the scaled multipliers by scenario and period: where the method can go on from, on these scenarios or on
/// others that are not far from them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) struct Warm {
    quantities: Vec<Vec<f64>>,
    pulls: Vec<Vec<f64>>,
    rho: f64,
}

impl Warm {
    /// That of the given scenarios from a period on.
    pub(in crate::scenario) fn rest(&self, scenarios: &[usize], from: usize) -> Self {
        let rows = |rows: &[Vec<f64>]| {
            let rows = scenarios.iter().filter_map(|&scenario| rows.get(scenario));
            rows.map(|row| row.iter().skip(from).copied().collect())
                .collect()
        };
        Self {
            quantities: rows(&self.quantities),
            pulls: rows(&self.pulls),
            rho: self.rho,
        }
    }
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
    pub(in crate::scenario) fn new(
        model: &'a Model,
        set: &'a ScenarioSet,
        limits: &'a Limits<'a>,
        threads: usize,
    ) -> Self {
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
            quantities: vec![vec![0.0; scenarios]; periods],
            wanted: zeros.clone(),
            schedules: zeros.clone(),
            pulls: zeros,
            modes: vec![vec![Mode::Both; periods]; scenarios],
            rho: (0.3 * spread).max(1e-6),
            rounds: 0,
            hold_after: HOLD_AFTER,
            weights: set.probabilities().to_vec(),
            pools: Vec::new(),
        }
    }

    /// Leans the scenarios' weights towards those that make the objective of the present schedules: their probabilities, and
    /// more for the worst where risk weighs. Any such weights bound the objective from above, and the averaged ones come to
    /// those of the optimum.
    pub(super) fn lean(&mut self, risk: Risk) {
        if risk.weight <= 0.0 {
            return;
        }
        let profits = self.schedules.iter().enumerate();
        let profits: Vec<f64> = profits
            .map(|(scenario, x)| self.limits.profit(scenario, x))
            .collect();
        let worst = risk.weights(&profits, self.set.probabilities());
        let step = 2.0 / (self.rounds as f64 + 2.0);
        for (weight, worst) in self.weights.iter_mut().zip(worst) {
            *weight += step * (worst - *weight);
        }
    }

    /// Goes on from where another left off, of as many scenarios and periods.
    pub(in crate::scenario) fn resume(mut self, warm: &Warm) -> Self {
        for (t, quantities) in self.quantities.iter_mut().enumerate() {
            for (scenario, quantity) in quantities.iter_mut().enumerate() {
                *quantity = at(&warm.quantities, scenario, t);
            }
        }
        self.wanted.clone_from(&warm.quantities);
        self.pulls.clone_from(&warm.pulls);
        self.rho = warm.rho;
        self.hold_after = WARM_HOLD_AFTER;
        self
    }

    /// What another can go on from.
    pub(super) fn into_warm(self) -> Warm {
        Warm {
            quantities: self.wanted,
            pulls: self.pulls,
            rho: self.rho,
        }
    }

    /// Whether plan and bound are looked at after this round, and whether the bound is taken with exclusion.
    pub(super) fn looks(&self) -> Option<Method> {
        let every = self.hold_after.min(LOOK_EVERY);
        let since = self.rounds.checked_sub(self.hold_after);
        let exact = since.is_some_and(|since| since.is_multiple_of(EXACT_EVERY));
        self.rounds.is_multiple_of(every).then_some(match exact {
            true => Method::Exact,
            false => Method::Relaxed,
        })
    }

    /// One round: schedules near the curves, curves near the schedules, multipliers.
    pub(super) fn round(&mut self) {
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
        let bids = self.limits.curves.iter().zip(&self.limits.ranges);
        for (t, (quantities, (curves, range))) in self.quantities.iter_mut().zip(bids).enumerate() {
            for groups in curves {
                pool(groups, &mut self.pools, |scenario| {
                    let x = at(&self.schedules, scenario, t);
                    let (wanted, pull) =
                        (at(&self.wanted, scenario, t), at(&self.pulls, scenario, t));
                    let q = self.weights.get(scenario).copied().unwrap_or_default();
                    let relaxed = RELAXATION * x + (1.0 - RELAXATION) * (wanted + pull);
                    (q, relaxed + pull)
                });
                let mut groups = groups.iter();
                for run in &self.pools {
                    let net = run.mean.clamp(range.0, range.1);
                    for &scenario in groups.by_ref().take(run.groups).flatten() {
                        if let Some(quantity) = quantities.get_mut(scenario) {
                            dual += (net - *quantity).powi(2);
                            *quantity = net;
                        }
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
            for (((wanted, pull), x), quantities) in
                wanted.iter_mut().zip(pulls).zip(x).zip(&self.quantities)
            {
                let net = quantities.get(scenario).copied().unwrap_or_default();
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
        let (rho, hold) = (self.rho, self.rounds > self.hold_after);
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
    pub(super) fn bound(&self, method: Method) -> Result<f64, ScenarioError> {
        let p = self.model.parameters();
        let mut total = 0.0;
        for ((path, q), pulls) in self.set.paths().iter().zip(&self.weights).zip(&self.pulls) {
            let prices: Vec<f64> = path
                .iter()
                .zip(pulls)
                .map(|(p, pull)| p - self.rho * pull)
                .collect();
            total += q * battery::optimum(self.model, &Horizon::new(&prices), method)?;
        }
        let ranges = self.limits.curves.iter().zip(&self.limits.ranges);
        for (t, (curves, &(low, high))) in ranges.enumerate() {
            let pay = |&scenario: &usize| {
                let q = self.weights.get(scenario).copied().unwrap_or_default();
                q * p.period_hours * self.rho * at(&self.pulls, scenario, t)
            };
            // The best curve buys all it can up to some price and sells all it can above.
            for groups in curves {
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

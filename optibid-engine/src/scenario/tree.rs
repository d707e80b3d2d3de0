//! Bids at several gates, each knowing what came before.
//!
//! # The problem
//! The day is cut at gates: the bids of the periods from gate `g` on, up to the next, are made knowing the prices before `g`.
//! Scenarios that cannot be told apart at a gate form a node of a tree; within a node the bid of a period is one curve
//! (nondecreasing in price, equal prices equal quantities), between nodes it is free. With one gate at the start this
//! is the programme of [`super::bid_program`]; with every scenario in a node of its own it is perfect foresight. The
//! objective is the same, `(1 - w) E[profit] + w CVaR[profit]`.
//!
//! # The method
//! The tree is grown forwards: at each gate the members of a node are split into at most `branches` by the prices they had since
//! the gate before, each to the nearest of the representatives that fast forward selection keeps (Heitsch and Römisch 2009,
//! Mathematical Programming 118, 371-406, with the selection of [`ScenarioSet::reduce`]). Then one linear programme. The
//! tree is a heuristic for the information; the programme on it is solved exactly, up to the exclusion of burning
//! described at [`super::bid_program`]. [`Rolling`](super::Rolling) solves it without a linear solver.
//!
//! # Rolling
//! After a gate has passed, [`TreeProgram::advance`] keeps the scenarios of the node that fits what was observed, with the
//! energy really stored, and the rest of the day is solved again; [`Rolling`](super::Rolling) does so from where the last solution
//! left off.

use crate::battery::{Model, Parameters};
use crate::program::{LinearProgram, LinearSolver};

use super::bid::{couple_all, gap, solve_held, wanted};
use super::columns::{Powers, Profit, add_path, add_tail};
use super::path::{Limits, NetSchedule};
use super::risk::Risk;
use super::set::{ScenarioError, ScenarioSet};

/// A battery, scenarios, and the gates at which bids are made.
///
/// ```
/// use optibid_engine::battery::{Model, Parameters};
/// use optibid_engine::program::default_solver;
/// use optibid_engine::scenario::{Risk, ScenarioSet, TreeProgram};
///
/// let model = Model::new(Parameters {
///     initial_mwh: 1.0,
///     ..Parameters::new(1.0, 1.0, 1.0)
/// })?;
/// // The first hour tells whether the second or the third will be dear.
/// let set = ScenarioSet::equally_likely(vec![vec![10.0, 30.0, 90.0], vec![20.0, 80.0, 40.0]])?;
/// let plan = TreeProgram::new(model, set, vec![0, 1], 2)?.solve(Risk::NEUTRAL, &default_solver())?;
/// assert!((plan.expected - (90.0 + 80.0) / 2.0).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TreeProgram {
    model: Model,
    set: ScenarioSet,
    gates: Vec<usize>,
    branches: usize,
    nodes: Vec<Vec<usize>>,
}

/// The plan over the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeSchedule {
    /// For each period, for each node of its stage, the points of the bid curve: price (currency per MWh, rising) and net
    /// power (MW, nondecreasing). [`TreeProgram::nodes`] says which scenarios a node holds.
    pub curves: Vec<Vec<Vec<(f64, f64)>>>,
    /// What the battery does in each scenario.
    pub schedules: Vec<NetSchedule>,
    /// Mean profit, currency.
    pub expected: f64,
    /// Mean profit of the worst share, currency.
    pub cvar: f64,
    /// What was maximised, of these schedules, currency.
    pub objective: f64,
    /// What no plan on this tree exceeds, currency: the optimum of the linear programme, or the bound of the method that gave
    /// it.
    pub bound: f64,
}

impl TreeSchedule {
    pub(super) fn new(
        (limits, set): (&Limits<'_>, &ScenarioSet),
        schedules: Vec<NetSchedule>,
        risk: Risk,
        bound: f64,
    ) -> Self {
        let (cvar, expected) = risk.weigh(&schedules, set.probabilities());
        Self {
            curves: limits.points(&schedules),
            objective: (1.0 - risk.weight) * expected + risk.weight * cvar,
            schedules,
            expected,
            cvar,
            bound,
        }
    }

    /// How far the objective can be from the best, as a share of the bound.
    #[must_use]
    pub fn gap(&self) -> f64 {
        gap(self.objective, self.bound)
    }
}

impl TreeProgram {
    /// Grows the tree. `gates`: first periods of the stages, rising, the first 0. `branches`: most nodes a node splits into.
    ///
    /// # Errors
    /// [`ScenarioError`] if gates are not as described or beyond the day, or `branches` is 0.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a period's number, for the message"
    )]
    pub fn new(
        model: Model,
        set: ScenarioSet,
        gates: Vec<usize>,
        branches: usize,
    ) -> Result<Self, ScenarioError> {
        let first = gates.first().copied();
        let rising = gates.is_sorted_by(|a, b| a < b);
        if first != Some(0) || !rising || gates.last().is_some_and(|&last| last >= set.periods()) {
            let value = first.unwrap_or_default() as f64;
            return Err(ScenarioError::Value {
                field: "gates",
                value,
                rule: "rising from 0, before the last period's end",
            });
        }
        if branches == 0 {
            return Err(ScenarioError::Empty { field: "branches" });
        }
        let mut nodes = vec![vec![0; set.paths().len()]];
        for (&from, &to) in gates.iter().zip(gates.iter().skip(1)) {
            let before = nodes.last().cloned().unwrap_or_default();
            nodes.push(split(&set, &before, from..to, branches)?);
        }
        Ok(Self {
            model,
            set,
            gates,
            branches,
            nodes,
        })
    }

    /// For each gate the node of each scenario: scenarios of one node cannot be told apart at it.
    #[must_use]
    pub fn nodes(&self) -> &[Vec<usize>] {
        &self.nodes
    }

    /// The best plan on the tree.
    ///
    /// # Errors
    /// As [`super::bid_program`].
    pub fn solve(
        &self,
        risk: Risk,
        solver: &dyn LinearSolver,
    ) -> Result<TreeSchedule, ScenarioError> {
        risk.check()?;
        let limits = self.limits()?;
        let mut program = LinearProgram::new();
        let paths = self.set.paths().iter().zip(self.set.probabilities());
        let (scenarios, profits): (Vec<Vec<Powers>>, Vec<Profit>) = paths
            .map(|(path, q)| add_path(&mut program, &limits, path, (1.0 - risk.weight) * q))
            .unzip();
        couple_all(&mut program, &limits, &scenarios);
        if risk.weight > 0.0 {
            add_tail(&mut program, &self.set, risk, &profits);
        }
        let (solution, bound) = solve_held(&mut program, &scenarios, solver)?;
        let quantities = wanted(&scenarios, self.set.periods(), &solution);
        let schedules: Vec<NetSchedule> = (0..scenarios.len())
            .map(|scenario| {
                let net = quantities
                    .iter()
                    .filter_map(|row| row.get(scenario).copied())
                    .collect();
                limits.schedule(scenario, net)
            })
            .collect();
        Ok(TreeSchedule::new(
            (&limits, &self.set),
            schedules,
            risk,
            bound,
        ))
    }

    /// The limits with a curve for each node.
    pub(super) fn limits(&self) -> Result<Limits<'_>, ScenarioError> {
        let node = |t: usize, scenario: usize| {
            let stage = self.gates.partition_point(|&gate| gate <= t);
            let nodes = self.nodes.get(stage.saturating_sub(1));
            nodes
                .and_then(|nodes| nodes.get(scenario))
                .copied()
                .unwrap_or_default()
        };
        Ok(Limits::new(&self.model, &self.set)?.on_tree(node))
    }

    /// The battery.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The scenarios.
    #[must_use]
    pub fn scenarios(&self) -> &ScenarioSet {
        &self.set
    }

    /// The same tree of gates and branches, grown anew over other scenarios.
    ///
    /// # Errors
    /// [`ScenarioError`] for scenarios with another number of periods.
    pub(super) fn over(&self, set: ScenarioSet) -> Result<Self, ScenarioError> {
        let (length, wanted) = (set.periods(), self.set.periods());
        if length != wanted {
            let field = "paths";
            return Err(ScenarioError::Length {
                field,
                length,
                wanted,
            });
        }
        Self::new(self.model, set, self.gates.clone(), self.branches)
    }

    /// The node whose scenarios lie nearest to the observed prices, and how likely it is.
    fn nearest(&self, nodes: &[usize], observed: &[f64]) -> (usize, f64) {
        let count = nodes.iter().copied().max().unwrap_or_default() + 1;
        let mut sums = vec![(0.0, 0.0); count];
        for ((path, node), q) in self
            .set
            .paths()
            .iter()
            .zip(nodes)
            .zip(self.set.probabilities())
        {
            let distance: f64 = path
                .iter()
                .zip(observed)
                .map(|(a, b)| (a - b).powi(2))
                .sum();
            if let Some(sum) = sums.get_mut(*node) {
                *sum = (sum.0 + q * distance, sum.1 + q);
            }
        }
        let mean = |node: usize| sums.get(node).map_or(f64::INFINITY, |sum| sum.0 / sum.1);
        let nearest = (0..count)
            .min_by(|&a, &b| mean(a).total_cmp(&mean(b)))
            .unwrap_or_default();
        let weight = sums.get(nearest).map_or(1.0, |sum| sum.1);
        (nearest, weight)
    }

    /// As [`Self::advance`], with the scenarios that are kept and the first period of the rest.
    pub(super) fn rest(
        &self,
        observed: &[f64],
        soc_mwh: f64,
    ) -> Result<(Self, Vec<usize>, usize), ScenarioError> {
        let (Some(&gate), Some(nodes)) = (self.gates.get(1), self.nodes.get(1)) else {
            return Err(ScenarioError::Empty {
                field: "gates after the first",
            });
        };
        if observed.len() != gate {
            return Err(ScenarioError::Length {
                field: "observed",
                length: observed.len(),
                wanted: gate,
            });
        }
        let (nearest, weight) = self.nearest(nodes, observed);
        let kept: Vec<usize> = (0..nodes.len())
            .filter(|&scenario| nodes.get(scenario) == Some(&nearest))
            .collect();
        let path = |scenario: &usize| {
            let path = self.set.paths().get(*scenario)?;
            let rest: Vec<f64> = path.iter().skip(gate).copied().collect();
            Some((rest, self.set.probability(*scenario) / weight))
        };
        let (paths, probabilities) = kept.iter().filter_map(path).unzip();
        let parameters = Parameters {
            initial_mwh: soc_mwh,
            ..*self.model.parameters()
        };
        let gates = self.gates.iter().skip(1).map(|later| later - gate);
        let rest = Self::new(
            Model::new(parameters)?,
            ScenarioSet::new(paths, probabilities)?,
            gates.collect(),
            self.branches,
        )?;
        Ok((rest, kept, gate))
    }

    /// The programme of the rest of the day after the stage before the second gate has passed: `observed` are its prices,
    /// `soc_mwh` what is stored now. Keeps the node whose scenarios lie nearest to what was observed (mean squared distance).
    ///
    /// # Errors
    /// [`ScenarioError`] if there is no second gate, `observed` has another length than the stage, or the stored energy
    /// is outside the battery's limits.
    pub fn advance(&self, observed: &[f64], soc_mwh: f64) -> Result<Self, ScenarioError> {
        Ok(self.rest(observed, soc_mwh)?.0)
    }
}

/// Splits each node by the prices of `periods`.
fn split(
    set: &ScenarioSet,
    before: &[usize],
    periods: std::ops::Range<usize>,
    branches: usize,
) -> Result<Vec<usize>, ScenarioError> {
    let mut after = vec![0; before.len()];
    let mut next = 0;
    for node in 0..=before.iter().copied().max().unwrap_or_default() {
        let members: Vec<usize> = (0..before.len())
            .filter(|&s| before.get(s) == Some(&node))
            .collect();
        let seen = |&s: &usize| {
            periods
                .clone()
                .map(|t| set.price(s, t))
                .collect::<Vec<f64>>()
        };
        let pieces = ScenarioSet::equally_likely(members.iter().map(seen).collect())?;
        let reduced = pieces.reduce(branches.min(members.len()))?;
        for (&scenario, place) in members.iter().zip(&reduced.assignment) {
            if let Some(own) = after.get_mut(scenario) {
                *own = next + place;
            }
        }
        next += reduced.kept.len();
    }
    Ok(after)
}

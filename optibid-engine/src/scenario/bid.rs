//! One bid curve a period for all scenarios, as a linear programme.
//!
//! # The problem
//! A battery bids before prices are known. In period `t` scenario `s` (probability `q_s`) has the price `p_ts`, and the bid
//! delivers the net power `x_ts = d_ts - c_ts` (MW, positive into the grid):
//!
//! ```text
//! maximise (1 - w) * E[profit] + w * CVaR[profit],  
//!   profit_s = sum over t of h * (p_ts * x_ts - (k + f_d) * d_ts - f_c * c_ts) + what the terminal pays
//!
//! x_ts <= x_tr  where p_ts < p_tr,  x_ts = x_tr  where p_ts = p_tr        one nondecreasing curve a period
//! every scenario within the battery's limits (see [`crate::battery`])
//! CVaR = max over v of  v - E[max(v - profit, 0)] / a                      mean of the worst share a
//! ```
//!
//! The first stage are the curves, the second what prices make of them. Requiring the order only between neighbours in
//! price is enough, so there are `T (S - 1)` coupling rows (Fleten and Kristoffersen 2007, European Journal of Operational Research
//! 181(2), 916-928); CVaR is linear by Rockafellar and Uryasev (2000, Journal of Risk 2(3), 21-41).
//!
//! # What is delivered
//! The linear programme may charge and discharge at once to burn energy: at negative prices, and where a full store in one
//! scenario would keep all others from charging. Such periods are held to the larger of the two and the programme is solved
//! again until none is left. [`BidPlan::objective`] is what the delivered schedules earn, [`BidPlan::bound`] the optimum
//! of the first programme, which no plan exceeds; they are equal, and the plan is optimal, where no burning pays.
//! Otherwise the difference is at most what the exclusion costs.

use crate::battery::Model;
use crate::program::{LinearProgram, LinearSolver, LpSolution, ProgramError, Row};

use super::columns::{Powers, Profit, add_path, add_tail};
use super::path::{Limits, NetSchedule};
use super::risk::Risk;
use super::set::{ScenarioError, ScenarioSet};

/// Bid curves and what they earn.
#[derive(Clone, Debug, PartialEq)]
pub struct BidPlan {
    /// For each period the points of the curve: price (currency per MWh, rising) and net power (MW, nondecreasing).
    pub curves: Vec<Vec<(f64, f64)>>,
    /// What the battery does in each scenario; at each price the quantity of the curve.
    pub schedules: Vec<NetSchedule>,
    /// Mean profit, currency.
    pub expected: f64,
    /// Mean profit of the worst share of scenarios, currency.
    pub cvar: f64,
    /// What was maximised, of the delivered schedules, currency.
    pub objective: f64,
    /// A proven upper bound of it over all bid curves, currency (to the tolerance of the method that gave it).
    pub bound: f64,
}

impl BidPlan {
    pub(super) fn new(
        limits: &Limits<'_>,
        set: &ScenarioSet,
        schedules: Vec<NetSchedule>,
        risk: Risk,
        bound: f64,
    ) -> Self {
        let (cvar, expected) = risk.weigh(&schedules, set.probabilities());
        let objective = (1.0 - risk.weight) * expected + risk.weight * cvar;
        Self {
            curves: limits.points(&schedules).into_iter().flatten().collect(),
            schedules,
            expected,
            cvar,
            objective,
            bound,
        }
    }

    /// How far the objective can be from the best, as a share of the bound.
    #[must_use]
    pub fn gap(&self) -> f64 {
        gap(self.objective, self.bound)
    }
}

/// How far an objective can be from the best, as a share of the bound.
pub(super) fn gap(objective: f64, bound: f64) -> f64 {
    (bound - objective).max(0.0) / bound.abs().max(1e-9)
}

/// The best bid curves by a linear solver: the reference, and the way to weigh risk.
///
/// # Errors
/// [`ScenarioError`] for a risk out of range, a target out of reach, or what the solver reports.
///
/// ```
/// use optibid_engine::battery::{Model, Parameters};
/// use optibid_engine::program::default_solver;
/// use optibid_engine::scenario::{Risk, ScenarioSet, bid_program};
///
/// let model = Model::new(Parameters::new(1.0, 1.0, 1.0))?;
/// let set = ScenarioSet::equally_likely(vec![vec![20.0, 60.0], vec![70.0, 50.0]])?;
/// let plan = bid_program(&model, &set, Risk::NEUTRAL, &default_solver())?;
/// // Buys at 20 but not at 70; what one scenario sells at 60 the other cannot deliver at 50.
/// let [(low, bought), (high, idle)] = plan.curves[0][..] else { panic!("one point a price") };
/// assert!(low == 20.0 && (bought + 1.0).abs() < 1e-9 && high == 70.0 && idle.abs() < 1e-9);
/// assert!((plan.expected - 20.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bid_program(
    model: &Model,
    set: &ScenarioSet,
    risk: Risk,
    solver: &dyn LinearSolver,
) -> Result<BidPlan, ScenarioError> {
    bid_program_within(model, set, (risk, &[]), solver)
}

/// As [`bid_program`] with a least and a most net power (MW, zero between them) for each period, as
/// [`bid_curves_within`](super::bid_curves_within) takes them.
///
/// # Errors
/// As [`bid_program`]; [`ScenarioError`] also for ranges that are not one for each period, or beyond the battery's limits.
pub fn bid_program_within(
    model: &Model,
    set: &ScenarioSet,
    (risk, ranges): (Risk, &[(f64, f64)]),
    solver: &dyn LinearSolver,
) -> Result<BidPlan, ScenarioError> {
    let limits = Limits::within(model, set, ranges)?;
    let (mut program, scenarios) = build(set, risk, &limits)?;
    let (solution, bound) = solve_held(&mut program, &scenarios, solver)?;
    let wanted = wanted(&scenarios, set.periods(), &solution);
    let schedules = limits.deliver(&wanted).ok_or(ProgramError::Infeasible)?;
    Ok(BidPlan::new(&limits, set, schedules, risk, bound))
}

/// The linear programme of [`bid_program`] itself, for a solver of the caller's own: for each scenario and period the
/// columns power drawn, power fed in and energy stored, then what CVaR needs.
///
/// # Errors
/// [`ScenarioError`] for a risk out of range or a target out of reach.
pub fn linear_program(
    model: &Model,
    set: &ScenarioSet,
    risk: Risk,
) -> Result<LinearProgram, ScenarioError> {
    let limits = Limits::new(model, set)?;
    Ok(build(set, risk, &limits)?.0)
}

/// The programme and, by scenario and period, its columns.
fn build(
    set: &ScenarioSet,
    risk: Risk,
    limits: &Limits<'_>,
) -> Result<(LinearProgram, Vec<Vec<Powers>>), ScenarioError> {
    risk.check()?;
    let mut program = LinearProgram::new();
    let paths = set.paths().iter().zip(set.probabilities());
    let (scenarios, profits): (Vec<Vec<Powers>>, Vec<Profit>) = paths
        .map(|(path, q)| add_path(&mut program, limits, path, (1.0 - risk.weight) * q))
        .unzip();
    couple_all(&mut program, limits, &scenarios);
    if risk.weight > 0.0 {
        add_tail(&mut program, set, risk, &profits);
    }
    Ok((program, scenarios))
}

/// Adds the rows that make every curve one.
pub(super) fn couple_all(
    program: &mut LinearProgram,
    limits: &Limits<'_>,
    scenarios: &[Vec<Powers>],
) {
    for (t, curves) in limits.curves.iter().enumerate() {
        for groups in curves {
            couple(program, groups, t, scenarios);
        }
    }
}

/// Adds the rows that make the quantities of a period nondecreasing over groups of scenarios by rising price, equal
/// within a group.
fn couple(program: &mut LinearProgram, groups: &[Vec<usize>], t: usize, scenarios: &[Vec<Powers>]) {
    let net = |scenario: &usize| {
        scenarios
            .get(*scenario)
            .and_then(|path| path.get(t))
            .copied()
    };
    let order: Vec<(usize, Powers)> = groups
        .iter()
        .enumerate()
        .flat_map(|(rank, group)| {
            group
                .iter()
                .filter_map(net)
                .map(move |powers| (rank, powers))
        })
        .collect();
    for ((rank, low), (next, high)) in order.iter().zip(order.iter().skip(1)) {
        let upper = if rank == next { 0.0 } else { f64::INFINITY };
        let terms = vec![
            (high.out, 1.0),
            (high.take, -1.0),
            (low.out, -1.0),
            (low.take, 1.0),
        ];
        program.row(Row {
            terms,
            lower: 0.0,
            upper,
        });
    }
}

/// Solves until no period charges and discharges at once; the solution and the optimum of the first programme.
pub(super) fn solve_held(
    program: &mut LinearProgram,
    scenarios: &[Vec<Powers>],
    solver: &dyn LinearSolver,
) -> Result<(LpSolution, f64), ProgramError> {
    let mut solution = solver.solve(program)?;
    let bound = solution.objective;
    while hold(program, &solution, scenarios)? {
        solution = solver.solve(program)?;
    }
    Ok((solution, bound))
}

/// Holds every period that both charges and discharges to the one that is larger; whether there was any.
fn hold(
    program: &mut LinearProgram,
    solution: &LpSolution,
    scenarios: &[Vec<Powers>],
) -> Result<bool, ProgramError> {
    let mut found = false;
    for powers in scenarios.iter().flatten() {
        let (taken, out) = (solution.value(powers.take), solution.value(powers.out));
        if taken.min(out) > 1e-7 {
            program.fix(if taken > out { powers.out } else { powers.take }, 0.0)?;
            found = true;
        }
    }
    Ok(found)
}

/// Net powers by period and scenario.
pub(super) fn wanted(
    scenarios: &[Vec<Powers>],
    periods: usize,
    solution: &LpSolution,
) -> Vec<Vec<f64>> {
    let net = |powers: &Powers| solution.value(powers.out) - solution.value(powers.take);
    (0..periods)
        .map(|t| {
            scenarios
                .iter()
                .filter_map(|path| path.get(t))
                .map(net)
                .collect()
        })
        .collect()
}

//! Limits on the energy discharged: by the day, over the whole horizon, or both.
//!
//! # The problem
//! That of [`battery`](super) with, for groups `j` of consecutive periods (days, of 23 to 25 hours) and for all periods,
//!
//! ```text
//! sum over t in group j of  h * d_t <= U_j      MWh fed into the grid
//! sum over all t of         h * d_t <= U
//! ```
//!
//! # The method
//! A limit is a price on discharging that just makes it hold: Lagrangian duality, exact for a linear programme.
//!
//! - Under a price `q` the value of stored energy before a group, `V(s; q)`, follows by the slope recursion from the value
//!   after it. Its pieces remember how much of each is fed into the grid and how much is carried over, so that one
//!   recursion gives value, discharge and what is left over for every `s`. `V(s; q) + q * U_j` bounds the value under
//!   the limit from above, for all `s`; the least such bound at one `s` is found on the tangents of a function that is convex in
//!   `q` (Kelley 1960, The cutting-plane method, J. SIAM 8(4)), and there a mixture of two schedules attains it.
//! - Going back, the bound before each group is the lower envelope of those tried; going forth, each group is decided from
//!   the energy it really starts with, and new prices are tried where the bounds are not tight. This is repeated until
//!   the schedule earns what the bound before the first group promises (nested decomposition: Birge 1985, Operations Research
//!   33(5), 989-1007). A group whose ending has the same shape as before is not computed again.
//! - The limit on the whole horizon is one more price, paid in every group, found the same way outside.
//! - [`Method::Exact`]: only where burning energy pays can the schedule do both at once. If it does, the periods that do are
//!   branched on, one direction forbidden in each branch, bounded by the relaxation (Land and Doig 1960, Econometrica 28(3)) and
//!   by the exact recursion under the shadow prices (Geoffrion 1974, Mathematical Programming Study 2).
//!
//! # Cost
//! A price tried in a group costs one recursion over it. A year of quarter hours with a limit for every day takes some thirty
//! times as long as its value without limits; the limit on the whole year on top of that some five times more. Where branching
//! is needed, each node takes about as long again (`bench_battery`, budgets).
//!
//! # When it is exact
//! Relaxed: to the tolerance of 1e-9 of the objective. Exact: likewise, unless the branching stops at its node limit. Either way
//! [`BudgetSolution::bound`] is proven, and what lies between it and the objective is reported, never hidden. A limit so tight that its shadow price
//! would be ten thousand times every price of the problem counts as out of reach.

mod branch;
mod chain;
mod exclusive;
mod field;
mod group;
mod recovery;
mod relaxation;
mod shadow;
mod taxed;

use super::error::SolveError;
use super::horizon::Horizon;
use super::method::Method;
use super::model::Model;
use super::schedule::Schedule;
use chain::Chain;
use group::Group;
use recovery::Site;

/// How near the bound a schedule comes, relative to the objective.
const RELATIVE: f64 = 1e-10;

/// Limits on the energy fed into the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budgets<'a> {
    groups: Option<(&'a [usize], &'a [f64])>,
    total_mwh: Option<f64>,
}

impl<'a> Budgets<'a> {
    /// No limit yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Group `j` is the next `lengths[j]` periods and may feed `mwh[j]` MWh into the grid (infinite: any amount). The lengths add up to
    /// the horizon; a day has as many periods as its clock says.
    #[must_use]
    pub fn with_groups(self, lengths: &'a [usize], mwh: &'a [f64]) -> Self {
        Self {
            groups: Some((lengths, mwh)),
            ..self
        }
    }

    /// All periods together may feed `mwh` MWh into the grid.
    #[must_use]
    pub fn with_total(self, mwh: f64) -> Self {
        Self {
            total_mwh: Some(mwh),
            ..self
        }
    }

    /// The groups, and the limit on all of them; a single limit is a single group.
    fn resolve(&self, periods: usize) -> Result<(Vec<Group>, f64), SolveError> {
        let valid = |group: Option<usize>, value: f64| {
            if value >= 0.0 {
                Ok(value)
            } else {
                Err(SolveError::InvalidBudget { group, value })
            }
        };
        let total = valid(None, self.total_mwh.unwrap_or(f64::INFINITY))?;
        let Some((lengths, limits)) = self.groups else {
            return Ok((vec![Group::new(0..periods, total)], f64::INFINITY));
        };
        if lengths.len() != limits.len() {
            return Err(SolveError::BudgetCount {
                groups: lengths.len(),
                limits: limits.len(),
            });
        }
        let mut groups = Vec::with_capacity(lengths.len());
        let mut covered = 0_usize;
        for (index, (&length, &limit)) in lengths.iter().zip(limits).enumerate() {
            let end = covered.saturating_add(length);
            groups.push(Group::new(covered..end, valid(Some(index), limit)?));
            covered = end;
        }
        if covered != periods {
            return Err(SolveError::BudgetCover { covered, periods });
        }
        groups.retain(|group| !group.periods.is_empty());
        Ok((groups, total))
    }
}

/// The best schedule within the limits, and how good it is proven to be.
#[derive(Clone, Debug, PartialEq)]
pub struct BudgetSolution {
    /// Revenue less wear and fees of the schedule, plus what the terminal pays, currency.
    pub objective: f64,
    /// No schedule within the limits earns more than this, currency.
    pub bound: f64,
    /// The schedule.
    pub schedule: Schedule,
    /// What one MWh more of each group's limit is worth, currency per MWh fed into the grid; 0 where the limit is slack.
    pub group_prices: Vec<f64>,
    /// What one MWh more of the limit on the whole horizon is worth, currency per MWh; 0 where it is slack.
    pub total_price: f64,
}

impl BudgetSolution {
    /// How much better than the schedule another could be, currency, never negative.
    #[must_use]
    pub fn gap(&self) -> f64 {
        (self.bound - self.objective).max(0.0)
    }
}

/// The optimum under limits on the energy fed into the grid, and a schedule that earns it.
///
/// ```
/// use optibid_engine::battery::{self, Budgets, Horizon, Method, Model, Parameters};
///
/// let model = Model::new(Parameters::new(1.0, 2.0, 1.0))?;
/// let prices = [20.0, 60.0, 30.0, 80.0];
/// // One and a half MWh a day: the better spread (20 to 80) in full, half of the lesser (30 to 60, bought for it at 20).
/// let budgets = Budgets::new().with_groups(&[4], &[1.5]);
/// let solution = battery::solve_within(&model, &Horizon::new(&prices), Method::Exact, &budgets)?;
/// assert!((solution.objective - (0.5 * 60.0 + 80.0 - 20.0 - 0.5 * 30.0)).abs() < 1e-6);
/// // Another MWh would be bought at 30 and sold at 60.
/// assert!((solution.group_prices[0] - 30.0).abs() < 1e-6);
/// assert!(solution.gap() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`optimum`](super::optimum); limits that are NaN, negative, or do not fit the horizon; [`SolveError::BudgetUnreachable`]
/// when more must be discharged than a limit allows; [`SolveError::NotConcave`] for an ending that is not concave, with either
/// method.
pub fn solve_within(
    model: &Model,
    horizon: &Horizon<'_>,
    method: Method,
    budgets: &Budgets<'_>,
) -> Result<BudgetSolution, SolveError> {
    horizon.check(model, Method::Relaxed)?;
    let (groups, total) = budgets.resolve(horizon.periods())?;
    let single = budgets.groups.is_none();
    let site = Site { model, horizon };
    let chain = Chain::new(model, horizon, groups);
    let mut found = relaxation::relax(site, &chain, total, RELATIVE)?;
    if method == Method::Exact && found.schedule.simultaneous(1e-9) > 0 {
        found = branch::exclusive(site, &chain, found, (total, RELATIVE))?;
    }
    let own = found.group_prices.first().copied().unwrap_or(0.0);
    Ok(BudgetSolution {
        objective: found.objective,
        bound: found.bound.max(found.objective),
        schedule: found.schedule,
        total_price: if single { own } else { found.total_price },
        group_prices: if single {
            Vec::new()
        } else {
            found.group_prices
        },
    })
}

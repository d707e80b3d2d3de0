//! The optimum of a battery that buys and sells at given prices.
//!
//! # The problem
//! A battery small enough not to move prices sees prices `p_t` (currency per MWh) for periods `t = 0..T` of `h` hours and
//! chooses the power drawn from the grid `c_t` and fed into it `d_t` (MW) so as to maximise
//!
//! ```text
//! sum over t of  h * ((p_t - k - f_d) * d_t - (p_t + f_c) * c_t)  +  W(s_(T-1))
//!
//! s_t = r * s_(t-1) + h * (e_c * c_t - d_t / e_d)       stored energy after period t, MWh
//! 0 <= c_t <= C_t,  0 <= d_t <= D_t                     power limits, MW
//! s_min_t <= s_t <= s_max_t,  s_(-1) given                   limits of the stored energy, which may move
//! ```
//!
//! with one-way efficiencies `e_c`, `e_d`, degradation cost `k` per MWh fed into the grid, grid fees `f_c` per MWh drawn and `f_d` per
//! MWh fed in, and retention `r` (1 without a standing loss). `W` is what energy left over is worth: nothing, perhaps above a
//! target that must be reached or whose missing MWh cost something ([`Terminal`]), or any piecewise-linear function
//! ([`Horizon::ending_in`]), such as the value function of the periods that follow. [`Method::Relaxed`] solves this linear programme. [`Method::Exact`] adds that no period both
//! charges and discharges (`c_t * d_t = 0`), which otherwise needs a binary variable for each period. The two differ only
//! where burning energy in the losses pays, `(p_t - k - f_d) * e_d > (p_t + f_c) / e_c`: at negative
//! prices. Limits on the energy discharged in a day or in all are the business of [`solve_within`].
//!
//! # The method
//! Dynamic programming on the value of stored energy, `V_t(s) = max over u of H_t(u) + V_(t+1)(r * s - u)`, where `u` is
//! the energy released from the store and `H_t` what the market pays for it: two straight pieces, slope
//! `(p_t + f_c) / e_c` for charging and `(p_t - k - f_d) * e_d` for discharging (Bellman 1957; for storage see e.g. Secomandi 2010, Management Science
//! 56(3), 449-467). Every `V_t` is continuous and piecewise linear, so nothing is discretised:
//!
//! - Relaxed: all functions are concave, and the maximum of a sum over a split (the supremal convolution) of concave
//!   piecewise-linear functions just merges their pieces by falling slope (Rockafellar 1970, Convex Analysis, 5.4 and
//!   16.4). A step inserts two pieces in a sorted list and cuts what reaches beyond the store's limits at either end.
//! - Exact: where the price makes `H_t` convex at 0, charging and discharging are treated one after the other, each as the
//!   maximum in a sliding window over the tilted function, and the upper envelope of the two is taken. This
//!   loses concavity; the same window moves carry such a function back through the other periods.
//! - A standing loss stretches the axis of stored energy by `1 / r` each period, which keeps pieces straight.
//!
//! - Stores with hundreds of pieces keep them in a tree instead of a list (see [`Layout`]), as long as all is concave.
//!
//! The schedule follows from a forward pass over the value functions, or, with the tree, from undoing its steps.
//!
//! # Cost
//! With `n` pieces alive, about `(s_max - s_min) / (h * e_c * C) + 2` and never more than two for each period, a step moves
//! `O(n)` numbers. For the usual few hours of storage that is tens of nanoseconds relaxed and hundreds exact, a year of
//! quarter hours in milliseconds. A store that takes weeks to fill has thousands of pieces: in the tree a step takes `O(log n)`,
//! `O(T log T)` in all; under the exact method with negative prices it takes seconds. The value alone keeps one function; the schedule keeps `O(sqrt(T))` of them and takes three times as long.
//!
//! # When it is exact
//! Always, to rounding: both methods return the optimum of the problem above, not an approximation. Limits on the energy
//! discharged are exact to a tolerance, with a proven bound ([`solve_within`]). Not covered are ramps, minimum powers, power that depends on the stored energy, and
//! prices that depend on the volume.
//!
//! # Example
//! ```
//! use optibid_engine::battery::{self, Horizon, Method, Model, Parameters};
//!
//! let model = Model::new(Parameters {
//!     charge_efficiency: 0.9, degradation_per_mwh: 5.0,
//!     ..Parameters::new(1.0, 2.0, 1.0)
//! })?;
//! let prices = [20.0, 60.0, 30.0, 80.0];
//! let solution = battery::solve(&model, &Horizon::new(&prices), Method::Exact)?;
//! // Buys 1 MWh at 20 and at 30, stores 0.9 MWh of each, and sells 0.8 at 60 and 1 at 80, less a wear of 5.
//! assert!((solution.objective - (0.8 * 55.0 + 75.0 - 20.0 - 30.0)).abs() < 1e-9);
//! assert_eq!(solution.schedule.charge_mw, [1.0, 0.0, 1.0, 0.0]);
//!
//! // With half a MWh in store after the first period the next one would be sold at 60, less wear: what is bought at 30
//! // already serves most of the hour at 80.
//! let values = battery::value_functions(&model, &Horizon::new(&prices), Method::Exact)?;
//! assert_eq!(values[1].marginal(0.5).right, Some(55.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod budget;
mod curve;
mod ending;
mod envelope;
mod error;
mod horizon;
mod ladder;
mod method;
mod model;
mod reach;
mod recursion;
mod schedule;
mod solve;
mod value_function;
mod window;

pub use budget::{BudgetSolution, Budgets, solve_within};
pub use error::{ModelError, Side, SolveError};
pub use horizon::Horizon;
pub use method::Method;
pub use model::{Model, Parameters, Terminal};
pub use schedule::{Schedule, Solution};
pub use solve::{Job, solve_many};
pub use value_function::{Marginal, ValueFunction};

use reach::Reach;
use recursion::Recursion;
use schedule::Kept;

/// The optimal revenue less degradation, currency. Keeps nothing for each period.
///
/// # Errors
/// [`SolveError`] for an empty horizon, a price or limit that is not a number in range, or a target out of reach.
pub fn optimum(model: &Model, horizon: &Horizon<'_>, method: Method) -> Result<f64, SolveError> {
    horizon.check(model, method)?;
    let layout = if ladder::pays(model, horizon, method, ladder::FOR_VALUE) {
        Layout::Tree
    } else {
        Layout::List
    };
    optimum_laid_out(model, horizon, method, layout)
}

/// How the pieces of a value function are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A sorted list: a step moves as many numbers as there are pieces.
    List,
    /// A search tree: a step takes the logarithm of the number of pieces. Only for values that stay concave.
    Tree,
}

/// [`optimum`] with the layout chosen by hand, to measure where which one is faster: both give the same value.
///
/// # Errors
/// As [`optimum`]; and [`SolveError::NotConcave`] for a tree where the value need not stay concave (the exact method with an ending
/// that is not concave or with prices at which burning energy pays), or where a period loses more than a tenth of the stored energy.
pub fn optimum_laid_out(
    model: &Model,
    horizon: &Horizon<'_>,
    method: Method,
    layout: Layout,
) -> Result<f64, SolveError> {
    horizon.check(model, method)?;
    if layout == Layout::Tree {
        return if ladder::suits(model, horizon, method) {
            Ok(ladder::optimum(model, horizon, method))
        } else {
            Err(SolveError::NotConcave)
        };
    }
    let mut recursion = Recursion::at_end(model, horizon, method);
    for period in (0..horizon.periods()).rev() {
        recursion.step(period)?;
    }
    Ok(recursion.curve.value(model.parameters().initial_mwh))
}

/// The optimum and a schedule that earns it.
///
/// Among schedules that earn the same the forward pass prefers the one that moves less.
///
/// # Errors
/// As [`optimum`].
pub fn solve(model: &Model, horizon: &Horizon<'_>, method: Method) -> Result<Solution, SolveError> {
    solve::solve(model, horizon, method, &mut Kept::default())
}

/// The value of stored energy at every time: element `t` is the value before period `t`, the last one the value after the
/// last period (zero wherever the target is met). The bid for period `t` weighs its price against element `t + 1`.
///
/// Keeps all of them: meant for days, not years.
///
/// # Errors
/// As [`optimum`].
pub fn value_functions(
    model: &Model,
    horizon: &Horizon<'_>,
    method: Method,
) -> Result<Vec<ValueFunction>, SolveError> {
    horizon.check(model, method)?;
    let mut recursion = Recursion::at_end(model, horizon, method);
    let mut functions = vec![ValueFunction::from_curve(&recursion.curve)];
    for period in (0..horizon.periods()).rev() {
        recursion.step(period)?;
        functions.push(ValueFunction::from_curve(&recursion.curve));
    }
    functions.reverse();
    Ok(functions)
}

/// The least and the most energy that can be stored after each period from the given start, MWh, limits kept; everything in
/// between can be reached too. The terminal does not count.
///
/// # Errors
/// [`SolveError`] for a horizon that is malformed, or that leaves nothing within the limits after some period. A target
/// out of reach is no error here.
pub fn reach(model: &Model, horizon: &Horizon<'_>) -> Result<Vec<(f64, f64)>, SolveError> {
    horizon.check_form(model)?;
    let mut reach = Reach::at_start(model);
    (0..horizon.periods())
        .map(|period| {
            horizon.advance(model, &mut reach, period)?;
            Ok((reach.least, reach.most))
        })
        .collect()
}

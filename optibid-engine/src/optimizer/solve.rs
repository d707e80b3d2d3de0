//! From a checked problem to the best plan.

use super::plan::Plan;
use super::problem::Problem;
use super::{budget, coupled};
use crate::program;
use optibid_core::ports::EngineError;

/// The best plan for the problem at its prices: by dynamic programming where stored energy and cycle budgets are all that
/// couples the periods, else by the default solver.
pub(crate) fn plan(problem: &Problem) -> Result<Plan, EngineError> {
    let budgets = budget::budgets(problem)?;
    if coupled::applies(&problem.window.battery) {
        coupled::plan(problem, budgets, &program::default_solver())
    } else {
        budget::plan(problem, budgets)
    }
}

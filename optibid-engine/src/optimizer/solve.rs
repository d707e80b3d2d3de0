//! From a checked problem to the best plan.

use super::budget;
use super::plan::Plan;
use super::problem::Problem;
use optibid_core::ports::EngineError;

/// The best plan for the problem at its prices.
pub(crate) fn plan(problem: &Problem) -> Result<Plan, EngineError> {
    budget::plan(problem)
}

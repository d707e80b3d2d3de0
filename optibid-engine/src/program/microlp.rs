//! The solver in pure Rust.

use std::time::Duration;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolutionStatus};

use super::linear::{LinearProgram, LinearSolver, LpSolution, ProgramError};

/// `microlp`: sparse simplex, branch and bound for whole numbers. Gives no row duals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MicroLp {
    time_limit: Option<Duration>,
}

impl MicroLp {
    /// Without a time limit.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops after `limit` with [`ProgramError::Limit`].
    #[must_use]
    pub fn with_time_limit(limit: Duration) -> Self {
        Self {
            time_limit: Some(limit),
        }
    }
}

impl LinearSolver for MicroLp {
    fn solve(&self, program: &LinearProgram) -> Result<LpSolution, ProgramError> {
        program.check()?;
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        if let Some(limit) = self.time_limit {
            problem.set_time_limit(limit);
        }
        let columns = program.columns().iter();
        let variables: Vec<_> = columns
            .map(|column| {
                if column.integer {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "the check keeps bounds within i32"
                    )]
                    let bounds = (column.lower.ceil() as i32, column.upper.floor() as i32);
                    problem.add_integer_var(column.gain, bounds)
                } else {
                    problem.add_var(column.gain, (column.lower, column.upper))
                }
            })
            .collect();
        for row in program.rows() {
            let terms: Vec<_> = row
                .terms
                .iter()
                .filter_map(|&(column, factor)| Some((*variables.get(column)?, factor)))
                .collect();
            if row.lower == row.upper {
                problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, row.upper);
                continue;
            }
            if row.lower > f64::NEG_INFINITY {
                problem.add_constraint(terms.as_slice(), ComparisonOp::Ge, row.lower);
            }
            if row.upper < f64::INFINITY {
                problem.add_constraint(terms.as_slice(), ComparisonOp::Le, row.upper);
            }
        }
        let outcome = problem.solve().map_err(|error| match error {
            Error::Infeasible => ProgramError::Infeasible,
            Error::Unbounded => ProgramError::Unbounded,
            other => ProgramError::Limit(other.to_string()),
        })?;
        let reason = outcome.termination_reason();
        let solution = outcome
            .into_solution()
            .map_err(|_| ProgramError::Limit(format!("{reason:?}")))?;
        if solution.status() != SolutionStatus::Optimal {
            return Err(ProgramError::Limit(format!("{reason:?}")));
        }
        let primal = variables
            .iter()
            .map(|&variable| solution.var_value(variable))
            .collect();
        Ok(LpSolution {
            objective: solution.objective(),
            primal,
            row_duals: None,
        })
    }
}

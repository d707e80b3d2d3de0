//! HiGHS, behind the feature `highs`.

use std::num::NonZeroU32;
use std::time::Duration;

use highs::{HighsModelStatus, RowProblem, Sense};

use super::linear::{LinearProgram, LinearSolver, LpSolution, ProgramError};

/// HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10, 119-142) on one thread. Gives row duals unless
/// columns are whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Highs {
    time_limit: Option<Duration>,
}

impl Highs {
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

impl LinearSolver for Highs {
    fn solve(&self, program: &LinearProgram) -> Result<LpSolution, ProgramError> {
        program.check()?;
        let mut problem = RowProblem::new();
        let columns: Vec<_> = program
            .columns()
            .iter()
            .map(|c| problem.add_column_with_integrality(c.gain, c.lower..=c.upper, c.integer))
            .collect();
        for row in program.rows() {
            let terms = row.terms.iter();
            let terms = terms.filter_map(|&(column, factor)| Some((*columns.get(column)?, factor)));
            problem.add_row(row.lower..=row.upper, terms.collect::<Vec<_>>());
        }
        let failed = |status| ProgramError::Limit(format!("{status:?}"));
        let mut model = problem.try_optimise(Sense::Maximise).map_err(failed)?;
        model.make_quiet();
        model.set_threads(NonZeroU32::MIN);
        model.set_option("mip_rel_gap", 1e-9);
        model.set_option("mip_abs_gap", 1e-9);
        if let Some(limit) = self.time_limit {
            model.set_option("time_limit", limit.as_secs_f64());
        }
        let solved = model.try_solve().map_err(failed)?;
        match solved.status() {
            HighsModelStatus::Optimal => {}
            HighsModelStatus::Infeasible => return Err(ProgramError::Infeasible),
            HighsModelStatus::Unbounded => return Err(ProgramError::Unbounded),
            other => return Err(ProgramError::Limit(format!("{other:?}"))),
        }
        let solution = solved.get_solution();
        let whole = program.columns().iter().any(|column| column.integer);
        Ok(LpSolution {
            objective: solved.objective_value(),
            primal: solution.columns().to_vec(),
            row_duals: (!whole).then(|| solution.dual_rows().to_vec()),
        })
    }
}

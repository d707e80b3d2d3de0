//! What one more unit of each row is worth.
//!
//! The dual of `max g x` over `l <= x <= u`, `L <= A x <= U` is `min sum_i (U_i p_i - L_i q_i) + sum_j (u_j r_j - l_j s_j)` over
//! `A^T (p - q) + r - s = g` and `p, q, r, s >= 0`; `p_i - q_i` is the value of one more unit of row `i` (Dantzig 1963, Linear
//! Programming and Extensions, chapter 6). A bound that is infinite has no price. It is a linear programme itself, so any solver
//! answers it, whether it reports duals or not.

use super::linear::{Column, LinearProgram, LinearSolver, LpSolution, ProgramError, Row};

/// The values of the rows of a programme whose whole columns are fixed where `solution` has them.
///
/// Where several values are right, as at a kink, one of them.
///
/// # Errors
/// What the solver reports.
pub(super) fn row_values(
    program: &LinearProgram,
    solution: &LpSolution,
    solver: &dyn LinearSolver,
) -> Result<Vec<f64>, ProgramError> {
    if let Some(duals) = &solution.row_duals {
        return Ok(duals.clone());
    }
    let mut dual = LinearProgram::new();
    let mut per_column: Vec<Vec<(usize, f64)>> = vec![Vec::new(); program.columns().len()];
    let mut rows = Vec::with_capacity(program.rows().len());
    for row in program.rows() {
        let above = price(&mut dual, row.upper, 1.0);
        let below = price(&mut dual, row.lower, -1.0);
        for &(column, factor) in &row.terms {
            if let Some(terms) = per_column.get_mut(column) {
                terms.extend(above.map(|p| (p, factor)));
                terms.extend(below.map(|q| (q, -factor)));
            }
        }
        rows.push((above, below));
    }
    for (j, (column, mut terms)) in program.columns().iter().zip(per_column).enumerate() {
        let fixed = column.integer.then(|| solution.value(j).round());
        let (lower, upper) = fixed.map_or((column.lower, column.upper), |value| (value, value));
        terms.extend(price(&mut dual, upper, 1.0).map(|r| (r, 1.0)));
        terms.extend(price(&mut dual, lower, -1.0).map(|s| (s, -1.0)));
        dual.row(Row::equal(terms, column.gain));
    }
    let answer = solver.solve(&dual)?;
    let value = |column: Option<usize>| column.map_or(0.0, |column| answer.value(column));
    Ok(rows
        .into_iter()
        .map(|(above, below)| value(above) - value(below))
        .collect())
}

/// A price that is not negative for a bound that is finite; it costs the bound, with its sign, and the slack that a solver
/// allows: a programme that is feasible by rounding alone would have no bounded dual.
fn price(dual: &mut LinearProgram, bound: f64, sign: f64) -> Option<usize> {
    let cost = sign * bound + SLACK * bound.abs().max(1.0);
    bound
        .is_finite()
        .then(|| dual.column(Column::continuous(0.0, f64::INFINITY, -cost)))
}

/// What solvers let rows and bounds be missed by.
const SLACK: f64 = 1e-7;

#[cfg(test)]
mod tests {
    use super::super::MicroLp;
    use super::*;

    #[test]
    fn rows_are_worth_what_one_more_unit_brings() {
        // Most of 3 x + 2 y with x + y <= 4, x + 3 y <= 6, x <= 3: x = 3, y = 1, and both the first row and the bound bind.
        let mut program = LinearProgram::new();
        let x = program.column(Column::continuous(0.0, 3.0, 3.0));
        let y = program.column(Column::continuous(0.0, f64::INFINITY, 2.0));
        program.row(Row::at_most(vec![(x, 1.0), (y, 1.0)], 4.0));
        program.row(Row::at_most(vec![(x, 1.0), (y, 3.0)], 7.0));
        let solver = MicroLp::new();
        let mut solution = solver.solve(&program).unwrap();
        solution.row_duals = None;
        let values = row_values(&program, &solution, &solver).unwrap();
        assert!(
            (values[0] - 2.0).abs() < 1e-9 && values[1].abs() < 1e-9,
            "{values:?}"
        );
    }

    #[test]
    fn an_equality_may_be_worth_less_than_nothing() {
        let mut program = LinearProgram::new();
        let x = program.column(Column::continuous(0.0, 10.0, -5.0));
        program.row(Row::equal(vec![(x, 2.0)], 4.0));
        let solver = MicroLp::new();
        let solution = LpSolution {
            row_duals: None,
            ..solver.solve(&program).unwrap()
        };
        let values = row_values(&program, &solution, &solver).unwrap();
        assert!((values[0] + 2.5).abs() < 1e-9, "{values:?}");
    }
}

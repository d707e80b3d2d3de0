//! A linear programme as data, and what a solver answers.

use thiserror::Error;

/// One variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least value; may be negative infinity.
    pub lower: f64,
    /// Largest value; may be infinity.
    pub upper: f64,
    /// What one unit adds to the objective, which is maximised.
    pub gain: f64,
    /// Whether only whole numbers are allowed. Both bounds must then be finite and within the range of `i32`.
    pub integer: bool,
}

impl Column {
    /// A variable of any value in `[lower, upper]` that adds `gain` a unit.
    #[must_use]
    pub fn continuous(lower: f64, upper: f64, gain: f64) -> Self {
        Self {
            lower,
            upper,
            gain,
            integer: false,
        }
    }

    /// A variable that is 0 or 1 and adds `gain` if it is 1.
    #[must_use]
    pub fn binary(gain: f64) -> Self {
        Self {
            lower: 0.0,
            upper: 1.0,
            gain,
            integer: true,
        }
    }
}

/// One constraint: `lower <= sum of coefficient * column <= upper`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Pairs of a column's number and its coefficient; each column at most once.
    pub terms: Vec<(usize, f64)>,
    /// Least value of the sum; may be negative infinity.
    pub lower: f64,
    /// Largest value of the sum; may be infinity.
    pub upper: f64,
}

impl Row {
    /// The sum equals `value`.
    #[must_use]
    pub fn equal(terms: Vec<(usize, f64)>, value: f64) -> Self {
        Self {
            terms,
            lower: value,
            upper: value,
        }
    }

    /// The sum is at most `upper`.
    #[must_use]
    pub fn at_most(terms: Vec<(usize, f64)>, upper: f64) -> Self {
        Self {
            terms,
            lower: f64::NEG_INFINITY,
            upper,
        }
    }

    /// The sum is at least `lower`.
    #[must_use]
    pub fn at_least(terms: Vec<(usize, f64)>, lower: f64) -> Self {
        Self {
            terms,
            lower,
            upper: f64::INFINITY,
        }
    }
}

/// A linear programme to be maximised; mixed-integer if a column says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinearProgram {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl LinearProgram {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a variable and returns its number.
    pub fn column(&mut self, column: Column) -> usize {
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// Adds a constraint and returns its number.
    pub fn row(&mut self, row: Row) -> usize {
        self.rows.push(row);
        self.rows.len() - 1
    }

    /// The variables in the order they were added.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The constraints in the order they were added.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Fixes a variable, for solving again with a decision that was taken.
    ///
    /// # Errors
    /// [`ProgramError::Invalid`] for a column that does not exist.
    pub fn fix(&mut self, column: usize, value: f64) -> Result<(), ProgramError> {
        let Some(target) = self.columns.get_mut(column) else {
            return Err(invalid("column", column, "does not exist"));
        };
        (target.lower, target.upper) = (value, value);
        Ok(())
    }

    /// Checks that numbers are numbers, bounds are in order and rows name existing columns once.
    ///
    /// # Errors
    /// [`ProgramError::Invalid`] naming the first offender.
    pub fn check(&self) -> Result<(), ProgramError> {
        for (number, column) in self.columns.iter().enumerate() {
            if !column.gain.is_finite() {
                return Err(invalid("column", number, "has a gain that is not finite"));
            }
            if column.lower.is_nan() || column.upper.is_nan() || column.lower > column.upper {
                return Err(invalid("column", number, "has bounds that leave no value"));
            }
            let whole = |bound: f64| bound.abs() <= f64::from(i32::MAX);
            if column.integer && !(whole(column.lower) && whole(column.upper)) {
                return Err(invalid(
                    "column",
                    number,
                    "is whole but its bounds exceed 2^31 - 1",
                ));
            }
        }
        let mut seen = vec![usize::MAX; self.columns.len()];
        for (number, row) in self.rows.iter().enumerate() {
            if row.lower.is_nan() || row.upper.is_nan() || row.lower > row.upper {
                return Err(invalid("row", number, "has bounds that leave no value"));
            }
            for &(column, coefficient) in &row.terms {
                match seen.get_mut(column) {
                    None => {
                        return Err(invalid("row", number, "names a column that does not exist"));
                    }
                    Some(last) if *last == number => {
                        return Err(invalid("row", number, "names a column twice"));
                    }
                    Some(last) => *last = number,
                }
                if !coefficient.is_finite() {
                    return Err(invalid(
                        "row",
                        number,
                        "has a coefficient that is not finite",
                    ));
                }
            }
        }
        Ok(())
    }
}

fn invalid(part: &'static str, number: usize, rule: &'static str) -> ProgramError {
    ProgramError::Invalid { part, number, rule }
}

/// An optimum.
#[derive(Clone, Debug, PartialEq)]
pub struct LpSolution {
    /// The largest value of the objective.
    pub objective: f64,
    /// The value of each column.
    pub primal: Vec<f64>,
    /// What one unit more on the right of each row adds to the objective; none where the solver does not give them
    /// ([`super::MicroLp`] never does, HiGHS only without whole numbers).
    pub row_duals: Option<Vec<f64>>,
}

impl LpSolution {
    /// The value of a column; 0 for one that does not exist.
    #[must_use]
    pub fn value(&self, column: usize) -> f64 {
        self.primal.get(column).copied().unwrap_or_default()
    }
}

/// Why there is no optimum.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ProgramError {
    /// The programme itself is malformed.
    #[error("{part} {number} {rule}")]
    Invalid {
        /// `column` or `row`.
        part: &'static str,
        /// Its number.
        number: usize,
        /// What is wrong with it.
        rule: &'static str,
    },
    /// An input of a battery or scenario programme is out of its range.
    #[error("{field} is {value}, but must be {rule}")]
    Input {
        /// The field.
        field: &'static str,
        /// Its value.
        value: f64,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// No values meet all rows and bounds.
    #[error("no values meet all constraints")]
    Infeasible,
    /// The objective can grow for ever.
    #[error("the objective is unbounded")]
    Unbounded,
    /// The solver stopped before the optimum was proven.
    #[error("the solver stopped without an optimum: {0}")]
    Limit(String),
}

/// A method that maximises a linear programme.
pub trait LinearSolver {
    /// The optimum, to the solver's tolerances.
    ///
    /// # Errors
    /// [`ProgramError`]: malformed, infeasible, unbounded, or stopped before an optimum was proven.
    fn solve(&self, program: &LinearProgram) -> Result<LpSolution, ProgramError>;
}

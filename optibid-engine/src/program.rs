//! Linear and mixed-integer programmes, and the battery problems that need them.
//!
//! [`crate::battery`] solves a battery against given prices by dynamic programming, fast and exactly, as long as the stored
//! energy is all that one period hands to the next. What couples periods otherwise is a linear programme here: ramp
//! limits, wear by cycle depth, discharge budgets ([`BatteryProgram`]), and bids over price scenarios
//! ([`crate::scenario`]).
//!
//! # The problem
//! Maximise `c x` over `lower <= x <= upper` with `row lower <= A x <= row upper`, some `x` whole numbers
//! ([`LinearProgram`]).
//!
//! # The solvers
//! | solver | when | method |
//! | --- | --- | --- |
//! | [`MicroLp`] | always there, pure Rust; days and small scenario sets | simplex, branch and bound |
//! | `Highs` (feature `highs`) | large programmes, or where row duals are wanted | dual simplex, branch and cut |
//!
//! The caller names the solver; none stands in for the other in silence. [`default_solver`] is what a caller without an
//! opinion passes. Both return an optimum to their tolerances (1e-7 on rows and bounds; a gap of 1e-9 with whole numbers)
//! or the reason why there is none.
//!
//! ```
//! use optibid_engine::program::{Column, LinearProgram, LinearSolver, MicroLp, Row};
//!
//! // Most of x + 2 y with x + y <= 4, y <= 3.
//! let mut program = LinearProgram::new();
//! let x = program.column(Column::continuous(0.0, f64::INFINITY, 1.0));
//! let y = program.column(Column::continuous(0.0, 3.0, 2.0));
//! program.row(Row::at_most(vec![(x, 1.0), (y, 1.0)], 4.0));
//! let solution = MicroLp::new().solve(&program)?;
//! assert!((solution.objective - 7.0).abs() < 1e-9);
//! # Ok::<(), optibid_engine::program::ProgramError>(())
//! ```

mod battery;
mod dual;
#[cfg(feature = "highs")]
mod highs;
mod linear;
mod microlp;
mod rainflow;
mod schedule;

#[cfg(feature = "highs")]
pub use self::highs::Highs;
pub use self::microlp::MicroLp;
pub use battery::{BatteryProgram, DepthSegment, DischargeBudget, Target};
pub use linear::{Column, LinearProgram, LinearSolver, LpSolution, ProgramError, Row};
pub use rainflow::{Cycle, depth_cost, rainflow};
pub use schedule::{BatterySchedule, ValuedSchedule};

/// The solver that is always there: [`MicroLp`], whatever features are on.
#[must_use]
pub fn default_solver() -> MicroLp {
    MicroLp::new()
}

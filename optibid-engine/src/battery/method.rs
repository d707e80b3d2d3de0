//! The two optima.

/// Which optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Charging and discharging in the same period is allowed: the optimum of the linear programme. At negative
    /// prices it may lie above what the battery can do, never below.
    Relaxed,
    /// A period charges or discharges, never both: the optimum of the mixed-integer programme.
    Exact,
}

//! How careful a curve is.

/// What a curve may do to save points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anything that makes the expected loss least: MW may clear at a small loss.
    LeastLoss,
    /// Nothing that could lose: no MW is sold below or bought above its opportunity cost.
    NeverLose,
}

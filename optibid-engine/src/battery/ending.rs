//! The value of stored energy after the last period.

use super::curve::{Curve, Segment};
use super::horizon::Horizon;
use super::model::{Model, Terminal};

/// What the terminal, or the horizon's own ending, pays for the energy left over.
pub(super) fn curve(model: &Model, horizon: &Horizon<'_>) -> Curve {
    let (lo, hi) = horizon.final_range(model);
    let hi = hi.max(lo);
    if let Some(value) = horizon.ending() {
        let mut curve = value.to_curve();
        curve.clip(lo, hi);
        return curve;
    }
    let mut curve = Curve::default();
    curve.reset(lo, hi, model.terminal_value(lo));
    let mut push = |slope, length| curve.push(Segment { slope, length }, 0.0);
    match model.parameters().terminal {
        Terminal::Free | Terminal::AtLeast(_) => push(0.0, hi - lo),
        Terminal::Worth { per_mwh } => push(per_mwh, hi - lo),
        Terminal::Priced {
            target_mwh,
            shortfall_per_mwh,
        } => {
            let missing = (target_mwh.min(hi) - lo).max(0.0);
            push(shortfall_per_mwh, missing);
            push(0.0, hi - lo - missing);
        }
    }
    curve
}

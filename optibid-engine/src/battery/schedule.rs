//! The forward pass: the schedule that earns the optimum.

use super::curve::Curve;
use super::error::SolveError;
use super::horizon::Horizon;
use super::method::Method;
use super::model::Model;
use super::recursion::{Recursion, Stage};

/// What the battery does in each period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Power drawn from the grid in each period, MW, never negative.
    pub charge_mw: Vec<f64>,
    /// Power fed into the grid in each period, MW, never negative.
    pub discharge_mw: Vec<f64>,
    /// Energy stored after each period, MWh.
    pub soc_mwh: Vec<f64>,
}

/// An optimal schedule and what it earns.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Revenue less wear and fees, plus what the terminal pays, currency, from the value function.
    pub objective: f64,
    /// A schedule that earns it.
    pub schedule: Schedule,
}

impl Schedule {
    /// Revenue less wear and fees at the given prices: the sum of
    /// `h * ((price - k - f_d) * discharge - (price + f_c) * charge)`. What the terminal pays is not in it.
    ///
    /// Periods beyond the shorter of schedule and prices do not count.
    #[must_use]
    pub fn earnings(&self, model: &Model, prices: &[f64]) -> f64 {
        let hours = model.parameters().period_hours;
        let powers = self.charge_mw.iter().zip(&self.discharge_mw);
        powers
            .zip(prices)
            .map(|((charge, discharge), price)| {
                let (bought, sold) = model.grid_prices(*price);
                hours * (sold * discharge - bought * charge)
            })
            .sum()
    }

    /// The number of periods in which the battery both charges and discharges, counting powers above `threshold_mw`.
    #[must_use]
    pub fn simultaneous(&self, threshold_mw: f64) -> usize {
        let powers = self.charge_mw.iter().zip(&self.discharge_mw);
        powers
            .filter(|(charge, discharge)| charge.min(**discharge) > threshold_mw)
            .count()
    }

    /// Records a decision as powers at the grid; rounding on the way there and back must not exceed the limits.
    fn push(&mut self, model: &Model, most_mw: (f64, f64), decision: Decision) {
        let p = model.parameters();
        let charge = decision.stored / (p.charge_efficiency * p.period_hours);
        let discharge = decision.taken * p.discharge_efficiency / p.period_hours;
        self.charge_mw.push(charge.min(most_mw.0));
        self.discharge_mw.push(discharge.min(most_mw.1));
        self.soc_mwh.push(decision.soc);
    }
}

/// Computes the optimum and a schedule that earns it.
///
/// Value functions are kept at every `sqrt(T)`-th period only and computed again block by block on the way forward: twice
/// the time of the value alone, memory for `2 sqrt(T)` functions instead of `T`.
pub(super) fn solve(
    model: &Model,
    horizon: &Horizon<'_>,
    method: Method,
) -> Result<Solution, SolveError> {
    horizon.check(model, method)?;
    let periods = horizon.periods();
    let block = periods.isqrt().max(1);
    let mut recursion = Recursion::at_end(model, horizon, method);
    let mut checkpoints = vec![recursion.curve.clone()];
    for period in (0..periods).rev() {
        recursion.step(period)?;
        if period % block == 0 && period > 0 {
            checkpoints.push(recursion.curve.clone());
        }
    }
    let objective = recursion.curve.value(model.parameters().initial_mwh);
    let mut schedule = Schedule::default();
    let mut soc = model.parameters().initial_mwh;
    let mut curves = vec![Curve::default(); block];
    let mut start = 0;
    while let Some(checkpoint) = checkpoints.pop() {
        let end = (start + block).min(periods);
        let mut recursion = Recursion::resume(model, horizon, method, checkpoint);
        for (period, after) in (start..end).zip(&mut curves).rev() {
            after.clone_from(&recursion.curve);
            recursion.step(period)?;
        }
        for (period, after) in (start..end).zip(&curves) {
            let stage = Stage::new(model, horizon, method, period);
            let held = model.retention() * soc;
            let decision = match method {
                Method::Relaxed => relaxed(&stage, after, held),
                Method::Exact => exact(&stage, after, held),
            };
            soc = decision.soc;
            let most_mw = (
                horizon.charge_limit(model, period),
                horizon.discharge_limit(model, period),
            );
            schedule.push(model, most_mw, decision);
        }
        start = end;
    }
    Ok(Solution {
        objective,
        schedule,
    })
}

/// What one period does, measured inside the store, MWh.
#[derive(Clone, Copy, Debug)]
struct Decision {
    stored: f64,
    taken: f64,
    soc: f64,
}

/// The optimum when charging and discharging at once is allowed: fills the steepest pieces first, beginning with
/// everything charged, nothing discharged and the least energy left. Among equals, moving less goes first.
fn relaxed(stage: &Stage, after: &Curve, held: f64) -> Decision {
    let (charge, discharge) = (stage.charge, stage.discharge);
    let steeper = |slope: f64, or_equal: bool| -> f64 {
        let segments = after.segments().iter();
        segments
            .take_while(|piece| piece.slope > slope || (or_equal && piece.slope == slope))
            .map(|piece| piece.length)
            .sum()
    };
    let before_charge = steeper(charge.slope, false);
    let before_discharge = steeper(discharge.slope, true);
    let mut rest = (held - (after.lo - charge.length)).max(0.0);
    let mut fill = |length: f64| {
        let filled = rest.min(length);
        rest -= filled;
        filled
    };
    let (not_stored, taken) = if stage.is_concave() {
        fill(before_charge);
        let not_stored = fill(charge.length);
        fill((before_discharge - before_charge).max(0.0));
        (not_stored, fill(discharge.length))
    } else {
        fill(before_discharge);
        let taken = fill(discharge.length);
        fill((before_charge - before_discharge).max(0.0));
        (fill(charge.length), taken)
    };
    let stored = charge.length - not_stored;
    Decision {
        stored,
        taken,
        soc: (held + stored - taken).max(after.lo).min(after.hi),
    }
}

/// The optimum when only one of the two is allowed: the best of staying idle, going as far as possible either way, and
/// every breakpoint of the value function in between.
fn exact(stage: &Stage, after: &Curve, held: f64) -> Decision {
    let least = (held - stage.discharge.length).max(after.lo).min(after.hi);
    let most = (held + stage.charge.length).min(after.hi).max(after.lo);
    let idle = held.max(least).min(most);
    let worth = |soc: f64| after.value(soc) + stage.reward(held - soc);
    let (mut best, mut best_worth) = (idle, worth(idle));
    let mut consider = |soc: f64, worth: f64| {
        if worth > best_worth + 1e-13 * best_worth.abs() {
            (best, best_worth) = (soc, worth);
        }
    };
    consider(least, worth(least));
    consider(most, worth(most));
    let (mut x, mut value) = (after.lo, after.left);
    for segment in after.segments() {
        if x >= most {
            break;
        }
        if x > least {
            consider(x, value + stage.reward(held - x));
        }
        x += segment.length;
        value += segment.slope * segment.length;
    }
    // The difference of two large energies may miss the limits by rounding.
    let released = (held - best)
        .min(stage.discharge.length)
        .max(-stage.charge.length);
    Decision {
        stored: (-released).max(0.0),
        taken: released.max(0.0),
        soc: best,
    }
}

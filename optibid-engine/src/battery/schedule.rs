//! The forward pass: the schedule that earns the optimum.

use std::ops::Range;

use super::curve::Curve;
use super::error::SolveError;
use super::horizon::Horizon;
use super::method::Method;
use super::model::Model;
use super::recursion::{Buffers, Recursion, Stage};

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
    pub(super) fn with_capacity(periods: usize) -> Self {
        Self {
            charge_mw: Vec::with_capacity(periods),
            discharge_mw: Vec::with_capacity(periods),
            soc_mwh: Vec::with_capacity(periods),
        }
    }

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

    pub(super) fn clear(&mut self) {
        self.charge_mw.clear();
        self.discharge_mw.clear();
        self.soc_mwh.clear();
    }

    /// Moves all periods of another schedule to the end of this one.
    pub(super) fn append(&mut self, other: &mut Self) {
        self.charge_mw.append(&mut other.charge_mw);
        self.discharge_mw.append(&mut other.discharge_mw);
        self.soc_mwh.append(&mut other.soc_mwh);
    }

    /// Becomes `share` of itself and the rest of `other`.
    pub(super) fn mix(&mut self, share: f64, other: &Self) {
        let blend = |own: &mut Vec<f64>, other: &[f64]| {
            for (own, other) in own.iter_mut().zip(other) {
                let mixed = share * *own + (1.0 - share) * other;
                // Rounding must not lead out of limits that both keep.
                *own = mixed.max(own.min(*other)).min(own.max(*other));
            }
        };
        blend(&mut self.charge_mw, &other.charge_mw);
        blend(&mut self.discharge_mw, &other.discharge_mw);
        blend(&mut self.soc_mwh, &other.soc_mwh);
    }

    /// Energy fed into the grid, MWh.
    #[must_use]
    pub fn discharged_mwh(&self, model: &Model) -> f64 {
        self.discharged_within(model, 0..self.discharge_mw.len())
    }

    /// Energy fed into the grid in some periods, MWh; periods beyond the schedule do not count.
    #[must_use]
    pub fn discharged_within(&self, model: &Model, periods: Range<usize>) -> f64 {
        let end = periods.end.min(self.discharge_mw.len());
        let powers = self.discharge_mw.get(periods.start.min(end)..end);
        powers.unwrap_or_default().iter().sum::<f64>() * model.parameters().period_hours
    }

    /// Records a decision as powers at the grid; rounding on the way there and back must not exceed the limits.
    pub(super) fn push(&mut self, model: &Model, most_mw: (f64, f64), decision: Decision) {
        let p = model.parameters();
        let charge = decision.stored / (p.charge_efficiency * p.period_hours);
        let discharge = decision.taken * p.discharge_efficiency / p.period_hours;
        self.charge_mw.push(charge.min(most_mw.0));
        self.discharge_mw.push(discharge.min(most_mw.1));
        self.soc_mwh.push(decision.soc);
    }
}

/// Value functions kept on the way back for the way forward; worth keeping from one battery to the next.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// One for each period of a block.
    curves: Vec<Curve>,
    checkpoints: Vec<Curve>,
    buffers: Buffers,
}

/// So many periods are one block: their functions all fit in the cache.
const SHORT: usize = 256;

/// Consecutive periods of a horizon.
#[derive(Clone, Debug)]
pub(super) struct Leg<'a> {
    pub(super) model: &'a Model,
    pub(super) horizon: &'a Horizon<'a>,
    pub(super) method: Method,
    pub(super) periods: Range<usize>,
}

impl Leg<'_> {
    /// Goes back from the value `ending` of energy left over and forward from `soc`, appends what the battery does to
    /// `schedule`, and returns the value of the start.
    ///
    /// Value functions are kept at every `sqrt(T)`-th period only and computed again block by block on the way forward:
    /// twice the time of the value alone, memory for `2 sqrt(T)` functions instead of `T`.
    pub(super) fn walk(
        &self,
        ending: Curve,
        mut soc: f64,
        kept: &mut Kept,
        schedule: &mut Schedule,
    ) -> Result<f64, SolveError> {
        let (start, end) = (self.periods.start, self.periods.end);
        let count = end - start;
        let block = if count <= SHORT { count } else { count.isqrt() };
        if kept.curves.len() < block {
            kept.curves.resize_with(block, Curve::default);
        }
        kept.checkpoints.clear();
        let mut recursion = Recursion::resume(self.model, self.horizon, self.method, ending);
        recursion.swap_buffers(&mut kept.buffers);
        let first = start..(start + block).min(end);
        for period in (first.end..end).rev() {
            if (period + 1 - start) % block == 0 || period + 1 == end {
                kept.checkpoints.push(recursion.curve.clone());
            }
            recursion.step(period)?;
        }
        self.fill(&mut recursion, first.clone(), kept)?;
        let value = recursion.curve.value(soc);
        soc = self.forward(first.clone(), soc, kept, schedule);
        let mut from = first.end;
        while let Some(checkpoint) = kept.checkpoints.pop() {
            let block = from..(from + block).min(end);
            from = block.end;
            recursion.restart(checkpoint);
            self.fill(&mut recursion, block.clone(), kept)?;
            soc = self.forward(block, soc, kept, schedule);
        }
        recursion.swap_buffers(&mut kept.buffers);
        Ok(value)
    }

    /// Keeps the value functions after each period of a block.
    fn fill(
        &self,
        recursion: &mut Recursion<'_>,
        block: Range<usize>,
        kept: &mut Kept,
    ) -> Result<(), SolveError> {
        for (period, after) in block.zip(&mut kept.curves).rev() {
            after.clone_from(&recursion.curve);
            recursion.step(period)?;
        }
        Ok(())
    }

    /// Decides period by period, and returns the energy stored in the end.
    fn forward(
        &self,
        block: Range<usize>,
        mut soc: f64,
        kept: &Kept,
        schedule: &mut Schedule,
    ) -> f64 {
        for (period, after) in block.zip(&kept.curves) {
            let stage = Stage::new(self.model, self.horizon, self.method, period);
            let held = self.model.retention() * soc;
            let decision = match self.method {
                Method::Relaxed => relaxed(&stage, after, held),
                Method::Exact => exact(&stage, after, held),
            };
            soc = decision.soc;
            let most_mw = (
                self.horizon.charge_limit(self.model, period),
                self.horizon.discharge_limit(self.model, period),
            );
            schedule.push(self.model, most_mw, decision);
        }
        soc
    }
}

/// What one period does, measured inside the store, MWh.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    pub(super) stored: f64,
    pub(super) taken: f64,
    pub(super) soc: f64,
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

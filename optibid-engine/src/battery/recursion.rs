//! The backward pass: from the value of energy after a period to its value before.

use super::curve::{Curve, Segment};
use super::ending;
use super::envelope;
use super::error::SolveError;
use super::horizon::Horizon;
use super::method::Method;
use super::model::Model;
use super::window::{self, Scratch};

/// Most pieces of an exact value function: far above what full powers and equal limits make, and a limit
/// to what contradicting ones may cost.
const MOST_PIECES: usize = 100_000;

/// What one period offers, measured inside the store: `length` MWh at most, at `slope` currency per MWh.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    /// Storing energy: `slope` is what a stored MWh costs.
    pub(super) charge: Segment,
    /// Taking energy out: `slope` is what a MWh taken out earns.
    pub(super) discharge: Segment,
}

impl Stage {
    #[inline]
    pub(super) fn new(model: &Model, horizon: &Horizon<'_>, method: Method, period: usize) -> Self {
        let p = model.parameters();
        let (bought, sold) = model.grid_prices(horizon.price(period));
        let charge = Segment {
            slope: bought / p.charge_efficiency,
            length: horizon.charge_limit(model, period) * p.period_hours * p.charge_efficiency,
        };
        let discharge = Segment {
            slope: (sold - model.discharge_tax()) * p.discharge_efficiency,
            length: horizon.discharge_limit(model, period) * p.period_hours
                / p.discharge_efficiency,
        };
        let mut stage = Self { charge, discharge };
        if method == Method::Exact || stage.is_concave() {
            // More than the store's range is never moved one way, and without the limit a power that is huge
            // beside the store would cancel the digits that matter.
            let kept = model.retention();
            stage.charge.length = charge.length.min(p.max_mwh - kept * p.min_mwh);
            stage.discharge.length = discharge
                .length
                .min((kept * p.max_mwh - p.min_mwh).max(0.0));
        }
        stage
    }

    /// Whether doing both at once never pays.
    pub(super) fn is_concave(&self) -> bool {
        self.charge.slope >= self.discharge.slope
    }

    /// The reward of releasing `amount` MWh from the store (storing, if negative) without doing both.
    pub(super) fn reward(&self, amount: f64) -> f64 {
        amount
            * if amount < 0.0 {
                self.charge.slope
            } else {
                self.discharge.slope
            }
    }
}

/// The value of stored energy, moved back one period at a time.
#[derive(Debug)]
pub(super) struct Recursion<'a> {
    model: &'a Model,
    horizon: &'a Horizon<'a>,
    method: Method,
    /// The value of the energy stored before the last period stepped over.
    pub(super) curve: Curve,
    concave: bool,
    sliver: f64,
    buffers: Buffers,
}

/// What an exact step computes in between; worth keeping from one battery to the next.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    one: Curve,
    other: Curve,
    scratch: Scratch,
}

impl<'a> Recursion<'a> {
    /// Starts after the last period.
    pub(super) fn at_end(model: &'a Model, horizon: &'a Horizon<'a>, method: Method) -> Self {
        let curve = ending::curve(model, horizon);
        Self::resume(model, horizon, method, curve)
    }

    /// Starts from a value function computed before.
    pub(super) fn resume(
        model: &'a Model,
        horizon: &'a Horizon<'a>,
        method: Method,
        curve: Curve,
    ) -> Self {
        let concave = curve.is_concave();
        let sliver = 1e-13 * (model.parameters().max_mwh - model.parameters().min_mwh);
        Self {
            model,
            horizon,
            method,
            curve,
            concave,
            sliver,
            buffers: Buffers::default(),
        }
    }

    /// Starts again from another value function.
    pub(super) fn restart(&mut self, curve: Curve) {
        self.concave = curve.is_concave();
        self.curve = curve;
    }

    /// Works in the given buffers, which go back by another call.
    pub(super) fn swap_buffers(&mut self, buffers: &mut Buffers) {
        std::mem::swap(&mut self.buffers, buffers);
    }

    /// Moves `curve` from the end of `period` to its start.
    ///
    /// # Errors
    /// When the exact value falls apart into more than [`MOST_PIECES`].
    pub(super) fn step(&mut self, period: usize) -> Result<(), SolveError> {
        let stage = Stage::new(self.model, self.horizon, self.method, period);
        let kept = self.model.retention();
        let (lo, hi) = self.horizon.soc_before(self.model, period);
        let (lo, hi) = (kept * lo, kept * hi);
        if self.method == Method::Relaxed || (self.concave && stage.is_concave()) {
            self.merge(stage);
            self.curve.clip(lo, hi);
        } else if stage.is_concave() {
            window::store_up_to(
                &self.curve,
                stage.charge,
                self.sliver,
                &mut self.buffers.scratch,
                &mut self.buffers.one,
            );
            window::take_up_to(
                &self.buffers.one,
                stage.discharge,
                self.sliver,
                &mut self.buffers.scratch,
                &mut self.curve,
            );
            self.curve.clip(lo, hi);
            self.concave = self.curve.is_concave();
        } else {
            self.one_way(stage, (lo, hi));
        }
        // Limits that are met only to rounding leave a point.
        self.curve.hi = self.curve.hi.max(self.curve.lo);
        if kept < 1.0 {
            self.curve.rescale(kept);
        }
        let pieces = self.curve.segments().len();
        if !self.concave && pieces > MOST_PIECES {
            let most = MOST_PIECES;
            return Err(SolveError::TooManyPieces {
                period,
                pieces,
                most,
            });
        }
        Ok(())
    }

    /// The better of storing and taking out, where doing both would pay.
    fn one_way(&mut self, stage: Stage, (lo, hi): (f64, f64)) {
        window::store_up_to(
            &self.curve,
            stage.charge,
            self.sliver,
            &mut self.buffers.scratch,
            &mut self.buffers.one,
        );
        window::take_up_to(
            &self.curve,
            stage.discharge,
            self.sliver,
            &mut self.buffers.scratch,
            &mut self.buffers.other,
        );
        self.buffers.one.clip(lo, hi);
        self.buffers.other.clip(lo, hi);
        // Moving limits may force the battery one way.
        if self.buffers.one.hi < self.buffers.one.lo {
            std::mem::swap(&mut self.curve, &mut self.buffers.other);
        } else if self.buffers.other.hi < self.buffers.other.lo {
            std::mem::swap(&mut self.curve, &mut self.buffers.one);
        } else {
            envelope::maximum(
                &self.buffers.one,
                &self.buffers.other,
                self.sliver,
                &mut self.curve,
            );
        }
        self.concave = self.curve.is_concave();
    }

    /// Adds both moves of a period to a concave curve.
    #[inline]
    fn merge(&mut self, stage: Stage) {
        self.curve.insert(stage.charge);
        self.curve.insert(stage.discharge);
        self.curve.lo -= stage.charge.length;
        self.curve.hi += stage.discharge.length;
        self.curve.left -= stage.charge.slope * stage.charge.length;
    }
}

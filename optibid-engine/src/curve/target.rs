//! What a curve should come close to.

use super::density::{Density, LARGEST};
use crate::battery::{Model, ValueFunction};
use crate::door;
use optibid_core::ports::EngineError;

/// From a price on, the best net injection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Currency per MWh.
    pub price: f64,
    /// Net injection at this price and above, until the next step, MW.
    pub mw: f64,
}

/// The best net injection as a nondecreasing function of price, with any number of steps.
///
/// Below the first step it is `below_mw`: negative where the battery charges at low prices, zero for a pure sale. A pure
/// purchase ends at 0 MW.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Net injection below the first step, MW; zero or negative.
    pub below_mw: f64,
    /// Prices and injections, both rising from step to step.
    pub steps: Vec<Step>,
    /// How likely the period's prices are.
    pub density: Density,
}

/// So many MW at one cost: a price to sell them at, or to buy them for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slice {
    /// Signed injection at both ends, MW.
    pub(super) from: f64,
    pub(super) to: f64,
    /// Currency per MWh.
    pub(super) cost: f64,
}

impl Target {
    /// The best reaction to the price of one period, from the value of stored energy after it.
    ///
    /// A stored MWh has the opportunity cost `V'`: it is sold for `V' / discharge_efficiency + wear + fee` or more and bought
    /// for `V' x charge_efficiency - fee` or less. The value function must be concave, as it is under
    /// [`Method::Relaxed`](crate::battery::Method::Relaxed).
    ///
    /// # Errors
    /// `soc_out_of_window` when `soc_mwh`, less the standing loss, is not in the domain of `value`; `target_not_monotone` when
    /// the value function is not concave.
    pub fn from_value(
        model: &Model,
        value: &ValueFunction,
        soc_mwh: f64,
        density: Density,
    ) -> Result<Self, EngineError> {
        let parameters = model.parameters();
        let hours = parameters.period_hours;
        let held = soc_mwh * model.retention();
        if !(value.least_mwh() - 1e-9..=value.most_mwh() + 1e-9).contains(&held) {
            let rule = format!("between {} and {} MWh", value.least_mwh(), value.most_mwh());
            return Err(door::invalid("soc_out_of_window", "soc_mwh", held, rule));
        }
        let (stores, feeds) = (
            parameters.charge_efficiency,
            parameters.discharge_efficiency,
        );
        let most = (held + parameters.charge_mw * hours * stores).min(value.most_mwh());
        let least = (held - parameters.discharge_mw * hours / feeds).max(value.least_mwh());
        let pieces = value.breakpoints().windows(2).zip(value.slopes());
        let (mut charge, mut discharge) = (Vec::new(), Vec::new());
        for (ends, &slope) in pieces {
            let &[low, high] = ends else { continue };
            let (from, to) = (low.max(held), high.min(most));
            if to > from {
                let worth = slope * stores - parameters.charge_fee_per_mwh;
                charge.push(((to - from) / stores / hours, worth));
            }
            let (from, to) = (low.max(least), high.min(held));
            if to > from {
                let cost = slope / feeds
                    + parameters.degradation_per_mwh
                    + parameters.discharge_fee_per_mwh;
                discharge.push(((to - from) * feeds / hours, cost));
            }
        }
        let below_mw = -charge.iter().map(|piece| piece.0).sum::<f64>();
        let (mut mw, mut steps) = (below_mw, Vec::with_capacity(charge.len() + discharge.len()));
        for (width, price) in charge.into_iter().rev() {
            mw = (mw + width).min(0.0);
            steps.push(Step { price, mw });
        }
        mw = 0.0;
        for (width, price) in discharge.into_iter().rev() {
            mw += width;
            steps.push(Step { price, mw });
        }
        let target = Self {
            below_mw,
            steps,
            density,
        };
        target.slices().map(|_| target)
    }

    /// The part that charges and the part that discharges, for venues that take no curve from one to the other.
    #[must_use]
    pub fn sides(&self) -> (Option<Self>, Option<Self>) {
        let part = |below_mw: f64, low: f64, high: f64| {
            let mut steps: Vec<Step> = Vec::with_capacity(self.steps.len());
            let mut before = below_mw;
            for step in &self.steps {
                let mw = step.mw.clamp(low, high);
                if mw > before {
                    steps.push(Step { mw, ..*step });
                    before = mw;
                }
            }
            let density = self.density.clone();
            (!steps.is_empty()).then_some(Self {
                below_mw,
                steps,
                density,
            })
        };
        (
            part(self.below_mw.min(0.0), f64::NEG_INFINITY, 0.0),
            part(0.0, 0.0, f64::INFINITY),
        )
    }

    /// MW by MW, cut at zero, from the largest withdrawal to the largest injection.
    ///
    /// # Errors
    /// What is out of range or runs the wrong way.
    pub(super) fn slices(&self) -> Result<Vec<Slice>, EngineError> {
        let within = |value: f64| value.abs() <= LARGEST;
        if !(within(self.below_mw) && self.below_mw <= 0.0) {
            let (field, rule) = ("target.below_mw", "zero or negative, and finite");
            return Err(door::invalid("quantity_sign", field, self.below_mw, rule));
        }
        let (mut mw, mut price) = (self.below_mw, f64::NEG_INFINITY);
        let mut slices = Vec::with_capacity(self.steps.len() + 1);
        for (i, step) in self.steps.iter().enumerate() {
            let rises = step.mw >= mw && step.price >= price;
            if !(within(step.mw) && within(step.price) && rises) {
                let rule = "finite, and neither price nor injection below the step before";
                let value = format!("{} MW at {}", step.mw, step.price);
                let field = format!("target.steps[{i}]");
                return Err(door::invalid("target_not_monotone", field, value, rule));
            }
            let cost = step.price;
            for (from, to) in [(mw, step.mw.min(0.0)), (mw.max(0.0), step.mw)] {
                if to > from {
                    slices.push(Slice { from, to, cost });
                }
            }
            (mw, price) = (step.mw, step.price);
        }
        if mw < -1e-9 {
            let rule = "a curve that charges ends at 0 MW or above: at some price it stops";
            return Err(door::invalid("quantity_sign", "target.steps", mw, rule));
        }
        if slices.is_empty() {
            let rule = "an injection that changes with the price";
            return Err(door::invalid("nothing_offered", "target.steps", "[]", rule));
        }
        Ok(slices)
    }
}

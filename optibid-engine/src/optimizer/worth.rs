//! What stored energy is worth along a plan, and which later hour makes it worth that.

use super::plan::Plan;
use super::problem::Problem;
use crate::door;
use optibid_core::schedule::NextBest;

/// A plan with the problem it was made for.
#[derive(Clone, Copy)]
pub(crate) struct Worth<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) plan: &'a Plan,
}

/// How near two slopes count as the same: both were computed from the same prices by few operations.
const SAME: f64 = 1e-9;

impl Worth<'_> {
    /// What each MWh between two states of charge after period `t` is worth on the mean; the slope where they are one.
    pub(crate) fn mean(&self, t: usize, from: f64, to: f64) -> f64 {
        let Some(value) = self.plan.values.function(t) else {
            return self.slope(t, from).unwrap_or(0.0);
        };
        let inside = |soc: f64| value.value(soc.max(value.least_mwh()).min(value.most_mwh()));
        match (inside(from), inside(to)) {
            (Some(at_from), Some(at_to)) if from != to => (at_to - at_from) / (to - from),
            _ => self.slope(t, from).unwrap_or(0.0),
        }
    }

    /// What one more MWh after period `t` is worth or, when the store is full, the last one.
    pub(crate) fn slope(&self, t: usize, soc: f64) -> Option<f64> {
        self.plan.values.slope(t, soc)
    }

    /// The period after `t` whose price makes a MWh stored at that margin worth what it is: as a sale, or as a purchase
    /// saved. Both slopes are those of [`battery`](crate::battery), and a MWh shrinks on the way by the standing loss.
    pub(crate) fn next_best(&self, t: usize, soc: f64) -> Option<NextBest> {
        let worth = self.slope(t, soc).filter(|worth| *worth != 0.0)?;
        let battery = &self.problem.window.battery;
        let stored = door::ratio(battery.charge_efficiency);
        let fed = door::ratio(battery.discharge_efficiency);
        let fees = (
            door::price(battery.charge_fee),
            door::price(battery.discharge_fee),
        );
        let mut scale = 1.0;
        let ahead = self.problem.prices.iter().zip(&self.problem.periods);
        for (later, (&price, &period)) in ahead.enumerate().skip(t + 1) {
            scale *= self.plan.retention;
            let p = door::price(price);
            let sold = (p - fees.1 - self.plan.discharge_cost(later)) * fed;
            let bought = (p + fees.0) / stored;
            let same = |slope: f64| (slope * scale - worth).abs() <= SAME * worth.abs().max(1.0);
            if same(sold) || same(bought) {
                let sells = same(sold);
                return Some(NextBest {
                    period,
                    price,
                    sells,
                });
            }
        }
        None
    }
}

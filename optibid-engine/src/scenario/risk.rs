//! How much the worst scenarios weigh.

use super::path::NetSchedule;
use super::set::ScenarioError;

/// How much the worst scenarios weigh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// Weight of CVaR in the objective, 0 (mean only) to 1.
    pub weight: f64,
    /// Share of the worst outcomes whose mean CVaR is, in (0, 1].
    pub tail: f64,
}

impl Risk {
    /// The mean alone counts; the worst twentieth is reported.
    pub const NEUTRAL: Self = Self {
        weight: 0.0,
        tail: 0.05,
    };

    pub(super) fn check(&self) -> Result<(), ScenarioError> {
        if !(0.0..=1.0).contains(&self.weight) {
            return Err(ScenarioError::Value {
                field: "risk weight",
                value: self.weight,
                rule: "from 0 to 1",
            });
        }
        if !(self.tail > 0.0 && self.tail <= 1.0) {
            return Err(ScenarioError::Value {
                field: "risk tail",
                value: self.tail,
                rule: "above 0 and at most 1",
            });
        }
        Ok(())
    }

    /// The mean of the worst share of the profits, and the mean of all.
    pub(super) fn weigh(&self, schedules: &[NetSchedule], probabilities: &[f64]) -> (f64, f64) {
        let mut outcomes: Vec<(f64, f64)> = schedules
            .iter()
            .map(|schedule| schedule.profit)
            .zip(probabilities.iter().copied())
            .collect();
        outcomes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut rest, mut worst, mut mean) = (self.tail, 0.0, 0.0);
        for (profit, probability) in outcomes {
            let share = probability.min(rest);
            worst += share * profit;
            rest -= share;
            mean += probability * profit;
        }
        // What rounding left of the tail does not matter: the weights are normalised.
        (worst / (self.tail - rest), mean)
    }
}

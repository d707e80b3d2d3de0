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

    /// What is maximised.
    pub(super) fn objective(&self, schedules: &[NetSchedule], probabilities: &[f64]) -> f64 {
        let (cvar, expected) = self.weigh(schedules, probabilities);
        (1.0 - self.weight) * expected + self.weight * cvar
    }

    /// What each scenario's profit counts in the objective: its share of the mean and, among the worst, of the tail. They sum to
    /// 1, and of all weights that a tail may have these make the objective least. None is zero, so that every scenario has a
    /// say on the curves.
    pub(super) fn weights(&self, profits: &[f64], probabilities: &[f64]) -> Vec<f64> {
        /// The part of the tail's weight that all scenarios keep.
        const KEPT: f64 = 1e-3;
        let mut order: Vec<usize> = (0..profits.len()).collect();
        let profit = |i: &usize| profits.get(*i).copied().unwrap_or_default();
        order.sort_by(|a, b| profit(a).total_cmp(&profit(b)));
        let weight = self.weight * (1.0 - KEPT);
        let mut weights: Vec<f64> = probabilities.iter().map(|q| (1.0 - weight) * q).collect();
        let mut rest = self.tail;
        for i in order {
            let share = probabilities.get(i).copied().unwrap_or_default().min(rest);
            rest -= share;
            if let Some(own) = weights.get_mut(i) {
                *own += weight * share / self.tail;
            }
        }
        weights
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

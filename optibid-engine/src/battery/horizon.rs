//! The periods to optimise over: a price each, and power limits where the battery is not fully available.

use super::error::{Side, SolveError};
use super::model::{LARGEST, Model};

/// Prices, and optionally power limits, of consecutive periods of equal length.
#[derive(Clone, Copy, Debug)]
pub struct Horizon<'a> {
    prices: &'a [f64],
    charge_mw: Option<&'a [f64]>,
    discharge_mw: Option<&'a [f64]>,
}

impl<'a> Horizon<'a> {
    /// One price for each period, currency per MWh, the battery fully available.
    #[must_use]
    pub fn new(prices: &'a [f64]) -> Self {
        Self {
            prices,
            charge_mw: None,
            discharge_mw: None,
        }
    }

    /// Limits charging in period `i` to `limits[i]` MW (and to the battery's own limit).
    #[must_use]
    pub fn with_charge_limits(self, limits: &'a [f64]) -> Self {
        Self {
            charge_mw: Some(limits),
            ..self
        }
    }

    /// Limits discharging in period `i` to `limits[i]` MW (and to the battery's own limit).
    #[must_use]
    pub fn with_discharge_limits(self, limits: &'a [f64]) -> Self {
        Self {
            discharge_mw: Some(limits),
            ..self
        }
    }

    /// The prices, currency per MWh.
    #[must_use]
    pub fn prices(&self) -> &'a [f64] {
        self.prices
    }

    /// The number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.prices.len()
    }

    /// Checks the slices and that the battery can keep its limits and reach its target.
    pub(super) fn check(&self, model: &Model) -> Result<(), SolveError> {
        if self.prices.is_empty() {
            return Err(SolveError::NoPeriods);
        }
        if let Some((period, &value)) = self
            .prices
            .iter()
            .enumerate()
            .find(|(_, price)| !(-LARGEST..=LARGEST).contains(*price))
        {
            return Err(SolveError::InvalidPrice { period, value });
        }
        for (side, limits) in [
            (Side::Charge, self.charge_mw),
            (Side::Discharge, self.discharge_mw),
        ] {
            let Some(limits) = limits else { continue };
            if limits.len() != self.prices.len() {
                return Err(SolveError::LimitCount {
                    side,
                    expected: self.prices.len(),
                    found: limits.len(),
                });
            }
            let bad = limits
                .iter()
                .enumerate()
                .find(|(_, limit)| !(limit.is_finite() && **limit >= 0.0));
            if let Some((period, &value)) = bad {
                return Err(SolveError::InvalidLimit {
                    side,
                    period,
                    value,
                });
            }
        }
        self.check_reach(model)
    }

    /// Charges at full power all the way: no schedule stores more at any time.
    fn check_reach(&self, model: &Model) -> Result<(), SolveError> {
        let p = model.parameters();
        let mut reachable_mwh = p.initial_mwh;
        for period in 0..self.periods() {
            let charged = self.charge_limit(model, period) * p.period_hours * p.charge_efficiency;
            reachable_mwh = (model.retention() * reachable_mwh + charged).min(p.max_mwh);
            if reachable_mwh < p.min_mwh - model.tolerance() {
                return Err(SolveError::MinimumUnreachable {
                    period,
                    minimum_mwh: p.min_mwh,
                    reachable_mwh,
                });
            }
        }
        let target_mwh = model.least_final_mwh();
        if reachable_mwh < target_mwh - model.tolerance() {
            return Err(SolveError::TargetUnreachable {
                target_mwh,
                reachable_mwh,
            });
        }
        Ok(())
    }

    /// Most power drawn from the grid in a period, MW.
    pub(super) fn charge_limit(&self, model: &Model, period: usize) -> f64 {
        limit(model.parameters().charge_mw, self.charge_mw, period)
    }

    /// Most power fed into the grid in a period, MW.
    pub(super) fn discharge_limit(&self, model: &Model, period: usize) -> f64 {
        limit(model.parameters().discharge_mw, self.discharge_mw, period)
    }

    /// The price of a period.
    pub(super) fn price(&self, period: usize) -> f64 {
        self.prices.get(period).copied().unwrap_or(0.0)
    }
}

fn limit(own: f64, limits: Option<&[f64]>, period: usize) -> f64 {
    limits
        .and_then(|limits| limits.get(period))
        .map_or(own, |limit| limit.min(own))
}

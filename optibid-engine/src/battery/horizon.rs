//! The periods to optimise over: a price each, and limits of power and stored energy where they change over time.

use super::error::{Side, SolveError};
use super::method::Method;
use super::model::{LARGEST, Model};
use super::reach::Reach;
use super::value_function::ValueFunction;

/// Prices, and optionally limits of power and stored energy, of consecutive periods of equal length; and what energy left over
/// is worth, if the model's terminal does not say it.
#[derive(Clone, Copy, Debug)]
pub struct Horizon<'a> {
    prices: &'a [f64],
    charge_mw: Option<&'a [f64]>,
    discharge_mw: Option<&'a [f64]>,
    soc_mwh: Option<(&'a [f64], &'a [f64])>,
    ending: Option<&'a ValueFunction>,
}

impl<'a> Horizon<'a> {
    /// One price for each period, currency per MWh, the battery fully available.
    #[must_use]
    pub fn new(prices: &'a [f64]) -> Self {
        Self {
            prices,
            charge_mw: None,
            discharge_mw: None,
            soc_mwh: None,
            ending: None,
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

    /// Keeps the energy stored after period `i` between `min[i]` and `max[i]` MWh (and within the battery's own limits).
    /// The energy at the start is not touched by them.
    #[must_use]
    pub fn with_soc_limits(self, min: &'a [f64], max: &'a [f64]) -> Self {
        Self {
            soc_mwh: Some((min, max)),
            ..self
        }
    }

    /// Values the energy left over by `value`, in place of the model's terminal: what a plan that goes on after this
    /// horizon expects of it. Energy outside the domain of `value` is not allowed at the end.
    #[must_use]
    pub fn ending_in(self, value: &'a ValueFunction) -> Self {
        Self {
            ending: Some(value),
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
    pub(super) fn check(&self, model: &Model, method: Method) -> Result<(), SolveError> {
        self.check_form(model)?;
        if method == Method::Relaxed && !self.ending.is_none_or(ValueFunction::is_concave) {
            return Err(SolveError::NotConcave);
        }
        self.check_reach(model)
    }

    /// Checks the slices alone.
    pub(super) fn check_form(&self, model: &Model) -> Result<(), SolveError> {
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
        self.check_soc(model)
    }

    fn check_soc(&self, model: &Model) -> Result<(), SolveError> {
        let Some((least, most)) = self.soc_mwh else {
            return Ok(());
        };
        let expected = self.prices.len();
        for found in [least.len(), most.len()] {
            if found != expected {
                return Err(SolveError::SocLimitCount { expected, found });
            }
        }
        for period in 0..expected {
            let given = (least.get(period), most.get(period));
            let nan =
                given.0.is_some_and(|mwh| mwh.is_nan()) || given.1.is_some_and(|mwh| mwh.is_nan());
            let (minimum_mwh, maximum_mwh) = self.soc_after(model, period);
            if nan || minimum_mwh > maximum_mwh {
                let (minimum_mwh, maximum_mwh) = if nan {
                    (
                        *given.0.unwrap_or(&minimum_mwh),
                        *given.1.unwrap_or(&maximum_mwh),
                    )
                } else {
                    (minimum_mwh, maximum_mwh)
                };
                return Err(SolveError::EmptySocRange {
                    period,
                    minimum_mwh,
                    maximum_mwh,
                });
            }
        }
        Ok(())
    }

    /// Charges, and discharges, at full power all the way: no schedule stores more, or less, at any time.
    fn check_reach(&self, model: &Model) -> Result<(), SolveError> {
        let mut reach = Reach::at_start(model);
        let (least_final, most_final) = self.final_range(model);
        let fixed = model.retention() == 1.0 && self.soc_mwh.is_none();
        if fixed && (least_final..=most_final).contains(&reach.most) {
            // Without losses and moving limits the battery can stay where it is, and that will do.
            return Ok(());
        }
        for period in 0..self.periods() {
            self.advance(model, &mut reach, period)?;
        }
        let (target_mwh, most) = self.final_range(model);
        if reach.most < target_mwh - model.tolerance() {
            return Err(SolveError::TargetUnreachable {
                target_mwh,
                reachable_mwh: reach.most,
            });
        }
        if reach.least > most + model.tolerance() {
            return Err(SolveError::MaximumUnreachable {
                period: self.periods() - 1,
                maximum_mwh: most,
                reachable_mwh: reach.least,
            });
        }
        Ok(())
    }

    /// Moves what can be reached to the end of a period.
    pub(super) fn advance(
        &self,
        model: &Model,
        reach: &mut Reach,
        period: usize,
    ) -> Result<(), SolveError> {
        let p = model.parameters();
        let stored = self.charge_limit(model, period) * p.period_hours * p.charge_efficiency;
        let taken = self.discharge_limit(model, period) * p.period_hours / p.discharge_efficiency;
        let limits = self.soc_after(model, period);
        reach.step(model, period, (stored, taken), limits)
    }

    /// Least and most energy stored after a period, MWh.
    #[inline]
    pub(super) fn soc_after(&self, model: &Model, period: usize) -> (f64, f64) {
        let p = model.parameters();
        let Some((least, most)) = self.soc_mwh else {
            return (p.min_mwh, p.max_mwh);
        };
        (
            least
                .get(period)
                .map_or(p.min_mwh, |mwh| mwh.max(p.min_mwh)),
            most.get(period).map_or(p.max_mwh, |mwh| mwh.min(p.max_mwh)),
        )
    }

    /// Least and most energy stored before a period, MWh.
    #[inline]
    pub(super) fn soc_before(&self, model: &Model, period: usize) -> (f64, f64) {
        let p = model.parameters();
        period
            .checked_sub(1)
            .map_or((p.min_mwh, p.max_mwh), |before| {
                self.soc_after(model, before)
            })
    }

    /// Least and most energy that may be stored at the end, MWh.
    pub(super) fn final_range(&self, model: &Model) -> (f64, f64) {
        let (least, most) = self.soc_before(model, self.periods());
        match self.ending {
            Some(value) => (least.max(value.least_mwh()), most.min(value.most_mwh())),
            None => (least.max(model.least_final_mwh()), most),
        }
    }

    /// The value of the energy left over, where it takes the place of the model's terminal.
    pub(super) fn ending(&self) -> Option<&'a ValueFunction> {
        self.ending
    }

    /// Most power drawn from the grid in a period, MW.
    #[inline]
    pub(super) fn charge_limit(&self, model: &Model, period: usize) -> f64 {
        limit(model.parameters().charge_mw, self.charge_mw, period)
    }

    /// Most power fed into the grid in a period, MW.
    #[inline]
    pub(super) fn discharge_limit(&self, model: &Model, period: usize) -> f64 {
        limit(model.parameters().discharge_mw, self.discharge_mw, period)
    }

    /// The price of a period.
    #[inline]
    pub(super) fn price(&self, period: usize) -> f64 {
        self.prices.get(period).copied().unwrap_or(0.0)
    }
}

#[inline]
fn limit(own: f64, limits: Option<&[f64]>, period: usize) -> f64 {
    limits
        .and_then(|limits| limits.get(period))
        .map_or(own, |limit| limit.min(own))
}

//! How far the stored energy can be brought either way.

use super::error::SolveError;
use super::horizon::Horizon;
use super::model::Model;

/// The least and the most energy that can be stored at some time, MWh. Everything in between can be reached too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Reach {
    pub(super) fn at_start(model: &Model) -> Self {
        let initial = model.parameters().initial_mwh;
        Self {
            least: initial,
            most: initial,
        }
    }

    /// Moves on to the end of `period`.
    ///
    /// # Errors
    /// When nothing within the limits can be reached.
    pub(super) fn step(
        &mut self,
        model: &Model,
        horizon: &Horizon<'_>,
        period: usize,
    ) -> Result<(), SolveError> {
        let p = model.parameters();
        let (minimum_mwh, maximum_mwh) = horizon.soc_after(model, period);
        let stored = horizon.charge_limit(model, period) * p.period_hours * p.charge_efficiency;
        let taken =
            horizon.discharge_limit(model, period) * p.period_hours / p.discharge_efficiency;
        let most = model.retention() * self.most + stored;
        let least = model.retention() * self.least - taken;
        if most < minimum_mwh - model.tolerance() {
            return Err(SolveError::MinimumUnreachable {
                period,
                minimum_mwh,
                reachable_mwh: most,
            });
        }
        if least > maximum_mwh + model.tolerance() {
            return Err(SolveError::MaximumUnreachable {
                period,
                maximum_mwh,
                reachable_mwh: least,
            });
        }
        self.most = most.clamp(minimum_mwh, maximum_mwh);
        self.least = least.clamp(minimum_mwh, maximum_mwh);
        Ok(())
    }
}

/// The least and the most energy that can be stored after each period from the given start, MWh, limits kept; the terminal
/// does not count.
///
/// # Errors
/// [`SolveError`] for a horizon that is malformed, or that leaves nothing within the limits after some period. A target
/// out of reach is no error here.
pub fn reach(model: &Model, horizon: &Horizon<'_>) -> Result<Vec<(f64, f64)>, SolveError> {
    horizon.check_form(model)?;
    let mut reach = Reach::at_start(model);
    (0..horizon.periods())
        .map(|period| {
            reach.step(model, horizon, period)?;
            Ok((reach.least, reach.most))
        })
        .collect()
}

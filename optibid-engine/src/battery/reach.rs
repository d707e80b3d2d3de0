//! How far the stored energy can be brought either way.

use super::error::SolveError;
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

    /// Moves on to the end of `period`, in which up to `stored` MWh come in or up to `taken` MWh go out, and after which
    /// `limits` hold.
    ///
    /// # Errors
    /// When nothing within the limits can be reached.
    pub(super) fn step(
        &mut self,
        model: &Model,
        period: usize,
        (stored, taken): (f64, f64),
        limits: (f64, f64),
    ) -> Result<(), SolveError> {
        let (minimum_mwh, maximum_mwh) = limits;
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

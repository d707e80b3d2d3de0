//! Offer curves that are best over price paths.

use super::fitted::{Basis, fitted_offer, wrong_method};
use super::reaction::{Ends, Reaction, gain};
use crate::battery::Model;
use crate::curve::{Density, Target};
use crate::door;
use crate::scenario::{BidPlan, Effort, Risk, ScenarioError, ScenarioSet, bid_curves_within};
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferMethod, OfferRequest};

/// Offers a battery by the curves that are best over the request's price paths: a two-stage stochastic program.
///
/// # The problem and the method
/// That of [`bid_program`](crate::scenario::bid_program): one nondecreasing curve a period for all paths, on each of which the
/// battery keeps its limits. It is solved by [`bid_curves_within`](crate::scenario::bid_curves_within), to a tenth of
/// a percent or 200 rounds, whichever comes first. Each period's curve then becomes the best one on the venue's ticks and within its
/// number of points ([`curve::fit`](crate::curve::fit), with the paths as the density of the price).
///
/// Where the venue takes no curve from charging to discharging, each period that would do both keeps the side that gains
/// more over the paths, and the program is solved again with that side alone.
///
/// # What is offered beyond the paths
/// What every path sells is offered down to wear, cycle price and fee; what every path buys is bid for up to what
/// the dearest price of any path after it could bring back.
///
/// # Costs and limits
/// Fees, wear, standing loss, a target with or without a price and the shares available enter the program as they are.
/// Cycle budgets enter by their price at the forecast's medians, as wear. A ramp limit and wear by cycle depth are
/// refused: no curve of one period can keep them.
///
/// # What is answered
/// `expected` is the schedule at the forecast's medians and `reasons` measure each step against the value of stored energy
/// along it, as [`OpportunityCostOffers`](crate::OpportunityCostOffers) does; what the paths ask beyond that is the risk premium.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScenarioOffers(());

impl ScenarioOffers {
    /// A builder; it has no settings of its own.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for ScenarioOffers {
    /// # Errors
    /// As [`OpportunityCostOffers`](crate::OpportunityCostOffers), and [`EngineError::Invalid`] with
    /// - `wrong_method` when the request names another method, the codes of [`OfferMethod::violations`] for its settings,
    /// - `paths_do_not_fit` when there is no path, or one that has not one price for each period,
    /// - `not_in_method` for a battery with a ramp limit or wear by cycle depth,
    /// - `no_scenario_plan` when no curves serve all paths.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let OfferMethod::Scenarios {
            risk_weight, tail, ..
        } = request.method
        else {
            return Err(wrong_method(request, "scenarios"));
        };
        let risk = Risk {
            weight: door::ratio(risk_weight),
            tail: door::ratio(tail),
        };
        fitted_offer(request, |basis| Program::new(basis, risk)?.targets())
    }
}

/// The stochastic program of a request.
struct Program<'a> {
    basis: &'a Basis<'a>,
    model: Model,
    set: ScenarioSet,
    risk: Risk,
    /// Least and most net power of each period, MW.
    ranges: Vec<(f64, f64)>,
}

impl<'a> Program<'a> {
    fn new(basis: &'a Basis<'a>, risk: Risk) -> Result<Self, EngineError> {
        let set = ScenarioSet::equally_likely(basis.paths()).map_err(|error| fault(&error))?;
        Ok(Self {
            model: basis.model()?,
            ranges: basis.ranges(),
            basis,
            set,
            risk,
        })
    }

    /// What each period's curve should come close to; none where nothing is ever moved.
    fn targets(&self) -> Result<Vec<Option<Target>>, EngineError> {
        let targets = self.reactions(&self.solve(&self.ranges)?);
        if self.basis.request.rules.takes_storage_curves() {
            return Ok(targets);
        }
        let kept = |(t, target): (usize, &Option<Target>)| {
            let &(low, high) = self.ranges.get(t)?;
            Some(match target.as_ref().map(Target::sides) {
                Some((Some(buy), Some(sell))) => {
                    let prices = self.prices(t);
                    match gain(&buy, &prices) > gain(&sell, &prices) {
                        true => (low, 0.0),
                        false => (0.0, high),
                    }
                }
                // A side that is not used in the first place is not to be used when the others change.
                Some((Some(_), None)) => (low, 0.0),
                Some((None, Some(_))) => (0.0, high),
                _ => (0.0, 0.0),
            })
        };
        let both = |target: &Target| matches!(target.sides(), (Some(_), Some(_)));
        if !targets.iter().flatten().any(both) {
            return Ok(targets);
        }
        let ranges: Vec<_> = targets.iter().enumerate().filter_map(kept).collect();
        Ok(self.reactions(&self.solve(&ranges)?))
    }

    fn solve(&self, ranges: &[(f64, f64)]) -> Result<BidPlan, EngineError> {
        // A backtest runs many at once, and one of them takes milliseconds.
        let effort = Effort {
            threads: 1,
            ..Effort::default()
        };
        let plan = bid_curves_within(&self.model, &self.set, (self.risk, ranges), effort);
        plan.map_err(|error| fault(&error))
    }

    fn reactions(&self, plan: &BidPlan) -> Vec<Option<Target>> {
        let densities: Vec<_> = (0..plan.curves.len()).map(|t| self.prices(t)).collect();
        let ends = self.basis.ends(&densities, &self.ranges);
        let curves = plan.curves.iter().zip(densities).zip(ends);
        let target = |((points, prices), ends): ((&Vec<(f64, f64)>, _), Ends)| {
            Reaction::of_points(points)?.target(ends, Density::Scenarios(prices))
        };
        curves.map(target).collect()
    }

    /// The prices of a period with their probabilities.
    fn prices(&self, t: usize) -> Vec<(f64, f64)> {
        let paths = self.set.paths().iter().zip(self.set.probabilities());
        let price = |(path, q): (&Vec<f64>, &f64)| Some((*path.get(t)?, *q));
        paths.filter_map(price).collect()
    }
}

fn fault(error: &ScenarioError) -> EngineError {
    match error {
        ScenarioError::Battery(error) => door::solve_fault(error),
        other => {
            let (code, value) = ("no_scenario_plan", "scenarios");
            door::invalid(code, "method", value, other.to_string())
        }
    }
}

//! Offer curves that are best over price paths.

use super::reaction::{Ends, gain, target};
use crate::battery::Model;
use crate::curve::{self, Density, Guard, Target};
use crate::door;
use crate::offer::{Drawn, check_fit, problem, reasons, secured};
use crate::optimizer::{self, Plan, Problem, Worth};
use crate::program::default_solver;
use crate::scenario::{
    BidPlan, Effort, Risk, ScenarioError, ScenarioSet, bid_curves_within, bid_program_within,
};
use optibid_core::bid::{BidPeriod, OfferCurve};
use optibid_core::error::Violation;
use optibid_core::market::DeliveryPeriod;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferMethod, OfferRequest, Schedule, StepReasons};
use optibid_core::unit::Price;

/// Most paths that the linear program for a weight on risk is solved over.
const RISK_PATHS: usize = 12;

/// Offers a battery by the curves that are best over the request's price paths: a two-stage stochastic program.
///
/// # The problem and the method
/// That of [`bid_program`](crate::scenario::bid_program): one nondecreasing curve a period for all paths, on each of which the
/// battery keeps its limits. Without a weight on risk it is solved by [`bid_curves`](crate::scenario::bid_curves), to a tenth of
/// a percent or 200 rounds, whichever comes first; with one by a linear program over at most 12 paths that stand for those
/// given ([`ScenarioSet::reduce`]). Each period's curve then becomes the best one on the venue's ticks and within its number
/// of points ([`curve::fit`], with the paths as the density of the price).
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
    /// - `not_scenarios` when the request names another method, the codes of [`OfferMethod::violations`] for its settings,
    /// - `paths_do_not_fit` when there is no path, or one that has not one price for each period,
    /// - `not_in_scenarios` for a battery with a ramp limit or wear by cycle depth,
    /// - `no_scenario_plan` when no curves serve all paths.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let points = &request.forecast.points;
        let periods: Vec<_> = points.iter().map(|point| point.period).collect();
        check_fit(&request.forecast, &request.rules, &periods)?;
        check(request)?;
        let problem = problem(request)?;
        let plan = optimizer::plan(&problem)?;
        let expected = plan.schedule(&problem)?;
        let program = Program::new(request, &problem, &plan)?;
        let mut offered = Vec::with_capacity(periods.len());
        for (&period, target) in periods.iter().zip(program.targets()?) {
            let fitted = target.map(|target| curve::fit(&target, &request.rules, GUARD));
            if let Some(curve) = fitted.transpose()?.and_then(|fitted| fitted.curve) {
                offered.push(BidPeriod { period, curve });
            }
        }
        let (offered, safety) = secured(request, offered, &expected)?;
        let worth = Worth {
            problem: &problem,
            plan: &plan,
        };
        Ok(Offer {
            reasons: explained(&worth, &expected, &offered)?,
            periods: offered,
            expected,
            safety,
        })
    }
}

/// The paths say how likely a small loss is, so that points may be saved at its expense.
const GUARD: Guard = Guard::LeastLoss;

/// Names what the method cannot do.
fn check(request: &OfferRequest) -> Result<(), EngineError> {
    let mut found = request.method.violations("method");
    if request.method == OfferMethod::OpportunityCost {
        let rule = "this builder offers by scenarios";
        found.push(Violation::new(
            "not_scenarios",
            "method",
            "opportunity_cost",
            rule,
        ));
    }
    let (battery, paths) = (&request.battery, &request.paths.paths);
    let rule = "not in offers by scenarios: a curve of one period cannot keep it";
    if let Some(limit) = battery.ramp_limit {
        found.push(Violation::new(
            "not_in_scenarios",
            "battery.ramp_limit",
            limit,
            rule,
        ));
    }
    if !battery.depth_wear.is_empty() {
        let value = format!("{} bands", battery.depth_wear.len());
        found.push(Violation::new(
            "not_in_scenarios",
            "battery.depth_wear",
            value,
            rule,
        ));
    }
    let wanted = request.forecast.points.len();
    let uneven = paths.iter().position(|path| path.len() != wanted);
    if paths.is_empty() || uneven.is_some() {
        let (field, value) = match uneven {
            Some(i) => (format!("paths[{i}]"), paths.get(i).map_or(0, Vec::len)),
            None => ("paths".to_owned(), 0),
        };
        let rule = format!("at least one path, each with {wanted} prices, one for each period");
        found.push(Violation::new("paths_do_not_fit", field, value, rule));
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(EngineError::Invalid(found)),
    }
}

/// The stochastic program of a request.
struct Program<'a> {
    request: &'a OfferRequest,
    plan: &'a Plan,
    model: Model,
    set: ScenarioSet,
    risk: Risk,
    /// Least and most net power of each period, MW.
    ranges: Vec<(f64, f64)>,
}

impl<'a> Program<'a> {
    fn new(
        request: &'a OfferRequest,
        problem: &Problem,
        plan: &'a Plan,
    ) -> Result<Self, EngineError> {
        let OfferMethod::Scenarios {
            risk_weight, tail, ..
        } = request.method
        else {
            return Err(door::invalid(
                "not_scenarios",
                "method",
                "opportunity_cost",
                "scenarios",
            ));
        };
        let risk = Risk {
            weight: door::ratio(risk_weight),
            tail: door::ratio(tail),
        };
        let window = &problem.window;
        let prices = |path: &Vec<Price>| path.iter().copied().map(door::price).collect();
        let drawn = request.paths.paths.iter().map(prices).collect();
        let set = ScenarioSet::equally_likely(drawn).map_err(|error| fault(&error))?;
        let set = match risk.weight > 0.0 && set.paths().len() > RISK_PATHS {
            true => set.reduce(RISK_PATHS).map_err(|error| fault(&error))?.set,
            false => set,
        };
        let (charge, discharge) = window.limits_mw();
        Ok(Self {
            model: door::model(&window.battery, window.resolution, plan.cycle_price(0))?,
            ranges: charge.iter().map(|mw| -mw).zip(discharge).collect(),
            request,
            plan,
            set,
            risk,
        })
    }

    /// What each period's curve should come close to; none where nothing is ever moved.
    fn targets(&self) -> Result<Vec<Option<Target>>, EngineError> {
        let rules = &self.request.rules;
        let targets = self.reactions(&self.solve(&self.ranges)?);
        if rules.storage_curve.as_ref().is_some_and(|rule| rule.value) {
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
        let plan = if self.risk.weight > 0.0 {
            let solver = default_solver();
            bid_program_within(&self.model, &self.set, (self.risk, ranges), &solver)
        } else {
            // A backtest runs many at once, and one of them takes milliseconds.
            let effort = Effort {
                threads: 1,
                ..Effort::default()
            };
            bid_curves_within(&self.model, &self.set, ranges, effort)
        };
        plan.map_err(|error| fault(&error))
    }

    fn reactions(&self, plan: &BidPlan) -> Vec<Option<Target>> {
        let p = self.model.parameters();
        let round_trip = p.charge_efficiency * p.discharge_efficiency;
        let tick = self.request.rules.quantity_tick.as_ref();
        let tick = tick.map_or(0.0, |rule| door::power(rule.value)).max(1e-3);
        let mut dearest = f64::NEG_INFINITY;
        let mut targets: Vec<_> = plan
            .curves
            .iter()
            .enumerate()
            .rev()
            .map(|(t, points)| {
                let prices = self.prices(t);
                let sale = self.plan.discharge_cost(t) + p.discharge_fee_per_mwh;
                let ends = Ends {
                    range: *self.ranges.get(t)?,
                    tick,
                    sale,
                    purchase: (dearest - sale) * round_trip - p.charge_fee_per_mwh,
                };
                let highest = prices.iter().map(|(price, _)| *price);
                dearest = highest.fold(dearest, f64::max);
                target(points, ends, Density::Scenarios(prices))
            })
            .collect();
        targets.reverse();
        targets
    }

    /// The prices of a period with their probabilities.
    fn prices(&self, t: usize) -> Vec<(f64, f64)> {
        let paths = self.set.paths().iter().zip(self.set.probabilities());
        let price = |(path, q): (&Vec<f64>, &f64)| Some((*path.get(t)?, *q));
        paths.filter_map(price).collect()
    }
}

/// The reasons of every step against what energy is worth along the schedule at the medians.
fn explained(
    worth: &Worth<'_>,
    expected: &Schedule,
    offered: &[BidPeriod],
) -> Result<Vec<StepReasons>, EngineError> {
    let mut found = Vec::new();
    let mut ahead = offered.iter().peekable();
    let mut before = worth.problem.window.battery.initial_soc;
    for (t, point) in expected.points.iter().enumerate() {
        let held = door::energy(before) * worth.plan.retention;
        before = point.state_of_charge;
        let same = |bid: &&BidPeriod| bid.period == point.period;
        let Some(bid) = ahead.next_if(same) else {
            continue;
        };
        found.extend(steps(worth, (t, point.period), held, &bid.curve)?);
    }
    Ok(found)
}

fn steps(
    worth: &Worth<'_>,
    (t, period): (usize, DeliveryPeriod),
    held: f64,
    curve: &OfferCurve,
) -> Result<Vec<StepReasons>, EngineError> {
    let drawn = Drawn {
        t,
        period,
        held,
        curve,
        // The fit asks on the ticks in the first place.
        blocks: (&[], &[]),
    };
    reasons(worth, &drawn)
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

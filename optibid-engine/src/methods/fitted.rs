//! Offers of methods that say what is best at each price of a period.

use super::reaction::{Ends, Prices, ends};
use crate::battery::Model;
use crate::curve::{self, Guard, Target};
use crate::door;
use crate::offer::{Drawn, check_fit, problem, reasons, secured};
use crate::optimizer::{self, Plan, Problem, Worth};
use optibid_core::bid::{BidOffer, BidPeriod, OfferCurve};
use optibid_core::error::Violation;
use optibid_core::market::DeliveryPeriod;
use optibid_core::ports::EngineError;
use optibid_core::schedule::{Offer, OfferRequest, Schedule, StepReasons};
use optibid_core::unit::Price;

/// The paths say how likely a small loss is, so that points may be saved at its expense.
const GUARD: Guard = Guard::LeastLoss;

/// What a method rests on.
pub(super) struct Basis<'a> {
    pub(super) request: &'a OfferRequest,
    pub(super) problem: Problem,
    /// The plan at the forecast's medians.
    pub(super) plan: Plan,
    pub(super) expected: Schedule,
}

impl Basis<'_> {
    /// The battery, its cycle budgets as wear at their price in the plan.
    pub(super) fn model(&self) -> Result<Model, EngineError> {
        let window = &self.problem.window;
        door::model(&window.battery, window.resolution, self.plan.cycle_price(0))
    }

    /// Least and most net power of each period, MW.
    pub(super) fn ranges(&self) -> Vec<(f64, f64)> {
        let (charge, discharge) = self.problem.window.limits_mw();
        charge.iter().map(|mw| -mw).zip(discharge).collect()
    }

    /// The request's price paths, currency per MWh.
    pub(super) fn paths(&self) -> Vec<Vec<f64>> {
        let prices = |path: &Vec<Price>| path.iter().copied().map(door::price).collect();
        self.request.paths.paths.iter().map(prices).collect()
    }

    /// What bounds each period's quantities and, beyond the prices that may come, its prices.
    pub(super) fn ends(&self, densities: &[Prices], ranges: &[(f64, f64)]) -> Vec<Ends> {
        let venue = (&self.problem.window.battery, &self.request.rules);
        let wear = |t| self.plan.discharge_cost(t);
        ends(venue, densities, ranges, wear)
    }
}

/// The refusal of a request that names another method than the builder's.
pub(super) fn wrong_method(request: &OfferRequest, builder: &str) -> EngineError {
    let rule = format!("this builder offers by {builder}");
    door::invalid("wrong_method", "method", request.method.name(), rule)
}

/// The best curves under the venue's rules for the targets that a method finds, with the reasons of each step against what
/// energy is worth along the schedule at the medians.
pub(super) fn fitted_offer(
    request: &OfferRequest,
    targets: impl FnOnce(&Basis<'_>) -> Result<Vec<Option<Target>>, EngineError>,
) -> Result<Offer, EngineError> {
    let points = &request.forecast.points;
    let periods: Vec<_> = points.iter().map(|point| point.period).collect();
    check_fit(&request.forecast, &request.rules, &periods)?;
    check(request)?;
    let problem = problem(request)?;
    let plan = optimizer::plan(&problem)?;
    let basis = Basis {
        expected: plan.schedule(&problem)?,
        request,
        problem,
        plan,
    };
    let mut offered = Vec::with_capacity(periods.len());
    for (&period, target) in periods.iter().zip(targets(&basis)?) {
        let fitted = target.map(|target| curve::fit(&target, &request.rules, GUARD));
        if let Some(curve) = fitted.transpose()?.and_then(|fitted| fitted.curve) {
            offered.push(BidPeriod { period, curve });
        }
    }
    let secured = secured(request, offered, &basis.expected)?;
    Ok(Offer {
        reasons: explained(&basis, &secured.periods)?,
        bid: BidOffer::Curve(secured.periods),
        expected: basis.expected,
        safety: secured.safety,
    })
}

/// The refusal of a ramp limit: what is awarded in one period says nothing of the next.
pub(super) fn no_ramp(request: &OfferRequest) -> Option<Violation> {
    let limit = request.battery.ramp_limit?;
    Some(not_in_method(
        request,
        "battery.ramp_limit",
        limit.to_string(),
    ))
}

fn not_in_method(request: &OfferRequest, field: &str, value: String) -> Violation {
    let method = request.method.name();
    let rule = format!("not in offers by {method}, whose parts are awarded each on its own");
    Violation::new("not_in_method", field, value, rule)
}

/// Names what a method that draws paths cannot do.
fn check(request: &OfferRequest) -> Result<(), EngineError> {
    let mut found = request.method.violations("method");
    let (battery, paths) = (&request.battery, &request.paths.paths);
    found.extend(no_ramp(request));
    if !battery.depth_wear.is_empty() {
        let bands = format!("{} bands", battery.depth_wear.len());
        found.push(not_in_method(request, "battery.depth_wear", bands));
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

fn explained(basis: &Basis<'_>, offered: &[BidPeriod]) -> Result<Vec<StepReasons>, EngineError> {
    let worth = Worth {
        problem: &basis.problem,
        plan: &basis.plan,
    };
    let mut found = Vec::new();
    let mut ahead = offered.iter().peekable();
    let mut before = basis.problem.window.battery.initial_soc;
    for (t, point) in basis.expected.points.iter().enumerate() {
        let held = door::energy(before) * basis.plan.retention;
        before = point.state_of_charge;
        let same = |bid: &&BidPeriod| bid.period == point.period;
        let Some(bid) = ahead.next_if(same) else {
            continue;
        };
        found.extend(steps(&worth, (t, point.period), held, &bid.curve)?);
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

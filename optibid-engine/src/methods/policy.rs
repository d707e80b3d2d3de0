//! Offer curves of a policy over stored energy and price states.

use super::fitted::{Basis, fitted_offer, wrong_method};
use super::reaction::{Ends, Prices, Reaction, better_side, with_unseen};
use crate::battery::Model;
use crate::curve::{Density, Target};
use crate::door;
use crate::policy::{self, Dependence, Estimation, History, Options, Policy, PolicyError};
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferMethod, OfferRequest};

/// Offers a battery by a policy over stored energy and price states ([`policy`](crate::policy)).
///
/// # The method
/// The request's price paths give the chain of price states: in each period as many bins of equal count as the method
/// names, from one period to the next the pooled correlation of their normal scores ([`Dependence::Pooled`]). The policy for
/// that chain is solved exactly on 80 steps of stored energy. Each period's curve is the policy's bid
/// ([`Policy::bid`]) from the energy that the schedule at the forecast's medians has in store then, no price having been
/// seen, on the venue's ticks and within its number of points ([`curve::fit`](crate::curve::fit)).
///
/// # Where it fits
/// A policy decides period by period, knowing the prices before. Where all periods of a day close at one gate its curves
/// take later decisions for freer than they are; [`ScenarioOffers`](crate::ScenarioOffers) know that. Where gates close
/// through the day, the strategy `policy` of a [backtest](crate::GateBacktester) solves it anew at each.
///
/// Where the venue takes no curve from charging to discharging, each period keeps the side that gains more over its price
/// states.
///
/// # Costs and limits
/// Fees, wear, standing loss, a target with or without a price and the shares available enter as they are. Cycle budgets enter
/// by their price at the forecast's medians, as wear. A ramp limit and wear by cycle depth are refused: no curve of one
/// period can keep them.
///
/// # What is answered
/// As [`ScenarioOffers`](crate::ScenarioOffers).
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyOffers(());

impl PolicyOffers {
    /// A builder; it has no settings of its own.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for PolicyOffers {
    /// # Errors
    /// As [`ScenarioOffers`](crate::ScenarioOffers), with `state_count_out_of_range` for more states than paths, and
    /// `no_policy` in place of `no_scenario_plan`.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let OfferMethod::Policy { states, .. } = request.method else {
            return Err(wrong_method(request, "policy"));
        };
        fitted_offer(request, |basis| targets(basis, usize::from(states)))
    }
}

fn targets(basis: &Basis<'_>, states: usize) -> Result<Vec<Option<Target>>, EngineError> {
    let (paths, periods) = (basis.paths(), basis.problem.periods.len());
    let most = paths.len();
    if states > most {
        let rule = format!("at most one for each of the {most} paths");
        let code = "state_count_out_of_range";
        return Err(door::invalid(code, "method.states", states, rule));
    }
    let model = basis.model()?;
    let policy = solved((basis, &model), (&paths.concat(), periods, states));
    let policy = policy.map_err(|error| fault(&error))?;
    let process = policy.process();
    let densities: Vec<Prices> = (0..periods).map(|t| process.distribution(t)).collect();
    let ends = basis.ends(&densities, &basis.ranges());
    let mut targets = Vec::with_capacity(periods);
    let mut soc = door::energy(basis.problem.window.battery.initial_soc);
    let points = basis.expected.points.iter();
    for (t, ((point, density), ends)) in points.zip(densities).zip(ends).enumerate() {
        let rules = &basis.request.rules;
        let target = target(&policy, (t, soc), (ends, rules), &density)?;
        targets.push(target.map(|target| with_unseen(target, &density)));
        soc = door::energy(point.state_of_charge);
    }
    Ok(targets)
}

fn solved(
    (basis, model): (&Basis<'_>, &Model),
    (prices, periods, states): (&[f64], usize, usize),
) -> Result<Policy, PolicyError> {
    let process = History::of_paths(prices, periods)?.process(Estimation {
        states,
        dependence: Dependence::Pooled,
        first_slot: 0,
        periods,
    })?;
    let (charge, discharge) = basis.problem.window.limits_mw();
    let options = Options {
        charge_mw: Some(&charge),
        discharge_mw: Some(&discharge),
        ..Options::default()
    };
    policy::solve(model, &process, &options)
}

/// What the policy would do at each price of period `t` with `soc` MWh in store, none of the prices seen; one side of it
/// where the venue takes no curve from charging to discharging. None where it never moves.
pub(crate) fn target(
    policy: &Policy,
    (t, soc): (usize, f64),
    (ends, rules): (Ends, &ProductRules),
    density: &[(f64, f64)],
) -> Result<Option<Target>, EngineError> {
    let bid = policy.bid(t, soc, None).map_err(|error| fault(&error))?;
    let reaction = Reaction::of_bid(&bid, policy.process().levels(t));
    let whole = Density::Scenarios(density.to_vec());
    let target = reaction.and_then(|reaction| reaction.target(ends, whole));
    Ok(match rules.takes_storage_curves() {
        true => target,
        false => target.and_then(|target| better_side(&target, density)),
    })
}

pub(crate) fn fault(error: &PolicyError) -> EngineError {
    match error {
        PolicyError::Battery(error) => door::solve_fault(error),
        other => door::invalid("no_policy", "method", "policy", other.to_string()),
    }
}

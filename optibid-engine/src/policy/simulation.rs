//! What a policy and simpler plans earn on given paths of prices.

use super::error::{PolicyError, check};
use super::process::PriceProcess;
use super::solved::{Decision, Policy};
use super::stage::{Stage, stored_mwh};
use crate::battery::{self, Horizon, Method, Model, Parameters};

/// When a policy learns the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Execution {
    /// It decides at the price of the period ([`Policy::decide`]).
    AtPrice,
    /// It bids before, knowing the price of the period before, and takes what its curve says ([`Policy::bid`]).
    ByBid,
}

/// What one path brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Revenue less wear and fees, and what the battery's terminal pays or charges, currency.
    pub profit: f64,
    /// Energy left in the store, MWh.
    pub final_mwh: f64,
}

/// Plays a policy on each path: a price for each of its periods, currency per MWh.
///
/// # Errors
/// [`PolicyError::Field`] for a path of another length or a price that is not finite.
pub fn simulate(
    policy: &Policy,
    paths: &[Vec<f64>],
    execution: Execution,
) -> Result<Vec<Outcome>, PolicyError> {
    paths
        .iter()
        .map(|path| play(policy, path, execution))
        .collect()
}

fn play(policy: &Policy, path: &[f64], execution: Execution) -> Result<Outcome, PolicyError> {
    check_path(path, policy.process())?;
    let mut soc = policy.model().parameters().initial_mwh;
    let (mut profit, mut before) = (0.0, None);
    for (t, &price) in path.iter().enumerate() {
        let decision = match execution {
            Execution::AtPrice => policy.decide(t, soc, price)?,
            Execution::ByBid => cleared(policy, (t, soc, before), price)?,
        };
        profit += decision.reward;
        soc = decision.soc_mwh;
        before = Some(policy.process().state_of(t, price));
    }
    Ok(outcome(policy.model(), profit, soc))
}

/// What the bid made at (period, stored energy, state before) gets at a price.
fn cleared(
    policy: &Policy,
    (t, soc, before): (usize, f64, Option<usize>),
    price: f64,
) -> Result<Decision, PolicyError> {
    let net_mw = policy.bid(t, soc, before)?.net_mw(price);
    let model = policy.model();
    let later = policy.later(t, policy.process().state_of(t, price));
    let stored = stored_mwh(model, net_mw);
    let from = model.retention() * soc;
    Ok(policy.decision(&later, Stage::new(model, price), from, stored))
}

/// What a deterministic plan earns that is made anew in each period at the prices expected then: the price of the period known,
/// the later ones at their means given its state. The rule most bidders follow, and what a policy has to beat.
///
/// # Errors
/// As [`simulate`], and [`PolicyError::Battery`] when the battery cannot keep its limits.
pub fn rolling_plan(
    model: &Model,
    process: &PriceProcess,
    paths: &[Vec<f64>],
) -> Result<Vec<Outcome>, PolicyError> {
    paths
        .iter()
        .map(|path| {
            check_path(path, process)?;
            let p = *model.parameters();
            let (mut soc, mut profit) = (p.initial_mwh, 0.0);
            for (t, &price) in path.iter().enumerate() {
                let mut prices = process.expected_after(t, process.state_of(t, price));
                prices.insert(0, price);
                let now = Model::new(Parameters {
                    initial_mwh: soc.clamp(p.min_mwh, p.max_mwh),
                    ..p
                });
                let now = now.map_err(|error| PolicyError::Field {
                    field: error.field,
                    value: error.value,
                    rule: error.rule,
                })?;
                let plan = battery::solve(&now, &Horizon::new(&prices), Method::Exact)?.schedule;
                let first = |powers: &[f64]| powers.first().copied().unwrap_or(0.0);
                let net_mw = first(&plan.discharge_mw) - first(&plan.charge_mw);
                profit += Stage::new(model, price).reward(stored_mwh(model, net_mw));
                soc = first(&plan.soc_mwh);
            }
            Ok(outcome(model, profit, soc))
        })
        .collect()
}

fn outcome(model: &Model, profit: f64, final_mwh: f64) -> Outcome {
    Outcome {
        profit: profit + model.terminal_value(final_mwh),
        final_mwh,
    }
}

fn check_path(path: &[f64], process: &PriceProcess) -> Result<(), PolicyError> {
    let periods = process.periods();
    check("path", path.len() as f64, path.len() == periods, || {
        format!("one price for each of {periods} periods")
    })?;
    let strange = path.iter().find(|price| !price.is_finite());
    check(
        "path",
        strange.copied().unwrap_or(0.0),
        strange.is_none(),
        || "finite".into(),
    )
}

//! Limits that cannot hold together: the smallest set that contradicts itself, and what it costs to give way.
//!
//! # The problem
//! Which stored energies can be reached after period `t` is an interval: from `[l, h]` a period leads to
//! `[max(min_t, r l - d_t), min(max_t, r h + c_t)]`, where `c_t` and `d_t` are the most that the period can store and take and `r`
//! is the share kept. Every energy in between is reached by going part of the way, so the limits hold together
//! exactly when no interval is empty. The target of a battery whose shortfall has no price is the minimum of the last period.
//!
//! # The smallest set
//! The first period whose interval is empty ends the contradiction. Of all limits up to there each is left out in turn; if
//! the rest still contradicts itself it stays out (the deletion filter of Chinneck and Dravnieks, ORSA Journal on
//! Computing 3(2), 1991). What remains is irreducible: without any one of its limits the others hold together. A limit
//! that is left out is replaced by what physics allows: a store between empty and full, power without bound.
//! Efficiencies and the standing loss are physics and stay.
//!
//! A ramp limit, and a cycle budget where limits of single periods may force the store to be emptied, hand more than stored energy
//! from period to period. There the interval is necessary only, and a programme without prices decides.
//!
//! Cost: one pass over `n` periods for each of the `m` limits that could take part, `O(n m)`. With prices never looked at, the
//! answer does not depend on them; the [fixes](fix) do.

mod fix;
mod joint;
mod limit;
mod reach;

use limit::Limit;
use optibid_core::error::Contradiction;
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::Ratio;
use reach::breach;

/// Finds out whether the limits hold together.
///
/// # Errors
/// [`EngineError::Contradiction`] with the smallest set and the ways out when they do not.
pub(crate) fn check(request: &ScheduleRequest) -> Result<(), EngineError> {
    let Some(breach) = breach(request, &[]) else {
        return Ok(());
    };
    let request = until(request, breach.period);
    let limits = smallest(&request);
    let limit =
        |limit: &Limit| limit.violation(&request, (breach.period, breach.reachable, breach.short));
    Err(EngineError::Contradiction(Box::new(Contradiction {
        limits: limits.iter().map(limit).collect(),
        fixes: fix::fixes(&request, &limits, breach.short)?,
    })))
}

/// The request up to a period, which it includes; the target only counts at the end of the whole.
fn until(request: &ScheduleRequest, period: usize) -> ScheduleRequest {
    let mut part = request.clone();
    if period + 1 < request.prices.len() {
        part.battery.target_soc = None;
        part.battery.target_price = None;
    }
    part.prices.truncate(period + 1);
    part.availability.truncate(period + 1);
    part.soc_limits.truncate(period + 1);
    part
}

/// The limits without any one of which the others hold together.
fn smallest(request: &ScheduleRequest) -> Vec<Limit> {
    let mut out = Vec::new();
    let mut kept = Vec::new();
    for limit in candidates(request) {
        out.push(limit);
        if breach(request, &out).is_none() {
            out.pop();
            kept.push(limit);
        }
    }
    kept
}

/// Every limit of the request. Those that say most come last, since the filter drops the early ones where it can.
fn candidates(request: &ScheduleRequest) -> Vec<Limit> {
    let mut all = Vec::new();
    for (t, limits) in request.soc_limits.iter().enumerate() {
        if limits.max < request.battery.max_soc {
            all.push(Limit::PeriodMax(t));
        }
        if limits.min > request.battery.min_soc {
            all.push(Limit::PeriodMin(t));
        }
    }
    let derated = request.availability.iter().enumerate();
    let derated = derated.filter(|(_, share)| **share < Ratio::ONE);
    all.extend(derated.map(|(t, _)| Limit::Availability(t)));
    let battery = &request.battery;
    let budgets = [
        (
            battery.yearly_cycle_budget.is_some(),
            Limit::YearlyCycleBudget,
        ),
        (battery.cycle_budget.is_some(), Limit::CycleBudget),
        (
            battery.ramp_limit.is_some() && request.initial_power.is_some(),
            Limit::InitialPower,
        ),
        (battery.ramp_limit.is_some(), Limit::Ramp),
    ];
    all.extend(
        budgets
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, limit)| *limit),
    );
    all.extend([
        Limit::MaxSoc,
        Limit::MinSoc,
        Limit::InitialSoc,
        Limit::DischargePower,
        Limit::ChargePower,
    ]);
    if request.battery.target_soc.is_some() && request.battery.target_price.is_none() {
        all.push(Limit::TargetSoc);
    }
    all
}

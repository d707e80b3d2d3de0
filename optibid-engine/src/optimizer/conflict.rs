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
//! Cost: one pass over `n` periods for each of the `m` limits that could take part, `O(n m)`. With prices never looked at, the
//! answer does not depend on them; the [fixes](fix) do.

mod fix;

use crate::door;
use optibid_core::asset::Battery;
use optibid_core::error::{Contradiction, Violation};
use optibid_core::market::Resolution;
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::Ratio;

/// A limit that may be part of a contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    InitialSoc,
    TargetSoc,
    MinSoc,
    MaxSoc,
    ChargeLimit,
    DischargeLimit,
    /// Of one period, like the two below.
    Availability(usize),
    PeriodMin(usize),
    PeriodMax(usize),
}

/// How far energies may miss each other through rounding, as a part of the capacity or of 1 MWh.
const TOLERANCE: f64 = 1e-9;

/// What a battery can store and take in one period, MWh in store, and its limits at the end.
#[derive(Clone, Copy)]
struct Step {
    up: f64,
    down: f64,
    min: f64,
    max: f64,
}

/// Where the limits of a request stop holding together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Breach {
    /// Index of the period.
    period: usize,
    /// The most or least that can be stored then, MWh.
    reachable: f64,
    /// Whether it is too little; otherwise too much.
    short: bool,
}

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
    let limit = |limit: &Limit| limit.violation(&request, breach);
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
    all.extend([
        Limit::MaxSoc,
        Limit::MinSoc,
        Limit::InitialSoc,
        Limit::DischargeLimit,
        Limit::ChargeLimit,
    ]);
    if request.battery.target_soc.is_some() && request.battery.target_price.is_none() {
        all.push(Limit::TargetSoc);
    }
    all
}

/// The first period that cannot keep its limits when those of `out` do not count.
fn breach(request: &ScheduleRequest, out: &[Limit]) -> Option<Breach> {
    let battery = &request.battery;
    let resolution = request.prices.first()?.period.resolution();
    let hours = resolution.seconds() as f64 / 3_600.0;
    let kept = (1.0 - door::ratio(battery.standing_loss)).powf(hours);
    let full = door::energy(battery.energy_capacity);
    let tolerance = TOLERANCE * full.max(1.0);
    let (mut low, mut high) = if out.contains(&Limit::InitialSoc) {
        (0.0, full)
    } else {
        let initial = door::energy(battery.initial_soc);
        (initial, initial)
    };
    for period in 0..request.prices.len() {
        let step = step(request, (period, resolution), out);
        let (least, most) = (kept * low - step.down, kept * high + step.up);
        let stored = most.min(step.max);
        if stored < step.min - tolerance {
            return Some(Breach {
                period,
                reachable: stored,
                short: true,
            });
        }
        if least > step.max + tolerance {
            return Some(Breach {
                period,
                reachable: least,
                short: false,
            });
        }
        low = least.max(step.min);
        high = stored;
    }
    None
}

fn step(request: &ScheduleRequest, (t, resolution): (usize, Resolution), out: &[Limit]) -> Step {
    let battery = &request.battery;
    let counts = |limit: Limit| !out.contains(&limit);
    let share = request
        .availability
        .get(t)
        .filter(|_| counts(Limit::Availability(t)));
    let share = share.copied().unwrap_or(Ratio::ONE);
    let energy = |limit: Limit, power, per_grid: f64| match (counts(limit), share > Ratio::ZERO) {
        (true, _) => door::energy(door::available(power, resolution, share)) * per_grid,
        (false, true) => f64::INFINITY,
        (false, false) => 0.0,
    };
    let (mut min, mut max) = (0.0, door::energy(battery.energy_capacity));
    if counts(Limit::MinSoc) {
        min = door::energy(battery.min_soc);
    }
    if counts(Limit::MaxSoc) {
        max = door::energy(battery.max_soc);
    }
    if let Some(limits) = request.soc_limits.get(t) {
        if counts(Limit::PeriodMin(t)) {
            min = min.max(door::energy(limits.min));
        }
        if counts(Limit::PeriodMax(t)) {
            max = max.min(door::energy(limits.max));
        }
    }
    let last = t + 1 == request.prices.len();
    if let (true, Some(target), None) = (last, battery.target_soc, battery.target_price)
        && counts(Limit::TargetSoc)
    {
        min = min.max(door::energy(target));
    }
    Step {
        up: energy(
            Limit::ChargeLimit,
            battery.charge_limit,
            door::ratio(battery.charge_efficiency),
        ),
        down: energy(
            Limit::DischargeLimit,
            battery.discharge_limit,
            1.0 / door::ratio(battery.discharge_efficiency),
        ),
        min,
        max,
    }
}

impl Limit {
    /// Path of the field in the request.
    fn field(self) -> String {
        match self {
            Self::InitialSoc => "battery.initial_soc".to_owned(),
            Self::TargetSoc => "battery.target_soc".to_owned(),
            Self::MinSoc => "battery.min_soc".to_owned(),
            Self::MaxSoc => "battery.max_soc".to_owned(),
            Self::ChargeLimit => "battery.charge_limit".to_owned(),
            Self::DischargeLimit => "battery.discharge_limit".to_owned(),
            Self::Availability(t) => format!("availability[{t}]"),
            Self::PeriodMin(t) => format!("soc_limits[{t}].min"),
            Self::PeriodMax(t) => format!("soc_limits[{t}].max"),
        }
    }

    fn shown(self, request: &ScheduleRequest) -> String {
        let Battery {
            initial_soc,
            target_soc,
            min_soc,
            max_soc,
            charge_limit,
            discharge_limit,
            ..
        } = &request.battery;
        match self {
            Self::InitialSoc => initial_soc.to_string(),
            Self::TargetSoc => target_soc.map_or_else(String::new, |soc| soc.to_string()),
            Self::MinSoc => min_soc.to_string(),
            Self::MaxSoc => max_soc.to_string(),
            Self::ChargeLimit => charge_limit.to_string(),
            Self::DischargeLimit => discharge_limit.to_string(),
            Self::Availability(t) => at(&request.availability, t, Ratio::to_string),
            Self::PeriodMin(t) => at(&request.soc_limits, t, |limits| limits.min.to_string()),
            Self::PeriodMax(t) => at(&request.soc_limits, t, |limits| limits.max.to_string()),
        }
    }

    fn violation(self, request: &ScheduleRequest, breach: Breach) -> Violation {
        let end = request
            .prices
            .get(breach.period)
            .map(|price| price.period.end());
        let end = end.map_or_else(String::new, |end| end.to_string());
        let reachable = breach.reachable.max(0.0);
        let side = if breach.short { "at most" } else { "at least" };
        let rule =
            format!("together, these limits leave {side} {reachable:.6} MWh in store at {end}");
        Violation::new("contradiction", self.field(), self.shown(request), rule)
    }
}

fn at<T>(items: &[T], index: usize, shown: impl Fn(&T) -> String) -> String {
    items.get(index).map_or_else(String::new, shown)
}

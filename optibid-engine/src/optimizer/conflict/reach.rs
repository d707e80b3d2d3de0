//! Which stored energies can be reached, and where that stops.

use super::joint;
use super::limit::Limit;
use crate::door;
use optibid_core::market::Resolution;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::Ratio;

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
pub(super) struct Breach {
    /// Index of the period.
    pub(super) period: usize,
    /// The most or least that can be stored then, MWh; none where only all limits together say no.
    pub(super) reachable: Option<f64>,
    /// Whether it is too little; otherwise too much.
    pub(super) short: bool,
}

/// The first period that cannot keep its limits when those of `out` do not count.
pub(super) fn breach(request: &ScheduleRequest, out: &[Limit]) -> Option<Breach> {
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
                reachable: Some(stored),
                short: true,
            });
        }
        if least > step.max + tolerance {
            return Some(Breach {
                period,
                reachable: Some(least),
                short: false,
            });
        }
        low = least.max(step.min);
        high = stored;
    }
    let last = request.prices.len().saturating_sub(1);
    (!joint::holds(request, out)).then_some(Breach {
        period: last,
        reachable: None,
        short: true,
    })
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
            Limit::ChargePower,
            battery.charge_limit,
            door::ratio(battery.charge_efficiency),
        ),
        down: energy(
            Limit::DischargePower,
            battery.discharge_limit,
            1.0 / door::ratio(battery.discharge_efficiency),
        ),
        min,
        max,
    }
}

//! Ways out of a contradiction, with what each costs.
//!
//! Each way changes one limit, or the availability of all periods that take part, by the smallest whole step of its unit that
//! lets all limits up to the contradiction hold together, found by bisection: less of a limit never helps, so the
//! values that do are an interval. Its cost is what the best plan up to there earns less than with the best of all ways out. Energy
//! that a way gives away (a lower target) or takes for granted (a fuller start) is bought at the mean price, fee and
//! charging loss included.

use super::limit::Limit;
use super::reach::breach;
use crate::door;
use crate::optimizer::problem::Problem;
use crate::optimizer::solve::plan;
use optibid_core::error::{Change, Fix};
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Energy, Power, Ratio};

/// All ways out, the cheapest first.
pub(super) fn fixes(
    request: &ScheduleRequest,
    limits: &[Limit],
    short: bool,
) -> Result<Vec<Fix>, EngineError> {
    let mut found = Vec::new();
    let mut derated: Vec<Limit> = Vec::new();
    for &limit in limits {
        if matches!(limit, Limit::Availability(_)) {
            derated.push(limit);
        } else {
            found.extend(way(request, &[limit], short)?);
        }
    }
    found.extend(way(request, &derated, short)?);
    let best = found
        .iter()
        .map(|(_, worth)| *worth)
        .fold(f64::MIN, f64::max);
    let mut fixes = Vec::with_capacity(found.len());
    for (changes, worth) in found {
        fixes.push(Fix {
            changes,
            cost: door::to_money(best - worth, request.currency)?,
            reason: "against the best way out, over the periods up to the contradiction; energy \
                     given away or taken for granted counts at the mean price"
                .to_owned(),
        });
    }
    fixes.sort_by_key(|fix| fix.cost.minor());
    Ok(fixes)
}

/// The smallest change of these limits (one, or several availabilities) that is enough, and what the plan is worth then.
fn way(
    request: &ScheduleRequest,
    limits: &[Limit],
    short: bool,
) -> Result<Option<(Vec<Change>, f64)>, EngineError> {
    let Some(&first) = limits.first() else {
        return Ok(None);
    };
    let Some((mut bad, mut good)) = range(request, first, short) else {
        return Ok(None);
    };
    let enough = |value: i64| breach(&changed(request, limits, value), &[]).is_none();
    if !enough(good) {
        return Ok(None);
    }
    while (good - bad).abs() > 1 {
        let middle = bad.midpoint(good);
        *(if enough(middle) { &mut good } else { &mut bad }) = middle;
    }
    // What a solver calls feasible by its tolerance may miss by a hair: a little more is asked for then.
    let (outwards, last) = (
        (good - bad).signum(),
        range(request, first, short).map_or(good, |r| r.1),
    );
    let beyond = (0..24).map(|step| good + outwards * ((1_i64 << step) - 1));
    let mut found = None;
    for value in beyond.take_while(|value| (last - value) * outwards >= 0) {
        let fixed = changed(request, limits, value);
        if !fixed.battery.violations("battery").is_empty() {
            return Ok(None);
        }
        if let Ok(value) = worth(request, &fixed) {
            found = Some((fixed, value));
            break;
        }
    }
    let Some((fixed, value)) = found else {
        return Ok(None);
    };
    let field = |limit: &Limit| Change {
        field: limit.field(),
        from: limit.shown(request),
        to: limit.shown(&fixed),
    };
    let changes = limits
        .iter()
        .map(field)
        .filter(|change| change.from != change.to);
    Ok(Some((changes.collect(), value)))
}

/// From the value now, which is not enough, to the last one that makes sense, in the limit's whole unit.
fn range(request: &ScheduleRequest, limit: Limit, short: bool) -> Option<(i64, i64)> {
    /// Far above any plant's power, kW.
    const MOST_POWER: i64 = 100_000_000;
    /// A thousand full cycles a day.
    const MOST_CYCLES: i64 = 1_000_000_000;
    let battery = &request.battery;
    let kws = Energy::kilowatt_seconds;
    let ends = match limit {
        Limit::InitialSoc if short => (kws(battery.initial_soc), kws(battery.max_soc)),
        Limit::InitialSoc => (kws(battery.initial_soc), kws(battery.min_soc)),
        Limit::TargetSoc => (kws(battery.target_soc?), kws(battery.min_soc)),
        Limit::MinSoc => (kws(battery.min_soc), 0),
        Limit::MaxSoc => (kws(battery.max_soc), kws(battery.energy_capacity)),
        Limit::ChargePower => (battery.charge_limit.kilowatts(), MOST_POWER),
        Limit::DischargePower => (battery.discharge_limit.kilowatts(), MOST_POWER),
        Limit::InitialPower => return None,
        Limit::Ramp => (battery.ramp_limit?.kilowatts(), MOST_POWER),
        Limit::CycleBudget => (battery.cycle_budget?.ppm(), MOST_CYCLES),
        Limit::YearlyCycleBudget => (battery.yearly_cycle_budget?.ppm(), 365 * MOST_CYCLES),
        Limit::Availability(_) => (0, Ratio::ONE.ppm()),
        Limit::PeriodMin(t) => (kws(request.soc_limits.get(t)?.min), kws(battery.min_soc)),
        Limit::PeriodMax(t) => (kws(request.soc_limits.get(t)?.max), kws(battery.max_soc)),
    };
    Some(ends)
}

/// The request with the limits at `value`; an availability is only ever raised.
fn changed(request: &ScheduleRequest, limits: &[Limit], value: i64) -> ScheduleRequest {
    let mut changed = request.clone();
    let energy = Energy::from_kilowatt_seconds(value);
    let battery = &mut changed.battery;
    for &limit in limits {
        match limit {
            Limit::InitialSoc => battery.initial_soc = energy,
            Limit::TargetSoc => battery.target_soc = Some(energy),
            Limit::MinSoc => battery.min_soc = energy,
            Limit::MaxSoc => battery.max_soc = energy,
            Limit::ChargePower => battery.charge_limit = Power::from_kilowatts(value),
            Limit::DischargePower => battery.discharge_limit = Power::from_kilowatts(value),
            Limit::InitialPower => {}
            Limit::Ramp => battery.ramp_limit = Some(Power::from_kilowatts(value)),
            Limit::CycleBudget => battery.cycle_budget = Some(Ratio::from_ppm(value)),
            Limit::YearlyCycleBudget => {
                battery.yearly_cycle_budget = Some(Ratio::from_ppm(value));
            }
            Limit::Availability(t) => {
                if let Some(share) = changed.availability.get_mut(t) {
                    *share = (*share).max(Ratio::from_ppm(value));
                }
            }
            Limit::PeriodMin(t) => {
                if let Some(limits) = changed.soc_limits.get_mut(t) {
                    limits.min = energy;
                }
            }
            Limit::PeriodMax(t) => {
                if let Some(limits) = changed.soc_limits.get_mut(t) {
                    limits.max = energy;
                }
            }
        }
    }
    changed
}

/// What the best plan is worth once the limits are changed, energy that is not in the plan bought at the mean price.
fn worth(request: &ScheduleRequest, fixed: &ScheduleRequest) -> Result<f64, EngineError> {
    let problem = Problem::new(fixed, "prices")?;
    let value = plan(&problem)?.schedule(&problem)?.value;
    let prices = problem.prices.iter().map(|&p| door::price(p));
    let mean = prices.sum::<f64>() / problem.prices.len().max(1) as f64;
    let battery = &fixed.battery;
    let bought = (mean + door::price(battery.charge_fee)) / door::ratio(battery.charge_efficiency);
    let (old, new) = (&request.battery, &fixed.battery);
    let granted = door::energy(new.initial_soc) - door::energy(old.initial_soc);
    let target = |b: &optibid_core::asset::Battery| b.target_soc.map_or(0.0, door::energy);
    Ok(door::money(value) - bought * (granted + target(old) - target(new)))
}

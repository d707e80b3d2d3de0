//! Whether limits that reach over several periods leave any schedule: asked of a programme without prices.

use super::limit::Limit;
use crate::door::Window;
use crate::optimizer::{budget, coupled, problem::Problem};
use crate::program;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Energy, Power};

/// Far above any plant's power: no limit.
const NO_POWER_LIMIT: Power = Power::from_megawatts(100_000);

/// Whether some schedule keeps all limits but those of `out`. Without a limit that reaches over periods the interval recursion has
/// said so already.
pub(super) fn holds(request: &ScheduleRequest, out: &[Limit]) -> bool {
    let battery = &request.battery;
    let budgeted = battery.cycle_budget.is_some() || battery.yearly_cycle_budget.is_some();
    let forced = budgeted && !request.soc_limits.is_empty();
    if battery.ramp_limit.is_none() && !forced {
        return true;
    }
    let relaxed = without(request, out);
    let mut full = relaxed.clone();
    full.battery.initial_soc = full.battery.max_soc;
    // A start that is no limit may be anything; what is possible from anywhere is possible from an empty or a full store.
    let starts = if out.contains(&Limit::InitialSoc) {
        vec![relaxed, full]
    } else {
        vec![relaxed]
    };
    starts.iter().any(possible)
}

fn possible(relaxed: &ScheduleRequest) -> bool {
    let Ok(problem) = Problem::new(relaxed, "prices") else {
        return true;
    };
    let (Ok(budgets), window) = (budget::budgets(&problem), problem.window) else {
        return true;
    };
    feasible(&window, &budgets)
}

/// What is no contradiction but a failure of the solver shows when the problem itself is solved.
fn feasible(window: &Window, budgets: &[crate::optimizer::PlannedBudget]) -> bool {
    let idle = vec![0.0; window.limits.len()];
    let asked = coupled::program(window, idle, budgets);
    let solved = asked.solve(&program::default_solver());
    !matches!(solved, Err(program::ProgramError::Infeasible))
}

/// The request without some limits, and without wear by depth, which forbids nothing.
fn without(request: &ScheduleRequest, out: &[Limit]) -> ScheduleRequest {
    let mut relaxed = request.clone();
    let battery = &mut relaxed.battery;
    battery.depth_wear.clear();
    for &limit in out {
        match limit {
            Limit::InitialSoc => battery.initial_soc = battery.min_soc,
            Limit::InitialPower => relaxed.initial_power = None,
            Limit::TargetSoc => battery.target_soc = None,
            Limit::MinSoc => battery.min_soc = Energy::ZERO,
            Limit::MaxSoc => battery.max_soc = battery.energy_capacity,
            Limit::ChargePower => battery.charge_limit = NO_POWER_LIMIT,
            Limit::DischargePower => battery.discharge_limit = NO_POWER_LIMIT,
            Limit::Ramp => battery.ramp_limit = None,
            Limit::CycleBudget => battery.cycle_budget = None,
            Limit::YearlyCycleBudget => battery.yearly_cycle_budget = None,
            Limit::Availability(t) => {
                if let Some(share) = relaxed.availability.get_mut(t) {
                    *share = optibid_core::unit::Ratio::ONE;
                }
            }
            Limit::PeriodMin(t) => {
                if let Some(limits) = relaxed.soc_limits.get_mut(t) {
                    limits.min = battery.min_soc;
                }
            }
            Limit::PeriodMax(t) => {
                if let Some(limits) = relaxed.soc_limits.get_mut(t) {
                    limits.max = battery.max_soc;
                }
            }
        }
    }
    relaxed
}

//! Plans of batteries whose periods hand each other more than stored energy: a ramp limit, wear by cycle depth.
//!
//! One state is then not enough for dynamic programming, and the problem goes to [`program`](crate::program) as a linear
//! or mixed-integer programme. Depth is counted from a full store down: energy above the lowest state of charge is cut
//! into the bands of [`Battery::depth_wear`](optibid_core::asset::Battery::depth_wear).

use super::plan::{Plan, PlannedBudget, Values};
use super::problem::Problem;
use crate::door::{self, Window};
use crate::program::{
    BatteryProgram, DepthSegment, DischargeBudget, LinearSolver, ProgramError, Target,
};
use optibid_core::asset::Battery;
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleMethod;
use optibid_core::unit::{Energy, Ratio};

/// Most periods of a programme: a fortnight of quarter hours and a little more. Solvers take too long for more.
const MOST_PERIODS: usize = 1_500;

/// Whether the battery's periods are coupled by more than stored energy and cycle budgets.
pub(super) fn applies(battery: &Battery) -> bool {
    battery.ramp_limit.is_some() || !battery.depth_wear.is_empty()
}

/// The best plan.
pub(super) fn plan(
    problem: &Problem,
    mut budgets: Vec<PlannedBudget>,
    solver: &dyn LinearSolver,
) -> Result<Plan, EngineError> {
    let window = &problem.window;
    let prices: Vec<f64> = problem.prices.iter().map(|&p| door::price(p)).collect();
    check(problem)?;
    let asked = program(window, prices, &budgets);
    let solved = asked.solve_valued(solver).map_err(|error| fault(&error))?;
    for (budget, price) in budgets.iter_mut().zip(&solved.budgets) {
        budget.price = price.max(0.0);
    }
    let mut cycle_prices = vec![0.0; problem.periods.len()];
    for budget in &budgets {
        let covered = cycle_prices
            .get_mut(budget.periods.clone())
            .unwrap_or_default();
        covered.iter_mut().for_each(|price| *price += budget.price);
    }
    let floor = door::energy(base(&window.battery));
    Ok(Plan {
        path: solved
            .schedule
            .soc_mwh
            .iter()
            .map(|soc| soc + floor)
            .collect(),
        values: Values::Slopes(solved.stored),
        retention: door::model(&window.battery, window.resolution, 0.0)?.retention(),
        wear: door::price(window.battery.degradation_cost),
        cycle_prices,
        budgets,
        gap: 0.0,
        method: ScheduleMethod::MixedIntegerProgram,
    })
}

/// Energy that no cycle reaches: the programme counts from there where depth matters.
fn base(battery: &Battery) -> Energy {
    if battery.depth_wear.is_empty() {
        Energy::ZERO
    } else {
        battery.min_soc
    }
}

/// What a programme of this size and kind cannot say.
fn check(problem: &Problem) -> Result<(), EngineError> {
    let battery = &problem.window.battery;
    let count = problem.periods.len();
    if count > MOST_PERIODS {
        let rule = format!("at most {MOST_PERIODS} periods with a ramp limit or wear by depth");
        return Err(door::invalid(
            "too_many_periods",
            problem.field,
            count,
            rule,
        ));
    }
    if base(battery) > Energy::ZERO && battery.standing_loss > Ratio::ZERO {
        let rule = "0 where there is wear by depth and a min_soc above 0";
        let (code, field) = ("standing_loss_below_depth", "battery.standing_loss");
        return Err(door::invalid(code, field, battery.standing_loss, rule));
    }
    Ok(())
}

/// The programme of a window at these prices.
pub(super) fn program(
    window: &Window,
    prices: Vec<f64>,
    budgets: &[PlannedBudget],
) -> BatteryProgram {
    let battery = &window.battery;
    let floor = door::energy(base(battery));
    let (charge_mw, discharge_mw) = window.limits_mw();
    let (least, most) = window.soc_mwh();
    let above = |values: Vec<f64>| {
        values
            .into_iter()
            .map(|soc| (soc - floor).max(0.0))
            .collect()
    };
    let hours = window.resolution.seconds() as f64 / 3_600.0;
    let wanted = battery
        .target_soc
        .map(|target| door::energy(target) - floor);
    BatteryProgram {
        prices,
        period_hours: hours,
        charge_mw,
        discharge_mw,
        min_mwh: above(least),
        max_mwh: above(most),
        charge_efficiency: door::ratio(battery.charge_efficiency),
        discharge_efficiency: door::ratio(battery.discharge_efficiency),
        standing_loss_per_hour: door::ratio(battery.standing_loss),
        initial_mwh: door::energy(battery.initial_soc) - floor,
        target: match (wanted, battery.target_price) {
            (None, _) => Target::Free,
            (Some(mwh), None) => Target::AtLeast(mwh),
            (Some(mwh), Some(price)) => Target::Priced {
                mwh,
                price: door::price(price),
            },
        },
        charge_fee: door::price(battery.charge_fee),
        discharge_fee: door::price(battery.discharge_fee) + door::price(battery.degradation_cost),
        // A ramp limit is MW a minute, so that a period may change by its length in minutes times that.
        ramp_mw: battery
            .ramp_limit
            .map(|ramp| door::power(ramp) * hours * 60.0),
        initial_net_mw: window.initial_power.map(door::power),
        depth: bands(battery),
        budgets: budgets
            .iter()
            .map(|budget| DischargeBudget {
                periods: budget.periods.clone(),
                mwh: door::energy(budget.limit),
            })
            .collect(),
    }
}

/// The bands of depth, from the shallowest.
fn bands(battery: &Battery) -> Vec<DepthSegment> {
    let usable = door::energy(battery.usable_energy());
    let mut from = 0.0;
    let band = |band: &optibid_core::asset::DepthWear| {
        let to = door::ratio(band.up_to);
        let mwh = (to - from) * usable;
        from = to;
        DepthSegment {
            mwh,
            cost: door::price(band.cost),
        }
    };
    battery.depth_wear.iter().map(band).collect()
}

fn fault(error: &ProgramError) -> EngineError {
    let rule = error.to_string();
    door::invalid("not_solved", "battery", "", rule)
}

//! Cycle budgets: which periods they cover, and the plan that keeps them.

use super::plan::{Plan, PlannedBudget, Values};
use super::problem::Problem;
use crate::battery::{self, Budgets, Horizon, Method, Model, ValueFunction};
use crate::door::{self, Window, solve_fault};
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleMethod;
use optibid_core::unit::{Energy, Ratio, Rounding};
use std::ops::Range;

/// The best plan of a battery whose periods are coupled by the stored energy and by cycle budgets alone.
pub(super) fn plan(problem: &Problem, budgets: Vec<PlannedBudget>) -> Result<Plan, EngineError> {
    let search = Search {
        problem,
        prices: problem.prices.iter().map(|&p| door::price(p)).collect(),
        powers: problem.window.limits_mw(),
        stored: problem.window.soc_mwh(),
    };
    if budgets.is_empty() {
        search.unlimited()
    } else {
        search.limited(budgets)
    }
}

/// The budget of each delivery day, and the share of the yearly one. A day that the periods cover in part has its whole
/// budget.
pub(super) fn budgets(problem: &Problem) -> Result<Vec<PlannedBudget>, EngineError> {
    let battery = &problem.window.battery;
    let mut budgets = Vec::new();
    if let Some(cycles) = battery.cycle_budget {
        let limit = allowed(problem, cycles, (1, 1));
        for (day, periods) in problem.days()? {
            budgets.push(PlannedBudget {
                day: Some(day),
                periods,
                limit,
                price: 0.0,
            });
        }
    }
    if let Some(cycles) = battery.yearly_cycle_budget {
        let count = i128::try_from(problem.periods.len()).unwrap_or(i128::MAX);
        let seconds = count * i128::from(problem.window.resolution.seconds());
        budgets.push(PlannedBudget {
            day: None,
            periods: 0..problem.periods.len(),
            limit: allowed(problem, cycles, (seconds, 365 * 86_400)),
            price: 0.0,
        });
    }
    Ok(budgets)
}

/// The part `(share, of)` of so many full cycles, as energy at the grid connection, in whole kW s.
fn allowed(problem: &Problem, cycles: Ratio, (share, of): (i128, i128)) -> Energy {
    let usable = i128::from(problem.window.battery.usable_energy().kilowatt_seconds());
    let energy = usable.saturating_mul(i128::from(cycles.ppm()));
    let energy = Rounding::Floor.div(energy.saturating_mul(share), 1_000_000 * of);
    Energy::from_kilowatt_seconds(i64::try_from(energy).unwrap_or(i64::MAX))
}

struct Search<'a> {
    problem: &'a Problem,
    prices: Vec<f64>,
    /// Most MW charged and discharged in each period.
    powers: (Vec<f64>, Vec<f64>),
    /// Least and most MWh after each period.
    stored: (Vec<f64>, Vec<f64>),
}

impl Search<'_> {
    fn horizon(&self, periods: Range<usize>) -> Horizon<'_> {
        let part = |values: &'_ Vec<f64>| -> Range<usize> {
            periods.start.min(values.len())..periods.end.min(values.len())
        };
        fn of(values: &[f64], range: Range<usize>) -> &[f64] {
            values.get(range).unwrap_or_default()
        }
        let (charge, discharge) = (&self.powers.0, &self.powers.1);
        let (least, most) = (&self.stored.0, &self.stored.1);
        Horizon::new(of(&self.prices, part(&self.prices)))
            .with_charge_limits(of(charge, part(charge)))
            .with_discharge_limits(of(discharge, part(discharge)))
            .with_soc_limits(of(least, part(least)), of(most, part(most)))
    }

    fn all(&self) -> Range<usize> {
        0..self.prices.len()
    }

    fn model(&self, cycle_price: f64) -> Result<Model, EngineError> {
        let Window {
            battery,
            resolution,
            ..
        } = &self.problem.window;
        door::model(battery, *resolution, cycle_price)
    }

    fn unlimited(&self) -> Result<Plan, EngineError> {
        let (model, horizon) = (self.model(0.0)?, self.horizon(self.all()));
        let solution = battery::solve(&model, &horizon, Method::Exact).map_err(fault)?;
        Ok(Plan {
            path: solution.schedule.soc_mwh,
            values: Values::Functions(
                battery::value_functions(&model, &horizon, Method::Exact).map_err(fault)?,
            ),
            retention: model.retention(),
            wear: model.parameters().degradation_per_mwh,
            cycle_prices: Vec::new(),
            budgets: Vec::new(),
            gap: 0.0,
            method: ScheduleMethod::DynamicProgram,
        })
    }

    fn limited(&self, mut budgets: Vec<PlannedBudget>) -> Result<Plan, EngineError> {
        let (model, horizon) = (self.model(0.0)?, self.horizon(self.all()));
        let daily = budgets.iter().filter(|budget| budget.day.is_some());
        let lengths: Vec<usize> = daily.clone().map(|budget| budget.periods.len()).collect();
        let limits: Vec<f64> = daily.map(|budget| door::energy(budget.limit)).collect();
        let mut asked = Budgets::new();
        if !lengths.is_empty() {
            asked = asked.with_groups(&lengths, &limits);
        }
        if let Some(total) = budgets.iter().find(|budget| budget.day.is_none()) {
            asked = asked.with_total(door::energy(total.limit));
        }
        let solution =
            battery::solve_within(&model, &horizon, Method::Exact, &asked).map_err(fault)?;
        let mut prices = solution.group_prices.iter();
        for budget in &mut budgets {
            budget.price = match budget.day {
                Some(_) => prices.next().copied().unwrap_or(0.0),
                None => solution.total_price,
            };
        }
        let mut cycle_prices = vec![0.0; self.prices.len()];
        for budget in &budgets {
            for price in cycle_prices
                .get_mut(budget.periods.clone())
                .unwrap_or_default()
            {
                *price += budget.price;
            }
        }
        Ok(Plan {
            values: Values::Functions(self.values(&budgets, solution.total_price)?),
            gap: solution.gap(),
            path: solution.schedule.soc_mwh,
            retention: model.retention(),
            wear: model.parameters().degradation_per_mwh,
            cycle_prices,
            budgets,
            method: ScheduleMethod::DynamicProgram,
        })
    }

    /// The value of stored energy when each MWh discharged also pays what the budgets make it worth, day by day from the last.
    fn values(
        &self,
        budgets: &[PlannedBudget],
        total_price: f64,
    ) -> Result<Vec<ValueFunction>, EngineError> {
        let daily: Vec<_> = budgets
            .iter()
            .filter(|budget| budget.day.is_some())
            .collect();
        if daily.is_empty() {
            let model = self.model(total_price)?;
            let horizon = self.horizon(self.all());
            return battery::value_functions(&model, &horizon, Method::Exact).map_err(fault);
        }
        let mut values: Vec<ValueFunction> = Vec::with_capacity(self.prices.len() + 1);
        // From the last day back, each day's functions in reverse.
        for budget in daily.iter().rev() {
            let model = self.model(total_price + budget.price)?;
            let mut horizon = self.horizon(budget.periods.clone());
            let ending = values.pop();
            if let Some(ending) = &ending {
                horizon = horizon.ending_in(ending);
            }
            let day = battery::value_functions(&model, &horizon, Method::Exact).map_err(fault)?;
            values.extend(day.into_iter().rev());
        }
        values.reverse();
        Ok(values)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn fault(error: battery::SolveError) -> EngineError {
    solve_fault(&error)
}

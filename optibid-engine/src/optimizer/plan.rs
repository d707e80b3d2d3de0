//! A path of stored energy and what energy is worth along it.

use super::problem::Problem;
use crate::battery::ValueFunction;
use crate::door::{self, Bands, Ledger, Move};
use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::ports::EngineError;
use optibid_core::schedule::{BudgetUse, Schedule, ScheduleMethod, SchedulePoint, Shortfall};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Rounding};
use std::ops::Range;

/// What to do at given prices.
pub(crate) struct Plan {
    /// Energy stored after each period, MWh.
    pub(crate) path: Vec<f64>,
    /// What stored energy is worth.
    pub(crate) values: Values,
    /// Share of the stored energy kept over a period.
    pub(crate) retention: f64,
    /// What discharging a MWh wears.
    pub(crate) wear: f64,
    /// What a MWh of the cycle budgets would earn elsewhere, for each period; empty without budgets.
    pub(crate) cycle_prices: Vec<f64>,
    /// The cycle budgets, the days' in order of time.
    pub(crate) budgets: Vec<PlannedBudget>,
    /// How far the plan may lie below the optimum, currency.
    pub(crate) gap: f64,
    /// How it was found.
    pub(crate) method: ScheduleMethod,
}

/// What stored energy is worth along a plan.
pub(crate) enum Values {
    /// Its value before each period and after the last one.
    Functions(Vec<ValueFunction>),
    /// What one more MWh after each period is worth, currency per MWh, where nothing is known away from the plan.
    Slopes(Vec<f64>),
}

impl Values {
    /// The value after period `t`, where it is known away from the plan.
    pub(crate) fn function(&self, t: usize) -> Option<&ValueFunction> {
        match self {
            Self::Functions(values) => values.get(t + 1),
            Self::Slopes(_) => None,
        }
    }

    /// What one more MWh after period `t` is worth or, when the store is full, the last one.
    pub(crate) fn slope(&self, t: usize, soc: f64) -> Option<f64> {
        match self {
            Self::Functions(values) => {
                let marginal = values.get(t + 1)?.marginal(soc);
                marginal.right.or(marginal.left)
            }
            Self::Slopes(slopes) => slopes.get(t).copied(),
        }
    }
}

/// A cycle budget over some of the periods.
pub(crate) struct PlannedBudget {
    /// The delivery day; none for the share of the yearly budget.
    pub(crate) day: Option<Date>,
    /// Indices of its periods.
    pub(crate) periods: Range<usize>,
    /// Most energy discharged at the grid connection.
    pub(crate) limit: Energy,
    /// What one more MWh of it is worth, currency per MWh.
    pub(crate) price: f64,
}

impl Plan {
    /// What a MWh of the cycle budget is worth in period `t`.
    pub(crate) fn cycle_price(&self, t: usize) -> f64 {
        self.cycle_prices.get(t).copied().unwrap_or(0.0)
    }

    /// What discharging a MWh costs in period `t` besides fees.
    pub(crate) fn discharge_cost(&self, t: usize) -> f64 {
        self.wear + self.cycle_price(t)
    }

    /// The moves in whole kW s. Where rounding has passed a cycle budget, so many discharges feed one kW s less.
    pub(crate) fn moves(&self, problem: &Problem) -> Result<Vec<Move>, EngineError> {
        let mut moves = door::moves(&problem.window, self.retention, &self.path)?;
        for budget in &self.budgets {
            let within = moves.get_mut(budget.periods.clone()).unwrap_or_default();
            let fed = |step: &Move| step.grid.max(Energy::ZERO).kilowatt_seconds();
            let total: i64 = within.iter().map(fed).sum();
            let excess = total - budget.limit.kilowatt_seconds();
            let selling = within.iter_mut().filter(|step| step.grid > Energy::ZERO);
            for step in selling.take(usize::try_from(excess).unwrap_or(0)) {
                let less = step.grid.kilowatt_seconds() - 1;
                step.grid = Energy::from_kilowatt_seconds(less);
            }
        }
        Ok(moves)
    }

    /// What one more MWh in store is worth after period `t`: of the next one or, when the store is full, of the last one.
    fn worth(&self, t: usize, soc: Energy) -> Result<Price, EngineError> {
        let slope = self.values.slope(t, door::energy(soc)).unwrap_or(0.0);
        door::to_price(slope)
    }

    /// The schedule with what it earns at the problem's prices, in exact figures.
    pub(crate) fn schedule(&self, problem: &Problem) -> Result<Schedule, EngineError> {
        let battery = &problem.window.battery;
        let seconds = i128::from(problem.window.resolution.seconds());
        let mut books = Books::new(problem.currency);
        let mut bands = Bands::new(battery);
        let mut points = Vec::with_capacity(problem.periods.len());
        let moves = self.moves(problem)?;
        let ahead = problem.periods.iter().zip(&problem.prices);
        for (t, ((&period, &price), step)) in ahead.zip(&moves).enumerate() {
            books.add(battery, price, step.grid)?;
            let above = step.soc.checked_sub(battery.min_soc).unwrap_or_default();
            bands.run((self.retention, above), step.grid, |cost, part, whole| {
                books.wear.add_part(cost, part, whole);
            });
            let mean = Rounding::HalfEven.div(i128::from(step.grid.kilowatt_seconds()), seconds);
            points.push(SchedulePoint {
                period,
                power: Power::from_kilowatts(i64::try_from(mean).unwrap_or(i64::MAX)),
                energy: step.grid,
                state_of_charge: step.soc,
                stored_value: self.worth(t, step.soc)?,
            });
        }
        let end = moves.last().map_or(battery.initial_soc, |step| step.soc);
        let shortfall = shortfall(problem, end)?;
        let (revenue, wear) = (books.revenue.total()?, books.wear.total()?);
        let fees = books.fees.total()?;
        let costs = [
            Some(wear),
            Some(fees),
            shortfall.map(|missing| missing.cost),
        ];
        let out = EngineError::OutOfRange("the value");
        let value = costs
            .into_iter()
            .flatten()
            .try_fold(revenue, Money::checked_sub);
        let gap = door::to_money(self.gap, problem.currency)?;
        let charged = battery.charge_fee != Price::ZERO || battery.discharge_fee != Price::ZERO;
        Ok(Schedule {
            points,
            revenue,
            wear,
            fees: charged.then_some(fees),
            shortfall,
            value: value.ok_or(out)?,
            cycles: door::cycles(books.discharged, battery.usable_energy()),
            budgets: self.budget_use(&moves)?,
            method: self.method,
            gap: (gap.minor() > 0).then_some(gap),
        })
    }

    fn budget_use(&self, moves: &[Move]) -> Result<Vec<BudgetUse>, EngineError> {
        let used = |budget: &PlannedBudget| {
            let within = moves.get(budget.periods.clone()).unwrap_or_default();
            let fed = within.iter().map(|step| step.grid.max(Energy::ZERO));
            let out = EngineError::OutOfRange("the energy discharged");
            let sum = fed.into_iter().try_fold(Energy::ZERO, Energy::checked_add);
            Ok(BudgetUse {
                day: budget.day,
                limit: budget.limit,
                discharged: sum.ok_or(out)?,
                shadow_price: door::to_price(budget.price)?,
            })
        };
        self.budgets.iter().map(used).collect()
    }
}

/// What is earned and paid.
struct Books {
    revenue: Ledger,
    wear: Ledger,
    fees: Ledger,
    discharged: Energy,
}

impl Books {
    const fn new(currency: Currency) -> Self {
        Self {
            revenue: Ledger::new(currency),
            wear: Ledger::new(currency),
            fees: Ledger::new(currency),
            discharged: Energy::ZERO,
        }
    }

    fn add(&mut self, battery: &Battery, price: Price, grid: Energy) -> Result<(), EngineError> {
        let fed = grid.max(Energy::ZERO);
        self.revenue.add(price, grid);
        self.wear.add(battery.degradation_cost, fed);
        self.fees.add(battery.discharge_fee, fed);
        self.fees
            .add(battery.charge_fee, grid.min(Energy::ZERO).magnitude());
        let out = EngineError::OutOfRange("the energy discharged");
        self.discharged = self.discharged.checked_add(fed).ok_or(out)?;
        Ok(())
    }
}

/// What is missing at the end from a target that has a price.
fn shortfall(problem: &Problem, end: Energy) -> Result<Option<Shortfall>, EngineError> {
    let battery = &problem.window.battery;
    let (Some(target), Some(price)) = (battery.target_soc, battery.target_price) else {
        return Ok(None);
    };
    let energy = target.checked_sub(end).unwrap_or_default();
    if energy <= Energy::ZERO {
        return Ok(None);
    }
    let cost = door::amount(price, energy, problem.currency)?;
    Ok(Some(Shortfall { energy, cost }))
}

//! A path of stored energy and what energy is worth along it.

use super::problem::Problem;
use crate::battery::ValueFunction;
use crate::door::{self, Ledger, Move};
use optibid_core::ports::EngineError;
use optibid_core::schedule::{Schedule, ScheduleMethod, SchedulePoint};
use optibid_core::unit::{Energy, Power, Price, Rounding};

/// What to do at given prices.
pub(crate) struct Plan {
    /// Energy stored after each period, MWh.
    pub(crate) path: Vec<f64>,
    /// Value of stored energy before each period and after the last one.
    pub(crate) values: Vec<ValueFunction>,
    /// Share of the stored energy kept over a period.
    pub(crate) retention: f64,
    /// What discharging a MWh wears.
    pub(crate) wear: f64,
    /// What a MWh of the cycle budget would earn elsewhere, for each period; empty without a budget that binds.
    pub(crate) cycle_prices: Vec<f64>,
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

    /// The moves in whole kW s.
    pub(crate) fn moves(&self, problem: &Problem) -> Result<Vec<Move>, EngineError> {
        door::moves(&problem.window, self.retention, &self.path)
    }

    /// What one more MWh in store is worth after period `t`: of the next one or, when the store is full, of the last one.
    fn worth(&self, t: usize, soc: Energy) -> Result<Price, EngineError> {
        let marginal = self
            .values
            .get(t + 1)
            .map(|value| value.marginal(door::energy(soc)));
        let slope = marginal.and_then(|m| m.right.or(m.left)).unwrap_or(0.0);
        door::to_price(slope)
    }

    /// The schedule with what it earns at the problem's prices, in exact figures.
    pub(crate) fn schedule(&self, problem: &Problem) -> Result<Schedule, EngineError> {
        let battery = &problem.window.battery;
        let seconds = i128::from(problem.window.resolution.seconds());
        let (mut revenue, mut wear) =
            (Ledger::new(problem.currency), Ledger::new(problem.currency));
        let (mut points, mut discharged) = (Vec::with_capacity(problem.periods.len()), 0_i64);
        let moves = self.moves(problem)?;
        let out = EngineError::OutOfRange("the energy discharged");
        for (t, ((&period, &price), step)) in problem
            .periods
            .iter()
            .zip(&problem.prices)
            .zip(moves)
            .enumerate()
        {
            let fed = step.grid.max(Energy::ZERO);
            revenue.add(price, step.grid);
            wear.add(battery.degradation_cost, fed);
            discharged = discharged
                .checked_add(fed.kilowatt_seconds())
                .ok_or(out.clone())?;
            let mean = Rounding::HalfEven.div(i128::from(step.grid.kilowatt_seconds()), seconds);
            points.push(SchedulePoint {
                period,
                power: Power::from_kilowatts(i64::try_from(mean).unwrap_or(i64::MAX)),
                energy: step.grid,
                state_of_charge: step.soc,
                stored_value: self.worth(t, step.soc)?,
            });
        }
        let (revenue, wear) = (revenue.total()?, wear.total()?);
        Ok(Schedule {
            points,
            revenue,
            wear,
            fees: None,
            shortfall: None,
            budgets: Vec::new(),
            method: ScheduleMethod::DynamicProgram,
            gap: None,
            value: revenue
                .checked_sub(wear)
                .ok_or(EngineError::OutOfRange("the value"))?,
            cycles: door::cycles(
                Energy::from_kilowatt_seconds(discharged),
                battery.usable_energy(),
            ),
        })
    }
}

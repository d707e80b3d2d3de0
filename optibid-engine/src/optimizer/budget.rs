//! The cycle budget: a price on discharging, found by bisection.

use super::plan::Plan;
use crate::battery::{self, Horizon, Method, Solution};
use crate::door::{self, Window, solve_fault};
use optibid_core::ports::EngineError;

/// Halvings of the price's range: each leaves half of it, so 60 leave less than the last bit.
const HALVINGS: usize = 60;

/// The best plan within the cycle budget.
pub(super) fn plan(window: &Window, prices: &[f64]) -> Result<Plan, EngineError> {
    let search = Search {
        window,
        prices,
        limits: window.limits_mw(),
    };
    let free = search.solve(0.0)?;
    let Some(budget) = search.budget_mwh() else {
        return search.complete(free.schedule.soc_mwh, 0.0);
    };
    if search.discharged(&free) <= budget {
        return search.complete(free.schedule.soc_mwh, 0.0);
    }
    let (mut low, mut over) = (0.0, free);
    let mut high = search.prohibitive();
    let mut within = search.solve(high)?;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        let solution = search.solve(middle)?;
        if search.discharged(&solution) > budget {
            (low, over) = (middle, solution);
        } else {
            (high, within) = (middle, solution);
        }
    }
    let (most, least) = (search.discharged(&over), search.discharged(&within));
    let part = if most > least {
        ((budget - least) / (most - least)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mixed = over.schedule.soc_mwh.iter().zip(&within.schedule.soc_mwh);
    let path = mixed
        .map(|(over, within)| part * over + (1.0 - part) * within)
        .collect();
    search.complete(path, high)
}

struct Search<'a> {
    window: &'a Window,
    prices: &'a [f64],
    limits: (Vec<f64>, Vec<f64>),
}

impl Search<'_> {
    fn horizon(&self) -> Horizon<'_> {
        Horizon::new(self.prices)
            .with_charge_limits(&self.limits.0)
            .with_discharge_limits(&self.limits.1)
    }

    fn solve(&self, cycle_price: f64) -> Result<Solution, EngineError> {
        let model = door::model(&self.window.battery, self.window.resolution, cycle_price)?;
        battery::solve(&model, &self.horizon(), Method::Exact).map_err(|error| solve_fault(&error))
    }

    /// Values at the price found, for the path found.
    fn complete(&self, path: Vec<f64>, cycle_price: f64) -> Result<Plan, EngineError> {
        let model = door::model(&self.window.battery, self.window.resolution, cycle_price)?;
        let values = battery::value_functions(&model, &self.horizon(), Method::Exact)
            .map_err(|error| solve_fault(&error))?;
        let wear = model.parameters().degradation_per_mwh - cycle_price;
        Ok(Plan {
            path,
            values,
            retention: model.retention(),
            wear,
            cycle_prices: vec![cycle_price; self.prices.len()],
        })
    }

    /// Most MWh that may be discharged over the horizon.
    fn budget_mwh(&self) -> Option<f64> {
        let battery = &self.window.battery;
        let seconds = self.window.resolution.seconds() as f64;
        let days = (self.prices.len() as f64 * seconds / 86_400.0)
            .round()
            .max(1.0);
        let usable = door::energy(battery.usable_energy());
        battery
            .cycle_budget
            .map(|cycles| door::ratio(cycles) * usable * days)
    }

    fn discharged(&self, solution: &Solution) -> f64 {
        let hours = self.window.resolution.seconds() as f64 / 3_600.0;
        solution.schedule.discharge_mw.iter().sum::<f64>() * hours
    }

    /// A price on discharging at which nothing is: above the best price plus what making room can bring, which is to be
    /// paid for charging again.
    fn prohibitive(&self) -> f64 {
        let battery = &self.window.battery;
        let round_trip =
            door::ratio(battery.charge_efficiency) * door::ratio(battery.discharge_efficiency);
        let largest = self
            .prices
            .iter()
            .fold(0.0_f64, |most, price| most.max(price.abs()));
        1.0 + largest * (1.0 + 1.0 / round_trip)
    }
}

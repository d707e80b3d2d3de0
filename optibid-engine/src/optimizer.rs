//! The best schedule of a battery at given prices.

mod budget;
mod conflict;
mod coupled;
mod explain;
mod plan;
mod problem;
mod solve;
mod worth;

pub(crate) use plan::{Plan, PlannedBudget};
pub(crate) use problem::Problem;
pub(crate) use solve::plan;
pub(crate) use worth::Worth;

use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{ExplainedSchedule, Schedule, ScheduleRequest};

/// Finds the schedule that earns most, by dynamic programming on the value of stored energy.
///
/// The optimum is that of [`battery`](crate::battery) with [`Method::Exact`](crate::battery::Method::Exact): no period both
/// charges and discharges. Energies are rounded to whole kW s, within every limit; revenue and wear are then computed from
/// those energies exactly and rounded once each.
///
/// # Cycle budget
/// A budget limits the energy discharged over the whole horizon to `cycle_budget x usable energy x days`, where the days
/// are the horizon's hours over 24, rounded, and at least one: a day of 23 or 25 hours has one budget, a week seven, which
/// it may spend unevenly. It is met by a price on each MWh discharged (its Lagrange multiplier, found by bisection) and,
/// where the energy discharged jumps at that price, by mixing the schedules on both sides of the jump. For prices
/// that are not negative that is the optimum; where negative prices make burning energy pay, it may fall short of it
/// by part of one such burn.
///
/// # Example
/// ```
/// use optibid_core::asset::Battery;
/// use optibid_core::market::{MarketZone, Resolution};
/// use optibid_core::ports::Optimizer;
/// use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
/// use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
/// use optibid_engine::BatteryOptimizer;
///
/// let battery = Battery {
///     charge_efficiency: Ratio::from_ppm(900_000),
///     degradation_cost: Price::from_units(5),
///     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::ONE)
/// };
/// let zone = MarketZone::new("America/Chicago", 0)?;
/// let day = zone.day("2024-06-01".parse()?)?;
/// let prices = day
///     .periods(Resolution::Hour)
///     .zip([20, 60, 30, 80])
///     .map(|(period, price)| PeriodPrice { period, price: Price::from_units(price) })
///     .collect();
/// let request = ScheduleRequest::new(battery, zone, prices, Currency::Usd);
/// let schedule = BatteryOptimizer::new().optimise(&request)?;
/// // Buys 10 MWh at 20 and at 30, stores 9 of each, and sells 8 at 60 and 10 at 80.
/// assert_eq!(schedule.revenue.to_string(), "780.00");
/// assert_eq!(schedule.wear.to_string(), "90.00");
/// assert_eq!(schedule.cycles.to_string(), "0.9");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct BatteryOptimizer(());

impl BatteryOptimizer {
    /// An optimiser; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl Optimizer for BatteryOptimizer {
    /// # Errors
    /// [`EngineError::Invalid`] with the code
    /// - of the battery's own rule (see [`Battery::violations`](optibid_core::asset::Battery::violations)), under `battery.`,
    /// - `no_periods`, `mixed_resolutions`, `periods_not_consecutive`, `price_out_of_range` for the prices,
    /// - `availability_length`, `availability_out_of_range` for the availability,
    /// - `battery_out_of_range` for figures beyond anything real (1e12 MWh).
    ///
    /// [`EngineError::Contradiction`] when limits cannot hold together, with the smallest set of them and priced ways out.
    ///
    /// [`EngineError::OutOfRange`] when an amount is past what the domain holds.
    fn optimise(&self, request: &ScheduleRequest) -> Result<Schedule, EngineError> {
        let problem = checked(request, "prices")?;
        plan(&problem)?.schedule(&problem)
    }

    /// # Errors
    /// As [`optimise`](Self::optimise).
    fn explain(&self, request: &ScheduleRequest) -> Result<ExplainedSchedule, EngineError> {
        let problem = checked(request, "prices")?;
        let plan = plan(&problem)?;
        let schedule = plan.schedule(&problem)?;
        let worth = Worth {
            problem: &problem,
            plan: &plan,
        };
        let moves = explain::moves(&worth, &schedule)?;
        Ok(ExplainedSchedule { schedule, moves })
    }
}

/// The problem of a request whose periods came in `field`, if its limits hold together.
pub(crate) fn checked(
    request: &ScheduleRequest,
    field: &'static str,
) -> Result<Problem, EngineError> {
    let problem = Problem::new(request, field)?;
    conflict::check(request)?;
    Ok(problem)
}

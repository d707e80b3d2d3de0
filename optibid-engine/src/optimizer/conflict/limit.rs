//! The limits that may take part in a contradiction, in the words of the request.

use optibid_core::asset::Battery;
use optibid_core::error::Violation;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::Ratio;

/// A limit that may be part of a contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    InitialSoc,
    TargetSoc,
    MinSoc,
    MaxSoc,
    ChargePower,
    DischargePower,
    Ramp,
    InitialPower,
    CycleBudget,
    YearlyCycleBudget,
    /// Of one period, like the two below.
    Availability(usize),
    PeriodMin(usize),
    PeriodMax(usize),
}

impl Limit {
    /// Path of the field in the request.
    pub(super) fn field(self) -> String {
        match self {
            Self::InitialSoc => "battery.initial_soc".to_owned(),
            Self::TargetSoc => "battery.target_soc".to_owned(),
            Self::MinSoc => "battery.min_soc".to_owned(),
            Self::MaxSoc => "battery.max_soc".to_owned(),
            Self::ChargePower => "battery.charge_limit".to_owned(),
            Self::DischargePower => "battery.discharge_limit".to_owned(),
            Self::Ramp => "battery.ramp_limit".to_owned(),
            Self::InitialPower => "initial_power".to_owned(),
            Self::CycleBudget => "battery.cycle_budget".to_owned(),
            Self::YearlyCycleBudget => "battery.yearly_cycle_budget".to_owned(),
            Self::Availability(t) => format!("availability[{t}]"),
            Self::PeriodMin(t) => format!("soc_limits[{t}].min"),
            Self::PeriodMax(t) => format!("soc_limits[{t}].max"),
        }
    }

    pub(super) fn shown(self, request: &ScheduleRequest) -> String {
        let Battery {
            initial_soc,
            target_soc,
            min_soc,
            max_soc,
            charge_limit,
            discharge_limit,
            ramp_limit,
            cycle_budget,
            yearly_cycle_budget,
            ..
        } = &request.battery;
        match self {
            Self::InitialSoc => initial_soc.to_string(),
            Self::TargetSoc => target_soc.map_or_else(String::new, |soc| soc.to_string()),
            Self::MinSoc => min_soc.to_string(),
            Self::MaxSoc => max_soc.to_string(),
            Self::ChargePower => charge_limit.to_string(),
            Self::DischargePower => discharge_limit.to_string(),
            Self::InitialPower => {
                let power = request.initial_power;
                power.map_or_else(String::new, |power| power.to_string())
            }
            Self::Ramp => ramp_limit.map_or_else(String::new, |ramp| ramp.to_string()),
            Self::CycleBudget => cycle_budget.map_or_else(String::new, |c| c.to_string()),
            Self::YearlyCycleBudget => {
                yearly_cycle_budget.map_or_else(String::new, |c| c.to_string())
            }
            Self::Availability(t) => at(&request.availability, t, Ratio::to_string),
            Self::PeriodMin(t) => at(&request.soc_limits, t, |limits| limits.min.to_string()),
            Self::PeriodMax(t) => at(&request.soc_limits, t, |limits| limits.max.to_string()),
        }
    }

    pub(super) fn violation(
        self,
        request: &ScheduleRequest,
        (period, reachable, short): (usize, Option<f64>, bool),
    ) -> Violation {
        let end = request.prices.get(period).map(|price| price.period.end());
        let end = end.map_or_else(String::new, |end| end.to_string());
        let side = if short { "at most" } else { "at least" };
        let rule = reachable.map_or_else(
            || "no schedule keeps all of these limits".to_owned(),
            |soc| {
                let soc = soc.max(0.0);
                format!("together, these limits leave {side} {soc:.6} MWh in store at {end}")
            },
        );
        Violation::new("contradiction", self.field(), self.shown(request), rule)
    }
}

fn at<T>(items: &[T], index: usize, shown: impl Fn(&T) -> String) -> String {
    items.get(index).map_or_else(String::new, shown)
}

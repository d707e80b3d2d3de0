//! Plants and loads.

use super::check::Check;
use crate::error::Violation;
use crate::unit::{Money, Power, Price};
use serde::{Deserialize, Serialize};

/// A solar or wind plant: it runs when the sky lets it, up to its capacity.
///
/// ```
/// use optibid_core::asset::Renewable;
/// use optibid_core::unit::{Power, Price};
/// let plant = Renewable { capacity: Power::ZERO, curtailment_cost: Price::ZERO };
/// assert_eq!(plant.violations("kind")[0].field, "kind.capacity");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Renewable {
    /// Largest injection at the grid connection.
    pub capacity: Power,
    /// What one curtailed MWh costs: the subsidy or certificate forgone. The lowest price worth
    /// running at is its negative.
    #[serde(default)]
    pub curtailment_cost: Price,
}

impl Renewable {
    /// Every broken rule, with fields named under `path`.
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        check.positive_power("capacity", self.capacity);
        check.cost("curtailment_cost", self.curtailment_cost);
        check.into_found()
    }
}

/// A thermal plant: limits, ramps and the costs of a unit that must be committed.
///
/// ```
/// use optibid_core::asset::Thermal;
/// use optibid_core::unit::{Currency, Money, Power, Price};
/// let plant = Thermal {
///     min_power: Power::from_megawatts(120),
///     max_power: Power::from_megawatts(400),
///     ramp_up: Power::from_megawatts(8),
///     ramp_down: Power::from_megawatts(10),
///     start_up_cost: Money::from_minor(2_500_000, Currency::Usd),
///     no_load_cost: Money::from_minor(150_000, Currency::Usd),
///     marginal_cost: Price::from_units(32),
///     min_up_minutes: 240,
///     min_down_minutes: 120,
/// };
/// assert!(plant.violations("").is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Thermal {
    /// Lowest injection while on.
    pub min_power: Power,
    /// Highest injection.
    pub max_power: Power,
    /// Largest rise per minute.
    pub ramp_up: Power,
    /// Largest fall per minute, as a magnitude.
    pub ramp_down: Power,
    /// Cost of one start.
    pub start_up_cost: Money,
    /// Cost per hour on, whatever the output.
    pub no_load_cost: Money,
    /// Cost of one more MWh.
    pub marginal_cost: Price,
    /// Shortest time on, in minutes.
    pub min_up_minutes: u32,
    /// Shortest time off, in minutes.
    pub min_down_minutes: u32,
}

impl Thermal {
    /// Longest minimum up or down time: four weeks.
    pub const MAX_MINUTES: u32 = 40_320;

    /// Every broken rule, with fields named under `path`.
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        let low = self.min_power;
        check.require(
            low >= Power::ZERO,
            "negative",
            "min_power",
            (&low, "not below 0 MW"),
        );
        let rule = format!("at most max_power, which is {} MW", self.max_power);
        check.require(
            low <= self.max_power,
            "min_above_max",
            "min_power",
            (&low, &rule),
        );
        check.positive_power("max_power", self.max_power);
        check.positive_power("ramp_up", self.ramp_up);
        check.positive_power("ramp_down", self.ramp_down);
        check.amount("start_up_cost", self.start_up_cost);
        check.amount("no_load_cost", self.no_load_cost);
        let (start, idle) = (self.start_up_cost.currency(), self.no_load_cost.currency());
        let rule = format!("the currency of start_up_cost, which is {start}");
        check.require(
            start == idle,
            "currency_mismatch",
            "no_load_cost",
            (&idle, &rule),
        );
        check.price("marginal_cost", self.marginal_cost);
        let rule = format!("at most {} minutes", Self::MAX_MINUTES);
        let minutes = [
            ("min_up_minutes", self.min_up_minutes),
            ("min_down_minutes", self.min_down_minutes),
        ];
        for (field, value) in minutes {
            check.require(
                value <= Self::MAX_MINUTES,
                "too_large",
                field,
                (&value, &rule),
            );
        }
        check.into_found()
    }
}

/// A load that can be served up to its maximum.
///
/// ```
/// use optibid_core::asset::Load;
/// use optibid_core::unit::{Power, Price};
/// let load = Load {
///     max_power: Power::from_megawatts(30),
///     value_of_lost_load: Price::from_units(5_000),
/// };
/// assert!(load.violations("").is_empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Largest withdrawal, as a magnitude above zero.
    pub max_power: Power,
    /// What one MWh not served costs: the highest price worth buying at.
    pub value_of_lost_load: Price,
}

impl Load {
    /// Every broken rule, with fields named under `path`.
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        check.positive_power("max_power", self.max_power);
        check.cost("value_of_lost_load", self.value_of_lost_load);
        check.into_found()
    }
}

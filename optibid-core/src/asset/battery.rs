//! The battery.

use super::check::Check;
use crate::error::Violation;
use crate::unit::{Energy, Power, Price, Ratio, Rounding};
use serde::{Deserialize, Serialize};

/// A battery's limits and costs.
///
/// Powers are magnitudes at the grid connection; energies are stored energy behind the converter.
/// Charging at power `p` for an hour stores `p x charge_efficiency`; discharging at `p` takes
/// `p / discharge_efficiency` out of the store.
///
/// The fields are open so that a configuration can be written down as a literal; nothing may be
/// computed with it before [`violations`](Self::violations) came back empty.
///
/// ```
/// use optibid_core::asset::Battery;
/// use optibid_core::unit::{Energy, Power, Price, Ratio};
/// let battery = Battery {
///     charge_limit: Power::from_megawatts(10),
///     discharge_limit: Power::from_megawatts(10),
///     energy_capacity: Energy::from_mwh(20),
///     min_soc: Energy::from_mwh(1),
///     max_soc: Energy::from_mwh(19),
///     charge_efficiency: Ratio::from_ppm(900_000),
///     discharge_efficiency: Ratio::from_ppm(950_000),
///     initial_soc: Energy::from_mwh(10),
///     target_soc: None,
///     cycle_budget: Some(Ratio::from_ppm(1_500_000)),
///     degradation_cost: Price::from_units(4),
///     standing_loss: Ratio::ZERO,
/// };
/// assert!(battery.violations("").is_empty());
/// assert_eq!(battery.round_trip().to_string(), "0.855");
/// assert_eq!(battery.usable_energy(), Energy::from_mwh(18));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Battery {
    /// Largest withdrawal while charging, as a magnitude above zero.
    pub charge_limit: Power,
    /// Largest injection while discharging, as a magnitude above zero.
    pub discharge_limit: Power,
    /// Energy that the store can hold.
    pub energy_capacity: Energy,
    /// Lowest stored energy allowed.
    pub min_soc: Energy,
    /// Highest stored energy allowed.
    pub max_soc: Energy,
    /// Share of the energy drawn from the grid that is stored, above 0 and at most 1.
    pub charge_efficiency: Ratio,
    /// Share of the energy taken from the store that reaches the grid, above 0 and at most 1.
    pub discharge_efficiency: Ratio,
    /// Stored energy at the start of a day.
    pub initial_soc: Energy,
    /// Stored energy wanted at the end of a day; none leaves the end free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_soc: Option<Energy>,
    /// Equivalent full cycles allowed a day: energy discharged at the grid connection over usable
    /// capacity. None is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle_budget: Option<Ratio>,
    /// Cost of wear per MWh discharged at the grid connection.
    #[serde(default)]
    pub degradation_cost: Price,
    /// Share of the stored energy lost per hour, 0 or more and below 1.
    #[serde(default)]
    pub standing_loss: Ratio,
}

impl Battery {
    /// Energy back over energy in: the product of the one-way efficiencies, half-even to 1e-6.
    #[must_use]
    pub fn round_trip(&self) -> Ratio {
        let product =
            i128::from(self.charge_efficiency.ppm()) * i128::from(self.discharge_efficiency.ppm());
        let ppm = Rounding::HalfEven.div(product, i128::from(Ratio::ONE.ppm()));
        Ratio::from_ppm(i64::try_from(ppm).unwrap_or(i64::MAX))
    }

    /// Stored energy between the lowest and the highest allowed; zero when they are crossed.
    #[must_use]
    pub fn usable_energy(&self) -> Energy {
        self.max_soc
            .checked_sub(self.min_soc)
            .unwrap_or_default()
            .max(Energy::ZERO)
    }

    /// Every broken rule, with fields named under `path` (`kind` gives `kind.max_soc`; empty gives
    /// `max_soc`).
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        check.positive_power("charge_limit", self.charge_limit);
        check.positive_power("discharge_limit", self.discharge_limit);
        check.positive_energy("energy_capacity", self.energy_capacity);
        check.efficiency("charge_efficiency", self.charge_efficiency);
        check.efficiency("discharge_efficiency", self.discharge_efficiency);
        self.check_store(&mut check);
        if let Some(budget) = self.cycle_budget {
            let within = Ratio::ZERO < budget && budget <= Ratio::from_ppm(1_000_000_000);
            let rule = "above 0 and at most 1000 cycles a day";
            check.require(
                within,
                "cycle_budget_out_of_range",
                "cycle_budget",
                (&budget, rule),
            );
        }
        check.cost("degradation_cost", self.degradation_cost);
        let loss = self.standing_loss;
        let within = Ratio::ZERO <= loss && loss < Ratio::ONE;
        let rule = "0 or more and below 1 per hour";
        check.require(
            within,
            "standing_loss_out_of_range",
            "standing_loss",
            (&loss, rule),
        );
        check.into_found()
    }

    /// `0 <= min < max <= capacity`, and `min <= initial, target <= max`.
    fn check_store(&self, check: &mut Check) {
        let (low, high) = (self.min_soc, self.max_soc);
        check.require(
            low >= Energy::ZERO,
            "soc_negative",
            "min_soc",
            (&low, "not below 0 MWh"),
        );
        let rule = format!("below max_soc, which is {high} MWh");
        check.require(low < high, "soc_window_empty", "min_soc", (&low, &rule));
        let rule = format!(
            "at most energy_capacity, which is {} MWh",
            self.energy_capacity
        );
        let fits = high <= self.energy_capacity;
        check.require(fits, "soc_above_capacity", "max_soc", (&high, &rule));
        let rule = format!("between min_soc and max_soc: {low} to {high} MWh");
        let within = |soc: Energy| low <= soc && soc <= high;
        let initial = self.initial_soc;
        check.require(
            within(initial),
            "soc_out_of_window",
            "initial_soc",
            (&initial, &rule),
        );
        if let Some(target) = self.target_soc {
            check.require(
                within(target),
                "soc_out_of_window",
                "target_soc",
                (&target, &rule),
            );
        }
    }
}

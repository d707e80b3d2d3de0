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
///     // No grid fees, ramp limit, yearly budget or wear by depth.
///     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::ONE)
/// };
/// assert!(battery.violations("").is_empty());
/// assert_eq!(battery.round_trip().to_string(), "0.855");
/// assert_eq!(battery.usable_energy(), Energy::from_mwh(18));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What each MWh missing from `target_soc` at the end costs. None makes the target hard: a plan
    /// that cannot reach it does not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_price: Option<Price>,
    /// Equivalent full cycles allowed a delivery day: energy discharged at the grid connection over
    /// usable capacity. None is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle_budget: Option<Ratio>,
    /// Equivalent full cycles allowed a year of 365 days; a plan may spend its share of the year as it
    /// likes. None is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly_cycle_budget: Option<Ratio>,
    /// Cost of wear per MWh discharged at the grid connection.
    #[serde(default)]
    pub degradation_cost: Price,
    /// Further wear by the depth of the cycle, from the shallowest band to the full depth; empty is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depth_wear: Vec<DepthWear>,
    /// Share of the stored energy lost per hour, 0 or more and below 1.
    #[serde(default)]
    pub standing_loss: Ratio,
    /// Grid fee per MWh drawn from the grid.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub charge_fee: Price,
    /// Grid fee per MWh fed into the grid.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub discharge_fee: Price,
    /// Largest change of power at the grid connection in a minute. From one period to the next, power
    /// may change by this times the minutes of the period. None is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ramp_limit: Option<Power>,
}

/// Wear of one band of cycle depth.
///
/// A cycle that goes `d` deep wears the bands up to `d`: energy discharged in a band costs the band's
/// price, on top of `degradation_cost`. This is the segmented cycle-ageing cost of Xu, Zhao, Zheng,
/// Litvinov and Kirschen, IEEE Transactions on Power Systems 33(2), 2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DepthWear {
    /// Where the band ends, as a share of the usable energy; it begins where the one before ends.
    pub up_to: Ratio,
    /// Cost per MWh discharged at the grid connection in this band, not below that of the band before.
    pub cost: Price,
}

const fn is_zero(price: &Price) -> bool {
    price.micros() == 0
}

/// Most bands of cycle depth.
const MAX_BANDS: usize = 16;
/// Most equivalent full cycles a day.
const MAX_CYCLES: Ratio = Ratio::from_ppm(1_000_000_000);

impl Battery {
    /// A battery with the same power and one-way efficiency both ways, its whole energy usable, empty at
    /// the start, and no cost, loss or limit beyond these: what a literal builds on.
    ///
    /// ```
    /// use optibid_core::asset::Battery;
    /// use optibid_core::unit::{Energy, Power, Price, Ratio};
    /// let battery = Battery {
    ///     degradation_cost: Price::from_units(5),
    ///     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::from_ppm(950_000))
    /// };
    /// assert_eq!(battery.round_trip().to_string(), "0.9025");
    /// ```
    #[must_use]
    pub const fn symmetric(power: Power, energy: Energy, efficiency: Ratio) -> Self {
        Self {
            charge_limit: power,
            discharge_limit: power,
            energy_capacity: energy,
            min_soc: Energy::ZERO,
            max_soc: energy,
            charge_efficiency: efficiency,
            discharge_efficiency: efficiency,
            initial_soc: Energy::ZERO,
            target_soc: None,
            target_price: None,
            cycle_budget: None,
            yearly_cycle_budget: None,
            degradation_cost: Price::ZERO,
            depth_wear: Vec::new(),
            standing_loss: Ratio::ZERO,
            charge_fee: Price::ZERO,
            discharge_fee: Price::ZERO,
            ramp_limit: None,
        }
    }

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
        self.check_costs(&mut check);
        self.check_depth(&mut check);
        check.into_found()
    }

    /// Budgets, costs, the standing loss and the ramp.
    fn check_costs(&self, check: &mut Check) {
        let yearly = Ratio::from_ppm(MAX_CYCLES.ppm() * 365);
        for (field, budget, most, rule) in [
            (
                "cycle_budget",
                self.cycle_budget,
                MAX_CYCLES,
                "above 0 and at most 1000 cycles a day",
            ),
            (
                "yearly_cycle_budget",
                self.yearly_cycle_budget,
                yearly,
                "above 0 and at most 365000 cycles a year",
            ),
        ] {
            let Some(budget) = budget else { continue };
            let within = Ratio::ZERO < budget && budget <= most;
            check.require(within, "cycle_budget_out_of_range", field, (&budget, rule));
        }
        check.cost("degradation_cost", self.degradation_cost);
        check.cost("charge_fee", self.charge_fee);
        check.cost("discharge_fee", self.discharge_fee);
        if let Some(price) = self.target_price {
            check.cost("target_price", price);
            let rule = "only with a target_soc, whose shortfall it prices";
            let met = self.target_soc.is_some();
            check.require(met, "price_without_target", "target_price", (&price, rule));
        }
        let loss = self.standing_loss;
        let within = Ratio::ZERO <= loss && loss < Ratio::ONE;
        let rule = "0 or more and below 1 per hour";
        check.require(
            within,
            "standing_loss_out_of_range",
            "standing_loss",
            (&loss, rule),
        );
        if let Some(ramp) = self.ramp_limit {
            check.positive_power("ramp_limit", ramp);
        }
    }

    /// Bands that follow each other up to the full depth, each no cheaper than the one before: else the
    /// deeper band would be worn first.
    fn check_depth(&self, check: &mut Check) {
        let bands = &self.depth_wear;
        let count = bands.len();
        let rule = format!("at most {MAX_BANDS} bands");
        check.require(
            count <= MAX_BANDS,
            "too_many_bands",
            "depth_wear",
            (&count, &rule),
        );
        let (mut from, mut cost) = (Ratio::ZERO, Price::ZERO);
        for (i, band) in bands.iter().take(MAX_BANDS).enumerate() {
            let field = format!("depth_wear[{i}].up_to");
            let rule = format!("above {from}, where the band before ends, and at most 1");
            let met = from < band.up_to && band.up_to <= Ratio::ONE;
            check.require(met, "depth_out_of_order", &field, (&band.up_to, &rule));
            let field = format!("depth_wear[{i}].cost");
            check.cost(&field, band.cost);
            let rule = format!("not below {cost}, the cost of the band before");
            check.require(
                band.cost >= cost,
                "depth_cost_falls",
                &field,
                (&band.cost, &rule),
            );
            (from, cost) = (band.up_to, band.cost);
        }
        if let Some(last) = bands.last() {
            let field = format!("depth_wear[{}].up_to", count.saturating_sub(1));
            let rule = "1: the last band reaches the full depth";
            let met = last.up_to == Ratio::ONE;
            check.require(met, "depth_incomplete", &field, (&last.up_to, rule));
        }
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

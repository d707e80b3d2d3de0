//! A battery from its flags.

use super::args::BatteryFlags;
use optibid_core::asset::Battery;
use optibid_core::error::{Error, Result};
use optibid_core::unit::{Energy, Ratio};

/// The battery that the flags describe.
pub(super) fn battery(flags: &BatteryFlags) -> Result<Battery> {
    let battery = Battery {
        charge_limit: flags.charge_power.unwrap_or(flags.power),
        discharge_limit: flags.power,
        energy_capacity: flags.energy,
        min_soc: Energy::ZERO,
        max_soc: flags.energy,
        charge_efficiency: flags.charge_efficiency.unwrap_or(flags.efficiency),
        discharge_efficiency: flags.efficiency,
        initial_soc: flags.initial,
        target_soc: flags.target,
        cycle_budget: flags.cycles,
        degradation_cost: flags.wear,
        standing_loss: Ratio::ZERO,
    };
    let faults = battery.violations("battery");
    if faults.is_empty() {
        Ok(battery)
    } else {
        Err(Error::invalid(faults))
    }
}

//! A battery from its flags.

use super::args::BatteryFlags;
use optibid_core::asset::Battery;
use optibid_core::error::{Error, Result};
use optibid_core::unit::Energy;

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
        target_price: flags.target_price,
        cycle_budget: flags.cycles,
        yearly_cycle_budget: flags.yearly_cycles,
        degradation_cost: flags.wear,
        depth_wear: flags.depth_wear.clone(),
        standing_loss: flags.standing_loss,
        charge_fee: flags.charge_fee,
        discharge_fee: flags.discharge_fee,
        ramp_limit: flags.ramp,
    };
    let faults = battery.violations("battery");
    if faults.is_empty() {
        Ok(battery)
    } else {
        Err(Error::invalid(faults))
    }
}

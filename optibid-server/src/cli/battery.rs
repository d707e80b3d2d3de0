//! A battery from its flags.

use super::args::BatteryFlags;
use optibid_core::asset::{Battery, DepthWear};
use optibid_core::error::{Error, Result};
use optibid_core::schedule::SocLimits;
use optibid_core::unit::{Energy, Price, Ratio};
use std::path::Path;

/// One band of `--depth-wear`: its end as a share of the usable energy, a colon, its cost per MWh.
pub(super) fn depth_band(text: &str) -> Result<DepthWear, String> {
    let (up_to, cost) = text
        .split_once(':')
        .ok_or("write SHARE:COST, such as 0.5:2.00")?;
    let up_to: Ratio = up_to.parse().map_err(|error| format!("{error}"))?;
    let cost: Price = cost.parse().map_err(|error| format!("{error}"))?;
    Ok(DepthWear { up_to, cost })
}

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

/// Limits of the stored energy, one row a period: columns `min` and `max`, MWh.
pub(super) fn soc_limits(file: &Path) -> Result<Vec<SocLimits>> {
    let faulty = |error: csv::Error| {
        let value = file.display();
        Error::field("soc_limits", "--soc-limits", value, error.to_string())
    };
    let mut reader = csv::Reader::from_path(file).map_err(faulty)?;
    let rows = reader.deserialize().collect::<Result<Vec<_>, _>>();
    rows.map_err(faulty)
}

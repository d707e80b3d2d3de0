//! A battery from its flags.

use clap::Args;
use optibid_core::asset::{Battery, DepthWear};
use optibid_core::error::{Error, Result};
use optibid_core::schedule::SocLimits;
use optibid_core::unit::{Energy, Power, Price, Ratio};
use std::path::Path;

/// A battery.
#[derive(Debug, Args)]
#[command(next_help_heading = "Battery")]
pub(super) struct BatteryFlags {
    /// Power in both directions, MW.
    #[arg(long, allow_negative_numbers = true, default_value = "10")]
    pub(super) power: Power,
    /// Power while charging, MW, where it differs.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) charge_power: Option<Power>,
    /// Energy it can hold, MWh.
    #[arg(long, allow_negative_numbers = true, default_value = "20")]
    pub(super) energy: Energy,
    /// Efficiency one way: the root of the round trip's.
    #[arg(long, allow_negative_numbers = true, default_value = "0.927")]
    pub(super) efficiency: Ratio,
    /// Efficiency of charging, where it differs.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) charge_efficiency: Option<Ratio>,
    /// Stored energy at the start, MWh.
    #[arg(long, allow_negative_numbers = true, default_value = "0")]
    pub(super) initial: Energy,
    /// Stored energy wanted at the end, MWh; free when absent.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) target: Option<Energy>,
    /// Cost of each MWh missing from --target; without it the target is hard.
    #[arg(long, allow_negative_numbers = true, requires = "target")]
    pub(super) target_price: Option<Price>,
    /// Equivalent full cycles allowed a delivery day.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) cycles: Option<Ratio>,
    /// Equivalent full cycles allowed a year; a shorter span gets its share.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) yearly_cycles: Option<Ratio>,
    /// Cost of wear per MWh discharged.
    #[arg(long, allow_negative_numbers = true, default_value = "0")]
    pub(super) wear: Price,
    /// Further wear by cycle depth: bands SHARE:COST up to the full depth, such as 0.5:1,1:4.
    #[arg(long, value_delimiter = ',', value_parser = depth_band)]
    pub(super) depth_wear: Vec<DepthWear>,
    /// Share of the stored energy lost per hour.
    #[arg(long, allow_negative_numbers = true, default_value = "0")]
    pub(super) standing_loss: Ratio,
    /// Grid fee per MWh drawn from the grid.
    #[arg(long, allow_negative_numbers = true, default_value = "0")]
    pub(super) charge_fee: Price,
    /// Grid fee per MWh fed into the grid.
    #[arg(long, allow_negative_numbers = true, default_value = "0")]
    pub(super) discharge_fee: Price,
    /// Largest change of power in a minute, MW.
    #[arg(long, allow_negative_numbers = true)]
    pub(super) ramp: Option<Power>,
}

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

//! The battery's limits on both sides of the door.

use super::fault::model_fault;
use super::{energy, price, ratio};
use crate::battery::{Model, Parameters, Terminal};
use optibid_core::asset::Battery;
use optibid_core::market::Resolution;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Ratio, Rounding};

/// Most energy at the grid connection in one period, as magnitudes in whole kW s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) charge: Energy,
    pub(crate) discharge: Energy,
}

/// A battery over the periods of a horizon.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) battery: Battery,
    pub(crate) resolution: Resolution,
    /// One for each period.
    pub(crate) limits: Vec<Limit>,
}

impl Window {
    /// Applies the available shares (empty: all of it always) to `periods` periods. The battery and the shares have been
    /// checked.
    pub(crate) fn new(
        battery: Battery,
        resolution: Resolution,
        availability: &[Ratio],
        periods: usize,
    ) -> Self {
        let share = |t: usize| availability.get(t).copied().unwrap_or(Ratio::ONE);
        let limits = (0..periods)
            .map(|t| Limit::of(&battery, resolution, share(t)))
            .collect();
        Self {
            battery,
            resolution,
            limits,
        }
    }

    /// Most MW that may be charged and discharged in each period.
    pub(crate) fn limits_mw(&self) -> (Vec<f64>, Vec<f64>) {
        let hours = self.resolution.seconds() as f64 / 3_600.0;
        let mw = |energies: fn(&Limit) -> Energy| {
            self.limits
                .iter()
                .map(|limit| energy(energies(limit)) / hours)
                .collect()
        };
        (mw(|limit| limit.charge), mw(|limit| limit.discharge))
    }
}

impl Limit {
    fn of(battery: &Battery, resolution: Resolution, share: Ratio) -> Self {
        let within = |power: Power| {
            let full = i128::from(power.kilowatts()) * i128::from(resolution.seconds());
            let part = Rounding::Floor.div(full * i128::from(share.ppm()), 1_000_000);
            Energy::from_kilowatt_seconds(i64::try_from(part).unwrap_or(i64::MAX))
        };
        Self {
            charge: within(battery.charge_limit),
            discharge: within(battery.discharge_limit),
        }
    }
}

/// The optimiser's model of a battery whose rules hold; `cycle_price` is added to the wear per MWh discharged.
///
/// # Errors
/// Names the field that an `f64` cannot work with.
pub(crate) fn model(
    battery: &Battery,
    resolution: Resolution,
    cycle_price: f64,
) -> Result<Model, EngineError> {
    Model::new(Parameters {
        charge_mw: super::power(battery.charge_limit),
        discharge_mw: super::power(battery.discharge_limit),
        min_mwh: energy(battery.min_soc),
        max_mwh: energy(battery.max_soc),
        charge_efficiency: ratio(battery.charge_efficiency),
        discharge_efficiency: ratio(battery.discharge_efficiency),
        initial_mwh: energy(battery.initial_soc),
        terminal: battery
            .target_soc
            .map_or(Terminal::Free, |soc| Terminal::AtLeast(energy(soc))),
        degradation_per_mwh: price(battery.degradation_cost) + cycle_price,
        charge_fee_per_mwh: 0.0,
        discharge_fee_per_mwh: 0.0,
        standing_loss_per_hour: ratio(battery.standing_loss),
        period_hours: resolution.seconds() as f64 / 3_600.0,
    })
    .map_err(|error| model_fault(&error))
}

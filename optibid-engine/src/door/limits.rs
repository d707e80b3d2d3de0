//! The battery's limits on both sides of the door.

use super::fault::model_fault;
use super::{energy, price, ratio};
use crate::battery::{Model, Parameters, Terminal};
use optibid_core::asset::Battery;
use optibid_core::market::Resolution;
use optibid_core::ports::EngineError;
use optibid_core::schedule::SocLimits;
use optibid_core::unit::{Energy, Power, Ratio, Rounding};

/// Most energy at the grid connection in one period, as magnitudes in whole kW s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) charge: Energy,
    pub(crate) discharge: Energy,
    /// Largest change of the energy from the period before, where the battery has a ramp limit.
    pub(crate) ramp: Option<Energy>,
}

/// A battery over the periods of a horizon.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) battery: Battery,
    pub(crate) resolution: Resolution,
    /// One for each period.
    pub(crate) limits: Vec<Limit>,
    /// Least and most energy after each period, within the battery's own; empty: the battery's own.
    soc_limits: Vec<SocLimits>,
    /// Power before the first period, positive is injection.
    pub(crate) initial_power: Option<Power>,
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
            soc_limits: Vec::new(),
            initial_power: None,
        }
    }

    /// With limits of the stored energy of their own for each period, which have been checked, and the power before.
    pub(crate) fn within(self, soc_limits: &[SocLimits], initial_power: Option<Power>) -> Self {
        Self {
            soc_limits: soc_limits.to_vec(),
            initial_power,
            ..self
        }
    }

    /// Least and most energy after period `t`.
    pub(crate) fn soc_limits(&self, t: usize) -> SocLimits {
        let own = SocLimits {
            min: self.battery.min_soc,
            max: self.battery.max_soc,
        };
        self.soc_limits.get(t).copied().unwrap_or(own)
    }

    /// Least and most MWh after each period.
    pub(crate) fn soc_mwh(&self) -> (Vec<f64>, Vec<f64>) {
        let limits = (0..self.limits.len()).map(|t| self.soc_limits(t));
        limits
            .map(|limits| (energy(limits.min), energy(limits.max)))
            .unzip()
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

/// The energy that a share of a power makes in one period, in whole kW s, rounded down.
pub(crate) fn available(power: Power, resolution: Resolution, share: Ratio) -> Energy {
    let full = i128::from(power.kilowatts()) * i128::from(resolution.seconds());
    let part = Rounding::Floor.div(full * i128::from(share.ppm()), 1_000_000);
    Energy::from_kilowatt_seconds(i64::try_from(part).unwrap_or(i64::MAX))
}

/// What a ramp limit, power a minute, lets the energy of a period differ from that of the one before.
fn ramped(ramp: Power, resolution: Resolution) -> Energy {
    let seconds = i128::from(resolution.seconds());
    let change = i128::from(ramp.kilowatts()) * seconds * seconds / 60;
    Energy::from_kilowatt_seconds(i64::try_from(change).unwrap_or(i64::MAX))
}

impl Limit {
    fn of(battery: &Battery, resolution: Resolution, share: Ratio) -> Self {
        let within = |power: Power| available(power, resolution, share);
        Self {
            charge: within(battery.charge_limit),
            discharge: within(battery.discharge_limit),
            ramp: battery.ramp_limit.map(|ramp| ramped(ramp, resolution)),
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
        terminal: match (battery.target_soc, battery.target_price) {
            (None, _) => Terminal::Free,
            (Some(target), None) => Terminal::AtLeast(energy(target)),
            (Some(target), Some(missing)) => Terminal::Priced {
                target_mwh: energy(target),
                shortfall_per_mwh: price(missing),
            },
        },
        degradation_per_mwh: price(battery.degradation_cost) + cycle_price,
        charge_fee_per_mwh: price(battery.charge_fee),
        discharge_fee_per_mwh: price(battery.discharge_fee),
        standing_loss_per_hour: ratio(battery.standing_loss),
        period_hours: resolution.seconds() as f64 / 3_600.0,
    })
    .map_err(|error| model_fault(&error))
}

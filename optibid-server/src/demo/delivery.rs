//! What a battery delivers of its awards.

use optibid_core::asset::{Battery, Telemetry};
use optibid_core::error::{Error, Result};
use optibid_core::id::AssetId;
use optibid_core::market::{DeliveryDay, Resolution};
use optibid_core::portfolio::{Award, Metered};
use optibid_core::unit::{Energy, Power, Ratio};

/// What a battery delivers in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The energy at the grid connection.
    pub metered: Metered,
    /// The energy in the store when the period begins.
    pub stored: Energy,
}

impl Delivered {
    /// What a meter at the battery shows at the period's begin.
    #[must_use]
    pub fn sample(&self, asset: AssetId) -> Telemetry {
        let Metered { period, energy } = self.metered;
        let seconds = period.resolution().seconds();
        Telemetry {
            asset,
            at: period.start(),
            power: Power::from_kilowatts(energy.kilowatt_seconds() / seconds),
            state_of_charge: Some(self.stored),
            available: Some(true),
            source: "demo".to_owned(),
        }
    }
}

/// The energy a battery delivers, period by period, when it follows its awards as far as its store
/// allows: a charge stops when the store is full, a discharge when it is empty.
///
/// With `e` the energy at the grid connection, charging stores `e x charge efficiency` and discharging
/// takes `e / discharge efficiency`. The store starts the day at the battery's initial state of charge.
/// Standing losses are left out: the demo's battery has none.
///
/// # Errors
/// When an energy leaves the range of exact integers.
pub fn delivered(
    battery: &Battery,
    awards: &[Award],
    (day, resolution): (&DeliveryDay, Resolution),
) -> Result<Vec<Delivered>> {
    let mut store = battery.initial_soc.kilowatt_seconds();
    day.periods(resolution)
        .map(|period| {
            let wanted = awards
                .iter()
                .filter_map(|award| award.energy_in(&period))
                .try_fold(Energy::ZERO, Energy::checked_add)
                .ok_or_else(out_of_range)?
                .kilowatt_seconds();
            let stored = Energy::from_kilowatt_seconds(store);
            let energy = if wanted >= 0 {
                let most = share(
                    store - battery.min_soc.kilowatt_seconds(),
                    battery.discharge_efficiency,
                );
                let sold = wanted.min(most).max(0);
                store -= over(sold, battery.discharge_efficiency);
                sold
            } else {
                let room = battery.max_soc.kilowatt_seconds() - store;
                let bought = (-wanted)
                    .min(floor_over(room, battery.charge_efficiency))
                    .max(0);
                store += share(bought, battery.charge_efficiency);
                -bought
            };
            let energy = Energy::from_kilowatt_seconds(energy);
            let metered = Metered { period, energy };
            Ok(Delivered { metered, stored })
        })
        .collect()
}

/// `amount x ratio`, rounded down: never more than there is.
fn share(amount: i64, ratio: Ratio) -> i64 {
    let product = i128::from(amount) * i128::from(ratio.ppm());
    i64::try_from(product.div_euclid(i128::from(Ratio::ONE.ppm()))).unwrap_or(0)
}

/// `amount / ratio`, rounded up: what is taken out of the store.
fn over(amount: i64, ratio: Ratio) -> i64 {
    -floor_over(-amount, ratio)
}

fn floor_over(amount: i64, ratio: Ratio) -> i64 {
    let scaled = i128::from(amount) * i128::from(Ratio::ONE.ppm());
    i64::try_from(scaled.div_euclid(i128::from(ratio.ppm().max(1)))).unwrap_or(i64::MAX)
}

fn out_of_range() -> Error {
    Error::field(
        "out_of_range",
        "awards",
        "",
        "the day's energy fits 64 bits of kW s",
    )
}

//! The domain's side of the tests: batteries, days, prices.

use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, MarketZone, PriceObservation, Resolution};
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// 1 MW, 1 MWh, 0.85 on the way out, empty, no costs.
pub(crate) fn one_hour_battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(1),
        discharge_limit: Power::from_megawatts(1),
        energy_capacity: Energy::from_mwh(1),
        min_soc: Energy::ZERO,
        max_soc: Energy::from_mwh(1),
        charge_efficiency: Ratio::ONE,
        discharge_efficiency: Ratio::from_ppm(850_000),
        initial_soc: Energy::ZERO,
        target_soc: None,
        cycle_budget: None,
        degradation_cost: Price::ZERO,
        standing_loss: Ratio::ZERO,
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    }
}

pub(crate) fn central() -> MarketZone {
    MarketZone::new("America/Chicago", 0).unwrap()
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// Consecutive periods from the start of a summer day on.
pub(crate) fn periods(resolution: Resolution, count: usize) -> Vec<DeliveryPeriod> {
    let start = central().day(date("2024-06-03")).unwrap().start();
    (0..count)
        .map(|t| {
            let offset = resolution.duration() * i32::try_from(t).unwrap();
            DeliveryPeriod::new(start + offset, resolution).unwrap()
        })
        .collect()
}

pub(crate) fn request(
    battery: Battery,
    resolution: Resolution,
    prices: &[Price],
) -> ScheduleRequest {
    let periods = periods(resolution, prices.len());
    let prices = periods
        .into_iter()
        .zip(prices)
        .map(|(period, &price)| PeriodPrice { period, price });
    ScheduleRequest::new(battery, central(), prices.collect(), Currency::Usd)
}

/// Batteries that can be built, of any size, loss and cost; targets only where an hour or two of charging reaches them.
pub(crate) fn batteries() -> impl Strategy<Value = Battery> {
    let powers = (1_i64..200_000, 1_i64..200_000);
    let energies = (1_i64..2_000_000_000, 0.0..0.9_f64, 0.0..=1.0_f64);
    let efficiencies = (500_000_i64..=1_000_000, 500_000_i64..=1_000_000);
    let costs = (0_i64..40_000_000, prop_oneof![Just(0_i64), 0_i64..20_000]);
    let budget = prop_oneof![Just(None), (100_000_i64..3_000_000).prop_map(Some)];
    (powers, energies, efficiencies, costs, budget).prop_map(
        |((charge, discharge), (capacity, low, initial), efficiencies, (wear, loss), budget)| {
            let min = (capacity as f64 * low) as i64;
            let window = capacity - min;
            Battery {
                charge_limit: Power::from_kilowatts(charge),
                discharge_limit: Power::from_kilowatts(discharge),
                energy_capacity: Energy::from_kilowatt_seconds(capacity),
                // With a standing loss a minimum above zero may be out of reach.
                min_soc: Energy::from_kilowatt_seconds(if loss > 0 { 0 } else { min }),
                max_soc: Energy::from_kilowatt_seconds(capacity),
                charge_efficiency: Ratio::from_ppm(efficiencies.0),
                discharge_efficiency: Ratio::from_ppm(efficiencies.1),
                initial_soc: Energy::from_kilowatt_seconds(min + (window as f64 * initial) as i64),
                target_soc: None,
                cycle_budget: budget.map(Ratio::from_ppm),
                degradation_cost: Price::from_micros(wear),
                standing_loss: Ratio::from_ppm(loss),
                ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
            }
        },
    )
}

pub(crate) fn resolutions() -> impl Strategy<Value = Resolution> {
    proptest::sample::select(Resolution::ALL.as_slice())
}

/// ERCOT HB_SOUTH day-ahead, hour by hour, each known at 13:30 market time on the day before. The day of the clock change,
/// which the file interpolates, is left out.
pub(crate) fn ercot_day_ahead() -> Vec<PriceObservation> {
    let zone = central();
    let mut prices: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (day, price, _) in crate::fixtures::ercot().into_iter().step_by(4) {
        prices.entry(day).or_default().push(price);
    }
    prices.remove("2024-11-03");
    prices
        .into_iter()
        .flat_map(|(day, prices)| day_of_prices(&zone.day(date(&day)).unwrap(), &prices))
        .collect()
}

/// ERCOT HB_SOUTH real-time, quarter by quarter, each known when it ends.
pub(crate) fn ercot_real_time() -> Vec<PriceObservation> {
    let mut prices: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (day, _, price) in crate::fixtures::ercot() {
        prices.entry(day).or_default().push(price);
    }
    prices.remove("2024-11-03");
    let days = prices.into_iter();
    let seen =
        days.flat_map(|(day, prices)| day_of_prices(&central().day(date(&day)).unwrap(), &prices));
    seen.map(|seen| PriceObservation {
        product: "RTM".parse().unwrap(),
        known_at: seen.period.end(),
        ..seen
    })
    .collect()
}

/// A day's prices, known at 13:30 market time on the day before.
pub(crate) fn day_of_prices(day: &DeliveryDay, prices: &[f64]) -> Vec<PriceObservation> {
    let eve = day.date().yesterday().unwrap();
    let known_at = day
        .zone()
        .instant(eve, jiff::civil::time(13, 30, 0, 0))
        .unwrap();
    let resolution = Resolution::ALL
        .into_iter()
        .find(|&r| day.len(r) == prices.len())
        .unwrap();
    day.periods(resolution)
        .zip(prices)
        .map(|(period, price)| PriceObservation {
            market: "ERCOT".parse().unwrap(),
            product: "DAM".parse().unwrap(),
            location: "HB_SOUTH".parse().unwrap(),
            period,
            price: Price::from_micros((price * 1e6).round() as i64),
            components: None,
            known_at,
        })
        .collect()
}

/// The gate of ERCOT's day-ahead market: 10:00 on the day before.
pub(crate) fn gate(day: &DeliveryDay) -> Timestamp {
    day.zone()
        .instant(
            day.date().yesterday().unwrap(),
            jiff::civil::time(10, 0, 0, 0),
        )
        .unwrap()
}

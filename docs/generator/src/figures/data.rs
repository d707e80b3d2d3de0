//! The prices and the battery of the figures.

use anyhow::{Context, Result};
use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::forecast::{Forecast, ForecastRequest};
use optibid_core::market::rules::{ProductRules, RuleBook};
use optibid_core::market::{PriceObservation, Resolution};
use optibid_core::ports::Forecaster;
use optibid_core::schedule::PeriodPrice;
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::SimilarDayForecaster;
use optibid_venues::sample;

/// The day that most figures show.
pub(crate) const DAY: Date = Date::constant(2024, 8, 20);

/// What the figures are made from, for the notes in them.
pub(crate) const SOURCE: &str = "the prices in optibid-venues/fixtures";

/// Days of prices before the day that a forecast rests on: as many as the command line reads.
const HISTORY_DAYS: i64 = 70;

/// The prices that come with OptiBid.
pub(crate) fn prices() -> Result<Vec<PriceObservation>> {
    Ok(sample::ercot_hb_south_2024()?.prices)
}

/// The rules of ERCOT's day-ahead market on a day.
pub(crate) fn rules(day: Date) -> Result<ProductRules> {
    Ok(RuleBook::builtin().at(&"ERCOT".parse()?, &"DAM".parse()?, day)?)
}

/// 10 MW and 20 MWh, 86 % there and back, 5 USD/MWh of wear.
pub(crate) fn battery() -> Battery {
    Battery {
        degradation_cost: Price::from_units(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(927_000),
        )
    }
}

/// The prices of a product on a day, in order of time.
pub(crate) fn day(
    prices: &[PriceObservation],
    product: &str,
    date: Date,
) -> Result<Vec<PeriodPrice>> {
    let day = rules(date)?.delivery_day(date)?;
    let own = prices
        .iter()
        .filter(|p| p.product.as_str() == product && day.contains(p.period.start()));
    let found = own.map(|p| PeriodPrice {
        period: p.period,
        price: p.price,
    });
    Ok(found.collect())
}

/// The forecast of a day, made when its gate closed.
pub(crate) fn forecast(prices: &[PriceObservation], date: Date) -> Result<Forecast> {
    let rules = rules(date)?;
    let day = rules.delivery_day(date)?;
    let first = day.period(0, Resolution::Hour)?;
    let made_at = rules.gate_closure(&day, &first)?;
    let from = day.start() - jiff::SignedDuration::from_hours(24 * HISTORY_DAYS);
    let history = prices.iter().filter(|price| {
        let start = price.period.start();
        let known = price.known_at <= made_at && start < day.start() && start >= from;
        known && price.product == rules.product
    });
    let request = ForecastRequest {
        market: rules.market.clone(),
        product: rules.product.clone(),
        location: "HB_SOUTH".parse()?,
        history: history.cloned().collect(),
        day,
        resolution: rules.interval.value,
        made_at,
    };
    let forecast = SimilarDayForecaster::new().forecast(&request);
    forecast.context("forecasting the day of the figures")
}

/// A price as a number, in currency per MWh.
pub(crate) fn units(price: Price) -> f64 {
    price.micros() as f64 / 1e6
}

/// A power as a number, in MW.
pub(crate) fn megawatts(power: Power) -> f64 {
    power.kilowatts() as f64 / 1e3
}

/// An energy as a number, in MWh.
pub(crate) fn megawatt_hours(energy: Energy) -> f64 {
    energy.kilowatt_seconds() as f64 / 3.6e6
}

/// The lowest and the highest of the values and zero, with some room above.
pub(crate) fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .fold((0.0_f64, 0.0_f64), |(low, high), v| {
            (low.min(v), high.max(v))
        });
    (low, high + (high - low) * 0.06)
}

/// Labels of the hours of a day that begins at 00:00, every third.
pub(crate) fn hours() -> Vec<(f64, String)> {
    let every = (0..=24).step_by(3);
    every.map(|h| (f64::from(h), format!("{h:02}"))).collect()
}

/// A share in percent with one decimal.
pub(crate) fn percent(share: Ratio) -> String {
    format!("{:.1} %", share.ppm() as f64 / 1e4)
}

//! Tomorrow's prices with a band, from what was known at the gate, and whether the band held.
//!
//! The forecast mixes past days like tomorrow; its band should hold four outcomes of five. A forecast that cannot say how wrong it may be
//! cannot be bid on. Here the next day's prices are already known, so the example checks itself.
//!
//! # Prints
//! ```text
//! ERCOT DAM at HB_SOUTH on 2024-09-03, made 2024-09-02T15:00:00Z from 70 days
//! hour     lower    median     upper      came
//!   19 …
//! the band of 0.8 held 24 of 24 prices
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::forecast::ForecastRequest;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::Forecaster;
use optibid_engine::SimilarDayForecaster;
use optibid_venues::sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (market, product) = ("ERCOT".parse()?, "DAM".parse()?);
    let date = "2024-09-03".parse()?;
    let rules = RuleBook::builtin().at(&market, &product, date)?;
    let day = rules.delivery_day(date)?;
    let first = rules.periods(&day).next().ok_or("a day without periods")?;
    let made_at = rules.gate_closure(&day, &first)?;

    let mut prices = sample::ercot_hb_south_2024()?.prices;
    prices.retain(|price| price.product == product);
    let known = prices.iter().filter(|price| price.known_at <= made_at);
    let request = ForecastRequest {
        market,
        product,
        location: "HB_SOUTH".parse()?,
        resolution: rules.interval.value,
        made_at,
        history: known.cloned().collect(),
        day,
    };
    let forecast = SimilarDayForecaster::new().forecast(&request)?;
    println!(
        "{} {} at {} on {}, made {} from {} days",
        forecast.market,
        forecast.product,
        forecast.location,
        forecast.day,
        forecast.made_at,
        forecast.history_days
    );
    println!(
        "hour {:>9} {:>9} {:>9} {:>9}",
        "lower", "median", "upper", "came"
    );
    let mut held = 0;
    for point in &forecast.points {
        let came = prices
            .iter()
            .find(|price| price.period == point.period)
            .ok_or("no price came")?;
        held += usize::from(point.lower <= came.price && came.price <= point.upper);
        let hour = rules.zone.value.local(point.period.start()).hour();
        println!(
            "{hour:>4} {:>9} {:>9} {:>9} {:>9}",
            point.lower, point.median, point.upper, came.price
        );
    }
    println!(
        "the band of {} held {held} of {} prices",
        forecast.coverage,
        forecast.points.len()
    );
    Ok(())
}

//! The best schedule of a battery on a day's prices, and what a stored MWh is worth.
//!
//! The optimum, not an approximation: dynamic programming on the value of stored energy. That value stands in the last column; it is what the
//! opportunity cost in an offer curve comes from.
//!
//! # Prints
//! ```text
//! hour   USD/MWh        MW       MWh   value of a stored MWh
//!   19    606.10        10 …
//! revenue 7993.49 - wear 92.70 = 7900.79 USD
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::market::Resolution;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use optibid_venues::sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let prices = sample::ercot_hb_south_2024()?.prices;
    let zone = optibid_core::market::MarketZone::new("America/Chicago", 0)?;
    let day = zone.day("2024-08-20".parse()?)?;
    let prices: Vec<_> = prices
        .iter()
        .filter(|p| p.product.as_str() == "DAM" && day.contains(p.period.start()))
        .map(|p| PeriodPrice {
            period: p.period,
            price: p.price,
        })
        .collect();
    assert_eq!(prices.len(), day.len(Resolution::Hour));
    let battery = Battery {
        degradation_cost: Price::from_units(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(927_000),
        )
    };
    let request = ScheduleRequest::new(battery, zone.clone(), prices.clone(), Currency::Usd);
    let schedule = BatteryOptimizer::new().optimise(&request)?;
    println!("hour   USD/MWh        MW       MWh   value of a stored MWh");
    for (point, price) in schedule.points.iter().zip(&prices) {
        println!(
            "{:>4} {:>9} {:>9} {:>9} {:>9}",
            zone.local(point.period.start()).hour(),
            price.price,
            point.power,
            point.state_of_charge,
            point.stored_value,
        );
    }
    println!(
        "revenue {} - wear {} = {} USD",
        schedule.revenue, schedule.wear, schedule.value
    );
    Ok(())
}

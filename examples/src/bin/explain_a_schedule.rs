//! Why a battery does what it does, in money.
//!
//! A trader does not believe a schedule, a trader believes reasons. Each move comes with the parts its revenue is made of (what the stored
//! energy is worth elsewhere, losses, wear, the gain that is left) and with the hour that it displaces. The parts add up to the last cent.
//!
//! # Prints
//! ```text
//! 2024-08-20T08:00:00-05:00[America/Chicago]  buys 10 MWh at 16.27: -162.70 USD
//!       -216.94  StoredEnergy
//!         15.84  EfficiencyLoss
//!         38.40  Gain
//!   otherwise bought at 2024-08-20T09:00:00-05:00[America/Chicago] for 16.62
//! 2024-08-20T19:00:00-05:00[America/Chicago]  sells 10 MWh at 606.10: 6061.00 USD
//! all parts add up to the revenue of 7993.49 USD
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::market::MarketZone;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use optibid_venues::sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zone = MarketZone::new("America/Chicago", 0)?;
    let day = zone.day("2024-08-20".parse()?)?;
    let prices = sample::ercot_hb_south_2024()?.prices;
    let prices: Vec<_> = prices
        .iter()
        .filter(|p| p.product.as_str() == "DAM" && day.contains(p.period.start()))
        .map(|p| PeriodPrice {
            period: p.period,
            price: p.price,
        })
        .collect();
    let battery = Battery {
        degradation_cost: Price::from_units(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(927_000),
        )
    };
    let request = ScheduleRequest::new(battery, zone.clone(), prices, Currency::Usd);
    let explained = BatteryOptimizer::new().explain(&request)?;
    for made in &explained.moves {
        let verb = if made.energy > Energy::ZERO {
            "sells"
        } else {
            "buys"
        };
        let (hour, energy) = (zone.local(made.period.start()), made.energy.magnitude());
        println!(
            "{hour}  {verb} {energy} MWh at {}: {} USD",
            made.price, made.revenue
        );
        for part in &made.parts {
            println!("    {:>10}  {:?}", part.amount.to_string(), part.kind);
        }
        if let Some(other) = made.next_best {
            let (verb, hour) = (
                if other.sells { "sold" } else { "bought" },
                zone.local(other.period.start()),
            );
            println!("    otherwise {verb} at {hour} for {}", other.price);
        }
        assert!(made.adds_up());
    }
    println!(
        "all parts add up to the revenue of {} USD",
        explained.schedule.revenue
    );
    Ok(())
}

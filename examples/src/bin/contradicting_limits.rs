//! Limits that cannot hold together, and ways out of them in the order of their cost.
//!
//! A battery that starts empty, may charge for one hour only and must be full in the evening has no schedule. Instead of "infeasible" the
//! optimiser names the smallest set of limits that contradict each other (without any one of them the others hold) and prices the ways out.
//!
//! # Prints
//! ```text
//! these limits contradict each other:
//!   battery.initial_soc = "0": together, these limits leave at most 9.500000 MWh in store at 2026-03-02T03:00:00Z
//! ways out, the cheapest first:
//!   0.00 EUR: battery.charge_limit from 10 to 21.053
//!   386.84 EUR: battery.target_soc from 20 to 9.5
//! with the target within reach the day brings -400.00 EUR
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::market::{MarketZone, Resolution};
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let zone = MarketZone::new("Europe/Berlin", 0)?;
    let day = zone.day("2026-03-02".parse()?)?;
    let prices = day.periods(Resolution::Hour).zip([80, 40, 60, 120]);
    let prices = prices.map(|(period, price)| PeriodPrice {
        period,
        price: Price::from_units(price),
    });
    let battery = Battery {
        target_soc: Some(Energy::from_mwh(20)),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(950_000),
        )
    };
    let mut request = ScheduleRequest::new(battery, zone, prices.collect(), Currency::Eur);
    // An outage takes three of the four hours.
    request.availability = [0, 1_000_000, 0, 0].map(Ratio::from_ppm).to_vec();

    let optimizer = BatteryOptimizer::new();
    let found = match optimizer.optimise(&request) {
        Err(EngineError::Contradiction(found)) => found,
        other => return Err(format!("there is a schedule: {other:?}").into()),
    };
    println!("these limits contradict each other:");
    for limit in &found.limits {
        println!("  {limit}");
    }
    println!("ways out, the cheapest first:");
    for fix in &found.fixes {
        let changes = fix
            .changes
            .iter()
            .map(|c| format!("{} from {} to {}", c.field, c.from, c.to));
        let changes = changes.collect::<Vec<_>>().join(" and ");
        println!("  {} {}: {changes}", fix.cost, fix.cost.currency());
    }

    // Take the energy that can be there instead of the one that was wanted.
    let target = found
        .fixes
        .iter()
        .flat_map(|fix| &fix.changes)
        .find(|c| c.field == "battery.target_soc");
    request.battery.target_soc = Some(target.ok_or("no way out by the target")?.to.parse()?);
    let schedule = optimizer.optimise(&request)?;
    println!(
        "with the target within reach the day brings {} EUR",
        schedule.value
    );
    Ok(())
}

//! A month of the bid cycle on real prices, gate by gate.
//!
//! Each day is bid for with what was known when its gate closed, awarded at the price that came, delivered within the battery's limits and
//! settled; beside it stands what perfect foresight would have earned.
//!
//! # Prints
//! ```text
//! day            revenue        wear   perfect foresight    captured
//! 2024-09-01 …
//! 2024-09-30 …
//! all …
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::GateBacktester;
use optibid_venues::sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Each price counts as known from the time the market published it, so that no gate sees ahead.
    let prices = sample::ercot_hb_south_2024()?.prices;
    let battery = Battery {
        degradation_cost: Price::from_units(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(927_000),
        )
    };
    let request = BacktestRequest {
        market: "ERCOT".parse()?,
        product: "DAM".parse()?,
        location: "HB_SOUTH".parse()?,
        from: "2024-09-01".parse()?,
        to: "2024-09-30".parse()?,
        battery,
        settings: BacktestSettings::default(),
    };
    let input = BacktestInput::new(request, &RuleBook::builtin(), prices)?;
    let report = GateBacktester::new().run(&input, &mut |_, _| Flow::Continue)?;
    println!("day            revenue        wear   perfect foresight    captured");
    for day in &report.days {
        let capture = day
            .capture
            .map_or_else(|| "-".to_owned(), |c| c.to_string());
        println!(
            "{} {:>12} {:>11} {:>19} {:>11}",
            day.day, day.revenue, day.wear, day.perfect_foresight, capture
        );
    }
    let capture = report
        .capture
        .map_or_else(|| "-".to_owned(), |c| c.to_string());
    println!(
        "{:<10} {:>12} {:>11} {:>19} {:>11}",
        "all", report.revenue, report.wear, report.perfect_foresight, capture
    );
    Ok(())
}

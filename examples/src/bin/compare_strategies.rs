//! The built-in strategies side by side on one month, on all cores.
//!
//! [`Backtester::run_many`] gives each run the same prices and the same gates, so only the bids differ. Perfect foresight is no strategy but
//! the bound: the best schedule in hindsight, on the venue's ticks. The `waterfall` of a report says where the difference went.
//!
//! # Prints
//! ```text
//! strategy               net USD   captured   cycles
//! perfect_foresight …
//! opportunity_cost …
//! self_schedule …
//! tb2 …
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings, StrategySpec};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::GateBacktester;
use optibid_venues::sample;
use std::thread::available_parallelism;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let strategies = [
        StrategySpec::PerfectForesight,
        StrategySpec::OpportunityCost,
        StrategySpec::SelfSchedule,
        StrategySpec::TopBottom { hours: 2 },
    ];
    let book = RuleBook::builtin();
    let prices = sample::ercot_hb_south_2024()?.prices;
    let mut inputs = Vec::new();
    for strategy in strategies {
        let request = BacktestRequest {
            market: "ERCOT".parse()?,
            product: "DAM".parse()?,
            location: "HB_SOUTH".parse()?,
            from: "2024-08-01".parse()?,
            to: "2024-08-31".parse()?,
            battery: Battery {
                degradation_cost: Price::from_units(5),
                ..Battery::symmetric(
                    Power::from_megawatts(10),
                    Energy::from_mwh(20),
                    Ratio::from_ppm(927_000),
                )
            },
            settings: BacktestSettings {
                strategy,
                ..BacktestSettings::default()
            },
        };
        inputs.push(BacktestInput::new(request, &book, prices.clone())?);
    }

    let threads = available_parallelism()?.get();
    let reports = GateBacktester::new().run_many(&inputs, threads, &mut |_, _| Flow::Continue)?;
    println!(
        "{:<18} {:>11} {:>10} {:>8}",
        "strategy", "net USD", "captured", "cycles"
    );
    for report in &reports {
        let net = report.net().ok_or("out of range")?;
        let capture = report.capture.ok_or("nothing to capture")?;
        let strategy = report.request.settings.strategy;
        println!(
            "{strategy:<18} {net:>11} {capture:>10} {:>8}",
            report.cycles
        );
    }
    Ok(())
}

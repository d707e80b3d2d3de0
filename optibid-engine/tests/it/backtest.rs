//! The bid cycle replayed: what it captures, what it may know, what it delivers.

use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestReport, BacktestRequest};
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, EngineError, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::GateBacktester;

use crate::domain::{date, ercot_day_ahead, one_hour_battery};

/// 10 MW, 20 MWh, 0.95 each way, empty.
fn two_hour_battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        max_soc: Energy::from_mwh(20),
        charge_efficiency: Ratio::from_ppm(950_000),
        discharge_efficiency: Ratio::from_ppm(950_000),
        ..one_hour_battery()
    }
}

fn input(battery: Battery, span: (&str, &str), prices: Vec<PriceObservation>) -> BacktestInput {
    let (from, to) = (date(span.0), date(span.1));
    let request = BacktestRequest {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        from,
        to,
        battery,
    };
    let book = RuleBook::builtin();
    let days = from
        .series(jiff::ToSpan::day(1))
        .take_while(|day| *day <= to);
    let rules = days
        .map(|day| book.at(&request.market, &request.product, day).unwrap())
        .collect();
    BacktestInput {
        request,
        rules,
        prices,
    }
}

fn run(input: &BacktestInput) -> BacktestReport {
    GateBacktester::new()
        .run(input, &mut |_, _| Flow::Continue)
        .unwrap()
}

fn show(name: &str, report: &BacktestReport) {
    let undelivered: f64 = report
        .days
        .iter()
        .map(|d| d.undelivered.kilowatt_seconds() as f64 / 3.6e6)
        .sum();
    let discharged: f64 = report
        .days
        .iter()
        .map(|d| d.discharged.kilowatt_seconds() as f64 / 3.6e6)
        .sum();
    println!(
        "{name}: {} days, revenue {}, wear {}, foresight {}, capture {}, cycles {}, discharged {discharged:.1}, undelivered {undelivered:.1} MWh, skipped {}",
        report.days.len(),
        report.revenue,
        report.wear,
        report.perfect_foresight,
        report.capture.unwrap(),
        report.cycles,
        report.skipped.len()
    );
}

#[test]
fn captures_most_of_what_ercot_2024_held() {
    let prices = ercot_day_ahead();
    for (name, battery) in [
        (
            "1 h",
            Battery {
                charge_limit: Power::from_megawatts(10),
                discharge_limit: Power::from_megawatts(10),
                energy_capacity: Energy::from_mwh(10),
                max_soc: Energy::from_mwh(10),
                ..one_hour_battery()
            },
        ),
        ("2 h", two_hour_battery()),
        (
            "2 h wear 10",
            Battery {
                degradation_cost: Price::from_units(10),
                ..two_hour_battery()
            },
        ),
        (
            "4 h",
            Battery {
                energy_capacity: Energy::from_mwh(40),
                max_soc: Energy::from_mwh(40),
                ..two_hour_battery()
            },
        ),
        (
            "2 h 1 cycle",
            Battery {
                cycle_budget: Some(Ratio::ONE),
                ..two_hour_battery()
            },
        ),
    ] {
        let report = run(&input(
            battery,
            ("2024-06-01", "2024-12-31"),
            prices.clone(),
        ));
        show(name, &report);
    }
}

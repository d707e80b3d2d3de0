//! Batteries whose periods hand each other more than stored energy, replayed: ramps, wear by cycle depth, targets with a price.

use optibid_core::asset::{Battery, DepthWear};
use optibid_core::backtest::{
    BacktestDay, BacktestInput, BacktestReport, BacktestSettings, StrategySpec,
};
use optibid_core::unit::{Energy, Power, Price, Ratio};

use crate::backtest_gates::{input, run};

fn with(
    strategy: StrategySpec,
    days: (&str, &str),
    battery: impl Fn(Battery) -> Battery,
) -> BacktestInput {
    let settings = BacktestSettings {
        strategy,
        detail: true,
        ..BacktestSettings::default()
    };
    let mut input = input(days, settings);
    input.request.battery = battery(input.request.battery);
    input
}

/// Every sum of every day, to the minor unit.
fn adds_up(report: &BacktestReport) {
    for day in &report.days {
        let missing = day.shortfall.map_or(0, |missing| missing.cost.minor());
        let fees = day.fees.map_or(0, |fees| fees.minor());
        let net = day.net().unwrap().minor();
        assert_eq!(net, day.revenue.minor() - day.wear.minor() - fees - missing);
        let steps = &day.waterfall.as_ref().unwrap().steps;
        let sum: i64 = steps.iter().map(|step| step.amount.minor()).sum();
        assert_eq!(day.perfect_foresight.minor() + sum, net, "{}", day.day);
    }
    let sum = |amount: fn(&BacktestDay) -> i64| report.days.iter().map(amount).sum::<i64>();
    let net = report.net().unwrap().minor();
    assert_eq!(net, sum(|day| day.net().unwrap().minor()));
}

const WEEK: (&str, &str) = ("2024-07-01", "2024-07-07");

#[test]
fn no_delivery_passes_the_ramp_limit_from_period_to_period_and_day_to_day() {
    for strategy in [
        StrategySpec::PerfectForesight,
        StrategySpec::OpportunityCost,
    ] {
        // 40 kW a minute are 2.4 MW from hour to hour: a quarter of what the battery can do.
        let ramped = |battery: Battery| Battery {
            ramp_limit: Some(Power::from_kilowatts(40)),
            ..battery
        };
        let report = run(&with(strategy, WEEK, ramped));
        assert_eq!(report.days.len(), 7, "{:?}", report.skipped);
        let periods = || report.days.iter().flat_map(|day| &day.periods);
        let ramp = Power::from_kilowatts(2_400).kilowatts() * 3_600;
        let mut steepest = 0;
        for (before, after) in periods().zip(periods().skip(1)) {
            let change = after.delivered.kilowatt_seconds() - before.delivered.kilowatt_seconds();
            // The power of a day's last period is carried over in whole kW.
            assert!(change.abs() <= ramp + 3_600, "{change} at {}", after.period);
            steepest = steepest.max(change.abs());
        }
        assert!(steepest > ramp - 3_600, "{steepest}: the limit binds");
        adds_up(&report);
        let free = run(&with(strategy, WEEK, |battery| battery));
        assert!(report.perfect_foresight.minor() < free.perfect_foresight.minor());
        assert!(report.net().unwrap().minor() <= report.perfect_foresight.minor());
        if strategy == StrategySpec::PerfectForesight {
            // It plans each day from rest, and the day before may not have ended so.
            assert!(
                report.capture.unwrap() > Ratio::from_ppm(950_000),
                "{:?}",
                report.capture
            );
        }
    }
}

#[test]
fn one_band_of_depth_wears_as_a_cost_for_each_mwh() {
    let strategy = StrategySpec::TopBottom { hours: 3 };
    let cost = Price::from_units(7);
    let flat = run(&with(strategy, WEEK, |battery| Battery {
        degradation_cost: cost,
        ..battery
    }));
    let banded = run(&with(strategy, WEEK, |battery| Battery {
        degradation_cost: Price::ZERO,
        depth_wear: vec![DepthWear {
            up_to: Ratio::ONE,
            cost,
        }],
        ..battery
    }));
    adds_up(&banded);
    assert_eq!(flat.days.len(), 7);
    for (one, other) in flat.days.iter().zip(&banded.days) {
        assert_eq!(one.wear, other.wear);
        assert_eq!(one.net(), other.net());
        let bounds = [one, other].map(|day| day.perfect_foresight.minor());
        assert!((bounds[0] - bounds[1]).abs() <= 1, "{bounds:?}");
    }
}

/// The wear of 2 MWh out of 20: 4 MWh deep at 1, beyond it 10.
#[test]
fn deeper_cycles_wear_more_and_foresight_knows_it() {
    let bands = |deep| {
        move |battery: Battery| Battery {
            degradation_cost: Price::ZERO,
            depth_wear: vec![
                DepthWear {
                    up_to: Ratio::from_ppm(200_000),
                    cost: Price::from_units(1),
                },
                DepthWear {
                    up_to: Ratio::ONE,
                    cost: Price::from_units(deep),
                },
            ],
            ..battery
        }
    };
    let strategy = StrategySpec::TopBottom { hours: 2 };
    let (mild, harsh) = (
        run(&with(strategy, WEEK, bands(2))),
        run(&with(strategy, WEEK, bands(30))),
    );
    adds_up(&mild);
    adds_up(&harsh);
    assert_eq!(
        mild.revenue, harsh.revenue,
        "the strategy does not look at wear"
    );
    for (mild, harsh) in mild.days.iter().zip(&harsh.days) {
        // What is discharged beyond 4 MWh of store costs 28 more: 3.8 MWh at the grid are free of it.
        let fed = mild.discharged.kilowatt_seconds() as f64 / 3.6e6;
        let more = (harsh.wear.minor() - mild.wear.minor()) as f64 / 100.0;
        assert!(
            (more - 28.0 * (fed - 3.8).max(0.0)).abs() < 0.02,
            "{more} for {fed} MWh"
        );
        assert!(harsh.perfect_foresight.minor() <= mild.perfect_foresight.minor());
    }
}

#[test]
fn what_is_missing_from_a_target_costs_its_price_every_evening() {
    let target = Energy::from_mwh(12);
    let price = Price::from_units(35);
    let aimed = |battery: Battery| Battery {
        target_soc: Some(target),
        target_price: Some(price),
        ..battery
    };
    let mut short = 0;
    for strategy in [StrategySpec::TopBottom { hours: 2 }, StrategySpec::Blended] {
        let report = run(&with(strategy, WEEK, aimed));
        adds_up(&report);
        let mut sum = 0;
        for day in &report.days {
            let missing = target.kilowatt_seconds() - day.state_of_charge.kilowatt_seconds();
            let Some(shortfall) = day.shortfall else {
                assert!(missing <= 0, "{}", day.day);
                continue;
            };
            assert_eq!(shortfall.energy.kilowatt_seconds(), missing);
            let cost = missing as f64 / 3.6e6 * 35.0 * 100.0;
            assert!((shortfall.cost.minor() as f64 - cost).abs() <= 0.5);
            sum += shortfall.cost.minor();
            short += 1;
        }
        assert_eq!(report.shortfall.map_or(0, |sum| sum.minor()), sum);
        assert!(report.net().unwrap().minor() <= report.perfect_foresight.minor());
    }
    assert!(short > 0);
}

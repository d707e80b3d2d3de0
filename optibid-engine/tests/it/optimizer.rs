//! The optimiser behind core's port: exact energies and money, budgets, and what bad input gets.

use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{Schedule, ScheduleRequest};
use optibid_core::unit::{Energy, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use proptest::prelude::*;
use std::collections::BTreeMap;

use crate::domain::{batteries, one_hour_battery, periods, request, resolutions};
use crate::fixtures::{ercot, fixture, rows, text};

fn optimise(request: &ScheduleRequest) -> Schedule {
    BatteryOptimizer::new().optimise(request).unwrap()
}

fn codes(request: &ScheduleRequest) -> Vec<(String, String)> {
    match BatteryOptimizer::new().optimise(request) {
        Err(EngineError::Invalid(found)) => found.into_iter().map(|v| (v.code, v.field)).collect(),
        other => panic!("{other:?}"),
    }
}

fn float(energy: Energy) -> f64 {
    energy.kilowatt_seconds() as f64
}

/// Checks a schedule in integers against nothing but the request.
fn check(request: &ScheduleRequest, schedule: &Schedule) {
    let battery = &request.battery;
    let charge = battery.charge_efficiency.ppm() as f64 / 1e6;
    let discharge = battery.discharge_efficiency.ppm() as f64 / 1e6;
    let hours = request.prices[0].period.resolution().seconds() as f64 / 3_600.0;
    let kept = (1.0 - battery.standing_loss.ppm() as f64 / 1e6).powf(hours);
    let (mut soc, mut revenue, mut wear) = (battery.initial_soc, 0_i128, 0_i128);
    assert_eq!(schedule.points.len(), request.prices.len());
    for (t, (point, price)) in schedule.points.iter().zip(&request.prices).enumerate() {
        assert_eq!(point.period, price.period);
        let share = request
            .availability
            .get(t)
            .map_or(1_000_000, |share| share.ppm());
        let power = if point.energy > Energy::ZERO {
            battery.discharge_limit
        } else {
            battery.charge_limit
        };
        let most = i128::from(power.kilowatts()) * i128::from(point.period.resolution().seconds());
        let energy = i128::from(point.energy.kilowatt_seconds());
        assert!(
            energy.abs() * 1_000_000 <= most * i128::from(share),
            "{t}: {point:?}"
        );
        assert!(
            battery.min_soc <= point.state_of_charge && point.state_of_charge <= battery.max_soc
        );
        let gained = if energy < 0 {
            -energy as f64 * charge
        } else {
            -energy as f64 / discharge
        };
        let missed = float(point.state_of_charge) - kept * float(soc) - gained;
        // A kW s at the grid less, where rounding would have passed a budget, stays in no account.
        let trimmed = f64::from(u8::from(battery.cycle_budget.is_some())) / discharge;
        assert!(
            -1.0 - 1e-3 - trimmed <= missed && missed <= 1.0 + 1e-3,
            "{t}: {missed} kW s from nowhere"
        );
        soc = point.state_of_charge;
        revenue += i128::from(price.price.micros()) * energy;
        wear += i128::from(battery.degradation_cost.micros()) * energy.max(0);
    }
    check_money(schedule, revenue, wear);
    if let Some(target) = battery.target_soc {
        assert!(soc >= target);
    }
    if let Some(budget) = battery.cycle_budget {
        check_budgets(request, schedule, budget);
    }
}

/// No delivery day discharges more than its budget, to the last kW s.
fn check_budgets(request: &ScheduleRequest, schedule: &Schedule, budget: Ratio) {
    let usable = i128::from(request.battery.usable_energy().kilowatt_seconds());
    let most = usable * i128::from(budget.ppm());
    let mut days: BTreeMap<Date, i128> = BTreeMap::new();
    for point in &schedule.points {
        let day = request.zone.day_of(point.period.start()).unwrap().date();
        *days.entry(day).or_default() += i128::from(point.energy.kilowatt_seconds().max(0));
    }
    assert_eq!(schedule.budgets.len(), days.len());
    for (used, (&day, &discharged)) in schedule.budgets.iter().zip(&days) {
        assert_eq!(
            (used.day, i128::from(used.discharged.kilowatt_seconds())),
            (Some(day), discharged)
        );
        assert!(
            discharged * 1_000_000 <= most,
            "{day}: {discharged} of {budget}"
        );
        assert!(used.shadow_price >= Price::ZERO);
    }
}

/// Micros x kW s to cents, exact to half a cent.
fn check_money(schedule: &Schedule, revenue: i128, wear: i128) {
    let unit = 1_000_000_i128 * 3_600_000;
    assert!((i128::from(schedule.revenue.minor()) * unit - revenue * 100).abs() * 2 <= unit);
    assert!((i128::from(schedule.wear.minor()) * unit - wear * 100).abs() * 2 <= unit);
    let value = schedule.revenue.minor() - schedule.wear.minor();
    assert_eq!(schedule.value.minor(), value);
}

#[test]
fn equals_the_published_optimum_of_every_day_to_the_cent() {
    let prices: Vec<(String, Price)> = ercot()
        .into_iter()
        .step_by(4)
        .map(|(day, price, _)| (day, Price::from_micros((price * 1e6).round() as i64)))
        .collect();
    let text = text(&fixture(
        "perfect_foresight/perfect_foresight_ercot_hb_south_dam_hourly_1MWh.csv",
    ));
    let reference = rows(&text);
    for row in &reference {
        let day: Vec<Price> = prices
            .iter()
            .filter(|(d, _)| d == row[0])
            .map(|(_, p)| *p)
            .collect();
        let request = request(one_hour_battery(), Resolution::Hour, &day);
        let schedule = optimise(&request);
        check(&request, &schedule);
        let value = schedule.value.minor() as f64 / 100.0;
        let expected: f64 = row[1].parse().unwrap();
        assert!(
            (value - expected).abs() <= 0.006,
            "{}: {value}, expected {expected}",
            row[0]
        );
    }
    assert_eq!(reference.len(), 213);
}

#[test]
fn stored_value_is_what_the_next_mwh_would_fetch() {
    let prices = [20, 60, 30, 80].map(Price::from_units);
    let battery = Battery {
        discharge_efficiency: Ratio::ONE,
        degradation_cost: Price::from_units(5),
        ..one_hour_battery()
    };
    let schedule = optimise(&request(battery, Resolution::Hour, &prices));
    let values: Vec<Price> = schedule.points.iter().map(|p| p.stored_value).collect();
    // Full after the first hour: what is there fetches 60 less wear. Then bought at 30, sold at 80, worthless in the end.
    assert_eq!(values, [55, 30, 75, 0].map(Price::from_units));
    let power: Vec<String> = schedule
        .points
        .iter()
        .map(|p| p.power.to_string())
        .collect();
    assert_eq!(power, ["-1", "1", "-1", "1"]);
}

#[test]
fn availability_limits_each_period() {
    let prices = [10, 50, 90].map(Price::from_units);
    let battery = Battery {
        discharge_efficiency: Ratio::ONE,
        ..one_hour_battery()
    };
    let mut request = request(battery, Resolution::Hour, &prices);
    request.availability = vec![Ratio::ONE, Ratio::ONE, Ratio::from_ppm(250_000)];
    let schedule = optimise(&request);
    check(&request, &schedule);
    let energies: Vec<Energy> = schedule.points.iter().map(|p| p.energy).collect();
    assert_eq!(energies, [-1_000, 750, 250].map(Energy::from_kwh));
}

/// With prices above zero the budget's optimum is that of a linear programme, here solved by hand: two equal spreads of
/// 40 and one of 10, a budget of one and a half of the three cycles.
#[test]
fn a_cycle_budget_buys_the_best_cycles() {
    let prices = [10, 50, 10, 50, 40, 50].map(Price::from_units);
    let battery = Battery {
        discharge_efficiency: Ratio::ONE,
        cycle_budget: Some(Ratio::from_ppm(1_500_000)),
        ..one_hour_battery()
    };
    let request = request(battery, Resolution::Hour, &prices);
    let schedule = optimise(&request);
    check(&request, &schedule);
    let [budget] = schedule.budgets.as_slice() else {
        panic!("{:?}", schedule.budgets)
    };
    assert_eq!(
        (budget.limit, budget.discharged),
        (Energy::from_kwh(1_500), Energy::from_kwh(1_500))
    );
    assert_eq!(schedule.value.to_string(), "60.00");
    // One more MWh would be bought and sold at the last spread.
    assert_eq!(budget.shadow_price, Price::from_units(40));
}

#[test]
fn names_everything_that_is_wrong() {
    let mut bad = request(one_hour_battery(), Resolution::Hour, &[Price::ZERO; 4]);
    bad.battery.charge_efficiency = Ratio::from_ppm(1_100_000);
    bad.prices[2].period = periods(Resolution::Hour, 6)[5];
    bad.prices[3].period = periods(Resolution::Min15, 1)[0];
    bad.availability = vec![Ratio::ONE, Ratio::from_ppm(-1), Ratio::from_ppm(1_000_001)];
    let found = codes(&bad);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(c, f)| (c.as_str(), f.as_str()))
        .collect();
    assert_eq!(found[0].1, "battery.charge_efficiency");
    assert_eq!(
        found[1..],
        [
            ("periods_not_consecutive", "prices[2].period.start"),
            ("mixed_resolutions", "prices[3].period.resolution"),
            ("availability_length", "availability"),
            ("availability_out_of_range", "availability[1]"),
            ("availability_out_of_range", "availability[2]"),
        ]
    );
    let none = request(one_hour_battery(), Resolution::Hour, &[]);
    assert_eq!(
        codes(&none),
        [("no_periods".to_owned(), "prices".to_owned())]
    );
}

#[test]
fn a_repeated_period_is_not_consecutive() {
    let mut twice = request(one_hour_battery(), Resolution::Hour, &[Price::ZERO; 2]);
    twice.prices[1].period =
        DeliveryPeriod::new(twice.prices[0].period.start(), Resolution::Hour).unwrap();
    assert_eq!(codes(&twice)[0].0, "periods_not_consecutive");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn limits_conservation_and_money_hold_in_integers(
        battery in batteries(),
        resolution in resolutions(),
        prices in prop::collection::vec(-300_000_000_i64..3_000_000_000, 1..60),
        shares in prop::collection::vec(0_i64..=1_000_000, 60),
        limited in any::<bool>(),
    ) {
        let prices: Vec<Price> = prices.into_iter().map(Price::from_micros).collect();
        let mut request = request(battery, resolution, &prices);
        if limited {
            request.availability = shares[..prices.len()].iter().map(|&s| Ratio::from_ppm(s)).collect();
        }
        let schedule = optimise(&request);
        check(&request, &schedule);
    }

    /// Whatever target a full charge reaches is met in whole kW s.
    #[test]
    fn targets_are_met_to_the_last_kw_s(
        battery in batteries(),
        prices in prop::collection::vec(-50_000_000_i64..500_000_000, 1..40),
        part in 0.0..=1.0_f64,
    ) {
        let prices: Vec<Price> = prices.into_iter().map(Price::from_micros).collect();
        let battery = Battery { standing_loss: Ratio::ZERO, cycle_budget: None, ..battery };
        let charge = battery.charge_limit.kilowatts() as f64 * 900.0 * prices.len() as f64;
        let reach = (float(battery.initial_soc) + charge * battery.charge_efficiency.ppm() as f64 / 1e6)
            .min(float(battery.max_soc));
        let low = float(battery.min_soc);
        let target = Energy::from_kilowatt_seconds((low + part * (reach - low)).floor() as i64);
        let request = request(Battery { target_soc: Some(target), ..battery }, Resolution::Min15, &prices);
        check(&request, &optimise(&request));
    }

    /// A budget never earns more than none, and more budget never earns less (prices above zero; a cent for rounding).
    #[test]
    fn a_larger_budget_is_worth_no_less(
        battery in batteries(),
        prices in prop::collection::vec(0_i64..500_000_000, 4..40),
        budgets in (50_000_i64..2_000_000, 50_000_i64..2_000_000),
    ) {
        let prices: Vec<Price> = prices.into_iter().map(Price::from_micros).collect();
        let value = |ppm: Option<i64>| {
            let battery = Battery { cycle_budget: ppm.map(Ratio::from_ppm), ..battery.clone() };
            let request = request(battery, Resolution::Hour, &prices);
            let schedule = optimise(&request);
            check(&request, &schedule);
            schedule.value.minor()
        };
        let (small, large) = (budgets.0.min(budgets.1), budgets.0.max(budgets.1));
        let (small, large, free) = (value(Some(small)), value(Some(large)), value(None));
        prop_assert!(small <= large + 3 && large <= free + 3, "{small} {large} {free}");
    }
}

/// At a budget of exactly one cycle the next MWh would come from the next-best spread, not from the last one bought: the
/// shadow price is what one more would earn.
#[test]
fn a_shadow_price_is_what_one_more_mwh_would_earn() {
    let prices = [20, 60, 30, 80].map(Price::from_units);
    let with = |ppm: i64| {
        let battery = Battery {
            cycle_budget: Some(Ratio::from_ppm(ppm)),
            charge_fee: Price::from_units(1),
            discharge_efficiency: Ratio::ONE,
            charge_efficiency: Ratio::ONE,
            ..one_hour_battery()
        };
        let schedule = optimise(&request(battery, Resolution::Hour, &prices));
        (schedule.value.minor(), schedule.budgets[0].clone())
    };
    let (one, budget) = with(1_000_000);
    assert_eq!(budget.discharged, Energy::from_mwh(1));
    let (more, _) = with(1_001_000);
    // A thousandth of a cycle is 1 kWh; values are in cents.
    let brought = (more - one) as f64 * 10.0;
    let price = budget.shadow_price.micros() as f64 / 1e6;
    assert!((price - brought).abs() <= 10.0, "{price} {brought}");
    assert_eq!(budget.shadow_price, Price::from_units(29));
}

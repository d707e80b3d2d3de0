//! Ramps and wear by depth behind core's port: by hand, and against brute force over a grid of energies.

use optibid_core::asset::{Battery, DepthWear};
use optibid_core::market::Resolution;
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{Schedule, ScheduleMethod, ScheduleRequest};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use proptest::prelude::*;

use crate::domain::request;

fn optimise(request: &ScheduleRequest) -> Schedule {
    BatteryOptimizer::new().optimise(request).unwrap()
}

fn lossless(mw: i32, mwh: i32) -> Battery {
    Battery::symmetric(Power::from_megawatts(mw), Energy::from_mwh(mwh), Ratio::ONE)
}

fn units(prices: &[i32]) -> Vec<Price> {
    prices.iter().copied().map(Price::from_units).collect()
}

fn bands(bands: &[(i64, i32)]) -> Vec<DepthWear> {
    bands
        .iter()
        .map(|&(percent, cost)| DepthWear {
            up_to: Ratio::from_ppm(percent * 10_000),
            cost: Price::from_units(cost),
        })
        .collect()
}

fn energies(schedule: &Schedule) -> Vec<i64> {
    let points = schedule.points.iter();
    points
        .map(|point| point.energy.kilowatt_seconds() / 3_600)
        .collect()
}

/// A power that may change by 1 MW an hour cannot charge at 2 MW in one hour and discharge at 2 MW in the next.
#[test]
fn a_ramp_limit_holds_from_the_power_before_on() {
    let battery = Battery {
        // 1 MW in 60 minutes, in whole kW: 17 kW a minute are 1.02 MW an hour.
        ramp_limit: Some(Power::from_kilowatts(17)),
        ..lossless(2, 4)
    };
    let mut request = request(battery, Resolution::Hour, &units(&[10, 10, 50, 50]));
    request.initial_power = Some(Power::ZERO);
    let schedule = optimise(&request);
    assert_eq!(schedule.method, ScheduleMethod::MixedIntegerProgram);
    // -1.02, x, x + 1.02 and x + 2.04 MW add up to nothing at x = -0.68: 1.7 MWh bought at 10 and sold at 50.
    let kwh = energies(&schedule);
    let mut before = 0;
    for energy in &kwh {
        assert!((energy - before).abs() <= 1_021, "{kwh:?}");
        before = *energy;
    }
    assert_eq!(schedule.value.minor(), 6_800);
}

/// Half the store wears 1, the deeper half 30: a spread of 20 fills only the cheap half, one of 40 all of it.
#[test]
fn wear_by_depth_keeps_cycles_shallow() {
    let battery = Battery {
        depth_wear: bands(&[(50, 1), (100, 30)]),
        ..lossless(2, 2)
    };
    let small = optimise(&request(
        battery.clone(),
        Resolution::Hour,
        &units(&[10, 30]),
    ));
    assert_eq!(energies(&small), [-1_000, 1_000]);
    assert_eq!((small.wear.minor(), small.value.minor()), (100, 1_900));
    let large = optimise(&request(battery, Resolution::Hour, &units(&[10, 50])));
    assert_eq!(energies(&large), [-2_000, 2_000]);
    assert_eq!((large.wear.minor(), large.value.minor()), (3_100, 4_900));
    // The last MWh is worth what it cost at least and what the deep band leaves of its sale at most.
    let worth = large.points[0].stored_value;
    assert!(
        Price::from_units(10) <= worth && worth <= Price::from_units(20),
        "{worth}"
    );
}

#[test]
fn a_ramp_that_cannot_be_kept_is_a_contradiction_with_a_way_out() {
    let battery = Battery {
        ramp_limit: Some(Power::from_kilowatts(1)),
        target_soc: Some(Energy::from_mwh(2)),
        ..lossless(2, 4)
    };
    let mut request = request(battery, Resolution::Hour, &units(&[10, 10]));
    request.initial_power = Some(Power::ZERO);
    // 60 kW and 120 kW are not 2 MWh.
    let found = match BatteryOptimizer::new().optimise(&request) {
        Err(EngineError::Contradiction(found)) => found,
        other => panic!("{other:?}"),
    };
    let fields: Vec<_> = found
        .limits
        .iter()
        .map(|limit| limit.field.as_str())
        .collect();
    assert!(fields.contains(&"battery.ramp_limit"), "{fields:?}");
    assert!(fields.contains(&"battery.target_soc"), "{fields:?}");
    let ramp = found
        .fixes
        .iter()
        .find(|fix| fix.changes[0].field == "battery.ramp_limit");
    // r x 60 min in the first hour and twice that in the second: 3 r / 60 min = 2 MW.
    assert_eq!(ramp.unwrap().changes[0].to, "0.012");
    let target = found
        .fixes
        .iter()
        .find(|fix| fix.changes[0].field == "battery.target_soc");
    // To the tolerance of the solver.
    let reached: f64 = target.unwrap().changes[0].to.parse().unwrap();
    assert!((reached - 0.18).abs() < 1e-6, "{reached}");
}

/// The best of all schedules whose energies are multiples of 0.5 MWh, with the wear of the bands they empty.
fn grid(prices: &[i32], shallow: i32, deep: i32, ramp: Option<i32>) -> i32 {
    // State: half MWh in the shallow and in the deep band, and the power before; charging fills the shallow band first.
    fn best(prices: &[i32], state: (i32, i32, i32), terms: (i32, i32, Option<i32>)) -> i32 {
        let Some((&price, rest)) = prices.split_first() else {
            return 0;
        };
        let (first, second, before) = state;
        let mut most = i32::MIN;
        for step in -2..=2_i32 {
            if terms.2.is_some_and(|ramp| (step - before).abs() > ramp) {
                continue;
            }
            let stored = first + second - step;
            if !(0..=4).contains(&stored) {
                continue;
            }
            let (from_first, from_second) = (step.clamp(0, first), (step - first).max(0));
            let wear = from_first * terms.0 + from_second * terms.1;
            let filled = (-step).max(0);
            let into_first = filled.min(2 - first);
            let after = (
                first - from_first + into_first,
                second - from_second + filled - into_first,
                step,
            );
            most = most.max(step * price - wear + best(rest, after, terms));
        }
        most
    }
    best(prices, (0, 0, 0), (shallow, deep, ramp))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Powers, store and bands are multiples of the grid's step, so the grid holds an optimum of the programme; with a ramp of
    /// 25 kW a minute, 1.5 MW an hour or three steps, it holds no better one.
    #[test]
    fn equals_brute_force_on_a_grid(
        prices in prop::collection::vec(0_i32..60, 1..6), shallow in 0_i32..10, more in 0_i32..30, ramped in any::<bool>(),
    ) {
        let battery = Battery {
            depth_wear: bands(&[(50, shallow), (100, shallow + more)]),
            ramp_limit: ramped.then(|| Power::from_kilowatts(25)),
            ..lossless(1, 2)
        };
        let mut request = request(battery, Resolution::Hour, &units(&prices));
        request.initial_power = Some(Power::ZERO);
        let schedule = optimise(&request);
        let ours = schedule.value.minor() as f64 / 100.0;
        let theirs = f64::from(grid(&prices, shallow, shallow + more, ramped.then_some(3))) / 2.0;
        prop_assert!(ours >= theirs - 0.02, "{ours} {theirs}");
        if ramped {
            let kwh = energies(&schedule);
            let before = [0].into_iter().chain(kwh.iter().copied());
            prop_assert!(kwh.iter().zip(before).all(|(now, before)| (now - before).abs() <= 1_501), "{kwh:?}");
        } else {
            prop_assert!((ours - theirs).abs() < 0.02, "{ours} {theirs}");
        }
    }
}

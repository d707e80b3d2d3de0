//! Contradicting limits: the smallest set, and fixes that work, against a linear-programming solver.

use microlp::{ComparisonOp, OptimizationDirection};
use optibid_core::asset::Battery;
use optibid_core::error::{Code, Contradiction, Error, Fix};
use optibid_core::market::Resolution;
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{ScheduleRequest, SocLimits};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use proptest::prelude::*;

use crate::domain::{one_hour_battery, request};

fn contradiction(request: &ScheduleRequest) -> Contradiction {
    match BatteryOptimizer::new().optimise(request) {
        Err(EngineError::Contradiction(found)) => *found,
        other => panic!("{other:?}"),
    }
}

fn fields(found: &Contradiction) -> Vec<&str> {
    found
        .limits
        .iter()
        .map(|limit| limit.field.as_str())
        .collect()
}

fn change(fix: &Fix) -> (&str, &str, &str) {
    let [change] = fix.changes.as_slice() else {
        panic!("{fix:?}")
    };
    (&change.field, &change.from, &change.to)
}

/// One hour stores 0.9 of the one MWh that is to be there at the end.
#[test]
fn a_target_out_of_reach_names_start_power_and_target() {
    let battery = Battery {
        charge_efficiency: Ratio::from_ppm(900_000),
        target_soc: Some(Energy::from_mwh(1)),
        ..one_hour_battery()
    };
    let request = request(battery, Resolution::Hour, &[Price::from_units(100)]);
    let found = contradiction(&request);
    assert_eq!(
        fields(&found),
        [
            "battery.initial_soc",
            "battery.charge_limit",
            "battery.target_soc"
        ]
    );
    assert!(
        found
            .limits
            .iter()
            .all(|limit| limit.code == "contradiction")
    );
    assert!(found.limits[0].rule.contains("at most 0.900000 MWh"));
    let mut changes: Vec<_> = found.fixes.iter().map(change).collect();
    changes.sort_unstable();
    assert_eq!(
        changes,
        [
            ("battery.charge_limit", "1", "1.112"),
            ("battery.initial_soc", "0", "0.1"),
            ("battery.target_soc", "1", "0.9"),
        ]
    );
    assert_eq!(found.fixes[0].cost.minor(), 0);
    assert!(found.fixes.is_sorted_by_key(|fix| fix.cost.minor()));
    let error = Error::from(EngineError::Contradiction(Box::new(found)));
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!((error.violations().len(), error.fixes().len()), (3, 3));
}

/// An outage of the afternoon: only its hours and what they keep from happening are named, not the idle morning.
#[test]
fn an_outage_is_named_by_its_periods() {
    let battery = Battery {
        initial_soc: Energy::from_mwh(1),
        ..one_hour_battery()
    };
    let mut request = request(battery, Resolution::Hour, &[Price::from_units(50); 4]);
    request.availability = [1_000_000, 1_000_000, 0, 0].map(Ratio::from_ppm).to_vec();
    let all = SocLimits {
        min: Energy::ZERO,
        max: Energy::from_mwh(1),
    };
    let (empty, full) = (
        SocLimits {
            max: Energy::ZERO,
            ..all
        },
        SocLimits {
            min: Energy::from_mwh(1),
            ..all
        },
    );
    request.soc_limits = vec![all, empty, all, full];
    let found = contradiction(&request);
    let mut named = fields(&found);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "availability[2]",
            "availability[3]",
            "soc_limits[1].max",
            "soc_limits[3].min"
        ]
    );
    let both = found
        .fixes
        .iter()
        .find(|fix| fix.changes.len() == 2)
        .unwrap();
    assert!(both.changes.iter().all(|change| change.from == "0"));
}

/// A store that must be emptied faster than its power allows.
#[test]
fn a_maximum_that_falls_too_fast_is_a_contradiction() {
    let battery = Battery {
        initial_soc: Energy::from_mwh(1),
        discharge_limit: Power::from_kilowatts(500),
        ..one_hour_battery()
    };
    let mut request = request(battery, Resolution::Hour, &[Price::from_units(50)]);
    request.soc_limits = vec![SocLimits {
        min: Energy::ZERO,
        max: Energy::ZERO,
    }];
    let found = contradiction(&request);
    let mut named = fields(&found);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "battery.discharge_limit",
            "battery.initial_soc",
            "soc_limits[0].max"
        ]
    );
}

#[test]
fn a_shortfall_with_a_price_is_no_contradiction() {
    let battery = Battery {
        target_soc: Some(Energy::from_mwh(1)),
        target_price: Some(Price::from_units(70)),
        ..one_hour_battery()
    };
    let request = request(battery, Resolution::Min15, &[Price::from_units(100); 2]);
    assert!(BatteryOptimizer::new().optimise(&request).is_ok());
}

/// Whether a linear-programming solver finds any schedule when every limit of the stored energy is wider by `slack` MWh.
fn feasible(request: &ScheduleRequest, slack: f64) -> bool {
    let battery = &request.battery;
    let mwh = |energy: Energy| energy.kilowatt_seconds() as f64 / 3.6e6;
    let share = |ratio: Ratio| ratio.ppm() as f64 / 1e6;
    let mut problem = microlp::Problem::new(OptimizationDirection::Maximize);
    let hours = request.prices[0].period.resolution().seconds() as f64 / 3_600.0;
    let kept = (1.0 - share(battery.standing_loss)).powf(hours);
    let mut before = None;
    for t in 0..request.prices.len() {
        let available = request.availability.get(t).map_or(1.0, |s| share(*s));
        let energy = |power: Power| power.kilowatts() as f64 / 1e3 * hours * available;
        let charge = problem.add_var(0.0, (0.0, energy(battery.charge_limit)));
        let discharge = problem.add_var(0.0, (0.0, energy(battery.discharge_limit)));
        let own = SocLimits {
            min: battery.min_soc,
            max: battery.max_soc,
        };
        let limits = request.soc_limits.get(t).copied().unwrap_or(own);
        let last = t + 1 == request.prices.len();
        let target = battery
            .target_soc
            .filter(|_| last)
            .unwrap_or(battery.min_soc);
        let least = mwh(limits.min.max(battery.min_soc).max(target));
        let most = mwh(limits.max.min(battery.max_soc));
        if least - slack > most + slack {
            return false;
        }
        let soc = problem.add_var(0.0, (least - slack, most + slack));
        let mut row = vec![
            (soc, 1.0),
            (charge, -share(battery.charge_efficiency)),
            (discharge, 1.0 / share(battery.discharge_efficiency)),
        ];
        row.extend(before.map(|before| (before, -kept)));
        let start = if t == 0 {
            kept * mwh(battery.initial_soc)
        } else {
            0.0
        };
        problem.add_constraint(&row, ComparisonOp::Eq, start);
        before = Some(soc);
    }
    problem
        .solve()
        .is_ok_and(|outcome| outcome.into_solution().is_ok())
}

/// Rounding of the solver, MWh.
const ROUNDING: f64 = 1e-7;

/// The request with a fix carried out as a program would: field by field from its texts.
fn apply(request: &ScheduleRequest, fix: &Fix) -> ScheduleRequest {
    let mut fixed = request.clone();
    for change in &fix.changes {
        let index = || -> usize {
            let (_, rest) = change.field.split_once('[').unwrap();
            rest.split_once(']').unwrap().0.parse().unwrap()
        };
        let energy = || Energy::parse(&change.to).unwrap();
        match change.field.as_str() {
            "battery.initial_soc" => fixed.battery.initial_soc = energy(),
            "battery.target_soc" => fixed.battery.target_soc = Some(energy()),
            "battery.min_soc" => fixed.battery.min_soc = energy(),
            "battery.max_soc" => fixed.battery.max_soc = energy(),
            "battery.charge_limit" => fixed.battery.charge_limit = change.to.parse().unwrap(),
            "battery.discharge_limit" => fixed.battery.discharge_limit = change.to.parse().unwrap(),
            field if field.starts_with("availability") => {
                fixed.availability[index()] = change.to.parse().unwrap();
            }
            field if field.ends_with(".min") => fixed.soc_limits[index()].min = energy(),
            _ => fixed.soc_limits[index()].max = energy(),
        }
    }
    fixed
}

prop_compose! {
    fn requests()(
        power in (1_i64..1_500, 1_i64..1_500),
        (initial, target) in (0_i64..=2_000, prop::option::of(0_i64..=2_000)),
        efficiencies in (700_000_i64..=1_000_000, 700_000_i64..=1_000_000),
        loss in prop_oneof![Just(0_i64), 0_i64..50_000],
        periods in prop::collection::vec((0_i64..=4, 0_i64..=2_000, 0_i64..=2_000, -50_i32..100, any::<bool>()), 1..7),
    ) -> ScheduleRequest {
        let kwh = |value: i64| Energy::from_kwh(i32::try_from(value).unwrap());
        let battery = Battery {
            charge_limit: Power::from_kilowatts(power.0),
            discharge_limit: Power::from_kilowatts(power.1),
            charge_efficiency: Ratio::from_ppm(efficiencies.0),
            discharge_efficiency: Ratio::from_ppm(efficiencies.1),
            initial_soc: kwh(initial),
            target_soc: target.map(kwh),
            standing_loss: Ratio::from_ppm(loss),
            ..Battery::symmetric(Power::ZERO, Energy::from_mwh(2), Ratio::ONE)
        };
        let prices: Vec<Price> = periods.iter().map(|period| Price::from_units(period.3)).collect();
        let mut request = request(battery, Resolution::Hour, &prices);
        request.availability = periods.iter().map(|period| Ratio::from_ppm(period.0 * 250_000)).collect();
        request.soc_limits = periods
            .iter()
            .map(|&(_, one, other, _, limited)| SocLimits {
                min: if limited { kwh(one.min(other)) } else { Energy::ZERO },
                max: if limited { kwh(one.max(other)) } else { Energy::from_mwh(2) },
            })
            .collect();
        request
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The engine and the solver agree on what is possible, and every fix makes all periods up to the contradiction possible.
    #[test]
    fn a_solver_agrees_and_every_fix_works(request in requests()) {
        match BatteryOptimizer::new().optimise(&request) {
            Ok(_) => prop_assert!(feasible(&request, ROUNDING), "the solver finds nothing"),
            Err(EngineError::Contradiction(found)) => {
                prop_assert!(!feasible(&request, -ROUNDING), "{found}");
                prop_assert!(!found.limits.is_empty());
                // The part of the request that contradicts itself.
                let fails = |&n: &usize| BatteryOptimizer::new().optimise(&first(&request, n)).is_err();
                let part = first(&request, (1..=request.prices.len()).find(fails).unwrap());
                for fix in &found.fixes {
                    prop_assert!(feasible(&apply(&part, fix), ROUNDING), "{fix:?} of {found}");
                    prop_assert!(fix.cost.minor() >= 0);
                }
                prop_assert!(found.fixes.first().is_none_or(|fix| fix.cost.minor() == 0));
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}

/// The first `n` periods, with the target only if they are all.
fn first(request: &ScheduleRequest, n: usize) -> ScheduleRequest {
    let mut part = request.clone();
    if n < request.prices.len() {
        part.battery.target_soc = None;
    }
    part.prices.truncate(n);
    part.availability.truncate(n);
    part.soc_limits.truncate(n);
    part
}

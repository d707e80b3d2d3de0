//! Reasons: every step's parts add up to its price, every move's parts to its revenue, and they say what is true.

use optibid_core::asset::Battery;
use optibid_core::market::Resolution;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{ExplainedSchedule, MoveReasons, ReasonKind, StepReasons};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use proptest::prelude::*;

use crate::domain::{batteries, one_hour_battery, request, resolutions};
use crate::offers;

fn explain(battery: Battery, resolution: Resolution, prices: &[Price]) -> ExplainedSchedule {
    BatteryOptimizer::new()
        .explain(&request(battery, resolution, prices))
        .unwrap()
}

fn part(reasons: &MoveReasons, kind: ReasonKind) -> i64 {
    let of_kind = reasons.parts.iter().filter(|part| part.kind == kind);
    of_kind.map(|part| part.amount.minor()).sum()
}

fn units(prices: &[i32]) -> Vec<Price> {
    prices.iter().copied().map(Price::from_units).collect()
}

/// Half is lost on the way in, a tenth on the way out. What is bought at 10 is sold at 100, and 60 is the price
/// that it would have been sold at otherwise.
#[test]
fn a_sale_pays_for_the_hour_it_displaces_loss_and_wear() {
    let battery = Battery {
        charge_limit: Power::from_megawatts(1),
        discharge_limit: Power::from_megawatts(1),
        energy_capacity: Energy::from_mwh(2),
        max_soc: Energy::from_mwh(2),
        charge_efficiency: Ratio::from_ppm(500_000),
        discharge_efficiency: Ratio::from_ppm(900_000),
        degradation_cost: Price::from_units(6),
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    };
    let prices = units(&[10, 10, 100, 60]);
    let explained = explain(battery, Resolution::Hour, &prices);
    let [first, _, sale] = explained.moves.as_slice() else {
        panic!("{:?}", explained.moves)
    };
    // 0.9 MWh at the grid take the one stored MWh, which would have earned (60 - 6) x 0.9 an hour later.
    assert_eq!(sale.energy, Energy::from_kwh(900));
    assert_eq!(sale.revenue.minor(), 9_000);
    assert_eq!(part(sale, ReasonKind::StoredEnergy), 4_374);
    assert_eq!(part(sale, ReasonKind::EfficiencyLoss), 486);
    assert_eq!(part(sale, ReasonKind::Wear), 540);
    assert_eq!(part(sale, ReasonKind::Gain), 3_600);
    let next = sale.next_best.unwrap();
    assert_eq!((next.price, next.sells), (Price::from_units(60), true));
    // 1 MWh drawn stores half of it, worth (100 - 6) x 0.9 a MWh: it pays its 10 and gains the rest.
    assert_eq!(first.energy, Energy::from_mwh(-1));
    assert_eq!(first.revenue.minor(), -1_000);
    assert_eq!(part(first, ReasonKind::StoredEnergy), -8_460);
    assert_eq!(part(first, ReasonKind::EfficiencyLoss), 4_230);
    assert_eq!(part(first, ReasonKind::Gain), 3_230);
    assert_eq!(first.next_best.unwrap().price, Price::from_units(100));
}

#[test]
fn energy_that_is_worth_nothing_displaces_no_hour() {
    let battery = Battery {
        initial_soc: Energy::from_mwh(1),
        ..one_hour_battery()
    };
    let explained = explain(battery, Resolution::Hour, &units(&[50]));
    assert_eq!(explained.moves.len(), 1);
    assert_eq!(explained.moves[0].next_best, None);
    assert_eq!(
        part(&explained.moves[0], ReasonKind::Gain),
        explained.moves[0].revenue.minor()
    );
}

fn kinds_once(kinds: impl Iterator<Item = ReasonKind>) -> bool {
    let kinds: Vec<_> = kinds.collect();
    kinds.is_sorted_by(|a, b| a < b) || {
        let mut sorted = kinds.clone();
        sorted.sort();
        sorted.dedup();
        sorted.len() == kinds.len()
    }
}

fn check_step(step: &StepReasons) -> Result<(), TestCaseError> {
    prop_assert!(step.adds_up(), "{step:?}");
    prop_assert!(kinds_once(step.parts.iter().map(|part| part.kind)));
    prop_assert!(step.from.magnitude() < step.to.magnitude(), "{step:?}");
    Ok(())
}

fn fees() -> impl Strategy<Value = (i64, i64)> {
    let fee = || prop_oneof![Just(0_i64), 0_i64..30_000_000];
    (fee(), fee())
}

fn with_fees(battery: Battery, (charge, discharge): (i64, i64)) -> Battery {
    Battery {
        charge_fee: Price::from_micros(charge),
        discharge_fee: Price::from_micros(discharge),
        ..battery
    }
}

/// A ramp and bands of depth force moves that do not pay by themselves: what that costs has a part of its own.
#[test]
fn what_a_limit_forces_is_told_apart_from_gain() {
    let battery = Battery {
        target_soc: Some(Energy::from_mwh(1)),
        ..one_hour_battery()
    };
    let explained = explain(battery, Resolution::Hour, &units(&[70]));
    let forced: i64 = explained
        .moves
        .iter()
        .map(|entry| part(entry, ReasonKind::Limits))
        .sum();
    assert!(explained.moves.iter().all(MoveReasons::adds_up));
    // The MWh that the target wants is bought at 70, and nothing is left of it.
    assert_eq!(forced, -7_000, "{:?}", explained.moves);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_parts_of_every_move_add_up_to_its_revenue(
        battery in batteries(),
        resolution in resolutions(),
        prices in prop::collection::vec(-300_000_000_i64..3_000_000_000, 1..24),
        fees in fees(),
    ) {
        let battery = with_fees(battery, fees);
        let prices: Vec<Price> = prices.into_iter().map(Price::from_micros).collect();
        let explained = explain(battery, resolution, &prices);
        for entry in &explained.moves {
            prop_assert!(entry.adds_up(), "{entry:?}");
            prop_assert!(kinds_once(entry.parts.iter().map(|part| part.kind)));
        }
        let moved = explained.schedule.points.iter().filter(|point| point.energy != Energy::ZERO);
        prop_assert_eq!(moved.count(), explained.moves.len());
        let revenue: i64 = explained.moves.iter().map(|entry| entry.revenue.minor()).sum();
        // Each move is rounded to the cent, the schedule once.
        prop_assert!((revenue - explained.schedule.revenue.minor()).abs() <= explained.moves.len() as i64);
    }

    #[test]
    fn the_parts_of_every_step_add_up_to_its_price(
        battery in batteries(),
        venue in proptest::sample::select(offers::VENUES.as_slice()),
        prices in prop::collection::vec(
            (-200_000_000_i64..400_000_000, 0_i64..100_000_000, 0_i64..100_000_000), 1..30),
        fees in fees(),
    ) {
        let battery = with_fees(battery, fees);
        let request = offers::request(venue, battery, &prices);
        let offer = offers::build(&request);
        for step in &offer.reasons {
            check_step(step)?;
        }
        for bid in offer.curves() {
            let explained = |power: Power| offer.reasons.iter().any(|step| step.period == bid.period && step.to == power);
            let offered = bid.curve.injection_points();
            prop_assert!(offered.iter().all(|point| point.quantity == Power::ZERO || explained(point.quantity)));
        }
    }
}

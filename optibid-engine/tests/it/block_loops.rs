//! Schedules as loops: every accepted subset is simulated, and together they earn what the schedule earns.

use optibid_engine::awards::Limit;
use optibid_engine::battery::{
    self, Horizon, Method, Model, Parameters, Schedule, Solution, Terminal,
};
use optibid_engine::blocks::{self, BlockError, Loop};
use proptest::prelude::*;

fn models() -> impl Strategy<Value = Model> {
    let store = (0.0..2.0_f64, 0.0..=1.0_f64, 0.5..4.0_f64);
    let losses = prop_oneof![Just(0.0), Just(0.02)];
    (store, 0.6..=1.0_f64, 0.6..=1.0_f64, losses, 0.3..2.0_f64).prop_map(
        |((min, at, room), stores, feeds, standing_loss_per_hour, charge_mw)| {
            // A standing loss may not take the store below its minimum by itself.
            let min_mwh = if standing_loss_per_hour > 0.0 {
                0.0
            } else {
                min
            };
            Model::new(Parameters {
                charge_mw,
                discharge_mw: 1.0,
                min_mwh,
                max_mwh: min_mwh + room,
                charge_efficiency: stores,
                discharge_efficiency: feeds,
                initial_mwh: min_mwh + at * room,
                terminal: Terminal::Free,
                degradation_per_mwh: 3.0,
                charge_fee_per_mwh: 0.0,
                discharge_fee_per_mwh: 0.0,
                standing_loss_per_hour,
                period_hours: 1.0,
            })
            .unwrap()
        },
    )
}

fn solved() -> impl Strategy<Value = (Model, Vec<f64>, Solution)> {
    (models(), prop::collection::vec(0.0..100.0_f64, 1..16)).prop_map(|(model, prices)| {
        let solution = battery::solve(&model, &Horizon::new(&prices), Method::Exact).unwrap();
        (model, prices, solution)
    })
}

/// Stored energy after each period, by the equation of the store alone.
fn path(model: &Model, periods: usize, blocks: &[(&[(usize, f64)], bool)]) -> Vec<f64> {
    let p = model.parameters();
    let mut soc = p.initial_mwh;
    (0..periods)
        .map(|t| {
            soc *= 1.0 - p.standing_loss_per_hour;
            for (block, charges) in blocks {
                for (_, mw) in block.iter().filter(|at| at.0 == t) {
                    soc += if *charges {
                        mw * p.charge_efficiency
                    } else {
                        -mw / p.discharge_efficiency
                    };
                }
            }
            soc
        })
        .collect()
}

fn within(model: &Model, path: &[f64]) -> bool {
    let p = model.parameters();
    path.iter()
        .all(|soc| (p.min_mwh - 1e-7..=p.max_mwh + 1e-7).contains(soc))
}

fn subset(model: &Model, periods: usize, loops: &[&Loop]) -> Vec<f64> {
    let blocks: Vec<(&[(usize, f64)], bool)> = loops
        .iter()
        .flat_map(|it| {
            [
                (it.charge.as_slice(), true),
                (it.discharge.as_slice(), false),
            ]
        })
        .collect();
    path(model, periods, &blocks)
}

fn chosen(loops: &[Loop], bits: u32) -> Vec<&Loop> {
    loops
        .iter()
        .enumerate()
        .filter(|(i, _)| bits >> i & 1 == 1)
        .map(|(_, it)| it)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_subset_keeps_the_limits_and_all_earn_what_the_schedule_earns((model, prices, solution) in solved()) {
        let periods = prices.len();
        let loops = blocks::loops(&model, &solution.schedule, 0.0).unwrap();
        prop_assume!(loops.len() <= 12);
        for bits in 0..1_u32 << loops.len() {
            let path = subset(&model, periods, &chosen(&loops, bits));
            prop_assert!(within(&model, &path), "{bits:b} {path:?} {loops:?}");
        }
        let all: Vec<&Loop> = loops.iter().collect();
        for (a, b) in subset(&model, periods, &all).iter().zip(&solution.schedule.soc_mwh) {
            prop_assert!((a - b).abs() < 1e-6, "{a} {b} {loops:?}");
        }
        let profit: f64 = loops.iter().map(|it| it.profit(&model, &prices)).sum();
        prop_assert!((profit - solution.objective).abs() < 1e-6, "{profit} {}", solution.objective);
        for it in loops.iter().filter(|it| it.is_closed()) {
            // Alone it ends where the store would be without it, and one block ends before the other begins.
            let (with, without) = (subset(&model, periods, &[it]), subset(&model, periods, &[]));
            prop_assert!((with[periods - 1] - without[periods - 1]).abs() < 1e-6, "{it:?}");
            let (first, second) = if it.charges_first() { (&it.charge, &it.discharge) } else { (&it.discharge, &it.charge) };
            prop_assert!(first.last().unwrap().0 < second.first().unwrap().0, "{it:?}");
            // At its limit prices it earns nothing.
            let (charge, discharge) = it.limit_prices(&model, 40.0);
            let mut at_limit = vec![0.0; periods];
            it.charge.iter().for_each(|at| at_limit[at.0] = charge.unwrap());
            it.discharge.iter().for_each(|at| at_limit[at.0] = discharge.unwrap());
            prop_assert!(it.profit(&model, &at_limit).abs() < 1e-9);
        }
    }

    /// The two ends of the reach are those of all subsets.
    #[test]
    fn the_reach_is_that_of_all_subsets((model, prices, solution) in solved(), shift in 0_usize..3) {
        let periods = prices.len() + shift;
        let mut loops = blocks::loops(&model, &solution.schedule, 0.0).unwrap();
        prop_assume!(loops.len() <= 10);
        // Loops that were moved apart from each other need not be safe.
        for it in loops.iter_mut().step_by(2) {
            it.charge.iter_mut().chain(&mut it.discharge).for_each(|at| at.0 += shift);
        }
        let paths: Vec<Vec<f64>> = (0..1_u32 << loops.len())
            .map(|bits| subset(&model, periods, &chosen(&loops, bits)))
            .collect();
        match blocks::reach(&model, periods, &loops) {
            Ok(reached) => for (t, (low, high)) in reached.into_iter().enumerate() {
                let least = paths.iter().map(|path| path[t]).fold(f64::INFINITY, f64::min);
                let most = paths.iter().map(|path| path[t]).fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((low - least).abs() < 1e-9 && (high - most).abs() < 1e-9, "{low} {least} {high} {most}");
            },
            Err(overrun) => {
                let accepted: Vec<&Loop> = overrun.loops.iter().map(|&i| &loops[i]).collect();
                let soc = subset(&model, periods, &accepted)[overrun.period];
                let p = model.parameters();
                let power = |charges: bool| -> f64 {
                    let block = |it: &&Loop| if charges { it.charge.clone() } else { it.discharge.clone() };
                    accepted.iter().flat_map(block).filter(|at| at.0 == overrun.period).map(|at| at.1).sum()
                };
                let by = match overrun.limit {
                    Limit::MinSoc => p.min_mwh - soc,
                    Limit::MaxSoc => soc - p.max_mwh,
                    Limit::ChargePower => power(true) - p.charge_mw,
                    _ => power(false) - p.discharge_mw,
                };
                prop_assert!(by > 0.0 && (by - overrun.by).abs() < 1e-9, "{overrun:?} {by}");
            }
        }
    }

    /// Families pass exactly when every combination of parents and children does.
    #[test]
    fn families_keep_the_limits_with_any_children((model, prices, solution) in solved()) {
        let periods = prices.len();
        let loops = blocks::loops(&model, &solution.schedule, 0.0).unwrap();
        let count: usize = loops.iter().map(|it| 1 + if it.charges_first() { it.discharge.len() } else { it.charge.len() }).sum();
        prop_assume!(count <= 14);
        let result = blocks::families(&model, periods, &loops, 0.0);
        let mut safe = true;
        for bits in 0..1_u32 << count {
            let (mut at, mut allowed, mut blocks) = (0, true, Vec::new());
            let mut take = || { at += 1; bits >> (at - 1) & 1 == 1 };
            for it in &loops {
                let first = it.charges_first();
                let (parent, children) = if first { (&it.charge, &it.discharge) } else { (&it.discharge, &it.charge) };
                let accepted = take();
                if accepted {
                    blocks.push((parent.as_slice(), first));
                }
                for child in children {
                    let child_accepted = take();
                    allowed &= accepted || !child_accepted;
                    if child_accepted {
                        blocks.push((std::slice::from_ref(child), !first));
                    }
                }
            }
            safe &= !allowed || within(&model, &path(&model, periods, &blocks));
        }
        prop_assert_eq!(result.is_ok(), safe, "{:?}", result);
    }

    /// On ticks no loop crosses the baseline or uses more power, and its limit still pays its wear.
    #[test]
    fn loops_on_ticks_stay_on_their_side((model, prices, solution) in solved()) {
        let periods = prices.len();
        for it in blocks::loops(&model, &solution.schedule, 0.0).unwrap() {
            let Some(rounded) = it.on_ticks(&model, 0.1) else { continue };
            for (_, mw) in rounded.charge.iter().chain(&rounded.discharge) {
                prop_assert!((mw / 0.1 - (mw / 0.1).round()).abs() < 1e-6, "{rounded:?}");
            }
            let with = subset(&model, periods, &[&rounded]);
            let without = subset(&model, periods, &[]);
            let side = if it.charges_first() { 1.0 } else { -1.0 };
            prop_assert!(with.iter().zip(&without).all(|(a, b)| (a - b) * side > -1e-7), "{it:?} {rounded:?}");
            let fed: f64 = rounded.discharge.iter().map(|at| at.1).sum();
            prop_assert!((rounded.limit - 3.0 * fed).abs() < 1e-9, "{rounded:?}");
        }
    }
}

#[test]
fn what_is_no_schedule_is_refused() {
    let parameters = Parameters {
        initial_mwh: 0.5,
        ..Parameters::new(1.0, 1.0, 1.0)
    };
    let model = Model::new(parameters).unwrap();
    let refused = |charge: &[f64], discharge: &[f64]| {
        let schedule = Schedule {
            charge_mw: charge.to_vec(),
            discharge_mw: discharge.to_vec(),
            soc_mwh: Vec::new(),
        };
        blocks::loops(&model, &schedule, 0.0).unwrap_err()
    };
    assert_eq!(
        refused(&[0.0], &[]),
        BlockError::PeriodCount {
            charge: 1,
            discharge: 0
        }
    );
    assert_eq!(
        refused(&[0.1], &[0.1]),
        BlockError::Simultaneous { period: 0 }
    );
    assert_eq!(
        refused(&[0.0], &[-1.0]),
        BlockError::InvalidPower {
            period: 0,
            mw: -1.0
        }
    );
    let BlockError::Overrun(overrun) = refused(&[0.0, 0.0], &[0.4, 0.3]) else {
        panic!("not an overrun")
    };
    assert_eq!(
        (overrun.limit, overrun.period, overrun.loops),
        (Limit::MinSoc, 1, vec![0])
    );
    assert!((overrun.by - 0.2).abs() < 1e-12);
}

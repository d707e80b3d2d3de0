//! Linear programmes and the battery problems on them: the dynamic programme, brute force and, under the feature, HiGHS as
//! references.

use optibid_engine::battery::{self, Horizon, Method, Model};
use optibid_engine::program::{
    BatteryProgram, BatterySchedule, Column, DepthSegment, DischargeBudget, LinearProgram,
    LinearSolver, MicroLp, ProgramError, Row, Target, depth_cost,
};
use optibid_engine::scenario::Generator;

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::assert_close;

/// 1 MW, 2 MWh, half full, no losses: every optimum below lies on a coarse grid.
fn lossless(prices: &[f64]) -> BatteryProgram {
    let count = prices.len();
    BatteryProgram {
        prices: prices.to_vec(),
        period_hours: 1.0,
        charge_mw: vec![1.0; count],
        discharge_mw: vec![1.0; count],
        min_mwh: vec![0.0; count],
        max_mwh: vec![2.0; count],
        charge_efficiency: 1.0,
        discharge_efficiency: 1.0,
        standing_loss_per_hour: 0.0,
        initial_mwh: 1.0,
        target: Target::AtLeast(1.0),
        charge_fee: 0.0,
        discharge_fee: 0.0,
        ramp_mw: None,
        initial_net_mw: None,
        depth: Vec::new(),
        budgets: Vec::new(),
    }
}

fn solve(program: &BatteryProgram) -> BatterySchedule {
    let schedule = program.solve(&MicroLp::new()).unwrap();
    for (c, d) in schedule.charge_mw.iter().zip(&schedule.discharge_mw) {
        assert!(c.min(*d) < 1e-6, "charges {c} and discharges {d} at once");
    }
    schedule
}

/// The best of all schedules in steps of half a MW, each judged by `worth` (none if not allowed).
fn brute_force(periods: usize, worth: impl Fn(&[f64]) -> Option<f64>) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for mut code in 0..5_usize.pow(u32::try_from(periods).unwrap()) {
        let net: Vec<f64> = (0..periods)
            .map(|_| {
                let step = code % 5;
                code /= 5;
                f64::from(u32::try_from(step).unwrap()) / 2.0 - 1.0
            })
            .collect();
        best = best.max(worth(&net).unwrap_or(f64::NEG_INFINITY));
    }
    best
}

/// The path of a lossless store from 1 MWh within 0 and 2, back to at least 1.
fn path(net: &[f64]) -> Option<Vec<f64>> {
    let mut soc = vec![1.0];
    for power in net {
        let next = soc.last()? - power;
        if !(0.0..=2.0).contains(&next) {
            return None;
        }
        soc.push(next);
    }
    (*soc.last()? >= 1.0).then_some(soc)
}

fn revenue(prices: &[f64], net: &[f64]) -> f64 {
    prices.iter().zip(net).map(|(price, net)| price * net).sum()
}

fn random_prices(seed: u64, count: usize) -> Vec<f64> {
    let mut generator = Generator::new(seed);
    (0..count)
        .map(|_| (generator.uniform() * 120.0 - 30.0).round())
        .collect()
}

#[test]
fn statuses_are_told_apart() {
    let mut program = LinearProgram::new();
    let x = program.column(Column::continuous(0.0, f64::INFINITY, 1.0));
    assert_eq!(MicroLp::new().solve(&program), Err(ProgramError::Unbounded));
    program.row(Row {
        terms: vec![(x, 1.0)],
        lower: 1.0,
        upper: 2.5,
    });
    assert_close(
        MicroLp::new().solve(&program).unwrap().objective,
        2.5,
        1e-9,
        "range row",
    );
    program.row(Row::at_most(vec![(x, 1.0)], 0.5));
    assert_eq!(
        MicroLp::new().solve(&program),
        Err(ProgramError::Infeasible)
    );
    program.row(Row::at_most(vec![(x, 1.0), (x, 1.0)], 0.5));
    assert_eq!(
        program.check().unwrap_err().to_string(),
        "row 2 names a column twice"
    );
}

#[test]
fn without_coupling_equals_the_exact_dynamic_programme() {
    let prices = bench_prices("prices_day_h.csv");
    let model = Model::new(reference_battery(1.0)).unwrap();
    let exact = battery::solve(&model, &Horizon::new(&prices), Method::Exact).unwrap();
    let program = BatteryProgram {
        charge_efficiency: 0.95,
        discharge_efficiency: 0.95,
        ..lossless(&prices)
    };
    assert_close(solve(&program).objective, exact.objective, 1e-7, "optimum");
}

/// Ramps and power limits alone bound differences, so that an optimum lies on the grid.
#[test]
fn ramps_equal_brute_force() {
    for seed in 0..8 {
        let prices = random_prices(seed, 6);
        let ramps = |net: &[f64]| {
            let before = std::iter::once(&0.5).chain(net);
            before.zip(net).all(|(a, b)| (a - b).abs() <= 0.5 + 1e-9)
        };
        let ramped = |program| BatteryProgram {
            ramp_mw: Some(0.5),
            initial_net_mw: Some(0.5),
            ..program
        };
        let wide = BatteryProgram {
            max_mwh: vec![12.0; 6],
            initial_mwh: 6.0,
            target: Target::Free,
            ..lossless(&prices)
        };
        let best = brute_force(6, |net| ramps(net).then(|| revenue(&prices, net)));
        assert_close(solve(&ramped(wide)).objective, best, 1e-6, "ramp");

        // With a small store too the optimum may lie between grid points: no worse than the grid, and feasible.
        let schedule = solve(&ramped(lossless(&prices)));
        let best = brute_force(6, |net| {
            (ramps(net) && path(net).is_some()).then(|| revenue(&prices, net))
        });
        let net: Vec<f64> = schedule
            .discharge_mw
            .iter()
            .zip(&schedule.charge_mw)
            .map(|(d, c)| d - c)
            .collect();
        assert!(ramps(&net) && schedule.objective >= best - 1e-6);
        assert_close(schedule.objective, revenue(&prices, &net), 1e-6, "revenue");
        let mut soc = 1.0;
        for net in net {
            soc -= net;
            assert!((-1e-9..=2.0 + 1e-9).contains(&soc));
        }
        assert!(soc >= 1.0 - 1e-9);
    }
}

#[test]
fn budgets_and_priced_targets_equal_brute_force() {
    for seed in 0..8 {
        let prices = random_prices(seed, 6);
        let budgets = vec![
            DischargeBudget {
                periods: 0..3,
                mwh: 0.5,
            },
            DischargeBudget {
                periods: 0..6,
                mwh: 1.5,
            },
        ];
        let program = BatteryProgram {
            budgets,
            discharge_fee: 3.0,
            charge_fee: 2.0,
            ..lossless(&prices)
        };
        let best = brute_force(6, |net| {
            path(net)?;
            let out = |net: &[f64]| net.iter().map(|net| net.max(0.0)).sum::<f64>();
            let taken = net.iter().map(|net| (-net).max(0.0)).sum::<f64>();
            (out(&net[..3]) <= 0.5 && out(net) <= 1.5)
                .then(|| revenue(&prices, net) - 3.0 * out(net) - 2.0 * taken)
        });
        assert_close(solve(&program).objective, best, 1e-6, "budget");
        let hard = solve(&lossless(&prices)).objective;
        let target = |price| Target::Priced { mwh: 1.0, price };
        let dear = BatteryProgram {
            target: target(1e4),
            ..lossless(&prices)
        };
        assert_close(solve(&dear).objective, hard, 1e-6, "a dear target is met");
        let free = BatteryProgram {
            target: Target::Free,
            ..lossless(&prices)
        };
        let cheap = BatteryProgram {
            target: target(0.0),
            ..lossless(&prices)
        };
        assert_close(
            solve(&cheap).objective,
            solve(&free).objective,
            1e-6,
            "a target without price is free",
        );
    }
}

/// On a grid of half MWh bands of half a MWh are exact: the programme may choose from which band it discharges, and takes the
/// cheapest that holds energy, which the brute force does in so many words.
#[test]
fn wear_by_depth_equals_brute_force() {
    let costs = [2.0, 6.0, 14.0, 30.0];
    for seed in 0..8 {
        let prices = random_prices(seed, 6);
        let depth: Vec<_> = costs.map(|cost| DepthSegment { mwh: 0.5, cost }).to_vec();
        let program = BatteryProgram {
            depth,
            ..lossless(&prices)
        };
        let best = brute_force(6, |net| {
            path(net)?;
            let (mut held, mut wear) = ([true, true, false, false], 0.0);
            for power in net {
                for _ in 0..(power.abs() * 2.0) as usize {
                    let place = held.iter().position(|full| *full == (*power > 0.0))?;
                    held[place] = *power < 0.0;
                    wear += if *power > 0.0 {
                        0.5 * costs[place]
                    } else {
                        0.0
                    };
                }
            }
            Some(revenue(&prices, net) - wear)
        });
        assert_close(solve(&program).objective, best, 1e-6, "depth");
    }
}

/// From an empty store and back the bands cost what the rainflow count of the path says: a deep cycle around a shallow one.
#[test]
fn wear_by_depth_equals_rainflow() {
    let costs = [2.0, 6.0, 14.0, 30.0];
    let prices = [0.0, 0.0, 100.0, 0.0, 100.0, 100.0];
    let depth: Vec<_> = costs.map(|cost| DepthSegment { mwh: 0.5, cost }).to_vec();
    let program = BatteryProgram {
        depth,
        initial_mwh: 0.0,
        target: Target::Free,
        ..lossless(&prices)
    };
    let schedule = solve(&program);
    let soc: Vec<f64> = std::iter::once(0.0).chain(schedule.soc_mwh).collect();
    let cost = |depth: f64| -> f64 {
        let bands = costs.iter().enumerate();
        bands
            .map(|(j, cost)| cost * (depth - 0.5 * j as f64).clamp(0.0, 0.5))
            .sum()
    };
    assert_close(
        depth_cost(&soc, cost),
        30.0,
        1e-6,
        "a full cycle of 1 and two halves of 2 MWh",
    );
    assert_close(schedule.objective, 300.0 - 30.0, 1e-6, "objective");
}

#[cfg(feature = "highs")]
#[test]
fn highs_agrees_and_gives_duals() {
    use optibid_engine::program::Highs;

    let prices = bench_prices("prices_day_h.csv");
    let budgets = vec![DischargeBudget {
        periods: 0..24,
        mwh: 2.0,
    }];
    let program = BatteryProgram {
        ramp_mw: Some(0.7),
        charge_efficiency: 0.9,
        discharge_efficiency: 0.95,
        budgets,
        ..lossless(&prices)
    };
    let theirs = program.solve(&Highs::new()).unwrap();
    assert_close(solve(&program).objective, theirs.objective, 1e-6, "solvers");
    let positive: Vec<f64> = prices.iter().map(|price| price + 300.0).collect();
    let at = |mwh: f64| {
        let budgets = vec![DischargeBudget {
            periods: 0..24,
            mwh,
        }];
        BatteryProgram {
            budgets,
            ..lossless(&positive)
        }
        .solve(&Highs::new())
        .unwrap()
    };
    let within = |mwh: f64| BatteryProgram {
        budgets: vec![DischargeBudget {
            periods: 0..24,
            mwh,
        }],
        ..lossless(&positive)
    };
    let brings = (at(1.301).objective - at(1.3).objective) / 0.001;
    for (solver, valued) in [
        ("HiGHS", within(1.3).solve_valued(&Highs::new()).unwrap()),
        (
            "microlp",
            within(1.3).solve_valued(&MicroLp::new()).unwrap(),
        ),
    ] {
        assert_close(valued.budgets[0], brings, 1e-4, solver);
    }
}

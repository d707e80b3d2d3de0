//! Scenarios and bids over them: sampling error, brute force and linear programmes as references.

use optibid_engine::battery::{self, Horizon, Method, Model, Parameters, Terminal};
use optibid_engine::program::MicroLp;
use optibid_engine::scenario::{
    BidPlan, Copula, Effort, Generator, Risk, ScenarioSet, TreeProgram, bid_curves, bid_program,
    bootstrap,
};

use crate::fixtures::{fixture, reference_battery, text};
use crate::invariants::assert_close;

fn fifty() -> ScenarioSet {
    let text = text(&fixture("bench_prices").join("prices_scen50_q.csv"));
    let row = |line: &str| {
        line.split(',')
            .map(|price| price.parse().unwrap())
            .collect()
    };
    ScenarioSet::equally_likely(text.lines().map(row).collect()).unwrap()
}

/// Uniform prices in `[low, low + 100)`, some of them equal.
fn random_set(seed: u64, scenarios: usize, periods: usize, low: f64) -> ScenarioSet {
    let mut generator = Generator::new(seed);
    let mut path = || {
        (0..periods)
            .map(|_| low + (generator.uniform() * 25.0).floor() * 4.0)
            .collect()
    };
    ScenarioSet::equally_likely((0..scenarios).map(|_| path()).collect()).unwrap()
}

/// Errors with correlation 0.8 between neighbours and a skewed marginal.
fn history(days: usize, periods: usize) -> Vec<Vec<f64>> {
    let mut generator = Generator::new(3);
    let mut normal = || (0..12).map(|_| generator.uniform()).sum::<f64>() - 6.0;
    (0..days)
        .map(|_| {
            let mut state = normal();
            (0..periods)
                .map(|_| {
                    let error = (0.5 * state).exp() * 10.0 - 11.0;
                    state = 0.8 * state + 0.6 * normal();
                    error
                })
                .collect()
        })
        .collect()
}

fn correlation(paths: &[Vec<f64>], i: usize, j: usize) -> f64 {
    let n = paths.len() as f64;
    let mean = |t: usize| paths.iter().map(|path| path[t]).sum::<f64>() / n;
    let (a, b) = (mean(i), mean(j));
    let moment = |i: usize, a: f64, j: usize, b: f64| {
        paths
            .iter()
            .map(|path| (path[i] - a) * (path[j] - b))
            .sum::<f64>()
    };
    moment(i, a, j, b) / (moment(i, a, i, a) * moment(j, b, j, b)).sqrt()
}

fn sorted(paths: &[Vec<f64>], t: usize) -> Vec<f64> {
    let mut values: Vec<f64> = paths.iter().map(|path| path[t]).collect();
    values.sort_by(f64::total_cmp);
    values
}

#[test]
fn copula_keeps_marginals_and_lags() {
    let errors = history(400, 12);
    let copula = Copula::fit(&errors).unwrap();
    let drawn = copula.draw(&[0.0; 12], 4_000, 11).unwrap();
    assert_eq!(drawn, copula.draw(&[0.0; 12], 4_000, 11).unwrap());
    assert_ne!(drawn, copula.draw(&[0.0; 12], 4_000, 12).unwrap());
    for t in [0, 5, 11] {
        let (old, new) = (sorted(&errors, t), sorted(drawn.paths(), t));
        for share in [0.1, 0.25, 0.5, 0.75, 0.9] {
            // The share of draws below a quantile of the history: sampling error 0.008 at most.
            let quantile = old[(share * 400.0) as usize];
            let below = new.partition_point(|value| *value <= quantile) as f64 / 4_000.0;
            assert!(
                (below - share).abs() < 0.03,
                "period {t}: {share} became {below}"
            );
        }
    }
    for (i, j) in [(0, 1), (4, 5), (3, 6), (0, 11)] {
        let (old, new) = (correlation(&errors, i, j), correlation(drawn.paths(), i, j));
        assert!(
            (old - new).abs() < 0.12,
            "lag {}: {old} became {new}",
            j - i
        );
    }
}

#[test]
fn few_days_lean_on_the_autoregression() {
    let (few, many) = (
        Copula::fit(&history(8, 48)).unwrap(),
        Copula::fit(&history(800, 48)).unwrap(),
    );
    assert!(few.shrinkage() > many.shrinkage());
    let drawn = few.draw(&[50.0; 48], 2_000, 1).unwrap();
    let near = (0..47)
        .map(|t| correlation(drawn.paths(), t, t + 1))
        .sum::<f64>()
        / 47.0;
    assert!((0.6..0.95).contains(&near), "{near}");
}

#[test]
fn whole_day_blocks_are_days_of_the_history() {
    let errors = history(20, 6);
    let set = bootstrap(&errors, &[0.0; 6], 6, 50, 4).unwrap();
    assert!(set.paths().iter().all(|path| errors.contains(path)));
    let mixed = bootstrap(&errors, &[0.0; 6], 2, 50, 4).unwrap();
    for path in mixed.paths() {
        for from in [0, 2, 4] {
            assert!(
                errors
                    .iter()
                    .any(|day| day[from..from + 2] == path[from..from + 2])
            );
        }
    }
    assert!(mixed.paths().iter().any(|path| !errors.contains(path)));
}

#[test]
fn reduction_equals_brute_force_step_by_step_and_falls() {
    for seed in 0..5 {
        let set = random_set(seed, 9, 4, 0.0);
        let norm = |a: usize, b: usize| {
            let pairs = set.paths()[a].iter().zip(&set.paths()[b]);
            pairs.map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
        };
        let mut last = f64::INFINITY;
        for count in 1..=9 {
            let reduced = set.reduce(count).unwrap();
            let cost = |kept: &[usize]| {
                (0..9)
                    .map(|j| {
                        kept.iter()
                            .map(|&i| norm(i, j))
                            .fold(f64::INFINITY, f64::min)
                    })
                    .sum::<f64>()
                    / 9.0
            };
            assert_close(reduced.distance, cost(&reduced.kept), 1e-9, "distance");
            let subsets = (0..512_u32).filter(|bits| bits.count_ones() as usize == count);
            let best = subsets
                .map(|bits| cost(&(0..9).filter(|i| bits >> i & 1 == 1).collect::<Vec<_>>()))
                .fold(f64::INFINITY, f64::min);
            assert!(reduced.distance >= best - 1e-9);
            if count == 1 {
                assert_close(reduced.distance, best, 1e-9, "the first choice is optimal");
            }
            // Each choice is the best addition to the ones before.
            let before = &reduced.kept[..count - 1];
            for candidate in (0..9).filter(|candidate| !before.contains(candidate)) {
                let others: Vec<usize> = before.iter().copied().chain([candidate]).collect();
                assert!(reduced.distance <= cost(&others) + 1e-9);
            }
            assert!(reduced.distance < last || last == 0.0);
            last = reduced.distance;
            for (j, place) in reduced.assignment.iter().enumerate() {
                let nearest = reduced
                    .kept
                    .iter()
                    .map(|&i| norm(i, j))
                    .fold(f64::INFINITY, f64::min);
                assert_close(norm(reduced.kept[*place], j), nearest, 1e-9, "nearest");
            }
        }
    }
}

/// Everything a plan promises: nondecreasing curves that the schedules follow, limits kept, profits as stated.
fn check(model: &Model, set: &ScenarioSet, plan: &BidPlan) {
    let p = model.parameters();
    for (t, curve) in plan.curves.iter().enumerate() {
        assert!(
            curve.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1 + 1e-9),
            "period {t}: {curve:?}"
        );
        for (path, schedule) in set.paths().iter().zip(&plan.schedules) {
            let point = curve.iter().find(|point| point.0 == path[t]).unwrap();
            assert!((point.1 - schedule.net_mw[t]).abs() < 1e-9);
        }
    }
    let mut expected = 0.0;
    for ((path, q), schedule) in set
        .paths()
        .iter()
        .zip(set.probabilities())
        .zip(&plan.schedules)
    {
        let mut soc = p.initial_mwh;
        for (t, &net) in schedule.net_mw.iter().enumerate() {
            assert!(net >= -p.charge_mw - 1e-9 && net <= p.discharge_mw + 1e-9);
            let taken = if net > 0.0 {
                net / p.discharge_efficiency
            } else {
                net * p.charge_efficiency
            };
            soc = model.retention() * soc - p.period_hours * taken;
            assert!(
                soc >= p.min_mwh - 1e-6 && soc <= p.max_mwh + 1e-6,
                "{soc} after {t}"
            );
            assert!((soc - schedule.soc_mwh[t]).abs() < 1e-6);
            expected += q * p.period_hours * (path[t] * net - p.degradation_per_mwh * net.max(0.0));
        }
        if let Terminal::AtLeast(target) = p.terminal {
            assert!(soc >= target - 1e-6);
        }
    }
    assert_close(plan.expected, expected, 1e-9, "expected");
    assert!(plan.objective <= plan.bound + 1e-6);
}

fn lossless(periods_hours: f64) -> Model {
    Model::new(Parameters {
        charge_efficiency: 1.0,
        discharge_efficiency: 1.0,
        ..reference_battery(periods_hours)
    })
    .unwrap()
}

#[test]
fn one_scenario_is_the_battery_alone() {
    let set = random_set(5, 1, 16, 0.0);
    let model = Model::new(reference_battery(1.0)).unwrap();
    let alone = battery::optimum(&model, &Horizon::new(&set.paths()[0]), Method::Exact).unwrap();
    let plan = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
    check(&model, &set, &plan);
    assert_close(plan.expected, alone, 1e-7, "programme");
    let plan = bid_curves(
        &model,
        &set,
        Effort {
            gap: 1e-5,
            rounds: 5_000,
            threads: 2,
        },
    )
    .unwrap();
    check(&model, &set, &plan);
    assert!(plan.gap() <= 1e-5 && plan.bound >= alone - 1e-9);
}

/// Lossless batteries burn nothing, so that an optimum over integral grids is the linear programme's: brute force over all
/// pairs of nondecreasing curves in steps of 1 MW.
#[test]
fn curves_equal_brute_force() {
    for seed in 0..6 {
        let set = random_set(seed, 2, 3, -20.0);
        let model = lossless(1.0);
        let mut best = f64::NEG_INFINITY;
        for code in 0..3_usize.pow(6) {
            let step = |place: u32| (code / 3_usize.pow(place) % 3) as f64 - 1.0;
            let net = |s: u32, t: u32| step(3 * s + t);
            let [a, b] = [&set.paths()[0], &set.paths()[1]];
            let ordered = (0..3).all(|t| match a[t as usize].total_cmp(&b[t as usize]) {
                std::cmp::Ordering::Less => net(0, t) <= net(1, t),
                std::cmp::Ordering::Equal => net(0, t) == net(1, t),
                std::cmp::Ordering::Greater => net(0, t) >= net(1, t),
            });
            let within = (0..2).all(|s| {
                let soc: Vec<f64> = (0..3)
                    .scan(1.0, |soc, t| {
                        *soc -= net(s, t);
                        Some(*soc)
                    })
                    .collect();
                soc.iter().all(|soc| (0.0..=2.0).contains(soc)) && soc[2] >= 1.0
            });
            if ordered && within {
                let value = (0..3)
                    .map(|t| a[t as usize] * net(0, t) + b[t as usize] * net(1, t))
                    .sum::<f64>()
                    / 2.0;
                best = best.max(value);
            }
        }
        let plan = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
        check(&model, &set, &plan);
        assert_close(plan.bound, best, 1e-6, "brute force");
        assert_close(plan.expected, best, 1e-6, "delivered");
    }
}

#[test]
fn splitting_meets_the_linear_programme() {
    for seed in 0..4 {
        let set = random_set(seed, 6, 8, 10.0);
        let model = lossless(1.0);
        let exact = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
        let plan = bid_curves(
            &model,
            &set,
            Effort {
                gap: 1e-4,
                rounds: 5_000,
                threads: 2,
            },
        )
        .unwrap();
        check(&model, &set, &plan);
        assert!(plan.gap() <= 1e-4, "gap {}", plan.gap());
        assert!(plan.bound >= exact.bound - 1e-6 && plan.objective <= exact.bound + 1e-6);
        let alone = bid_curves(
            &model,
            &set,
            Effort {
                gap: 1e-4,
                rounds: 5_000,
                threads: 1,
            },
        )
        .unwrap();
        assert_eq!(plan, alone);
    }
}

/// Losses, wear and standing loss in both methods: each plan lies below the other's bound.
#[test]
fn losses_and_wear_count_alike_in_both_methods() {
    for seed in 0..4 {
        let set = random_set(seed, 6, 8, 10.0);
        let model = Model::new(Parameters {
            charge_efficiency: 0.9,
            degradation_per_mwh: 4.0,
            standing_loss_per_hour: 0.02,
            ..reference_battery(1.0)
        })
        .unwrap();
        let reference = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
        let plan = bid_curves(
            &model,
            &set,
            Effort {
                gap: 1e-4,
                rounds: 500,
                threads: 1,
            },
        )
        .unwrap();
        check(&model, &set, &reference);
        check(&model, &set, &plan);
        assert!(
            reference.objective <= plan.bound + 1e-6 && plan.objective <= reference.bound + 1e-6
        );
        assert!(plan.gap() <= 0.03, "gap {}", plan.gap());
    }
}

#[test]
fn weighing_the_tail_raises_it() {
    let set = random_set(9, 8, 6, 0.0);
    let model = lossless(1.0);
    let solve =
        |weight| bid_program(&model, &set, Risk { weight, tail: 0.25 }, &MicroLp::new()).unwrap();
    let (neutral, averse) = (solve(0.0), solve(0.9));
    check(&model, &set, &averse);
    assert_close(averse.objective, averse.bound, 1e-6, "the tail is linear");
    assert!(averse.cvar >= neutral.cvar - 1e-6 && averse.expected <= neutral.expected + 1e-6);
    assert!(
        averse.cvar > neutral.cvar + 1e-3,
        "{} {}",
        averse.cvar,
        neutral.cvar
    );
}

#[test]
fn more_information_is_worth_more() {
    let set = random_set(2, 6, 6, 0.0);
    let model = lossless(1.0);
    let solve = |gates: &[usize], branches| {
        let tree = TreeProgram::new(model, set.clone(), gates.to_vec(), branches).unwrap();
        let plan = tree.solve(Risk::NEUTRAL, &MicroLp::new()).unwrap();
        assert_close(
            plan.expected,
            plan.bound,
            1e-6,
            "lossless plans are delivered",
        );
        plan.expected
    };
    let blind = solve(&[0], 6);
    let two_stage = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
    assert_close(
        blind,
        two_stage.bound,
        1e-6,
        "one gate is the two-stage programme",
    );
    let (half, full) = (solve(&[0, 3], 6), solve(&[0, 2, 4], 6));
    assert!(half >= blind - 1e-6 && full >= blind - 1e-6);
    let foresight = set
        .paths()
        .iter()
        .map(|path| battery::optimum(&model, &Horizon::new(path), Method::Exact).unwrap() / 6.0)
        .sum::<f64>();
    assert!(full <= foresight + 1e-6);
    assert!(half > blind + 1e-3, "{half} {blind}");
}

/// The value of the rest of the day after the first gate, taken at the energies the whole plan left, is what the whole
/// plan earns after it.
#[test]
fn rolling_agrees_with_the_whole_tree() {
    let set = random_set(4, 5, 6, 0.0);
    let model = lossless(1.0);
    let tree = TreeProgram::new(model, set.clone(), vec![0, 3], 5).unwrap();
    let plan = tree.solve(Risk::NEUTRAL, &MicroLp::new()).unwrap();
    let mut total = 0.0;
    for (path, schedule) in set.paths().iter().zip(&plan.schedules) {
        let rest = tree.advance(&path[..3], schedule.soc_mwh[2]).unwrap();
        let later = rest.solve(Risk::NEUTRAL, &MicroLp::new()).unwrap().expected;
        let earlier: f64 = path
            .iter()
            .zip(&schedule.net_mw)
            .take(3)
            .map(|(price, net)| price * net)
            .sum();
        total += (earlier + later) / 5.0;
    }
    assert_close(total, plan.expected, 1e-6, "rolling");
}

/// HiGHS 1.15 and Clarabel: 303.997623 EUR for the linear programme, which no plan exceeds.
#[test]
fn fifty_scenarios_of_a_day() {
    let set = fifty();
    let model = Model::new(reference_battery(0.25)).unwrap();
    let effort = Effort {
        gap: 1e-9,
        rounds: 80,
        threads: 2,
    };
    let plan = bid_curves(&model, &set, effort).unwrap();
    check(&model, &set, &plan);
    assert!(
        plan.bound <= 303.997_623 + 1e-6,
        "exclusion cannot raise the bound this far: {}",
        plan.bound
    );
    assert!(
        plan.gap() <= 2e-3,
        "{} below {}",
        plan.objective,
        plan.bound
    );
}

/// The linear programme itself may burn energy; its optimum is the published one.
#[cfg(feature = "highs")]
#[test]
fn fifty_scenarios_by_highs() {
    use optibid_engine::program::Highs;

    let set = fifty();
    let model = Model::new(reference_battery(0.25)).unwrap();
    let plan = bid_program(&model, &set, Risk::NEUTRAL, &Highs::new()).unwrap();
    check(&model, &set, &plan);
    assert_close(plan.bound, 303.997_623, 1e-8, "published");
    println!("held {} of {}", plan.objective, plan.bound);
}

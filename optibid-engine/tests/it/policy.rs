//! Policies against the deterministic optimum, linear programmes over the tree of price states, and simulation.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem};
use optibid_engine::battery::{self, Horizon, Method, Model, Parameters, Terminal};
use optibid_engine::policy::{self, Execution, Options, Outcome, Policy, PriceProcess};
use proptest::prelude::*;

/// 0.8 each way: a full hour stores 0.8 MWh or takes 1.25, whole numbers of 0.05 MWh.
fn aligned() -> Parameters {
    Parameters {
        charge_mw: 1.0,
        discharge_mw: 1.0,
        min_mwh: 0.0,
        max_mwh: 2.0,
        charge_efficiency: 0.8,
        discharge_efficiency: 0.8,
        initial_mwh: 1.0,
        terminal: Terminal::AtLeast(0.5),
        charge_fee_per_mwh: 1.5,
        discharge_fee_per_mwh: 0.5,
        degradation_per_mwh: 3.0,
        standing_loss_per_hour: 0.0,
        period_hours: 1.0,
    }
}

fn steps(soc_intervals: usize) -> Options<'static> {
    Options {
        soc_intervals,
        ..Options::default()
    }
}

fn certain(prices: &[f64]) -> PriceProcess {
    let levels: Vec<Vec<f64>> = prices.iter().map(|&price| vec![price]).collect();
    PriceProcess::new(&levels, &[1.0], &[vec![vec![1.0]]]).unwrap()
}

fn mean(outcomes: &[Outcome]) -> (f64, f64) {
    let count = outcomes.len() as f64;
    let mean = outcomes.iter().map(|one| one.profit).sum::<f64>() / count;
    let squares = outcomes.iter().map(|one| (one.profit - mean).powi(2));
    (mean, (squares.sum::<f64>() / (count - 1.0) / count).sqrt())
}

/// A chain of `levels.len()` periods with three states and figures that differ from row to row.
fn three_states(levels: &[[f64; 3]], sticky: f64) -> PriceProcess {
    let levels: Vec<Vec<f64>> = levels.iter().map(|level| level.to_vec()).collect();
    let loose = 1.0 - sticky;
    let matrix = vec![
        vec![sticky, 0.7 * loose, 0.3 * loose],
        vec![0.4 * loose, sticky, 0.6 * loose],
        vec![0.1 * loose, 0.9 * loose, sticky],
    ];
    PriceProcess::new(&levels, &[0.2, 0.5, 0.3], &[matrix]).unwrap()
}

fn wavy(periods: usize) -> Vec<[f64; 3]> {
    (0..periods)
        .map(|t| {
            let base = 50.0 + 30.0 * (t as f64 * 0.9).sin();
            [base - 25.0, base, base + 40.0 + (t % 5) as f64]
        })
        .collect()
}

/// The optimum over all policies by a linear programme with a variable for every history of states: charging,
/// discharging and stored energy at each node of the tree. Nothing is on a grid.
fn tree_optimum(model: &Model, process: &PriceProcess) -> f64 {
    let p = model.parameters();
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    // Stored energy variable, state and probability of each node of the last layer.
    let mut layer = Vec::new();
    for t in 0..process.periods() {
        let mut next = Vec::new();
        let parents: Vec<_> = if t == 0 {
            vec![(None, process.initial(), 1.0)]
        } else {
            layer
                .iter()
                .map(|&(soc, state, odds)| (Some(soc), process.row(t - 1, state), odds))
                .collect()
        };
        for (before, row, odds) in parents {
            for (state, chance) in row.iter().enumerate() {
                let (price, odds) = (process.levels(t)[state], odds * chance);
                let h = p.period_hours;
                let paid = price + p.charge_fee_per_mwh;
                let got = price - p.discharge_fee_per_mwh - p.degradation_per_mwh;
                let charge = problem.add_var(-odds * h * paid, (0.0, p.charge_mw));
                let discharge = problem.add_var(odds * h * got, (0.0, p.discharge_mw));
                let last = t + 1 == process.periods();
                let (least, worth) = match p.terminal {
                    Terminal::AtLeast(target) if last => (target, 0.0),
                    Terminal::Worth { per_mwh } if last => (p.min_mwh, odds * per_mwh),
                    _ => (p.min_mwh, 0.0),
                };
                let soc = problem.add_var(worth, (least, p.max_mwh));
                let mut sum = LinearExpr::empty();
                sum.add(soc, 1.0);
                sum.add(charge, -h * p.charge_efficiency);
                sum.add(discharge, h / p.discharge_efficiency);
                let mut right = model.retention() * p.initial_mwh;
                if let Some(before) = before {
                    sum.add(before, -model.retention());
                    right = 0.0;
                }
                problem.add_constraint(sum, ComparisonOp::Eq, right);
                next.push((soc, state, odds));
            }
        }
        layer = next;
    }
    problem
        .solve()
        .unwrap()
        .into_solution()
        .unwrap()
        .objective()
}

#[test]
fn with_one_price_state_the_policy_earns_the_optimum() {
    let prices: Vec<f64> = (0..200)
        .map(|t| 40.0 + 35.0 * (f64::from(t) * 0.7).sin() + f64::from(t * 37 % 23))
        .collect();
    for terminal in [
        Terminal::Free,
        Terminal::AtLeast(1.5),
        Terminal::Worth { per_mwh: 30.0 },
        Terminal::Priced {
            target_mwh: 1.0,
            shortfall_per_mwh: 60.0,
        },
    ] {
        let model = Model::new(Parameters {
            terminal,
            ..aligned()
        })
        .unwrap();
        let best = battery::optimum(&model, &Horizon::new(&prices), Method::Exact).unwrap();
        let policy = policy::solve(&model, &certain(&prices), &steps(40)).unwrap();
        assert!(
            (policy.expected_value() - best).abs() < 1e-9 * best,
            "{terminal:?}"
        );
        for execution in [Execution::AtPrice, Execution::ByBid] {
            let played =
                policy::simulate(&policy, std::slice::from_ref(&prices), execution).unwrap();
            assert!(
                (played[0].profit - best).abs() < 1e-9 * best,
                "{terminal:?} {execution:?}"
            );
        }
        let rolled =
            policy::rolling_plan(&model, &certain(&prices), std::slice::from_ref(&prices)).unwrap();
        assert!(
            (rolled[0].profit - best).abs() < 1e-9 * best,
            "{terminal:?}"
        );
    }
}

#[test]
fn limits_and_losses_are_those_of_the_optimum() {
    let prices: Vec<f64> = (0..96).map(|t| 40.0 + f64::from(t * 31 % 67)).collect();
    let charge: Vec<f64> = (0..96).map(|t| f64::from(t % 3) / 2.0).collect();
    let discharge: Vec<f64> = (0..96).map(|t| f64::from(t % 4) / 3.0).collect();
    let model = Model::new(Parameters {
        min_mwh: 0.3,
        standing_loss_per_hour: 0.01,
        ..aligned()
    });
    let model = model.unwrap();
    let horizon = Horizon::new(&prices)
        .with_charge_limits(&charge)
        .with_discharge_limits(&discharge);
    let best = battery::optimum(&model, &horizon, Method::Exact).unwrap();
    let value = |soc_intervals| {
        let options = Options {
            soc_intervals,
            charge_mw: Some(&charge),
            discharge_mw: Some(&discharge),
        };
        let policy = policy::solve(&model, &certain(&prices), &options).unwrap();
        let played =
            policy::simulate(&policy, std::slice::from_ref(&prices), Execution::AtPrice).unwrap();
        // Never above what is possible, and the decisions earn at least the value they were promised.
        assert!(policy.expected_value() <= best + 1e-9);
        assert!(played[0].profit <= best + 1e-9);
        assert!(played[0].profit >= policy.expected_value() - 1e-6);
        assert!(played[0].final_mwh >= 0.5 - 1e-9);
        policy.expected_value()
    };
    let (coarse, fine, finest) = (value(50), value(200), value(1600));
    assert!(coarse < fine && fine < finest, "{coarse} {fine} {finest}");
    assert!(best - finest < 1e-3 * best, "{finest} of {best}");
}

#[test]
fn burning_energy_at_deep_negative_prices_approaches_the_exact_optimum() {
    let prices = [
        -20.0, -150.0, -140.0, -160.0, 30.0, -90.0, -95.0, -99.0, -97.0, 80.0, -200.0, -210.0,
        -190.0, 60.0,
    ];
    let model = Model::new(Parameters {
        terminal: Terminal::Free,
        ..aligned()
    });
    let model = model.unwrap();
    let horizon = Horizon::new(&prices);
    let best = battery::optimum(&model, &horizon, Method::Exact).unwrap();
    let relaxed = battery::optimum(&model, &horizon, Method::Relaxed).unwrap();
    assert!(relaxed > 1.05 * best);
    let policy = policy::solve(&model, &certain(&prices), &steps(2000)).unwrap();
    assert!((policy.expected_value() - best).abs() < 1e-3 * best);
    let played = policy::simulate(&policy, &[prices.to_vec()], Execution::AtPrice).unwrap();
    assert!(played[0].profit <= best + 1e-9 && played[0].profit > best - 1e-3 * best);
}

#[test]
fn small_trees_are_solved_as_by_a_linear_programme_over_all_histories() {
    for (sticky, terminal) in [
        (0.2, Terminal::AtLeast(0.5)),
        (0.6, Terminal::Free),
        (0.9, Terminal::Worth { per_mwh: 45.0 }),
    ] {
        let parameters = Parameters {
            terminal,
            ..aligned()
        };
        let model = Model::new(parameters).unwrap();
        let process = three_states(&wavy(5), sticky);
        let best = tree_optimum(&model, &process);
        let policy = policy::solve(&model, &process, &steps(40)).unwrap();
        assert!((policy.expected_value() - best).abs() < 1e-7, "{sticky}");

        // Off the grid the value is a lower bound that closes.
        let off = Model::new(Parameters {
            charge_efficiency: 0.93,
            discharge_efficiency: 0.91,
            standing_loss_per_hour: 0.02,
            ..parameters
        });
        let off = off.unwrap();
        let best = tree_optimum(&off, &process);
        let gap = |intervals| {
            best - policy::solve(&off, &process, &steps(intervals))
                .unwrap()
                .expected_value()
        };
        let (coarse, fine) = (gap(20), gap(320));
        assert!(
            coarse > 0.0 && fine > -1e-9 && fine < 0.2 * coarse,
            "{coarse} {fine}"
        );
        assert!(fine < 5e-4 * best, "{fine} of {best}");
    }
}

#[test]
fn the_value_is_the_mean_of_what_the_decisions_earn() {
    let process = three_states(&wavy(48), 0.6);
    let paths: Vec<_> = (0..4000).map(|seed| process.sample_path(seed)).collect();
    let model = Model::new(aligned()).unwrap();
    let policy = policy::solve(&model, &process, &steps(40)).unwrap();
    let outcomes = policy::simulate(&policy, &paths, Execution::AtPrice).unwrap();
    let (average, error) = mean(&outcomes);
    let value = policy.expected_value();
    assert!(
        (average - value).abs() < 4.0 * error,
        "{average} {value} {error}"
    );
    assert!(error < 0.01 * value);
    assert!(outcomes.iter().all(|one| one.final_mwh >= 0.5 - 1e-9));
}

#[test]
fn the_value_lies_between_the_plan_for_mean_prices_and_perfect_foresight() {
    for sticky in [0.34, 0.6, 0.95] {
        let process = three_states(&wavy(48), sticky);
        let model = Model::new(aligned()).unwrap();
        let value = policy::solve(&model, &process, &steps(40))
            .unwrap()
            .expected_value();
        let means = process.expected_all();
        let plan = battery::optimum(&model, &Horizon::new(&means), Method::Exact).unwrap();
        let foresight: Vec<Outcome> = (0..2000)
            .map(|seed| {
                let path = process.sample_path(seed);
                let horizon = Horizon::new(&path);
                let profit = battery::optimum(&model, &horizon, Method::Exact).unwrap();
                Outcome {
                    profit,
                    final_mwh: 0.0,
                }
            })
            .collect();
        let (best, error) = mean(&foresight);
        assert!(
            plan < value && value < best + 4.0 * error,
            "{plan} {value} {best}"
        );
        assert!(
            value < best - 4.0 * error,
            "not knowing the future must cost something"
        );

        let paths: Vec<_> = (0..300).map(|seed| process.sample_path(seed)).collect();
        let rolled = policy::rolling_plan(&model, &process, &paths).unwrap();
        let (rolled, error) = mean(&rolled);
        assert!(rolled < value + 4.0 * error, "{rolled} {value}");
    }
}

#[test]
fn a_curve_that_must_rise_pools_prices_that_would_make_it_fall() {
    // 40 is followed by 10, 60 by 200: alone, one would sell at 40 and hold at 60.
    let model = Model::new(Parameters {
        max_mwh: 1.0,
        charge_mw: 0.0,
        terminal: Terminal::Free,
        charge_efficiency: 1.0,
        discharge_efficiency: 1.0,
        degradation_per_mwh: 0.0,
        discharge_fee_per_mwh: 0.0,
        ..aligned()
    });
    let sure = vec![vec![1.0, 0.0], vec![0.0, 1.0]];
    let held = |later_low: f64| {
        let levels = [vec![40.0, 60.0], vec![later_low, 200.0]];
        let process = PriceProcess::new(&levels, &[0.5, 0.5], std::slice::from_ref(&sure)).unwrap();
        let policy = policy::solve(model.as_ref().unwrap(), &process, &steps(4)).unwrap();
        assert_eq!(policy.decide(0, 1.0, 60.0).unwrap().net_mw, 0.0);
        let bid = policy.bid(0, 1.0, None).unwrap();
        (bid.net_mw(40.0), bid.net_mw(60.0))
    };
    assert_eq!(
        held(10.0),
        (0.0, 0.0),
        "holding earns (10 + 200) / 2, selling (40 + 60) / 2"
    );
    assert_eq!(held(90.0), (0.0, 0.0));
    let cheap = PriceProcess::new(&[vec![40.0, 60.0], vec![0.0, 70.0]], &[0.5, 0.5], &[sure]);
    let policy = policy::solve(model.as_ref().unwrap(), &cheap.unwrap(), &steps(4)).unwrap();
    let bid = policy.bid(0, 1.0, None).unwrap();
    assert_eq!(policy.decide(0, 1.0, 60.0).unwrap().net_mw, 0.0);
    assert_eq!(
        bid.net_mw(60.0),
        1.0,
        "selling earns (40 + 60) / 2, holding (0 + 70) / 2"
    );
    assert_eq!(bid.net_mw(40.0), 1.0);
}

#[test]
fn questions_that_make_no_sense_are_answered_with_the_rule() {
    let model = Model::new(aligned()).unwrap();
    let process = certain(&[10.0, 20.0]);
    let says = |answer: Result<Policy, policy::PolicyError>| answer.unwrap_err().to_string();
    let none = policy::solve(&model, &process, &steps(0));
    assert_eq!(
        says(none),
        "soc_intervals is 0, but must be between 1 and 100000"
    );
    let limits = [0.0];
    let short = Options {
        charge_mw: Some(&limits),
        ..Options::default()
    };
    assert_eq!(
        says(policy::solve(&model, &process, &short)),
        "1 charge limits for 2 periods"
    );
    let policy = policy::solve(&model, &process, &steps(40)).unwrap();
    assert!(policy.decide(2, 1.0, 10.0).is_err());
    assert!(policy.decide(0, 2.1, 10.0).is_err());
    assert!(policy.decide(0, 1.0, f64::NAN).is_err());
    assert!(policy.bid(1, 1.0, Some(1)).is_err());
    assert!(policy::simulate(&policy, &[vec![1.0]], Execution::AtPrice).is_err());
}

fn processes() -> impl Strategy<Value = PriceProcess> {
    let level = prop::collection::vec(1.0..200.0_f64, 4).prop_map(|mut level| {
        level.sort_by(f64::total_cmp);
        level
    });
    let row = prop::collection::vec(0.01..1.0_f64, 4).prop_map(|row| {
        let sum: f64 = row.iter().sum();
        row.iter().map(|value| value / sum).collect::<Vec<_>>()
    });
    let matrix = prop::collection::vec(row.clone(), 4);
    (
        prop::collection::vec(level, 8),
        row,
        prop::collection::vec(matrix, 7),
    )
        .prop_map(|(levels, initial, matrices)| {
            PriceProcess::new(&levels, &initial, &matrices).unwrap()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn worth_is_concave_and_bids_rise(
        process in processes(),
        efficiency in 0.7..1.0_f64,
        loss in prop::sample::select(vec![0.0, 0.01]),
        soc in 0.0..2.0_f64,
        intervals in 5..60_usize,
    ) {
        let model = Model::new(Parameters {
            charge_efficiency: efficiency,
            standing_loss_per_hour: loss,
            terminal: Terminal::Free,
            ..aligned()
        }).unwrap();
        let policy = policy::solve(&model, &process, &steps(intervals)).unwrap();
        for t in 0..process.periods() {
            for state in 0..process.states() {
                let worth = policy.worth(t, state);
                prop_assert_eq!(worth.len(), intervals + 1);
                for nodes in worth.windows(3) {
                    prop_assert!(nodes[0] + nodes[2] <= 2.0 * nodes[1] + 1e-9);
                }
            }
            let bid = policy.bid(t, soc, Some(1)).unwrap();
            prop_assert_eq!(bid.steps()[0].from_price, f64::NEG_INFINITY);
            for pair in bid.steps().windows(2) {
                prop_assert!(pair[0].from_price < pair[1].from_price);
                prop_assert!(pair[0].net_mw < pair[1].net_mw);
            }
            for step in bid.steps() {
                prop_assert!(step.net_mw.abs() <= 1.0 + 1e-9);
                prop_assert!((-1e-9..=2.0 + 1e-9).contains(&step.soc_mwh));
            }
        }
    }

    #[test]
    fn where_lone_decisions_rise_the_bid_is_made_of_them(
        process in processes(),
        soc in 0.0..2.0_f64,
        price in 1.0..200.0_f64,
    ) {
        // The same row for every state: the price tells nothing about the future.
        let levels: Vec<Vec<f64>> = (0..8).map(|t| process.levels(t).to_vec()).collect();
        let row = process.initial().to_vec();
        let free = PriceProcess::new(&levels, &row, &[vec![row.clone(); 4]]).unwrap();
        let model = Model::new(aligned()).unwrap();
        let policy = policy::solve(&model, &free, &steps(40)).unwrap();
        for t in 0..7 {
            let bid = policy.bid(t, soc, Some(0)).unwrap();
            let alone = policy.decide(t, soc, price).unwrap();
            prop_assert!((bid.net_mw(price) - alone.net_mw).abs() < 1e-9);
        }
    }
}

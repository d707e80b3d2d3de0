//! Plans over a tree of gates, cold and warm, against the linear programme on the same tree.

use optibid_engine::battery::{Model, Parameters, Terminal};
use optibid_engine::program::MicroLp;
use optibid_engine::scenario::{
    Effort, Generator, NetSchedule, Risk, Rolling, ScenarioError, ScenarioSet, TreeProgram,
    TreeSchedule, bid_curves_within, bid_program,
};

use crate::invariants::assert_close;

/// Paths that drift apart from one price, so that what came tells what comes.
fn drifting(seed: u64, scenarios: usize, periods: usize) -> Vec<Vec<f64>> {
    let mut generator = Generator::new(seed);
    let mut path = || {
        let mut level = 50.0;
        (0..periods)
            .map(|t| {
                level += 24.0 * (generator.uniform() - 0.5);
                level + if t % 6 < 3 { -15.0 } else { 15.0 }
            })
            .collect()
    };
    (0..scenarios).map(|_| path()).collect()
}

fn model(initial_mwh: f64) -> Model {
    Model::new(Parameters {
        charge_efficiency: 0.95,
        discharge_efficiency: 0.95,
        degradation_per_mwh: 2.0,
        terminal: Terminal::Worth { per_mwh: 40.0 },
        initial_mwh,
        ..Parameters::new(1.0, 2.0, 1.0)
    })
    .unwrap()
}

fn tree(seed: u64, gates: &[usize], branches: usize) -> TreeProgram {
    let set = ScenarioSet::equally_likely(drifting(seed, 8, 12)).unwrap();
    TreeProgram::new(model(1.0), set, gates.to_vec(), branches).unwrap()
}

const FINE: Effort = Effort {
    gap: 1e-4,
    rounds: 5_000,
    threads: 1,
};

/// Each schedule follows the curve of its node in each period, and the curves never fall.
fn follows(tree: &TreeProgram, gates: &[usize], plan: &TreeSchedule) {
    for (t, curves) in plan.curves.iter().enumerate() {
        let stage = gates.partition_point(|&gate| gate <= t) - 1;
        let nodes = &tree.nodes()[stage];
        assert_eq!(curves.len(), nodes.iter().max().unwrap() + 1, "period {t}");
        for curve in curves {
            assert!(
                curve
                    .windows(2)
                    .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1 + 1e-9)
            );
        }
        let paths = tree.scenarios().paths().iter();
        for ((path, schedule), &node) in paths.zip(&plan.schedules).zip(nodes) {
            let point = curves[node]
                .iter()
                .find(|point| point.0 == path[t])
                .unwrap();
            assert_close(schedule.net_mw[t], point.1, 1e-9, "on its curve");
        }
    }
}

#[test]
fn a_tree_is_solved_as_by_the_linear_programme() {
    for (seed, gates, branches) in [
        (1, vec![0], 1),
        (2, vec![0, 4], 3),
        (3, vec![0, 3, 6, 9], 2),
        (4, vec![0, 6], 8),
    ] {
        let tree = tree(seed, &gates, branches);
        let exact = tree.solve(Risk::NEUTRAL, &MicroLp::new()).unwrap();
        follows(&tree, &gates, &exact);
        let plan = Rolling::new(tree.clone())
            .solve(Risk::NEUTRAL, FINE)
            .unwrap();
        follows(&tree, &gates, &plan);
        assert!(plan.objective <= exact.bound + 1e-6, "tree {seed}");
        assert!(plan.bound >= exact.objective - 1e-6, "tree {seed}");
        assert!(plan.gap() <= 0.01, "tree {seed}: {}", plan.gap());
        assert!(
            exact.objective - plan.objective <= 0.01 * exact.bound.abs(),
            "tree {seed}"
        );
    }
}

#[test]
fn a_plan_made_again_is_there_at_once() {
    let effort = Effort { gap: 5e-3, ..FINE };
    let mut day = Rolling::new(tree(5, &[0, 4, 8], 2));
    let cold = day.solve(Risk::NEUTRAL, effort).unwrap();
    assert!(cold.gap() <= 5e-3);
    let brief = Effort {
        rounds: 4,
        ..effort
    };
    let again = day.clone().solve(Risk::NEUTRAL, brief).unwrap();
    assert!(again.gap() <= 6e-3, "{}", again.gap());
    let unprepared = Rolling::new(day.tree().clone())
        .solve(Risk::NEUTRAL, brief)
        .unwrap();
    assert!(
        unprepared.gap() > 0.05,
        "{}: four rounds do not do from nothing",
        unprepared.gap()
    );
    // A forecast that moved by a little.
    let moved = drifting(5, 8, 12)
        .into_iter()
        .map(|path| path.iter().map(|p| p + 1.5).collect());
    day.revise(ScenarioSet::equally_likely(moved.collect()).unwrap())
        .unwrap();
    let revised = day.solve(Risk::NEUTRAL, brief).unwrap();
    let exact = day.tree().solve(Risk::NEUTRAL, &MicroLp::new()).unwrap();
    assert!(
        revised.objective >= exact.objective - 0.03 * exact.bound.abs(),
        "{} of {}",
        revised.objective,
        exact.objective
    );
}

#[test]
fn after_a_gate_the_rest_is_planned_as_from_nothing() {
    let whole = tree(6, &[0, 4, 8], 2);
    let mut day = Rolling::new(whole.clone());
    let plan = day.solve(Risk::NEUTRAL, FINE).unwrap();
    let observed: Vec<f64> = whole.scenarios().paths()[2][..4].to_vec();
    let soc = plan.schedules[2].soc_mwh[3];
    day.advance(&observed, soc).unwrap();
    let rest = whole.advance(&observed, soc).unwrap();
    assert_eq!(*day.tree(), rest);
    let warm = day.solve(Risk::NEUTRAL, FINE).unwrap();
    let exact = rest.solve(Risk::NEUTRAL, &MicroLp::new()).unwrap();
    follows(&rest, &[0, 4], &warm);
    assert!(warm.objective <= exact.bound + 1e-6 && warm.bound >= exact.objective - 1e-6);
    assert!(exact.objective - warm.objective <= 0.01 * exact.bound.abs());
}

#[test]
fn what_does_not_fit_is_named_and_changes_nothing() {
    let mut day = Rolling::new(tree(7, &[0, 4], 2));
    day.solve(Risk::NEUTRAL, FINE).unwrap();
    let before = day.clone();
    let set =
        |scenarios, periods| ScenarioSet::equally_likely(drifting(1, scenarios, periods)).unwrap();
    let length = |error| match error {
        ScenarioError::Length {
            field,
            length,
            wanted,
        } => (field, length, wanted),
        other => panic!("{other}"),
    };
    assert_eq!(
        length(day.revise(set(7, 12)).unwrap_err()),
        ("scenarios", 7, 8)
    );
    assert_eq!(
        length(day.revise(set(8, 11)).unwrap_err()),
        ("paths", 11, 12)
    );
    assert_eq!(
        length(day.advance(&[1.0], 1.0).unwrap_err()),
        ("observed", 1, 4)
    );
    assert!(day.advance(&[1.0; 4], 9.0).is_err());
    assert_eq!(day, before);
}

/// With a weight on the tail too the plan comes near the linear programme's, from below, and the bound from above.
#[test]
fn a_weight_on_risk_is_met_without_a_linear_solver() {
    for (seed, scenarios) in [(1, 8), (2, 12), (3, 16)] {
        for (weight, tail) in [
            (0.1, 0.05),
            (0.3, 0.2),
            (0.5, 0.25),
            (0.9, 0.25),
            (1.0, 0.1),
        ] {
            let set = ScenarioSet::equally_likely(drifting(seed, scenarios, 12)).unwrap();
            let (model, risk) = (model(1.0), Risk { weight, tail });
            let exact = bid_program(&model, &set, risk, &MicroLp::new()).unwrap();
            let effort = Effort {
                gap: 1e-3,
                rounds: 1_000,
                threads: 1,
            };
            let plan = bid_curves_within(&model, &set, (risk, &[]), effort).unwrap();
            let name = format!("paths {seed}, {weight} on {tail}");
            assert!(plan.objective <= exact.bound + 1e-6, "{name}");
            assert!(plan.bound >= exact.objective - 1e-6, "{name}");
            assert!(plan.gap() <= 0.01, "{name}: {}", plan.gap());
            // The plan that looks at the mean alone is not as good by this measure, where the tail weighs much.
            let neutral = bid_program(&model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
            let tails = |schedules: &[NetSchedule]| {
                let mut profits: Vec<f64> = schedules.iter().map(|s| s.profit).collect();
                profits.sort_by(f64::total_cmp);
                profits[0]
            };
            if weight >= 0.9 {
                assert!(
                    tails(&plan.schedules) > tails(&neutral.schedules) + 0.1,
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn a_tree_weighs_risk_too() {
    let tree = tree(8, &[0, 6], 3);
    let risk = Risk {
        weight: 0.5,
        tail: 0.25,
    };
    let exact = tree.solve(risk, &MicroLp::new()).unwrap();
    let mut day = Rolling::new(tree.clone());
    let plan = day.solve(risk, Effort { gap: 1e-3, ..FINE }).unwrap();
    follows(&tree, &[0, 6], &plan);
    assert!(plan.objective <= exact.bound + 1e-6 && plan.bound >= exact.objective - 1e-6);
    assert!(plan.gap() <= 0.01, "{}", plan.gap());
    assert!(
        day.solve(
            Risk {
                weight: 1.5,
                ..risk
            },
            FINE
        )
        .is_err()
    );
}

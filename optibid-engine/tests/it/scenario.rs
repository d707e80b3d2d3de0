//! Scenarios and bids over them.

use optibid_engine::battery::Model;
use optibid_engine::scenario::{Effort, ScenarioSet, bid_curves};

use crate::fixtures::{fixture, reference_battery, text};

pub(crate) fn fifty() -> ScenarioSet {
    let text = text(&fixture("bench_prices").join("prices_scen50_q.csv"));
    let row = |line: &str| {
        line.split(',')
            .map(|price| price.parse().unwrap())
            .collect()
    };
    ScenarioSet::equally_likely(text.lines().map(row).collect()).unwrap()
}

#[test]
fn tuning() {
    let set = fifty();
    let model = Model::new(reference_battery(0.25)).unwrap();
    for rounds in [20, 40, 80, 160, 320, 640, 1280] {
        let start = std::time::Instant::now();
        let plan = bid_curves(
            &model,
            &set,
            Effort {
                gap: 0.0,
                rounds,
                threads: 2,
            },
        )
        .unwrap();
        println!(
            "{rounds} {:?} {} {} {:.6}",
            start.elapsed(),
            plan.objective,
            plan.bound,
            plan.gap()
        );
    }
}

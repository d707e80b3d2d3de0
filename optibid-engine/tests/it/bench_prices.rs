//! The optima published with the benchmark prices.

use optibid_engine::battery::{Method, Model, Parameters, Solution};

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::{assert_close, checked};

fn check(name: &str, period_hours: f64, periods: usize, relaxed: f64, exact: f64) {
    let prices = bench_prices(name);
    assert_eq!(prices.len(), periods);
    let model = Model::new(reference_battery(period_hours)).unwrap();
    assert_close(
        checked(&model, &prices, None, Method::Relaxed).objective,
        relaxed,
        1e-9,
        "relaxed",
    );
    assert_close(
        checked(&model, &prices, None, Method::Exact).objective,
        exact,
        1e-9,
        "exact",
    );
}

#[test]
fn day_by_hours() {
    check("prices_day_h.csv", 1.0, 24, 253.349_700_00, 250.750_093_42);
}

#[test]
fn week_by_quarter_hours() {
    check(
        "prices_week_q.csv",
        0.25,
        672,
        2_307.281_239_27,
        2_306.681_772_40,
    );
}

#[test]
fn year_by_hours() {
    check(
        "prices_year_h.csv.gz",
        1.0,
        8_760,
        100_156.097_147_51,
        99_810.764_297_72,
    );
}

#[test]
fn year_by_quarter_hours() {
    check(
        "prices_year_q.csv.gz",
        0.25,
        35_040,
        114_330.108_703_59,
        114_164.578_461_29,
    );
}

/// With a wear of 10 EUR/MWh HiGHS finds 74,820.92 (hours) and 79,386.33 (quarter hours) if at most 2 MWh a day may leave the
/// store. Without that limit the optimum is no less; it is also no less than the schedule found without wear pays after
/// its wear, and less than it pays before.
#[test]
fn wear_is_paid_for_what_is_fed_into_the_grid() {
    for (name, period_hours, limited) in [
        ("prices_year_h.csv.gz", 1.0, 74_820.922_285),
        ("prices_year_q.csv.gz", 0.25, 79_386.328_315),
    ] {
        let prices = bench_prices(name);
        let new = reference_battery(period_hours);
        let worn = Parameters {
            degradation_per_mwh: 10.0,
            ..new
        };
        let without = checked(&Model::new(new).unwrap(), &prices, None, Method::Exact);
        let with = checked(&Model::new(worn).unwrap(), &prices, None, Method::Exact);
        let fed_in =
            |solution: &Solution| period_hours * solution.schedule.discharge_mw.iter().sum::<f64>();
        assert!(with.objective >= limited);
        assert!(with.objective >= without.objective - 10.0 * fed_in(&without));
        assert!(with.objective <= without.objective - 10.0 * fed_in(&with) + 1e-6);
        assert!(fed_in(&with) < fed_in(&without));
    }
}

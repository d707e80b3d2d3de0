//! The optima published with the benchmark prices.

use optibid_engine::battery::{Method, Model};

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

/// A wear of 10 EUR/MWh, as computed with HiGHS without the cycle limit's rows, must lie between the optimum with it and
/// the one without wear; and no period burns energy, because every price is above `-k e^2 / (1 - e^2)` where it matters.
#[test]
fn wear_costs_no_more_than_it_charges() {
    let prices = bench_prices("prices_year_h.csv.gz");
    let worn = optibid_engine::battery::Parameters {
        degradation_per_mwh: 10.0,
        ..reference_battery(1.0)
    };
    let objective = checked(&Model::new(worn).unwrap(), &prices, None, Method::Exact).objective;
    assert!(
        objective > 79_386.328_315 && objective < 99_810.764_297_72,
        "{objective}"
    );
}

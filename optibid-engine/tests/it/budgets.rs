//! Limits on discharging against the linear programme with their rows, all patterns, and published optima.

use optibid_engine::battery::{
    Budgets, Horizon, Method, Model, Parameters, SolveError, optimum, solve_within,
};
use proptest::prelude::*;

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::assert_close;
use crate::programme::{Case, case};

fn compare(case: &Case, method: Method, expected: Option<f64>) {
    let exact = method == Method::Exact;
    match (
        solve_within(&case.model(), &case.horizon(), method, &case.budgets()),
        expected,
    ) {
        (Ok(solution), Some(expected)) => {
            assert_close(solution.objective, expected, 1e-6, "objective");
            let earned = case.earned(&solution.schedule, exact);
            assert_close(earned, solution.objective, 1e-9, "earned");
            assert!(solution.bound >= expected - 1e-6 * expected.abs().max(1.0));
            assert!(
                solution.gap() <= 1e-8 * expected.abs().max(1.0),
                "gap {}",
                solution.gap()
            );
            assert!(solution.group_prices.iter().all(|price| *price >= 0.0));
        }
        (Err(error), None) => assert!(
            matches!(
                error,
                SolveError::TargetUnreachable { .. }
                    | SolveError::MinimumUnreachable { .. }
                    | SolveError::MaximumUnreachable { .. }
                    | SolveError::BudgetUnreachable { .. }
            ),
            "{error}"
        ),
        (found, expected) => panic!("found {found:?}, expected {expected:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn relaxed_equals_the_linear_programme(case in case(24)) {
        compare(&case, Method::Relaxed, case.relaxed());
    }

    #[test]
    fn exact_equals_the_best_pattern(case in case(6)) {
        compare(&case, Method::Exact, case.exclusive());
    }

    /// The optimum is concave in the limits, and the shadow prices are a supergradient of it.
    #[test]
    fn shadow_prices_bound_what_other_limits_bring(
        case in case(16), shares in prop::collection::vec(0.0..2.0_f64, 8), of_total in 0.0..2.0_f64,
    ) {
        let found = solve_within(&case.model(), &case.horizon(), Method::Relaxed, &case.budgets());
        let Ok(found) = found else { return Ok(()) };
        let other = Case {
            group_mwh: case.group_mwh.iter().zip(&shares).map(|(mwh, share)| mwh * share).collect(),
            total_mwh: case.total_mwh * of_total,
            ..case.clone()
        };
        let Some(changed) = other.relaxed() else { return Ok(()) };
        let times = |price: f64, more: f64| if price == 0.0 { 0.0 } else { price * more };
        let mut most = found.objective + times(found.total_price, other.total_mwh - case.total_mwh);
        for ((price, new), old) in found.group_prices.iter().zip(&other.group_mwh).zip(&case.group_mwh) {
            most += times(*price, new - old);
        }
        prop_assert!(changed <= most + 1e-6 * most.abs().max(1.0), "{} above {}", changed, most);
    }
}

fn worn(period_hours: f64) -> Model {
    Model::new(Parameters {
        degradation_per_mwh: 10.0,
        ..reference_battery(period_hours)
    })
    .unwrap()
}

/// HiGHS finds these optima, as a linear and as a mixed-integer programme, if at most 2 MWh a day leave the store: 1.9 MWh at the grid.
#[test]
fn a_limit_for_every_day_of_the_year() {
    for (name, period_hours, day, expected) in [
        ("prices_year_h.csv.gz", 1.0, 24, 74_820.922_284_90),
        ("prices_year_q.csv.gz", 0.25, 96, 79_386.328_315_39),
    ] {
        let prices = bench_prices(name);
        let lengths = vec![day; prices.len() / day];
        let limits = vec![1.9; lengths.len()];
        let budgets = Budgets::new().with_groups(&lengths, &limits);
        for method in [Method::Relaxed, Method::Exact] {
            let model = worn(period_hours);
            let horizon = Horizon::new(&prices);
            let solution = solve_within(&model, &horizon, method, &budgets).unwrap();
            assert_close(solution.objective, expected, 1e-9, name);
            assert!(solution.gap() < 1e-4);
            assert_eq!(solution.schedule.simultaneous(1e-9), 0);
            let schedule = &solution.schedule;
            for index in 0..lengths.len() {
                let fed_in = schedule.discharged_within(&model, index * day..(index + 1) * day);
                assert!(fed_in <= 1.9 + 1e-9);
                assert!(solution.group_prices[index] <= 1e-9 || fed_in >= 1.9 - 1e-6);
            }
        }
    }
}

/// Limits that do not bind leave the optimum of the mixed-integer programme, negative prices included.
#[test]
fn slack_limits_leave_the_optimum() {
    let prices = bench_prices("prices_week_q.csv");
    let model = Model::new(reference_battery(0.25)).unwrap();
    let horizon = Horizon::new(&prices);
    let (lengths, limits) = ([96; 7], [50.0; 7]);
    for method in [Method::Relaxed, Method::Exact] {
        let expected = optimum(&model, &horizon, method).unwrap();
        for budgets in [
            Budgets::new(),
            Budgets::new().with_total(350.0),
            Budgets::new().with_groups(&lengths, &limits),
        ] {
            let found = solve_within(&model, &horizon, method, &budgets).unwrap();
            assert_close(found.objective, expected, 1e-8, "objective");
            assert_eq!(found.total_price, 0.0);
        }
    }
}

#[test]
fn limits_that_make_no_sense_are_named() {
    let prices = [10.0, 20.0];
    let model = worn(1.0);
    let refused = |budgets: Budgets<'_>| {
        solve_within(&model, &Horizon::new(&prices), Method::Exact, &budgets)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(Budgets::new().with_total(-1.0)),
        "the limit on discharging of the horizon is -1 MWh, but must not be negative"
    );
    assert_eq!(
        refused(Budgets::new().with_groups(&[1, 1], &[0.5, f64::NAN])),
        "the limit on discharging of group 1 is NaN MWh, but must not be negative"
    );
    assert_eq!(
        refused(Budgets::new().with_groups(&[2], &[])),
        "0 limits on discharging for 1 groups of periods"
    );
    assert_eq!(
        refused(Budgets::new().with_groups(&[1, 2], &[1.0, 1.0])),
        "the groups cover 3 periods, but the horizon has 2"
    );
}

/// A maximum that falls forces a discharge that the limit forbids.
#[test]
fn what_must_be_discharged_may_exceed_a_limit() {
    let prices = [10.0, 20.0];
    let (least, most) = ([0.0; 2], [2.0, 0.5]);
    let model = Model::new(Parameters {
        initial_mwh: 2.0,
        terminal: optibid_engine::battery::Terminal::Free,
        ..reference_battery(1.0)
    })
    .unwrap();
    let horizon = Horizon::new(&prices).with_soc_limits(&least, &most);
    for budgets in [
        Budgets::new().with_total(1.0),
        Budgets::new().with_groups(&[2], &[1.0]),
        Budgets::new()
            .with_groups(&[1, 1], &[0.2, 0.8])
            .with_total(5.0),
        Budgets::new()
            .with_groups(&[1, 1], &[1.0, 1.0])
            .with_total(1.0),
    ] {
        let error = solve_within(&model, &horizon, Method::Relaxed, &budgets).unwrap_err();
        assert!(
            matches!(error, SolveError::BudgetUnreachable { .. }),
            "{error}"
        );
    }
    let enough = Budgets::new().with_groups(&[1, 1], &[0.7, 0.8]);
    assert!(solve_within(&model, &horizon, Method::Relaxed, &enough).is_ok());
}

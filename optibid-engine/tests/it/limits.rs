//! Fees, limits of the stored energy that move, and terminals with a price, against the linear programme.

use optibid_engine::battery::{
    self, Horizon, Method, Model, Parameters, SolveError, Terminal, ValueFunction,
};
use proptest::prelude::*;

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::assert_close;
use crate::programme::{Case, case};

fn is_reach(error: &SolveError) -> bool {
    matches!(
        error,
        SolveError::TargetUnreachable { .. }
            | SolveError::MinimumUnreachable { .. }
            | SolveError::MaximumUnreachable { .. }
    )
}

fn compare(case: &Case, method: Method, expected: Option<f64>) {
    let (model, horizon) = (case.model(), case.horizon());
    match (battery::solve(&model, &horizon, method), expected) {
        (Ok(solution), Some(expected)) => {
            assert_close(solution.objective, expected, 1e-6, "objective");
            let earned = case.earned(&solution.schedule, method == Method::Exact);
            assert_close(earned, expected, 1e-6, "earned");
            let end = *solution.schedule.soc_mwh.last().unwrap();
            let own = solution.schedule.earnings(&model, &case.prices) + model.terminal_value(end);
            assert_close(own, earned, 1e-9, "earnings and terminal value");
            let reach = battery::reach(&model, &horizon).unwrap();
            for (soc, (least, most)) in solution.schedule.soc_mwh.iter().zip(reach) {
                assert!(*soc >= least - 1e-7 && *soc <= most + 1e-7);
            }
        }
        (Err(error), None) => assert!(is_reach(&error), "{error}"),
        (found, expected) => panic!("found {found:?}, expected {expected:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn relaxed_equals_the_linear_programme(case in case(24)) {
        let case = case.unlimited();
        compare(&case, Method::Relaxed, case.relaxed());
    }

    #[test]
    fn exact_equals_the_best_pattern(case in case(7)) {
        let case = case.unlimited();
        compare(&case, Method::Exact, case.exclusive());
    }

    /// A horizon cut in two, the first part ending in what the second part says energy is worth, earns the same.
    #[test]
    fn a_horizon_can_be_cut_in_two(case in case(24), share in 0.0..1.0_f64, exact in any::<bool>()) {
        let method = if exact { Method::Exact } else { Method::Relaxed };
        let (model, whole) = (case.model(), case.horizon());
        let Ok(expected) = battery::optimum(&model, &whole, method) else { return Ok(()) };
        let cut = (share * case.prices.len() as f64) as usize;
        if cut == 0 { return Ok(()) }
        let values = battery::value_functions(&model, &whole, method).unwrap();
        let after = &values[cut];
        let same = ValueFunction::new(
            after.breakpoints().to_vec(), after.slopes().to_vec(), after.value(after.least_mwh()).unwrap(),
        ).unwrap();
        prop_assert_eq!(&same, after);
        let first = Horizon::new(&case.prices[..cut])
            .with_charge_limits(&case.charge[..cut])
            .with_discharge_limits(&case.discharge[..cut])
            .with_soc_limits(&case.least[..cut], &case.most[..cut])
            .ending_in(&same);
        assert_close(battery::optimum(&model, &first, method).unwrap(), expected, 1e-9, "cut in two");
    }
}

#[test]
fn fees_by_hand() {
    let model = Model::new(Parameters {
        charge_fee_per_mwh: 3.0,
        discharge_fee_per_mwh: 2.0,
        initial_mwh: 0.0,
        terminal: Terminal::Free,
        ..reference_battery(1.0)
    })
    .unwrap();
    // 1 MWh bought at 13, 0.9025 MWh sold at 28.
    for method in [Method::Relaxed, Method::Exact] {
        let found = battery::optimum(&model, &Horizon::new(&[10.0, 30.0]), method).unwrap();
        assert_close(found, 0.9025 * 28.0 - 13.0, 1e-12, "objective");
    }
}

#[test]
fn a_priced_target_is_missed_when_that_is_cheaper() {
    let with = |shortfall_per_mwh: f64| {
        let terminal = Terminal::Priced {
            target_mwh: 1.0,
            shortfall_per_mwh,
        };
        let parameters = Parameters {
            terminal,
            ..reference_battery(1.0)
        };
        let model = Model::new(parameters).unwrap();
        battery::solve(&model, &Horizon::new(&[40.0]), Method::Exact).unwrap()
    };
    assert_close(with(30.0).objective, 38.0 - 30.0, 1e-12, "sold");
    assert_close(with(50.0).objective, 0.0, 1e-12, "kept");
    assert_eq!(with(50.0).schedule.soc_mwh, [1.0]);
}

#[test]
fn what_moves_too_fast_is_named() {
    let model = Model::new(reference_battery(1.0)).unwrap();
    let prices = [10.0; 3];
    let solve = |least: &[f64], most: &[f64]| {
        let horizon = Horizon::new(&prices).with_soc_limits(least, most);
        battery::optimum(&model, &horizon, Method::Relaxed).unwrap_err()
    };
    let full = [2.0; 3];
    let SolveError::MinimumUnreachable {
        period: 0,
        minimum_mwh: 2.0,
        reachable_mwh,
    } = solve(&[2.0, 0.0, 0.0], &full)
    else {
        panic!("a minimum of 2 MWh after one hour")
    };
    assert_close(reachable_mwh, 1.95, 1e-12, "reachable");
    let emptied = Model::new(Parameters {
        initial_mwh: 2.0,
        ..reference_battery(1.0)
    })
    .unwrap();
    let limits = ([0.0; 3], [2.0, 0.5, 2.0]);
    let horizon = Horizon::new(&prices).with_soc_limits(&limits.0, &limits.1);
    assert!(battery::optimum(&emptied, &horizon, Method::Exact).is_ok());
    let limits = ([0.0; 3], [0.5, 2.0, 2.0]);
    let horizon = Horizon::new(&prices).with_soc_limits(&limits.0, &limits.1);
    let error = battery::optimum(&emptied, &horizon, Method::Exact).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the maximum of 0.5 MWh cannot be kept: at least 0.947"),
        "{text}"
    );
    assert!(text.ends_with("MWh after period 0"), "{text}");
    assert_eq!(
        solve(&[1.5, 0.0, 0.0], &[1.0; 3]).to_string(),
        "the stored energy after period 0 must be at least 1.5 and at most 1 MWh"
    );
    assert_eq!(
        solve(&[0.0; 2], &full).to_string(),
        "2 limits of the stored energy for 3 periods"
    );
    assert!(matches!(
        solve(&[0.0, f64::NAN, 0.0], &full),
        SolveError::EmptySocRange { period: 1, .. }
    ));
}

#[test]
fn an_ending_that_is_not_concave_needs_the_exact_method() {
    let model = Model::new(reference_battery(1.0)).unwrap();
    let ending = ValueFunction::new(vec![0.0, 1.0, 2.0], vec![0.0, 50.0], 0.0).unwrap();
    assert!(!ending.is_concave());
    let prices = [40.0];
    let horizon = Horizon::new(&prices).ending_in(&ending);
    let error = battery::optimum(&model, &horizon, Method::Relaxed).unwrap_err();
    assert_eq!(error, SolveError::NotConcave);
    // Storing 0.95 MWh for 40 brings 47.5.
    let found = battery::optimum(&model, &horizon, Method::Exact).unwrap();
    assert_close(found, 38.0, 1e-12, "sold at once");
    for (breakpoints, slopes) in [(vec![0.0], vec![1.0]), (vec![1.0, 0.0], vec![1.0])] {
        assert_eq!(
            ValueFunction::new(breakpoints, slopes, 0.0)
                .unwrap_err()
                .field,
            "breakpoints"
        );
    }
    let error = ValueFunction::new(vec![0.0, 1.0], vec![f64::NAN], 0.0).unwrap_err();
    assert_eq!(error.field, "slopes");
}

/// Limits that only repeat the battery's own change nothing.
#[test]
fn idle_limits_change_nothing() {
    let prices = bench_prices("prices_week_q.csv");
    let model = Model::new(reference_battery(0.25)).unwrap();
    let (least, most) = (vec![-1.0; prices.len()], vec![5.0; prices.len()]);
    for method in [Method::Relaxed, Method::Exact] {
        let plain = battery::solve(&model, &Horizon::new(&prices), method).unwrap();
        let horizon = Horizon::new(&prices).with_soc_limits(&least, &most);
        assert_eq!(battery::solve(&model, &horizon, method).unwrap(), plain);
    }
}

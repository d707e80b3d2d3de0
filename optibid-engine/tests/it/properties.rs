//! Random batteries and prices against the references.

use optibid_engine::battery::{Method, Model, Parameters, SolveError, Terminal, solve};
use proptest::prelude::*;

use crate::invariants::{Limits, assert_close, checked};
use crate::reference::{Mode, exclusive, grid, linear};

/// Prices that tie, vanish and turn negative often.
fn price() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => -80.0..120.0_f64,
        2 => prop::sample::select(vec![-50.0, -10.0, 0.0, 10.0, 30.0, 30.0, 50.0]),
        1 => -500.0..4_000.0_f64,
    ]
}

fn efficiency() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 0.5..1.0_f64, 0.85..0.99_f64]
}

prop_compose! {
    fn battery(loss: bool)(
        powers in (prop_oneof![0.05..3.0_f64, Just(0.0), Just(50.0)], 0.05..3.0_f64),
        efficiencies in (efficiency(), efficiency()),
        range in (0.0..2.0_f64, prop_oneof![9 => 0.1..4.0_f64, 1 => Just(0.0)]),
        share in (0.0..=1.0_f64, 0.0..=1.0_f64),
        ends in any::<bool>(),
        wear in prop_oneof![Just(0.0), 0.0..30.0_f64],
        standing in prop_oneof![Just(0.0), 0.0..0.2_f64],
        period_hours in prop::sample::select(vec![0.25, 0.5, 1.0]),
    ) -> Parameters {
        let (min_mwh, max_mwh) = (range.0, range.0 + range.1);
        let at = |share: f64| (min_mwh + share * (max_mwh - min_mwh)).clamp(min_mwh, max_mwh);
        Parameters {
            charge_mw: powers.0,
            discharge_mw: powers.1,
            min_mwh,
            max_mwh,
            charge_efficiency: efficiencies.0,
            discharge_efficiency: efficiencies.1,
            initial_mwh: at(share.0),
            terminal: if ends { Terminal::AtLeast(at(share.1)) } else { Terminal::Free },
            degradation_per_mwh: wear,
            charge_fee_per_mwh: 0.0,
            discharge_fee_per_mwh: 0.0,
            standing_loss_per_hour: if loss { standing } else { 0.0 },
            period_hours,
        }
    }
}

prop_compose! {
    /// Prices with limits that are now and then zero.
    fn horizon(longest: usize)(
        rows in prop::collection::vec(
            (price(), prop_oneof![3 => Just(1e3), 1 => 0.0..2.0_f64, 1 => Just(0.0)], prop_oneof![3 => Just(1e3), 1 => 0.0..2.0_f64]),
            1..=longest,
        ),
    ) -> (Vec<f64>, Limits) {
        rows.into_iter().map(|(price, charge, discharge)| (price, (charge, discharge))).unzip()
    }
}

/// Whether the battery can keep its limits; a miss by rounding is left undecided.
fn reachable(model: &Model, limits: &Limits) -> Option<bool> {
    let p = model.parameters();
    let mut most = p.initial_mwh;
    let mut margin = f64::INFINITY;
    for limit in limits {
        let charged = limit.0.min(p.charge_mw) * p.period_hours * p.charge_efficiency;
        most = (model.retention() * most + charged).min(p.max_mwh);
        margin = margin.min(most - p.min_mwh);
    }
    if let Terminal::AtLeast(target) = p.terminal {
        margin = margin.min(most - target);
    }
    if margin > 1e-6 || (margin >= 0.0 && model.retention() == 1.0 && p.min_mwh == p.max_mwh) {
        Some(true)
    } else if margin < -1e-6 {
        Some(false)
    } else {
        None
    }
}

fn compare(
    model: &Model,
    prices: &[f64],
    limits: &Limits,
    method: Method,
) -> Result<(), TestCaseError> {
    let (charge, discharge): (Vec<f64>, Vec<f64>) = limits.iter().copied().unzip();
    let horizon = optibid_engine::battery::Horizon::new(prices)
        .with_charge_limits(&charge)
        .with_discharge_limits(&discharge);
    let reference = match method {
        Method::Relaxed => linear(model, prices, limits, &vec![Mode::Both; prices.len()]),
        Method::Exact => exclusive(model, prices, limits),
    };
    match reachable(model, limits) {
        Some(true) => {
            let found = checked(model, prices, Some(limits), method).objective;
            let expected = reference.expect("the reference finds the problem feasible too");
            assert_close(found, expected, 1e-6, "objective");
        }
        Some(false) => {
            prop_assert_eq!(reference, None);
            let error = solve(model, &horizon, method).unwrap_err();
            let expected = matches!(
                error,
                SolveError::TargetUnreachable { .. } | SolveError::MinimumUnreachable { .. }
            );
            prop_assert!(expected, "{}", error);
        }
        None => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn relaxed_equals_the_linear_programme(battery in battery(true), (prices, limits) in horizon(24)) {
        compare(&Model::new(battery).unwrap(), &prices, &limits, Method::Relaxed)?;
    }

    #[test]
    fn exact_equals_the_best_pattern(battery in battery(true), (prices, limits) in horizon(7)) {
        compare(&Model::new(battery).unwrap(), &prices, &limits, Method::Exact)?;
    }

    #[test]
    fn exact_equals_brute_force_on_a_grid(
        (max, min, start, target) in (1_u32..16, 0_u32..16, 0_u32..16, 0_u32..16),
        (up, down) in (1_u32..9, 1_u32..9),
        (charge_efficiency, discharge_efficiency) in (efficiency(), efficiency()),
        wear in prop_oneof![Just(0.0), 0.0..30.0_f64],
        prices in prop::collection::vec(price(), 8..60),
    ) {
        let min = min.min(max);
        let energy = |steps: u32| f64::from(steps.clamp(min, max)) / 4.0;
        let model = Model::new(Parameters {
            charge_mw: f64::from(up) / 4.0 / charge_efficiency,
            discharge_mw: f64::from(down) / 4.0 * discharge_efficiency,
            min_mwh: energy(min),
            max_mwh: energy(max),
            charge_efficiency,
            discharge_efficiency,
            initial_mwh: energy(start),
            terminal: Terminal::AtLeast(energy(target)),
            degradation_per_mwh: wear,
            charge_fee_per_mwh: 0.0,
            discharge_fee_per_mwh: 0.0,
            standing_loss_per_hour: 0.0,
            period_hours: 1.0,
        }).unwrap();
        let expected = grid(&model, &prices, 4.0);
        prop_assume!(expected.is_finite());
        let found = checked(&model, &prices, None, Method::Exact).objective;
        // For each choice of modes the constraints on the energy moved are totally unimodular and their right-hand sides
        // whole steps, so an optimal schedule lies on the grid.
        assert_close(found, expected, 1e-6, "objective");
        let relaxed = checked(&model, &prices, None, Method::Relaxed).objective;
        prop_assert!(relaxed >= found - 1e-6 * found.abs().max(1.0));
    }
}

//! The value of stored energy as an object.

use optibid_engine::battery::{
    Horizon, Marginal, Method, Model, Parameters, Terminal, optimum, value_functions,
};

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::assert_close;

/// Starting elsewhere must give what the value function says, at every time and for both methods.
#[test]
fn equals_the_optimum_from_every_start() {
    let prices = bench_prices("prices_day_h.csv");
    let parameters = Parameters {
        degradation_per_mwh: 2.0,
        charge_fee_per_mwh: 0.0,
        discharge_fee_per_mwh: 0.0,
        standing_loss_per_hour: 0.01,
        ..reference_battery(1.0)
    };
    let model = Model::new(parameters).unwrap();
    for method in [Method::Relaxed, Method::Exact] {
        let functions = value_functions(&model, &Horizon::new(&prices), method).unwrap();
        assert_eq!(functions.len(), 25);
        for (t, function) in functions.iter().enumerate().take(24) {
            for step in 0..=40 {
                let soc = f64::from(step) / 20.0;
                let from_here = Model::new(Parameters {
                    initial_mwh: soc,
                    ..parameters
                })
                .unwrap();
                match optimum(&from_here, &Horizon::new(&prices[t..]), method) {
                    Ok(expected) => {
                        assert_close(function.value(soc).unwrap(), expected, 1e-9, "value")
                    }
                    Err(_) => assert_eq!(function.value(soc), None, "{soc} MWh before period {t}"),
                }
            }
        }
    }
}

#[test]
fn slopes_are_differences_of_values() {
    let prices = bench_prices("prices_day_h.csv");
    let model = Model::new(reference_battery(1.0)).unwrap();
    for method in [Method::Relaxed, Method::Exact] {
        for function in value_functions(&model, &Horizon::new(&prices), method).unwrap() {
            assert_eq!(function.breakpoints().len(), function.slopes().len() + 1);
            assert!(function.breakpoints().is_sorted());
            for (ends, slope) in function.breakpoints().windows(2).zip(function.slopes()) {
                let rise = function.value(ends[1]).unwrap() - function.value(ends[0]).unwrap();
                assert!((rise - slope * (ends[1] - ends[0])).abs() < 1e-9);
                let middle = function.marginal((ends[0] + ends[1]) / 2.0);
                assert_eq!(
                    middle,
                    Marginal {
                        left: Some(*slope),
                        right: Some(*slope)
                    }
                );
            }
            if method == Method::Relaxed {
                assert!(function.slopes().is_sorted_by(|left, right| left > right));
            }
        }
    }
}

#[test]
fn marginals_at_a_kink_and_at_the_ends() {
    let battery = Parameters {
        initial_mwh: 0.0,
        terminal: Terminal::Free,
        ..reference_battery(1.0)
    };
    let model = Model::new(battery).unwrap();
    // After the first hour one hour at 100 is left: 1 MWh outside is 1 / 0.95 inside, beyond that nothing sells.
    let functions = value_functions(&model, &Horizon::new(&[10.0, 100.0]), Method::Exact).unwrap();
    let after = &functions[1];
    assert_close(after.breakpoints()[1], 1.0 / 0.95, 1e-12, "kink");
    assert_eq!(
        after.marginal(0.0),
        Marginal {
            left: None,
            right: Some(95.0)
        }
    );
    assert_eq!(
        after.marginal(1.0 / 0.95),
        Marginal {
            left: Some(95.0),
            right: Some(0.0)
        }
    );
    assert_eq!(
        after.marginal(2.0),
        Marginal {
            left: Some(0.0),
            right: None
        }
    );
    assert_eq!(
        after.marginal(2.1),
        Marginal {
            left: None,
            right: None
        }
    );
    assert_eq!(after.value(2.1), None);
    assert_eq!(after.value(f64::NAN), None);
    assert_eq!((after.least_mwh(), after.most_mwh()), (0.0, 2.0));
    assert_eq!(functions[2].slopes(), [0.0]);
}

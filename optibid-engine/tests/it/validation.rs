//! What is refused, and how it is named.

use optibid_engine::battery::{
    Horizon, Method, Model, Parameters, Side, SolveError, Terminal, optimum,
};

use crate::fixtures::reference_battery;

fn refusal(change: impl FnOnce(&mut Parameters)) -> String {
    let mut parameters = reference_battery(1.0);
    change(&mut parameters);
    Model::new(parameters).unwrap_err().to_string()
}

const NAN: f64 = f64::NAN;
const NOT_NEGATIVE: &str = "between 0 and 1e12";
const SHARE: &str = "above 0 (at least 1e-6) and at most 1";
const WITHIN: &str = "between min_mwh 0 and max_mwh 2";

#[test]
fn powers_and_costs_are_checked_and_named() {
    for (found, subject, rule) in [
        (
            refusal(|p| p.charge_mw = NAN),
            "charge_mw is NaN",
            NOT_NEGATIVE,
        ),
        (
            refusal(|p| p.charge_mw = -1.0),
            "charge_mw is -1",
            NOT_NEGATIVE,
        ),
        (
            refusal(|p| p.discharge_mw = f64::INFINITY),
            "discharge_mw is inf",
            NOT_NEGATIVE,
        ),
        (
            refusal(|p| p.degradation_per_mwh = -5.0),
            "degradation_per_mwh is -5",
            NOT_NEGATIVE,
        ),
        (
            refusal(|p| p.charge_efficiency = 0.0),
            "charge_efficiency is 0",
            SHARE,
        ),
        (
            refusal(|p| p.charge_efficiency = NAN),
            "charge_efficiency is NaN",
            SHARE,
        ),
        (
            refusal(|p| p.discharge_efficiency = 1.01),
            "discharge_efficiency is 1.01",
            SHARE,
        ),
        (
            refusal(|p| p.period_hours = 0.0),
            "period_hours is 0",
            "above 0 (at least 1e-6) and at most 1e6",
        ),
        (
            refusal(|p| p.period_hours = NAN),
            "period_hours is NaN",
            "above 0 (at least 1e-6) and at most 1e6",
        ),
    ] {
        assert_eq!(found, format!("{subject}, but must be {rule}"));
    }
}

#[test]
fn energies_and_losses_are_checked_and_named() {
    let drained = |p: &mut Parameters| {
        p.standing_loss_per_hour = 0.999;
        p.period_hours = 24.0;
    };
    let too_much = "such that a period leaves more than 1e-9 of the stored energy";
    for (found, subject, rule) in [
        (
            refusal(|p| p.min_mwh = -0.1),
            "min_mwh is -0.1",
            NOT_NEGATIVE,
        ),
        (
            refusal(|p| p.min_mwh = 2.5),
            "max_mwh is 2",
            "at least min_mwh 2.5",
        ),
        (refusal(|p| p.max_mwh = NAN), "max_mwh is NaN", NOT_NEGATIVE),
        (
            refusal(|p| p.initial_mwh = 2.1),
            "initial_mwh is 2.1",
            WITHIN,
        ),
        (
            refusal(|p| p.initial_mwh = NAN),
            "initial_mwh is NaN",
            WITHIN,
        ),
        (
            refusal(|p| p.terminal = Terminal::AtLeast(-1.0)),
            "terminal is -1",
            WITHIN,
        ),
        (
            refusal(|p| p.standing_loss_per_hour = 1.0),
            "standing_loss_per_hour is 1",
            "at least 0 and below 1",
        ),
        (
            refusal(drained),
            "standing_loss_per_hour is 0.999",
            too_much,
        ),
    ] {
        assert_eq!(found, format!("{subject}, but must be {rule}"));
    }
}

#[test]
fn a_horizon_is_checked_before_anything_is_computed() {
    let model = Model::new(reference_battery(1.0)).unwrap();
    let refused = |horizon: Horizon<'_>| {
        let relaxed = optimum(&model, &horizon, Method::Relaxed).unwrap_err();
        assert_eq!(
            relaxed.to_string(),
            optimum(&model, &horizon, Method::Exact)
                .unwrap_err()
                .to_string()
        );
        relaxed
    };
    assert_eq!(refused(Horizon::new(&[])), SolveError::NoPeriods);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e300] {
        let error = refused(Horizon::new(&[1.0, 2.0, bad, 3.0]));
        assert_eq!(
            error.to_string(),
            format!(
                "the price of period 2 is {bad}, but must be finite and between -1e12 and 1e12"
            )
        );
    }
    let prices = [1.0, 2.0];
    assert_eq!(
        refused(Horizon::new(&prices).with_charge_limits(&[1.0])),
        SolveError::LimitCount {
            side: Side::Charge,
            expected: 2,
            found: 1
        }
    );
    assert_eq!(
        refused(Horizon::new(&prices).with_discharge_limits(&[1.0, -0.5])).to_string(),
        "the discharge limit of period 1 is -0.5 MW, but must be finite and not negative"
    );
    assert!(
        refused(Horizon::new(&prices).with_charge_limits(&[f64::NAN, 1.0]))
            .to_string()
            .contains("period 0")
    );
}

//! What holds for every schedule.

use optibid_engine::battery::{Horizon, Method, Model, Solution, Terminal, optimum, solve};

/// Power limits of one period, MW: charge and discharge.
pub(crate) type Limits = Vec<(f64, f64)>;

/// Solves, checks the schedule against limits, energy balance and objective, and returns the solution.
pub(crate) fn checked(
    model: &Model,
    prices: &[f64],
    limits: Option<&Limits>,
    method: Method,
) -> Solution {
    let (charge, discharge): (Vec<f64>, Vec<f64>) =
        limits.cloned().unwrap_or_default().into_iter().unzip();
    let mut horizon = Horizon::new(prices);
    if limits.is_some() {
        horizon = horizon
            .with_charge_limits(&charge)
            .with_discharge_limits(&discharge);
    }
    let solution = solve(model, &horizon, method).unwrap();
    assert_eq!(
        solution.objective,
        optimum(model, &horizon, method).unwrap()
    );
    check(model, prices, limits, method, &solution);
    solution
}

fn check(
    model: &Model,
    prices: &[f64],
    limits: Option<&Limits>,
    method: Method,
    solution: &Solution,
) {
    let p = model.parameters();
    let schedule = &solution.schedule;
    assert_eq!(schedule.charge_mw.len(), prices.len());
    assert_eq!(schedule.discharge_mw.len(), prices.len());
    assert_eq!(schedule.soc_mwh.len(), prices.len());
    let near = 1e-9 * p.max_mwh.max(1.0);
    let mut before = p.initial_mwh;
    for t in 0..prices.len() {
        let (charge, discharge, soc) = (
            schedule.charge_mw[t],
            schedule.discharge_mw[t],
            schedule.soc_mwh[t],
        );
        let (most_in, most_out) = limits.map_or((p.charge_mw, p.discharge_mw), |limits| {
            (
                limits[t].0.min(p.charge_mw),
                limits[t].1.min(p.discharge_mw),
            )
        });
        assert!(
            (0.0..=most_in).contains(&charge),
            "charge {charge} in period {t}"
        );
        assert!(
            (0.0..=most_out).contains(&discharge),
            "discharge {discharge} in {t}"
        );
        assert!(
            soc >= p.min_mwh - near && soc <= p.max_mwh + near,
            "soc {soc} after period {t}"
        );
        let moved =
            p.period_hours * (charge * p.charge_efficiency - discharge / p.discharge_efficiency);
        let scale = near.max(1e-12 * p.period_hours * (charge + discharge));
        let drift = model.retention() * before + moved - soc;
        assert!(
            drift.abs() < scale,
            "energy balance off by {drift} in period {t}"
        );
        if method == Method::Exact {
            assert!(
                charge == 0.0 || discharge == 0.0,
                "both in period {t}: {charge} and {discharge}"
            );
        }
        before = soc;
    }
    check_end(model, prices, before, solution);
}

/// The target, and that the schedule earns what the value function promised.
fn check_end(model: &Model, prices: &[f64], before: f64, solution: &Solution) {
    let p = model.parameters();
    let schedule = &solution.schedule;
    let near = 1e-9 * p.max_mwh.max(1.0);
    if let Terminal::AtLeast(target) = p.terminal {
        assert!(before >= target - near, "final {before} below {target}");
    }
    let earned: f64 = (0..prices.len())
        .map(|t| {
            let (charge, discharge) = (schedule.charge_mw[t], schedule.discharge_mw[t]);
            p.period_hours * (prices[t] * (discharge - charge) - p.degradation_per_mwh * discharge)
        })
        .sum();
    assert_close(earned, solution.objective, 1e-6, "earnings of the schedule");
    assert_close(
        schedule.earnings(model, prices),
        earned,
        1e-9,
        "Schedule::earnings",
    );
}

/// Equal within `tolerance`, absolutely or relative to the expected value.
pub(crate) fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let limit = tolerance * expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= limit,
        "{what}: {found} but expected {expected}"
    );
}

//! The same problems given to HiGHS: column-wise matrix, one thread, default options otherwise.

use std::num::NonZeroU32;

use anyhow::{anyhow, ensure};
use highs::{ColProblem, HighsModelStatus, Row, Sense};
use optibid_engine::battery::{Model, Terminal};

/// The linear programme: charge, discharge and stored energy for each period.
pub(crate) fn relaxed(model: &Model, prices: &[f64]) -> anyhow::Result<f64> {
    run(build(model, prices, false))
}

/// The mixed-integer programme: a binary for each period that allows charging or discharging, solved to optimality.
pub(crate) fn exact(model: &Model, prices: &[f64]) -> anyhow::Result<f64> {
    run(build(model, prices, true))
}

fn build(model: &Model, prices: &[f64], exclusive: bool) -> ColProblem {
    let p = model.parameters();
    let h = p.period_hours;
    let mut problem = ColProblem::new();
    let mut start = -model.retention() * p.initial_mwh;
    let balances: Vec<Row> = prices
        .iter()
        .map(|_| {
            let right = std::mem::take(&mut start);
            problem.add_row(right..=right)
        })
        .collect();
    for (t, (&price, &balance)) in prices.iter().zip(&balances).enumerate() {
        let mut charge = vec![(balance, h * p.charge_efficiency)];
        let mut discharge = vec![(balance, -h / p.discharge_efficiency)];
        if exclusive {
            // c <= C b and d <= D (1 - b)
            let charges = problem.add_row(..=0.0);
            let discharges = problem.add_row(..=p.discharge_mw);
            charge.push((charges, 1.0));
            discharge.push((discharges, 1.0));
            problem.add_integer_column(
                0.0,
                0..=1,
                [(charges, -p.charge_mw), (discharges, p.discharge_mw)],
            );
        }
        problem.add_column(-h * price, 0.0..=p.charge_mw, charge);
        problem.add_column(
            h * (price - p.degradation_per_mwh),
            0.0..=p.discharge_mw,
            discharge,
        );
        let mut stored = vec![(balance, -1.0)];
        stored.extend(balances.get(t + 1).map(|&next| (next, model.retention())));
        let least = match p.terminal {
            Terminal::AtLeast(target) if t + 1 == prices.len() => target,
            _ => p.min_mwh,
        };
        problem.add_column(0.0, least..=p.max_mwh, stored);
    }
    problem
}

fn run(problem: ColProblem) -> anyhow::Result<f64> {
    let mut model = problem
        .try_optimise(Sense::Maximise)
        .map_err(|status| anyhow!("{status:?}"))?;
    model.make_quiet();
    model.set_threads(NonZeroU32::MIN);
    model.set_option("mip_rel_gap", 1e-10);
    model.set_option("mip_abs_gap", 1e-8);
    let solved = model.try_solve().map_err(|status| anyhow!("{status:?}"))?;
    ensure!(
        solved.status() == HighsModelStatus::Optimal,
        "HiGHS ended with {:?}",
        solved.status()
    );
    Ok(solved.objective_value())
}

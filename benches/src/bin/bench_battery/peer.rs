//! The same problems given to HiGHS: column-wise matrix, one thread, default options otherwise.

use std::num::NonZeroU32;

use anyhow::{anyhow, ensure};
use highs::{ColProblem, HighsModelStatus, Row, Sense};
use optibid_engine::battery::{Model, Terminal};

/// The linear programme: charge, discharge and stored energy for each period.
pub(crate) fn relaxed(model: &Model, prices: &[f64]) -> anyhow::Result<f64> {
    run(build(model, prices, false, &Rows::default()))
}

/// Limits on discharging: a row for each day, and one for all periods.
#[derive(Default)]
pub(crate) struct Rows<'a> {
    pub(crate) days: &'a [usize],
    pub(crate) day_mwh: Option<f64>,
    pub(crate) year_mwh: Option<f64>,
}

/// The linear programme with limits on discharging.
pub(crate) fn within(model: &Model, prices: &[f64], rows: &Rows<'_>) -> anyhow::Result<f64> {
    run(build(model, prices, false, rows))
}

/// The mixed-integer programme, stopped after `seconds`: where it stood.
pub(crate) fn exact_within(model: &Model, prices: &[f64], seconds: f64) -> anyhow::Result<String> {
    let mut model = prepare(build(model, prices, true, &Rows::default()))?;
    model.set_option("time_limit", seconds);
    let solved = model.try_solve().map_err(|status| anyhow!("{status:?}"))?;
    Ok(format!(
        "{:?}, best schedule {:.6} EUR",
        solved.status(),
        solved.objective_value()
    ))
}

/// The mixed-integer programme: a binary for each period that allows charging or discharging, solved to optimality.
pub(crate) fn exact(model: &Model, prices: &[f64]) -> anyhow::Result<f64> {
    run(build(model, prices, true, &Rows::default()))
}

fn build(model: &Model, prices: &[f64], exclusive: bool, rows: &Rows<'_>) -> ColProblem {
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
    let year = rows.year_mwh.map(|mwh| problem.add_row(..=mwh));
    let mut days = rows
        .day_mwh
        .into_iter()
        .flat_map(|mwh| rows.days.iter().map(move |&length| (length, mwh)));
    let mut today: Option<(usize, Row)> = None;
    for (t, (&price, &balance)) in prices.iter().zip(&balances).enumerate() {
        let mut charge = vec![(balance, h * p.charge_efficiency)];
        let mut discharge = vec![(balance, -h / p.discharge_efficiency)];
        if today.is_none_or(|(left, _)| left == 0) {
            today = days
                .next()
                .map(|(length, mwh)| (length, problem.add_row(..=mwh)));
        }
        if let Some((left, row)) = &mut today {
            *left -= 1;
            discharge.push((*row, h));
        }
        discharge.extend(year.map(|row| (row, h)));
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

fn prepare(problem: ColProblem) -> anyhow::Result<highs::Model> {
    let mut model = problem
        .try_optimise(Sense::Maximise)
        .map_err(|status| anyhow!("{status:?}"))?;
    model.make_quiet();
    model.set_threads(NonZeroU32::MIN);
    model.set_option("mip_rel_gap", 1e-10);
    model.set_option("mip_abs_gap", 1e-8);
    Ok(model)
}

fn run(problem: ColProblem) -> anyhow::Result<f64> {
    let model = prepare(problem)?;
    let solved = model.try_solve().map_err(|status| anyhow!("{status:?}"))?;
    ensure!(
        solved.status() == HighsModelStatus::Optimal,
        "HiGHS ended with {:?}",
        solved.status()
    );
    Ok(solved.objective_value())
}

//! References that share nothing with the optimiser: a linear programme given to a solver, all on/off patterns with a
//! linear programme each, and dynamic programming on a grid.

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use optibid_engine::battery::{Model, Terminal};

use crate::invariants::Limits;

/// What a period may do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    Both,
    ChargeOnly,
    DischargeOnly,
}

/// The optimum of the linear programme with the given modes; none if infeasible.
pub(crate) fn linear(
    model: &Model,
    prices: &[f64],
    limits: &Limits,
    modes: &[Mode],
) -> Option<f64> {
    let p = model.parameters();
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let mut before = None;
    for t in 0..prices.len() {
        let may = |forbidden: Mode, limit: f64| if modes[t] == forbidden { 0.0 } else { limit };
        let most_in = may(Mode::DischargeOnly, limits[t].0.min(p.charge_mw));
        let most_out = may(Mode::ChargeOnly, limits[t].1.min(p.discharge_mw));
        let h = p.period_hours;
        let charge = problem.add_var(-prices[t] * h, (0.0, most_in));
        let discharge = problem.add_var((prices[t] - p.degradation_per_mwh) * h, (0.0, most_out));
        let least = match p.terminal {
            Terminal::AtLeast(target) if t + 1 == prices.len() => target,
            _ => p.min_mwh,
        };
        let soc = problem.add_var(0.0, (least, p.max_mwh));
        let mut row = vec![
            (soc, 1.0),
            (charge, -h * p.charge_efficiency),
            (discharge, h / p.discharge_efficiency),
        ];
        let mut right = model.retention() * p.initial_mwh;
        if let Some(before) = before {
            row.push((before, -model.retention()));
            right = 0.0;
        }
        problem.add_constraint(&row, ComparisonOp::Eq, right);
        before = Some(soc);
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    Some(solution.objective())
}

/// The optimum over all patterns in which each period either charges or discharges.
pub(crate) fn exclusive(model: &Model, prices: &[f64], limits: &Limits) -> Option<f64> {
    let patterns = 0..1_u32 << prices.len();
    patterns
        .filter_map(|pattern| {
            let mode = |t: usize| {
                if pattern >> t & 1 == 1 {
                    Mode::ChargeOnly
                } else {
                    Mode::DischargeOnly
                }
            };
            let modes: Vec<Mode> = (0..prices.len()).map(mode).collect();
            linear(model, prices, limits, &modes)
        })
        .reduce(f64::max)
}

/// The best of all schedules whose state of charge moves on a grid of `1 / per_mwh` MWh, without doing both. Equal to the
/// optimum if capacity, start, target and both moves are whole numbers of grid steps.
pub(crate) fn grid(model: &Model, prices: &[f64], per_mwh: f64) -> f64 {
    let p = model.parameters();
    assert_eq!(model.retention(), 1.0);
    let points = (p.max_mwh * per_mwh).round() as usize + 1;
    let least = (p.min_mwh * per_mwh).round() as usize;
    let target = match p.terminal {
        Terminal::Free => least,
        Terminal::AtLeast(target) => (target * per_mwh).round() as usize,
        other => panic!("the grid does not know {other:?}"),
    };
    let up = (p.charge_mw * p.period_hours * p.charge_efficiency * per_mwh).round() as usize;
    let down =
        (p.discharge_mw * p.period_hours / p.discharge_efficiency * per_mwh).round() as usize;
    let mut worth: Vec<f64> = (0..points)
        .map(|point| {
            if point < target {
                f64::NEG_INFINITY
            } else {
                0.0
            }
        })
        .collect();
    for price in prices.iter().rev() {
        worth = (0..points)
            .map(|from| {
                let to_range = from.saturating_sub(down).max(least)..=(from + up).min(points - 1);
                to_range
                    .map(|to| {
                        let bought = to.saturating_sub(from) as f64 / per_mwh / p.charge_efficiency;
                        let sold =
                            from.saturating_sub(to) as f64 / per_mwh * p.discharge_efficiency;
                        worth[to] + price * (sold - bought) - p.degradation_per_mwh * sold
                    })
                    .fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
    }
    worth[(p.initial_mwh * per_mwh).round() as usize]
}

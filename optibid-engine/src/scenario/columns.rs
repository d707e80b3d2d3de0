//! A battery on one price path as columns and rows of a linear programme.

use crate::battery::Terminal;
use crate::program::{Column, LinearProgram, Row};

use super::path::Limits;
use super::risk::Risk;
use super::set::ScenarioSet;

/// The columns of a period: power drawn from and fed into the grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Powers {
    pub(super) take: usize,
    pub(super) out: usize,
}

/// The profit of a path over its columns, currency.
pub(super) type Profit = Vec<(usize, f64)>;

/// Adds the battery for one path, its profit weighted; returns its columns and its profit, not weighted.
pub(super) fn add_path(
    program: &mut LinearProgram,
    limits: &Limits<'_>,
    path: &[f64],
    weight: f64,
) -> (Vec<Powers>, Profit) {
    let (model, p) = (limits.model, limits.model.parameters());
    let h = p.period_hours;
    let mut before: Option<usize> = None;
    let mut columns = Vec::with_capacity(path.len());
    let mut profit = Profit::with_capacity(2 * path.len() + 1);
    let (sale, purchase) = (
        p.degradation_per_mwh + p.discharge_fee_per_mwh,
        p.charge_fee_per_mwh,
    );
    for (t, (price, (low, high))) in path.iter().zip(&limits.ranges).enumerate() {
        let last = t + 1 == path.len();
        let least = if last {
            model.least_final_mwh().max(p.min_mwh)
        } else {
            p.min_mwh
        };
        let left = match p.terminal {
            Terminal::Worth { per_mwh } if last => per_mwh,
            _ => 0.0,
        };
        let mut earning = |program: &mut LinearProgram, (from, to): (f64, f64), value: f64| {
            let column = program.column(Column::continuous(from, to, weight * value));
            if value != 0.0 {
                profit.push((column, value));
            }
            column
        };
        let take = earning(program, (0.0, -low), -h * (price + purchase));
        let out = earning(program, (0.0, *high), h * (price - sale));
        let soc = earning(program, (least, p.max_mwh), left);
        let mut terms = vec![
            (soc, 1.0),
            (take, -h * p.charge_efficiency),
            (out, h / p.discharge_efficiency),
        ];
        let start = if let Some(before) = before {
            terms.push((before, -model.retention()));
            0.0
        } else {
            model.retention() * p.initial_mwh
        };
        program.row(Row::equal(terms, start));
        before = Some(soc);
        columns.push(Powers { take, out });
    }
    if let (
        Some(soc),
        Terminal::Priced {
            target_mwh,
            shortfall_per_mwh,
        },
    ) = (before, p.terminal)
    {
        let loss = -weight * shortfall_per_mwh;
        let missing = program.column(Column::continuous(0.0, f64::INFINITY, loss));
        program.row(Row::at_least(vec![(missing, 1.0), (soc, 1.0)], target_mwh));
        profit.push((missing, -shortfall_per_mwh));
    }
    (columns, profit)
}

/// Adds the weighted CVaR: the threshold and each scenario's shortfall below it.
pub(super) fn add_tail(
    program: &mut LinearProgram,
    set: &ScenarioSet,
    risk: Risk,
    profits: &[Profit],
) {
    let threshold = program.column(Column::continuous(
        f64::NEG_INFINITY,
        f64::INFINITY,
        risk.weight,
    ));
    for (q, profit) in set.probabilities().iter().zip(profits) {
        let loss = -risk.weight * q / risk.tail;
        let shortfall = program.column(Column::continuous(0.0, f64::INFINITY, loss));
        let mut terms = vec![(shortfall, 1.0), (threshold, -1.0)];
        terms.extend(profit);
        program.row(Row::at_least(terms, 0.0));
    }
}

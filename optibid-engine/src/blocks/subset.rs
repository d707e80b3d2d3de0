//! Every subset of a set of loops at once.

use super::loop_pair::{Loop, excursion};
use crate::awards::Limit;
use crate::battery::Model;
use thiserror::Error;

/// A subset of loops that breaks a limit.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("accepted together, {loops:?} break {} after period {period} by {by}", .limit.code())]
pub struct Overrun {
    /// What is broken.
    pub limit: Limit,
    /// The period, from 0.
    pub period: usize,
    /// By how much: MWh in store, or MW for power.
    pub by: f64,
    /// Indexes of the loops (or families) accepted; the others are rejected.
    pub loops: Vec<usize>,
}

/// The lowest and the highest stored energy after each of `periods` periods, MWh, over every subset of loops.
///
/// Both are reached: by the subset of the loops that are above, or below, the baseline at that time.
///
/// # Errors
/// [`Overrun`] names a subset that breaks a limit of state of charge or power, in the first period where one does.
pub fn reach(model: &Model, periods: usize, loops: &[Loop]) -> Result<Vec<(f64, f64)>, Overrun> {
    let excursions: Vec<Vec<f64>> = loops
        .iter()
        .map(|it| excursion(model, it, periods))
        .collect();
    bounds(model, loops, (&excursions, &excursions), periods)
}

/// The same where each loop has a lowest and a highest excursion of its own.
pub(super) fn bounds(
    model: &Model,
    loops: &[Loop],
    (lowest, highest): (&[Vec<f64>], &[Vec<f64>]),
    periods: usize,
) -> Result<Vec<(f64, f64)>, Overrun> {
    let p = model.parameters();
    let tolerance = 1e-9 * p.max_mwh.max(1.0);
    let mut baseline = p.initial_mwh;
    let mut reached = Vec::with_capacity(periods);
    for t in 0..periods {
        baseline *= model.retention();
        let at = |paths: &[Vec<f64>], side: f64| -> (f64, Vec<usize>) {
            let moved = paths.iter().map(|path| path.get(t).copied().unwrap_or(0.0));
            let picked = moved.enumerate().filter(|(_, mwh)| mwh * side > 0.0);
            picked.fold((0.0, Vec::new()), |(sum, mut list), (i, mwh)| {
                list.push(i);
                (sum + mwh, list)
            })
        };
        let power = |charge: bool| -> (f64, Vec<usize>) {
            let mut total = (0.0, Vec::new());
            for (i, it) in loops.iter().enumerate() {
                let block = if charge { &it.charge } else { &it.discharge };
                let mw: f64 = block.iter().filter(|at| at.0 == t).map(|at| at.1).sum();
                if mw > 0.0 {
                    total.0 += mw;
                    total.1.push(i);
                }
            }
            total
        };
        let ((below, low), (above, high)) = (at(lowest, -1.0), at(highest, 1.0));
        let ((drawn, charging), (fed, discharging)) = (power(true), power(false));
        let found = [
            (Limit::MinSoc, p.min_mwh - (baseline + below), low),
            (Limit::MaxSoc, baseline + above - p.max_mwh, high),
            (Limit::ChargePower, drawn - p.charge_mw, charging),
            (Limit::DischargePower, fed - p.discharge_mw, discharging),
        ];
        if let Some((limit, by, loops)) = found.into_iter().find(|found| found.1 > tolerance) {
            return Err(Overrun {
                limit,
                period: t,
                by,
                loops,
            });
        }
        reached.push((baseline + below, baseline + above));
    }
    Ok(reached)
}

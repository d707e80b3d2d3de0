//! The peer: a two-stage scenario programme with a bid curve for each hour, as a linear programme.

use anyhow::Context as _;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use optibid_engine::battery::Model;

/// A curve for each period: (scenario price, MW into the grid) by rising price.
pub(crate) type Curves = Vec<Vec<(f64, f64)>>;

/// Maximises mean profit over sampled paths, each keeping the battery's limits on its own, the power of a period being a
/// function of its price that never falls. Knows each scenario to its end, so that its own value is too high.
pub(crate) fn curves(model: &Model, paths: &[Vec<f64>]) -> anyhow::Result<Curves> {
    let p = model.parameters();
    let periods = paths.first().context("no paths")?.len();
    let weight = p.period_hours / paths.len() as f64;
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let mut powers: Vec<Vec<(f64, Variable, Variable)>> = vec![Vec::new(); periods];
    for path in paths {
        let mut before = None;
        for (t, &price) in path.iter().enumerate() {
            let charge = problem.add_var(-weight * price, (0.0, p.charge_mw));
            let earned = weight * (price - p.degradation_per_mwh);
            let discharge = problem.add_var(earned, (0.0, p.discharge_mw));
            let last = t + 1 == periods;
            let least = if last {
                model.least_final_mwh()
            } else {
                p.min_mwh
            };
            let soc = problem.add_var(0.0, (least, p.max_mwh));
            let mut row = vec![
                (soc, 1.0),
                (charge, -p.period_hours * p.charge_efficiency),
                (discharge, p.period_hours / p.discharge_efficiency),
            ];
            let right = before.map_or(p.initial_mwh, |before| {
                row.push((before, -1.0));
                0.0
            });
            problem.add_constraint(&row, ComparisonOp::Eq, right);
            before = Some(soc);
            if let Some(period) = powers.get_mut(t) {
                period.push((price, charge, discharge));
            }
        }
    }
    for period in &mut powers {
        rise(&mut problem, period);
    }
    let solution = problem
        .solve()?
        .into_solution()
        .ok()
        .context("no solution")?;
    let net = |charge, discharge| solution[discharge] - solution[charge];
    Ok(powers
        .iter()
        .map(|period| {
            period
                .iter()
                .map(|&(price, c, d)| (price, net(c, d)))
                .collect()
        })
        .collect())
}

/// Sorts the points of a period by price and lets power never fall along them.
fn rise(problem: &mut Problem, period: &mut [(f64, Variable, Variable)]) {
    period.sort_by(|one, other| one.0.total_cmp(&other.0));
    for pair in period.windows(2) {
        let [low, high] = pair else { continue };
        let row = [(high.2, 1.0), (high.1, -1.0), (low.2, -1.0), (low.1, 1.0)];
        // The same price in two scenarios is one point of the curve.
        let operator = if high.0 > low.0 {
            ComparisonOp::Ge
        } else {
            ComparisonOp::Eq
        };
        problem.add_constraint(row, operator, 0.0);
    }
}

/// What the curves earn on a path, each award cut to what the store can give and take and what the target needs.
pub(crate) fn play(model: &Model, curves: &Curves, path: &[f64]) -> f64 {
    let p = model.parameters();
    let (mut soc, mut profit) = (p.initial_mwh, 0.0);
    for (t, (curve, &price)) in curves.iter().zip(path).enumerate() {
        let at = curve.partition_point(|point| point.0 <= price).max(1) - 1;
        let mw = curve.get(at).map_or(0.0, |point| point.1);
        let mut stored = if mw > 0.0 {
            -mw * p.period_hours / p.discharge_efficiency
        } else {
            -mw * p.period_hours * p.charge_efficiency
        };
        let left = (path.len() - t - 1) as f64;
        let refill = left * p.charge_mw * p.period_hours * p.charge_efficiency;
        let least = (model.least_final_mwh() - refill).max(p.min_mwh);
        stored = stored.clamp(least - soc, p.max_mwh - soc);
        profit += if stored > 0.0 {
            -price * stored / p.charge_efficiency
        } else {
            -(price - p.degradation_per_mwh) * stored * p.discharge_efficiency
        };
        soc += stored;
    }
    profit
}

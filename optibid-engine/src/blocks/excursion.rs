//! What a loop alone does to the store.

use super::Loop;
use crate::battery::Model;

/// Stored energy above (or, negative, below) the baseline after each of `periods` periods, MWh.
pub(super) fn excursion(model: &Model, it: &Loop, periods: usize) -> Vec<f64> {
    let mut changes = vec![0.0; periods];
    let p = model.parameters();
    let blocks = [
        (&it.charge, p.charge_efficiency),
        (&it.discharge, -1.0 / p.discharge_efficiency),
    ];
    for (block, stored) in blocks {
        for &(t, mw) in block {
            if let Some(change) = changes.get_mut(t) {
                *change += mw * p.period_hours * stored;
            }
        }
    }
    let mut energy = 0.0;
    for change in &mut changes {
        energy = energy * model.retention() + *change;
        *change = energy;
    }
    changes
}

/// Lowers the second block of a loop so that it never crosses the baseline; `cut` puts a power on its tick.
pub(super) fn trim(model: &Model, it: &mut Loop, charges_first: bool, cut: impl Fn(f64) -> f64) {
    let p = model.parameters();
    let (first, second, into, out) = if charges_first {
        (
            &it.charge,
            &mut it.discharge,
            p.charge_efficiency,
            1.0 / p.discharge_efficiency,
        )
    } else {
        (
            &it.discharge,
            &mut it.charge,
            1.0 / p.discharge_efficiency,
            p.charge_efficiency,
        )
    };
    let (mut energy, mut before) = (0.0, 0);
    let decayed = |energy: f64, periods: usize| {
        energy
            * model
                .retention()
                .powi(i32::try_from(periods).unwrap_or(i32::MAX))
    };
    for &(t, mw) in first {
        energy = decayed(energy, t.saturating_sub(before)) + mw * p.period_hours * into;
        before = t;
    }
    for (t, mw) in second.iter_mut() {
        energy = decayed(energy, t.saturating_sub(before));
        before = *t;
        *mw = mw.min(cut(energy / (p.period_hours * out)));
        energy -= *mw * p.period_hours * out;
    }
    second.retain(|at| at.1 > 0.0);
}

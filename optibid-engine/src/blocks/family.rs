//! Loops as linked families: a parent that each of its children needs.

use super::loop_pair::{Loop, excursion};
use super::subset::{Overrun, bounds};
use crate::battery::Model;

/// A parent block and children that are accepted only with it, each on its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Whether the parent charges and the children discharge; else the other way round.
    pub charges_first: bool,
    /// Period from 0 and MW of the parent, in order of time.
    pub parent: Vec<(usize, f64)>,
    /// Limit price of the parent, currency per MWh: what it is worth without any child.
    pub parent_limit: f64,
    /// Period from 0 and MW of each child, in order of time.
    pub children: Vec<(usize, f64)>,
    /// Limit price of every child, currency per MWh: from there on it pays, given the parent.
    pub child_limit: f64,
}

/// Loops as linked families, which let the venue leave out single periods of the second block.
///
/// A parent may then be accepted with any of its children, so that what it stores can stay in the store: fewer sets of loops are safe
/// this way, and the proof covers every combination of parents and children. The limit prices make the welfare of a
/// family (children beyond their limit plus parent beyond its limit) its profit, with `stored_value` (currency per MWh in store at
/// the end) for what stays: a family is accepted where it pays as a whole.
///
/// # Errors
/// [`Overrun`] names families whose parents together break a limit when no child is accepted, or whose blocks do.
pub fn families(
    model: &Model,
    periods: usize,
    loops: &[Loop],
    stored_value: f64,
) -> Result<Vec<Family>, Overrun> {
    let parent_only = |it: &Loop| {
        if it.charges_first() {
            Loop {
                discharge: Vec::new(),
                ..it.clone()
            }
        } else {
            Loop {
                charge: Vec::new(),
                ..it.clone()
            }
        }
    };
    let alone: Vec<Loop> = loops.iter().map(parent_only).collect();
    let whole: Vec<Vec<f64>> = loops
        .iter()
        .map(|it| excursion(model, it, periods))
        .collect();
    let parents: Vec<Vec<f64>> = alone
        .iter()
        .map(|it| excursion(model, it, periods))
        .collect();
    // A parent alone is farther from the baseline than with any children, all children together the nearest to it.
    let farther = |side: f64| -> Vec<Vec<f64>> {
        let pairs = whole.iter().zip(&parents);
        let path = |(whole, parent): (&Vec<f64>, &Vec<f64>)| {
            let pairs = whole.iter().zip(parent);
            pairs
                .map(|(a, b)| if (b - a) * side > 0.0 { *b } else { *a })
                .collect()
        };
        pairs.map(path).collect()
    };
    bounds(model, loops, (&farther(-1.0), &farther(1.0)), periods)?;
    let p = model.parameters();
    let bought = stored_value * p.charge_efficiency - p.charge_fee_per_mwh;
    let sold =
        stored_value / p.discharge_efficiency + p.degradation_per_mwh + p.discharge_fee_per_mwh;
    let family = |it: &Loop| {
        let charges_first = it.charges_first();
        let (charge, discharge) = (it.charge.clone(), it.discharge.clone());
        let (parent, children, parent_limit, child_limit) = if charges_first {
            (charge, discharge, bought, sold)
        } else {
            (discharge, charge, sold, bought)
        };
        Family {
            charges_first,
            parent,
            parent_limit,
            children,
            child_limit,
        }
    };
    Ok(loops.iter().map(family).collect())
}

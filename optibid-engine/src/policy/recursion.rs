//! The backward pass: what stored energy is worth after each period and price state.

use super::choice::Later;
use super::grid::{Grid, Place, value_at};
use super::process::PriceProcess;
use super::stage::{Reach, Stage, terminal_value};
use crate::battery::Model;

/// The places that the extreme moves of a period lead to from a node.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    /// Stored energy when nothing is done, MWh.
    from: f64,
    still: Place,
    charged: Place,
    discharged: Place,
}

/// Works on one problem; what it needs for a step it keeps.
#[derive(Debug)]
pub(super) struct Backward<'a> {
    pub(super) model: &'a Model,
    pub(super) process: &'a PriceProcess,
    pub(super) grid: Grid,
    pub(super) shortfall_price: f64,
}

impl Backward<'_> {
    /// The worth of stored energy after each period, by period, price state of that period, and node.
    pub(super) fn worth(&self, reaches: &[Reach]) -> Vec<f64> {
        let (nodes, states) = (self.grid.nodes(), self.process.states());
        let block = nodes * states;
        let mut worth = vec![0.0; block * reaches.len()];
        let mut values = vec![0.0; block];
        let mut ends = vec![Ends::default(); nodes];
        let mut ends_of = None;
        for (t, rows) in worth.chunks_exact_mut(block.max(1)).enumerate().rev() {
            if t + 1 == reaches.len() {
                for (index, value) in rows.iter_mut().enumerate() {
                    let soc = self.grid.at(index % nodes);
                    *value = terminal_value(self.model, soc, self.shortfall_price);
                }
            } else {
                for (state, row) in rows.chunks_exact_mut(nodes).enumerate() {
                    expectation(self.process.row(t, state), &values, row);
                }
            }
            let Some(&reach) = reaches.get(t) else {
                continue;
            };
            if ends_of != Some(reach) {
                self.extremes(reach, &mut ends);
                ends_of = Some(reach);
            }
            let levels = self.process.levels(t);
            let values = values.chunks_exact_mut(nodes);
            for ((row, &price), values) in rows.chunks_exact(nodes).zip(levels).zip(values) {
                let later = Later {
                    grid: self.grid,
                    worth: row,
                    shortfall_price: self.shortfall_price,
                    reach,
                };
                self.step(&later, Stage::new(self.model, price), &ends, values);
            }
        }
        worth
    }

    fn extremes(&self, reach: Reach, ends: &mut [Ends]) {
        for (node, ends) in ends.iter_mut().enumerate() {
            let from = self.model.retention() * self.grid.at(node);
            *ends = Ends {
                from,
                still: self.grid.place(from),
                charged: self.grid.place(from + reach.stored),
                discharged: self.grid.place(from - reach.taken),
            };
        }
    }

    /// The value at each node before a period, its price known.
    fn step(&self, later: &Later<'_>, stage: Stage, ends: &[Ends], values: &mut [f64]) {
        if !(stage.is_concave() && is_concave(later.worth)) {
            for (ends, value) in ends.iter().zip(values) {
                *value = later.choose(stage, ends.from).value;
            }
            return;
        }
        // Of a concave worth the intervals steeper than the cost of charging come first: charge up to their end. Those
        // flatter than what discharging earns come last: discharge down to their start.
        let (reach, step) = (later.reach, self.grid.step());
        let charge_to = steeper(later.worth, stage.cost * step);
        let discharge_to = steeper(later.worth, stage.earning * step).max(charge_to);
        let worth_of = |node: usize| later.worth.get(node).copied().unwrap_or(f64::NEG_INFINITY);
        let (low, high) = (self.grid.at(charge_to), self.grid.at(discharge_to));
        let (worth_low, worth_high) = (worth_of(charge_to), worth_of(discharge_to));
        let at = |place| value_at(later.worth, place, self.shortfall_price);
        for (ends, value) in ends.iter().zip(values) {
            let (lacking, spare) = (low - ends.from, ends.from - high);
            *value = if lacking > reach.stored {
                at(ends.charged) - stage.cost * reach.stored
            } else if lacking > 0.0 {
                worth_low - stage.cost * lacking
            } else if spare > reach.taken {
                at(ends.discharged) + stage.earning * reach.taken
            } else if spare > 0.0 {
                worth_high + stage.earning * spare
            } else {
                at(ends.still)
            };
        }
    }
}

/// How many intervals, from the first, rise by more than `rise`.
fn steeper(worth: &[f64], rise: f64) -> usize {
    let (mut low, mut high) = (0, worth.len().saturating_sub(1));
    while low < high {
        let middle = usize::midpoint(low, high);
        match worth.get(middle..middle + 2) {
            Some([from, to]) if to - from > rise => low = middle + 1,
            _ => high = middle,
        }
    }
    low
}

/// Whether a function given at equally spaced nodes is concave, rounding aside.
fn is_concave(values: &[f64]) -> bool {
    let bends = values.windows(3).map(|nodes| match nodes {
        [a, b, c] => (a + c) - 2.0 * b - 1e-12 * (a.abs() + b.abs() + c.abs()),
        _ => 0.0,
    });
    bends.fold(f64::NEG_INFINITY, f64::max) <= 1e-12
}

/// The mean of the rows of `values` under the given odds.
fn expectation(odds: &[f64], values: &[f64], mean: &mut [f64]) {
    let nodes = mean.len();
    mean.fill(0.0);
    let mut quads = odds.chunks_exact(4);
    let mut blocks = values.chunks_exact(4 * nodes);
    // Four rows at a time: one load and store of the sum for four products.
    for (odds, rows) in quads.by_ref().zip(blocks.by_ref()) {
        let [p, q, r, s] = *odds else { continue };
        let (first, second) = rows.split_at(2 * nodes);
        let ((a, b), (c, d)) = (first.split_at(nodes), second.split_at(nodes));
        for ((((sum, a), b), c), d) in mean.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *sum += (p * a + q * b) + (r * c + s * d);
        }
    }
    let rest = blocks.remainder().chunks_exact(nodes);
    for (odds, row) in quads.remainder().iter().zip(rest) {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += odds * value;
        }
    }
}

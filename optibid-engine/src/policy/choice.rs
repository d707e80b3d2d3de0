//! The best move of a period: what the market pays now against what the energy is worth later.

use super::grid::{Grid, value_at};
use super::stage::{Reach, Stage};

/// What stored energy is worth after a period, and how far the period can move it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Later<'a> {
    pub(super) grid: Grid,
    /// The worth at each node, currency.
    pub(super) worth: &'a [f64],
    pub(super) shortfall_price: f64,
    pub(super) reach: Reach,
}

/// A move and what it is worth, now and later together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// MWh added to the store.
    pub(super) stored: f64,
    /// Currency.
    pub(super) value: f64,
}

impl Later<'_> {
    /// The worth of an amount of stored energy after the period.
    pub(super) fn at(&self, soc: f64) -> f64 {
        value_at(self.worth, self.grid.place(soc), self.shortfall_price)
    }

    /// The best move from `from` MWh. The worth being straight between nodes and the reward straight on either side of
    /// standing still, one of [`candidates`] is a maximum whatever the shape; of equals the one that moves less.
    pub(super) fn choose(&self, stage: Stage, from: f64) -> Choice {
        let mut best = Choice {
            stored: 0.0,
            value: self.at(from),
        };
        for stored in candidates(self.grid, self.reach, from) {
            let value = stage.reward(stored) + self.at(from + stored);
            if value > best.value + 1e-12 * best.value.abs().max(1.0) {
                best = Choice { stored, value };
            }
        }
        best
    }
}

/// Every move from `from` MWh to a node or as far as the period allows, standing still excepted: first charging, then
/// discharging, each from the least move to the greatest, MWh added to the store.
pub(super) fn candidates(grid: Grid, reach: Reach, from: f64) -> impl Iterator<Item = f64> {
    let near = 1e-9 * grid.step().max(1e-9);
    let up = reach.stored.min(grid.most() - from).max(0.0);
    let down = reach.taken.min(from - grid.least()).max(0.0);
    let here = grid.place(from);
    let above = (here.node..grid.nodes())
        .map(move |node| grid.at(node) - from)
        .skip_while(move |&amount| amount <= near)
        .take_while(move |&amount| amount < up - near)
        .chain((up > near).then_some(up));
    let below = (0..=here.node + 1)
        .rev()
        .map(move |node| grid.at(node) - from)
        .skip_while(move |&amount| amount >= -near)
        .take_while(move |&amount| amount > near - down)
        .chain((down > near).then_some(-down));
    above.chain(below)
}

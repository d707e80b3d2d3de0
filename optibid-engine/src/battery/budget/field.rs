//! The moves of every period, computed once, and the value of stored energy under a price on discharging.

use super::super::curve::{Curve, Segment};
use super::super::horizon::Horizon;
use super::super::method::Method;
use super::super::model::Model;
use super::super::recursion::Stage;
use super::taxed::TaxedCurve;
use std::ops::Range;

/// What one period offers before discharging is priced.
#[derive(Clone, Copy, Debug)]
struct Moves {
    charge: Segment,
    /// What a MWh fed into the grid earns, currency.
    sold: f64,
    /// Most energy taken from the store, MWh.
    taken: f64,
    /// Energy that may be held when the period begins, after the standing loss, MWh.
    held: (f64, f64),
}

/// A battery and its horizon, ready to be evaluated often.
#[derive(Clone, Debug)]
pub(super) struct Field {
    moves: Vec<Moves>,
    retention: f64,
    efficiency: f64,
    /// Pieces no longer than this are rounding, MWh.
    pub(super) sliver: f64,
    /// A price on discharging at which the battery discharges only what it must, currency per MWh.
    pub(super) highest: f64,
}

/// A price this many times above all others that the problem knows counts as forbidding.
const FORBIDDING: f64 = 1e4;

impl Field {
    pub(super) fn new(model: &Model, horizon: &Horizon<'_>) -> Self {
        let p = model.parameters();
        let mut field = Self {
            moves: Vec::with_capacity(horizon.periods()),
            retention: model.retention(),
            efficiency: p.discharge_efficiency,
            sliver: 1e-13 * (p.max_mwh - p.min_mwh),
            highest: 0.0,
        };
        let mut largest = 1.0_f64;
        for period in 0..horizon.periods() {
            let moves = Moves::new(model, horizon, period);
            largest = largest.max(moves.sold.abs()).max(moves.charge.slope.abs());
            field.moves.push(moves);
        }
        let ending = super::super::ending::curve(model, horizon);
        for piece in ending.segments() {
            largest = largest.max(piece.slope.abs());
        }
        let round_trip = p.charge_efficiency * p.discharge_efficiency;
        field.highest = FORBIDDING * largest / round_trip;
        field
    }

    /// Reads a period again whose limits have changed.
    pub(super) fn renew(&mut self, model: &Model, horizon: &Horizon<'_>, period: usize) {
        if let Some(moves) = self.moves.get_mut(period) {
            *moves = Moves::new(model, horizon, period);
        }
    }

    /// Writes to `out` the value of stored energy before `periods`, if energy left over after them is worth `ending` and
    /// every MWh fed into the grid costs `price`.
    pub(super) fn evaluate(
        &self,
        periods: Range<usize>,
        price: f64,
        ending: &Curve,
        out: &mut TaxedCurve,
    ) {
        out.at_end(ending);
        for moves in self.moves.get(periods).unwrap_or_default().iter().rev() {
            let discharge = Segment {
                slope: (moves.sold - price) * self.efficiency,
                length: moves.taken,
            };
            let charge = moves.charge;
            let stage = Stage { charge, discharge };
            out.step(&stage, self.efficiency, moves.held);
            if self.retention < 1.0 {
                out.rescale(self.retention);
            }
        }
    }

    /// The size of the prices.
    pub(super) fn scale(&self) -> f64 {
        self.highest / FORBIDDING
    }

    /// The highest price a MWh fed into the grid fetches in some periods.
    pub(super) fn best_sale(&self, periods: Range<usize>) -> f64 {
        let moves = self.moves.get(periods).unwrap_or_default().iter();
        moves.fold(0.0, |most: f64, moves| most.max(moves.sold))
    }
}

impl Moves {
    fn new(model: &Model, horizon: &Horizon<'_>, period: usize) -> Self {
        let stage = Stage::new(model, horizon, Method::Relaxed, period);
        let (lo, hi) = horizon.soc_before(model, period);
        let kept = model.retention();
        Self {
            charge: stage.charge,
            sold: model.grid_prices(horizon.price(period)).1,
            taken: stage.discharge.length,
            held: (kept * lo, kept * hi),
        }
    }
}

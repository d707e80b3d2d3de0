//! One side of a step curve: the best split into segments, by dynamic programming.

use super::density::Distribution;
use super::{Guard, target::Slice};
use crate::door;
use crate::offer::rungs::Bounds;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price, Rounding};

/// Which way the power of a side runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Charge,
    Discharge,
}

/// One segment: everything from the segment before (or zero) up to a magnitude, at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) upto: Power,
    pub(super) price: Price,
}

/// The best segments of one side, from zero outwards, and what they lose, currency per hour.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub(super) loss: f64,
    pub(super) segments: Vec<Segment>,
}

/// One side of the target with its candidate ends of segments.
pub(super) struct Side<'a> {
    direction: Direction,
    guard: Guard,
    bounds: &'a Bounds,
    density: &'a Distribution,
    /// Magnitudes from zero outwards; `from` is the nearer end.
    slices: Vec<Slice>,
    /// Where segments may end: zero and the quantity ticks next to the ends of slices, ascending.
    ends: Vec<Power>,
    /// Up to each end: MW, MW x cost, MW x `G(cost)`.
    sums: Vec<[f64; 3]>,
    /// What is lost when nothing beyond an end is offered, currency per hour.
    tails: Vec<f64>,
}

impl<'a> Side<'a> {
    pub(super) fn new(
        direction: Direction,
        guard: Guard,
        bounds: &'a Bounds,
        (density, slices): (&'a Distribution, &[Slice]),
    ) -> Self {
        let slices: Vec<Slice> = match direction {
            Direction::Discharge => slices.iter().filter(|s| s.to > 0.0).copied().collect(),
            Direction::Charge => {
                let charging = slices.iter().rev().filter(|s| s.to <= 0.0);
                charging
                    .map(|s| Slice {
                        from: -s.to,
                        to: -s.from,
                        cost: s.cost,
                    })
                    .collect()
            }
        };
        let total = bounds.cut(door::to_power(slices.last().map_or(0.0, |slice| slice.to)));
        let tick = bounds.quantity_tick.kilowatts().max(1);
        let least = Power::from_kilowatts(bounds.min_quantity.kilowatts() + tick - 1);
        let mut ends = vec![Power::ZERO, bounds.cut(least), total];
        for slice in &slices {
            let end = bounds.cut(door::to_power(slice.to));
            ends.extend([end, Power::from_kilowatts(end.kilowatts() + tick)]);
        }
        ends.retain(|&end| end <= total);
        ends.sort_unstable();
        ends.dedup();
        let mut side = Self {
            direction,
            guard,
            bounds,
            density,
            slices,
            sums: Vec::with_capacity(ends.len()),
            tails: Vec::with_capacity(ends.len()),
            ends,
        };
        for &end in &side.ends {
            let mw = door::power(end);
            let (mut sums, mut tail) = ([0.0; 3], 0.0);
            for slice in &side.slices {
                let near = (slice.to.min(mw) - slice.from).max(0.0);
                let far = slice.to - slice.from.max(mw);
                let terms = [1.0, slice.cost, density.integral(slice.cost, 1)];
                for (sum, term) in sums.iter_mut().zip(terms) {
                    *sum += near * term;
                }
                if far > 0.0 {
                    tail += far * direction.never(density, slice.cost);
                }
            }
            side.sums.push(sums);
            side.tails.push(tail);
        }
        side
    }

    /// The best of at most `most` segments for every number of them: element `k` uses `k` at most. Prices keep to `within`.
    pub(super) fn best(&self, most: usize, within: [Price; 2]) -> Result<Vec<Best>, EngineError> {
        let count = self.ends.len();
        let most = most.min(count.saturating_sub(1));
        let mut costs = vec![None; count * count];
        for i in 0..count {
            for j in i + 1..count {
                if let Some(cell) = costs.get_mut(i * count + j) {
                    *cell = self.segment(i, j, within)?;
                }
            }
        }
        let cost = |i: usize, j: usize| costs.get(i * count + j).copied().flatten();
        // reached[k][j]: least loss of the first `j` ends with exactly `k` segments, and where the last one began.
        let mut reached = vec![vec![(f64::INFINITY, 0); count]; most + 1];
        if let Some(start) = reached.first_mut().and_then(|row| row.first_mut()) {
            start.0 = 0.0;
        }
        for k in 1..=most {
            let mut row = vec![(f64::INFINITY, 0); count];
            for (j, cell) in row.iter_mut().enumerate() {
                for i in 0..j {
                    let Some((loss, _)) = cost(i, j) else {
                        continue;
                    };
                    let before = loss_at(&reached, k - 1, i);
                    if before + loss < cell.0 {
                        *cell = (before + loss, i);
                    }
                }
            }
            if let Some(place) = reached.get_mut(k) {
                *place = row;
            }
        }
        let mut found: Vec<Best> = Vec::with_capacity(most + 1);
        for k in 0..=most {
            let mut best = found.last().cloned().unwrap_or(Best {
                loss: self.tails.first().copied().unwrap_or(0.0),
                segments: Vec::new(),
            });
            for (j, (&end, &tail)) in self.ends.iter().zip(&self.tails).enumerate().skip(1) {
                let loss = loss_at(&reached, k, j) + tail;
                if end >= self.bounds.min_quantity && loss < best.loss - NOISE {
                    best = Best {
                        loss,
                        segments: self.trace(&reached, (k, j), &cost),
                    };
                }
            }
            found.push(best);
        }
        Ok(found)
    }

    fn trace(
        &self,
        reached: &[Vec<(f64, usize)>],
        (k, mut j): (usize, usize),
        cost: &impl Fn(usize, usize) -> Option<(f64, Price)>,
    ) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::with_capacity(k);
        for k in (1..=k).rev() {
            let i = reached
                .get(k)
                .and_then(|row| row.get(j))
                .map_or(0, |cell| cell.1);
            if let (Some((_, price)), Some(&upto)) = (cost(i, j), self.ends.get(j)) {
                // Two segments at one price are one.
                if segments.last().is_none_or(|outer| outer.price != price) {
                    segments.push(Segment { upto, price });
                }
            }
            j = i;
        }
        segments.reverse();
        segments
    }

    /// The loss of one segment at its best price; none where no price is allowed.
    fn segment(
        &self,
        i: usize,
        j: usize,
        [low, high]: [Price; 2],
    ) -> Result<Option<(f64, Price)>, EngineError> {
        let (Some(&near), Some(&far), Some(&end)) =
            (self.sums.get(i), self.sums.get(j), self.ends.get(j))
        else {
            return Ok(None);
        };
        let [mw, cost, before] = [far[0] - near[0], far[1] - near[1], far[2] - near[2]];
        let on = |price: f64, rounding: Rounding| {
            door::on_tick(door::to_price(price)?, self.bounds.price_tick, rounding)
                .ok_or(EngineError::OutOfRange("a price"))
        };
        let loss = |price: Price| {
            let a = door::price(price);
            let (f, g) = (self.density.integral(a, 0), self.density.integral(a, 1));
            (f * (a * mw - cost) - g * mw + before).max(0.0)
        };
        let prices = match self.guard {
            Guard::LeastLoss => {
                let mean = cost / mw;
                [on(mean, Rounding::Floor)?, on(mean, Rounding::Ceiling)?]
                    .map(|price| price.max(low).min(high))
            }
            Guard::NeverLose => {
                // The outermost MW of the segment costs most.
                let mw = door::power(end);
                let outer = self
                    .slices
                    .iter()
                    .rev()
                    .find(|slice| slice.from < mw - 1e-9);
                let outer = outer.map_or(0.0, |slice| slice.cost);
                let price = match self.direction {
                    Direction::Discharge => on(outer, Rounding::Ceiling)?.max(low),
                    Direction::Charge => on(outer, Rounding::Floor)?.min(high),
                };
                [price; 2]
            }
        };
        let allowed = prices
            .iter()
            .filter(|&&price| low <= price && price <= high);
        let best = allowed.map(|&price| (loss(price), price));
        Ok(best.min_by(|a, b| a.0.total_cmp(&b.0)))
    }
}

/// Losses this close, currency per hour, are the same: fewer segments then win.
const NOISE: f64 = 1e-9;

fn loss_at(reached: &[Vec<(f64, usize)>], k: usize, j: usize) -> f64 {
    let cell = reached.get(k).and_then(|row| row.get(j));
    cell.map_or(f64::INFINITY, |cell| cell.0)
}

impl Direction {
    /// What a MW loses that is not offered.
    pub(super) fn never(self, density: &Distribution, cost: f64) -> f64 {
        match self {
            Self::Charge => density.never_bought(cost),
            Self::Discharge => density.never_sold(cost),
        }
    }
}

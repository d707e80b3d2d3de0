//! A curve of straight lines: the best points, by dynamic programming over places and prices.

use super::density::Distribution;
use super::steps::Direction;
use super::{Guard, target::Slice};
use crate::door;
use crate::offer::rungs::Bounds;
use optibid_core::bid::CurvePoint;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price, Rounding};

/// What lines are fitted to.
pub(super) struct Lines<'a> {
    pub(super) guard: Guard,
    pub(super) bounds: &'a Bounds,
    pub(super) density: &'a Distribution,
    /// Signed, ascending.
    pub(super) slices: &'a [Slice],
}

/// A row of the recursion: least loss up to each point, and the point before it.
type Row = Vec<(f64, usize)>;

impl Lines<'_> {
    /// The best points, as signed injection in rising order, with a number of them in `points`; none when offering nothing
    /// loses less or no such curve is allowed.
    pub(super) fn best(&self, points: (usize, usize)) -> Result<Vec<CurvePoint>, EngineError> {
        let candidates = self.candidates()?;
        let count = candidates.len();
        let links = self.links(&candidates);
        let starts = candidates.iter().map(|point| (self.start(point), 0));
        let mut rows: Vec<Row> = vec![starts.collect()];
        let nothing = self.unoffered(f64::NEG_INFINITY, 0.0) + self.unoffered(0.0, f64::INFINITY);
        let least = self.least(&candidates, &links);
        let mut best = (nothing, None);
        for k in 1..=points.1.min(2 * count) {
            let Some(row) = rows.last() else { break };
            if k >= points.0 {
                for (j, (cell, point)) in row.iter().zip(&candidates).enumerate() {
                    let loss = cell.0 + self.end(point);
                    if loss < best.0 - 1e-9 {
                        best = (loss, Some((k, j)));
                    }
                }
            }
            if best.0 <= least + 1e-9 {
                break;
            }
            let mut next = vec![(f64::INFINITY, 0); count];
            for &(i, j, loss) in &links {
                let before = row.get(i).map_or(f64::INFINITY, |cell| cell.0);
                if let Some(cell) = next.get_mut(j)
                    && before + loss < cell.0
                {
                    *cell = (before + loss, i);
                }
            }
            rows.push(next);
        }
        let Some((k, mut j)) = best.1 else {
            return Ok(Vec::new());
        };
        let mut chosen = Vec::with_capacity(k);
        for row in rows.iter().take(k).rev() {
            chosen.extend(candidates.get(j).copied());
            j = row.get(j).map_or(0, |cell| cell.1);
        }
        chosen.reverse();
        Ok(chosen)
    }

    /// The least loss with any number of points: what more of them cannot better.
    fn least(&self, candidates: &[CurvePoint], links: &[(usize, usize, f64)]) -> f64 {
        let mut upto: Vec<f64> = candidates.iter().map(|point| self.start(point)).collect();
        // Links run forward and come ordered by their first point.
        for &(i, j, loss) in links {
            let before = upto.get(i).copied().unwrap_or(f64::INFINITY);
            if let Some(cell) = upto.get_mut(j) {
                *cell = cell.min(before + loss);
            }
        }
        let whole = upto.iter().zip(candidates);
        whole.fold(f64::INFINITY, |least, (loss, point)| {
            least.min(loss + self.end(point))
        })
    }

    /// Whether ticks beside the ends of slices and means of costs are candidates too: with many slices there are enough
    /// without.
    fn is_fine(&self) -> bool {
        self.slices.len() <= FINE_SLICES
    }

    /// Every place at or next to an end of a slice with every price next to a cost there.
    fn candidates(&self) -> Result<Vec<CurvePoint>, EngineError> {
        let tick = self.bounds.quantity_tick.kilowatts().max(1);
        let inwards = |mw: f64| {
            let cut = self.bounds.cut(door::to_power(mw.abs())).kilowatts();
            if mw < 0.0 { -cut } else { cut }
        };
        let ends = (self.slices.first(), self.slices.last());
        let least = inwards(ends.0.map_or(0.0, |slice| slice.from.min(0.0)));
        let most = inwards(ends.1.map_or(0.0, |slice| slice.to.max(0.0)));
        let smallest = Power::from_kilowatts(self.bounds.min_quantity.kilowatts() + tick - 1);
        let smallest = self.bounds.cut(smallest).kilowatts();
        let mut places = vec![0, -smallest, smallest, least, most];
        for slice in self.slices {
            for mw in [slice.from, slice.to] {
                let place = inwards(mw);
                places.push(place);
                if self.is_fine() {
                    places.extend([place - tick, place + tick]);
                }
            }
        }
        places.retain(|place| (least..=most).contains(place));
        places.sort_unstable();
        places.dedup();
        let mut candidates = Vec::with_capacity(places.len() * 4);
        for place in places {
            let quantity = Power::from_kilowatts(place);
            let prices = self.prices(quantity, tick as f64 / 1e3)?;
            candidates.extend(
                prices
                    .into_iter()
                    .map(|price| CurvePoint::new(quantity, price)),
            );
        }
        Ok(candidates)
    }

    /// The costs within a tick of a place and the means of neighbours, on the price ticks beside them.
    fn prices(&self, quantity: Power, reach: f64) -> Result<Vec<Price>, EngineError> {
        let mw = door::power(quantity);
        let near = |s: &&Slice| s.from <= mw + reach && s.to >= mw - reach;
        let costs: Vec<f64> = self
            .slices
            .iter()
            .filter(near)
            .map(|slice| slice.cost)
            .collect();
        let pairs = if self.is_fine() {
            costs.as_slice()
        } else {
            &[]
        };
        let means = pairs.windows(2).filter_map(|pair| match pair {
            &[a, b] => Some(f64::midpoint(a, b)),
            _ => None,
        });
        let wanted: Vec<f64> = costs.iter().copied().chain(means).collect();
        let high = if quantity < Power::ZERO {
            self.bounds.buy_cap
        } else {
            self.bounds.sell_cap
        };
        let step = if self.bounds.increasing {
            self.bounds.step()
        } else {
            0
        };
        let mut prices = Vec::with_capacity(wanted.len() * 2);
        for cost in wanted {
            let exact = door::to_price(cost)?;
            for (rounding, beyond) in [(Rounding::Floor, -step), (Rounding::Ceiling, step)] {
                let price = door::on_tick(exact, self.bounds.price_tick, rounding)
                    .ok_or(EngineError::OutOfRange("a price"))?;
                let moved = Price::from_micros(price.micros().saturating_add(beyond));
                prices.extend([price, moved].map(|p| p.max(self.bounds.floor).min(high)));
            }
        }
        prices.sort_unstable();
        prices.dedup();
        Ok(prices)
    }

    /// Every line between two candidates that is allowed, with its loss; ordered by its first point.
    fn links(&self, candidates: &[CurvePoint]) -> Vec<(usize, usize, f64)> {
        let mut links = Vec::new();
        for (i, a) in candidates.iter().enumerate() {
            for (j, b) in candidates.iter().enumerate().skip(i + 1) {
                let level = a.price == b.price && self.bounds.increasing;
                if b.price < a.price || level {
                    continue;
                }
                let loss = self.line(a, b);
                if loss.is_finite() {
                    links.push((i, j, loss));
                }
            }
        }
        links
    }

    /// The loss along a line, infinite where the guard forbids it.
    fn line(&self, a: &CurvePoint, b: &CurvePoint) -> f64 {
        let [from, to] = [a, b].map(|point| door::power(point.quantity));
        let [low, high] = [a, b].map(|point| door::price(point.price));
        if to <= from {
            return 0.0;
        }
        let price = |mw: f64| low + (high - low) * (mw - from) / (to - from);
        let mut loss = 0.0;
        for slice in self.slices {
            let (near, far) = (slice.from.max(from), slice.to.min(to));
            if far <= near {
                continue;
            }
            let prices = [price(near), price(far)];
            let loses = if near < 0.0 {
                prices[1] > slice.cost + MICRO
            } else {
                prices[0] < slice.cost - MICRO
            };
            if loses && self.guard == Guard::NeverLose {
                return f64::INFINITY;
            }
            loss += (far - near) * self.density.mean_loss(slice.cost, prices);
        }
        loss
    }

    /// The loss before a first point; infinite where the venue takes no curve that begins there.
    fn start(&self, point: &CurvePoint) -> f64 {
        let mw = door::power(point.quantity);
        if point.quantity < Power::ZERO && point.quantity.magnitude() < self.bounds.min_quantity {
            return f64::INFINITY;
        }
        let zero = CurvePoint::new(Power::ZERO, point.price);
        self.unoffered(f64::NEG_INFINITY, mw.min(0.0)) + self.line(&zero, point)
    }

    /// The loss behind a last point.
    fn end(&self, point: &CurvePoint) -> f64 {
        let mw = door::power(point.quantity);
        if point.quantity > Power::ZERO && point.quantity < self.bounds.min_quantity {
            return f64::INFINITY;
        }
        let zero = CurvePoint::new(Power::ZERO, point.price);
        self.line(point, &zero) + self.unoffered(mw.max(0.0), f64::INFINITY)
    }

    /// The loss of not offering what lies between two injections.
    fn unoffered(&self, from: f64, to: f64) -> f64 {
        let lost = self.slices.iter().map(|slice| {
            let mw = slice.to.min(to) - slice.from.max(from);
            let direction = if slice.from < 0.0 {
                Direction::Charge
            } else {
                Direction::Discharge
            };
            if mw > 0.0 {
                mw * direction.never(self.density, slice.cost)
            } else {
                0.0
            }
        });
        lost.sum()
    }
}

/// Most slices for which candidates are taken beside their ends too.
const FINE_SLICES: usize = 8;

/// Prices this close are the same, currency per MWh: half of what a price holds.
const MICRO: f64 = 5e-7;

//! The value of energy before a group of periods that share a limit on discharging.

use std::ops::Range;

use super::super::curve::Curve;
use super::super::envelope;
use super::field::Field;
use super::taxed::{Outlook, TaxedCurve};

/// Most prices tried for one stored energy: each is a corner of a convex function of at most a few hundred.
const MOST_TRIALS: usize = 200;

/// The value under one price on discharging: a bound on the value under the limit, for every stored energy.
#[derive(Clone, Debug)]
struct Cut {
    price: f64,
    curve: TaxedCurve,
}

/// A group of periods, and what is known about the value before it.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) periods: Range<usize>,
    /// Most MWh fed into the grid; infinite without a limit.
    pub(super) limit: f64,
    /// The bound on the value of stored energy before the group: the least of all cuts.
    pub(super) worth: Curve,
    /// By rising price, beginning with the price that all groups pay.
    cuts: Vec<Cut>,
    /// The value of energy left over that the cuts were computed from.
    seen: Curve,
    stale: bool,
    spare: [Curve; 2],
}

/// A way through a group at one price.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    pub(super) price: f64,
    pub(super) outlook: Outlook,
}

/// The best use of a group from one stored energy: `share` of one way and the rest of another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Choice {
    /// No less than the value.
    pub(super) bound: f64,
    pub(super) eager: Way,
    pub(super) sparing: Way,
    /// Share of the eager way.
    pub(super) share: f64,
}

impl Choice {
    /// The mixture of something the two ways have.
    pub(super) fn mix(&self, of: impl Fn(&Way) -> f64) -> f64 {
        self.share * of(&self.eager) + (1.0 - self.share) * of(&self.sparing)
    }

    /// Whether no price tried keeps the limit.
    pub(super) fn is_over(&self, limit: f64) -> bool {
        self.sparing.outlook.discharged > limit + slack(limit)
    }

    fn only(way: Way, bound: f64) -> Self {
        Self {
            bound,
            eager: way,
            sparing: way,
            share: 1.0,
        }
    }
}

impl Group {
    pub(super) fn new(periods: Range<usize>, limit: f64) -> Self {
        Self {
            periods,
            limit,
            worth: Curve::default(),
            cuts: Vec::new(),
            seen: Curve::default(),
            stale: true,
            spare: <[Curve; 2]>::default(),
        }
    }

    /// Makes `base` the least price on discharging.
    pub(super) fn rebase(&mut self, base: f64) {
        self.cuts.retain(|cut| cut.price > base);
        let curve = TaxedCurve::default();
        self.cuts.insert(0, Cut { price: base, curve });
        self.stale = true;
    }

    /// Says that limits of the periods have changed.
    pub(super) fn outdate(&mut self) {
        self.stale = true;
    }

    /// Computes the cuts again if the value of energy left over has changed. A mere constant is added.
    pub(super) fn refresh(&mut self, field: &Field, ending: &Curve) {
        if !self.stale && self.seen.same_shape(ending) {
            let by = ending.left - self.seen.left;
            self.cuts.iter_mut().for_each(|cut| cut.curve.raise(by));
            self.worth.left += by;
            self.seen.left = ending.left;
            return;
        }
        self.stale = false;
        self.seen.clone_from(ending);
        for cut in &mut self.cuts {
            field.evaluate(self.periods.clone(), cut.price, ending, &mut cut.curve);
        }
        for index in 0..self.cuts.len() {
            self.lower(index, field.sliver);
        }
    }

    /// Lowers the bound to a cut; the first one begins it.
    fn lower(&mut self, index: usize, sliver: f64) {
        let (base, Some(cut)) = (self.base(), self.cuts.get(index)) else {
            return;
        };
        let [new, lower] = &mut self.spare;
        let plus = charge_of(cut.price - base, self.limit);
        if index == 0 {
            cut.curve.write(plus, sliver, &mut self.worth);
            return;
        }
        cut.curve.write(plus, sliver, new);
        envelope::minimum(&self.worth, new, sliver, lower);
        std::mem::swap(&mut self.worth, lower);
    }

    /// The least price on discharging.
    fn base(&self) -> f64 {
        self.cuts.first().map_or(0.0, |cut| cut.price)
    }

    /// Finds the best use from `soc` MWh, to `tolerance`; adds cuts where none is tight there.
    ///
    /// The bound `V(price) + (price - base) * limit` is convex in the price, with the slope `limit - discharged`. Where the
    /// tangents from both sides of its least point meet is a price to try; when the bound there is no higher than the
    /// tangents say, the two ways are optimal at that price and a mixture of them keeps the limit.
    pub(super) fn choose(
        &mut self,
        field: &Field,
        soc: f64,
        ending: &Curve,
        tolerance: f64,
    ) -> Choice {
        let mut best = Choice::default();
        for _ in 0..MOST_TRIALS {
            let (choice, next) = self.look(field, soc, tolerance);
            best = choice;
            let Some(price) = next else { break };
            let index = self.cuts.partition_point(|cut| cut.price < price);
            if self.cuts.get(index).is_some_and(|cut| cut.price == price) {
                break;
            }
            let mut curve = TaxedCurve::default();
            field.evaluate(self.periods.clone(), price, ending, &mut curve);
            self.cuts.insert(index, Cut { price, curve });
            self.lower(index, field.sliver);
        }
        best
    }

    /// The best use that the cuts know of, and the price to try next.
    fn look(&self, field: &Field, soc: f64, tolerance: f64) -> (Choice, Option<f64>) {
        let base = self.base();
        let mut bound = f64::INFINITY;
        let (mut eager, mut sparing) = (None, None);
        for cut in &self.cuts {
            let outlook = cut.curve.outlook(soc);
            let price = cut.price;
            let way = Way { price, outlook };
            bound = bound.min(outlook.value + charge_of(price - base, self.limit));
            if outlook.discharged > self.limit + slack(self.limit) {
                eager = Some(way);
            } else {
                sparing = Some(way);
                break;
            }
        }
        match (eager, sparing) {
            (None, None) => (Choice::default(), None),
            (None, Some(way)) => (Choice::only(way, bound), None),
            (Some(way), None) => {
                let next = match way.price {
                    price if price >= field.highest => None,
                    price if price < field.best_sale(self.periods.clone()) => {
                        Some(field.best_sale(self.periods.clone()))
                    }
                    price => Some((2.0 * price + 1.0).min(field.highest)),
                };
                (Choice::only(way, bound), next)
            }
            (Some(eager), Some(sparing)) => {
                let worth = |way: &Way| way.outlook.value + (way.price - base) * self.limit;
                let steep = |way: &Way| self.limit - way.outlook.discharged;
                bound = bound.min(worth(&sparing));
                let apart = steep(&sparing) - steep(&eager);
                // Measured from the eager price, to lose no digits.
                let gap = sparing.price - eager.price;
                let step = (worth(&eager) - worth(&sparing) + steep(&sparing) * gap) / apart;
                let met = worth(&eager) + steep(&eager) * step;
                let price = (eager.price + step).clamp(eager.price, sparing.price);
                let choice = Choice {
                    bound,
                    eager,
                    sparing,
                    share: (steep(&sparing) / apart).clamp(0.0, 1.0),
                };
                (choice, (bound - met > tolerance).then_some(price))
            }
        }
    }
}

/// What an allowance costs; nothing at no price, however much it is.
fn charge_of(price: f64, limit: f64) -> f64 {
    if price == 0.0 { 0.0 } else { price * limit }
}

/// How far a limit may be missed by rounding.
fn slack(limit: f64) -> f64 {
    1e-12 * limit.max(1.0)
}

//! A concave value function with thousands of pieces, for stores that take long to fill.
//!
//! A step of the recursion inserts two pieces by slope and cuts from either end, so a double-ended priority queue is all it
//! needs: `O(log n)` a step, amortised, since no piece is cut away twice. A flat list moves `O(n)` numbers instead, which is
//! faster as long as they are few. Both do the same arithmetic in the same order: the values are equal to the last bit
//! without a standing loss, and to rounding with one.
//!
//! A standing loss stretches all pieces in each period. The stretch is kept as one factor beside them.

mod descent;

use std::cmp::Ordering;
use std::collections::BTreeMap;

pub(super) use descent::walk;

use super::curve::{Curve, Segment};
use super::ending;
use super::horizon::Horizon;
use super::method::Method;
use super::model::Model;
use super::recursion::Stage;
use super::schedule::Leg;

/// From about so many pieces on the tree is faster than the list, for the value alone (`bench_battery`, scaling).
pub(super) const FOR_VALUE: f64 = 600.0;
/// The same with the schedule, where the list is also searched and copied.
pub(super) const FOR_SCHEDULE: f64 = 250.0;
/// Below this the stretch is multiplied into the pieces.
const SMALLEST_SCALE: f64 = 1e-100;
/// A store that keeps less from one period to the next never has many pieces.
const LEAST_RETENTION: f64 = 0.9;

/// A slope as a key: the steepest comes first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope(f64);

impl Slope {
    fn new(slope: f64) -> Self {
        // Minus zero and zero are the same slope.
        Self(slope + 0.0)
    }
}

impl PartialEq for Slope {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Slope {}

impl PartialOrd for Slope {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Slope {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0)
    }
}

/// The lengths by slope, both before the stretch.
type Pieces = BTreeMap<Slope, f64>;

/// A concave function on `[lo, hi]`, worth `left` at `lo`: pieces of slope `key * scale` and length `entry / scale`.
#[derive(Clone, Debug, Default)]
pub(super) struct Ladder {
    lo: f64,
    hi: f64,
    left: f64,
    scale: f64,
    pieces: Pieces,
}

/// What steps cut away, so that they can be undone; lengths before the stretch.
#[derive(Clone, Debug, Default)]
struct Log {
    cuts: Vec<(Slope, f64)>,
    steps: Vec<Cuts>,
}

/// The cuts of one step: so many at the left, then so many at the right, under this stretch.
#[derive(Clone, Copy, Debug)]
struct Cuts {
    left: u32,
    right: u32,
    scale: f64,
}

impl Ladder {
    fn new(curve: &Curve) -> Self {
        let mut ladder = Self {
            lo: curve.lo,
            hi: curve.hi,
            left: curve.left,
            scale: 1.0,
            pieces: Pieces::new(),
        };
        for segment in curve.segments() {
            ladder.insert(*segment);
        }
        ladder
    }

    fn insert(&mut self, segment: Segment) {
        if segment.length > 0.0 {
            let key = Slope::new(segment.slope / self.scale);
            *self.pieces.entry(key).or_insert(0.0) += segment.length * self.scale;
        }
    }

    /// Moves back over one period to where between `lo` and `hi` MWh are held, then to the start of the period.
    fn step(&mut self, stage: &Stage, (lo, hi): (f64, f64), retention: f64, log: Option<&mut Log>) {
        self.insert(stage.charge);
        self.insert(stage.discharge);
        self.lo -= stage.charge.length;
        self.hi += stage.discharge.length;
        self.left -= stage.charge.slope * stage.charge.length;
        let scale = self.scale;
        match log {
            None => {
                self.cut_left(lo, |_, _| {});
                self.cut_right(hi, |_, _| {});
            }
            Some(log) => {
                let (mut left, mut right) = (0, 0);
                self.cut_left(lo, |slope, length| {
                    log.cuts.push((slope, length));
                    left += 1;
                });
                self.cut_right(hi, |slope, length| {
                    log.cuts.push((slope, length));
                    right += 1;
                });
                log.steps.push(Cuts { left, right, scale });
            }
        }
        self.hi = self.hi.max(self.lo);
        if retention < 1.0 {
            self.lo /= retention;
            self.hi /= retention;
            self.scale *= retention;
        }
    }

    fn cut_left(&mut self, lo: f64, mut gone: impl FnMut(Slope, f64)) {
        let mut excess = lo - self.lo;
        if excess <= 0.0 {
            return;
        }
        self.lo = lo;
        while let Some(mut first) = self.pieces.first_entry() {
            let (key, length) = (*first.key(), *first.get() / self.scale);
            let slope = key.0 * self.scale;
            if length > excess {
                *first.get_mut() -= excess * self.scale;
                self.left += slope * excess;
                gone(key, excess * self.scale);
                break;
            }
            excess -= length;
            self.left += slope * length;
            gone(key, first.remove());
        }
    }

    fn cut_right(&mut self, hi: f64, mut gone: impl FnMut(Slope, f64)) {
        let mut excess = self.hi - hi;
        if excess <= 0.0 {
            return;
        }
        self.hi = hi;
        while let Some(mut last) = self.pieces.last_entry() {
            let (key, length) = (*last.key(), *last.get() / self.scale);
            if length > excess {
                *last.get_mut() -= excess * self.scale;
                gone(key, excess * self.scale);
                break;
            }
            excess -= length;
            gone(key, last.remove());
        }
    }

    /// Multiplies the stretch into the pieces.
    fn settle(&mut self) {
        let scale = std::mem::replace(&mut self.scale, 1.0);
        let pieces = std::mem::take(&mut self.pieces).into_iter();
        self.pieces = pieces
            .map(|(key, length)| (Slope::new(key.0 * scale), length / scale))
            .collect();
    }

    /// The value at `x`, which is moved into the domain if rounding has put it outside.
    fn value(&self, x: f64) -> f64 {
        let mut rest = x - self.lo;
        let mut value = self.left;
        for (key, length) in &self.pieces {
            let (slope, length) = (key.0 * self.scale, length / self.scale);
            if rest <= length {
                return value + slope * rest.max(0.0);
            }
            rest -= length;
            value += slope * length;
        }
        value
    }
}

/// Whether the store is expected to hold `many` pieces or more, in a problem that suits the tree.
pub(super) fn pays(model: &Model, horizon: &Horizon<'_>, method: Method, many: f64) -> bool {
    let p = model.parameters();
    let moved = 0.5
        * p.period_hours
        * (p.charge_mw * p.charge_efficiency + p.discharge_mw / p.discharge_efficiency);
    let pieces = (p.max_mwh - p.min_mwh) / moved;
    pieces >= many && 2.0 * horizon.periods() as f64 >= many && suits(model, horizon, method)
}

/// Whether the value stays concave.
pub(super) fn suits(model: &Model, horizon: &Horizon<'_>, method: Method) -> bool {
    let concave = |period: usize| Stage::new(model, horizon, method, period).is_concave();
    model.retention() >= LEAST_RETENTION
        && (method == Method::Relaxed
            || (ending::curve(model, horizon).is_concave() && (0..horizon.periods()).all(concave)))
}

/// The optimum of a checked horizon that suits.
pub(super) fn optimum(model: &Model, horizon: &Horizon<'_>, method: Method) -> f64 {
    let leg = Leg {
        model,
        horizon,
        method,
        periods: 0..horizon.periods(),
    };
    let mut ladder = Ladder::new(&ending::curve(model, horizon));
    for period in leg.periods.clone().rev() {
        go_back(&leg, period, &mut ladder, None);
        if ladder.scale < SMALLEST_SCALE {
            ladder.settle();
        }
    }
    ladder.value(model.parameters().initial_mwh)
}

fn go_back(leg: &Leg<'_>, period: usize, ladder: &mut Ladder, log: Option<&mut Log>) {
    let stage = Stage::new(leg.model, leg.horizon, leg.method, period);
    let kept = leg.model.retention();
    let (lo, hi) = leg.horizon.soc_before(leg.model, period);
    ladder.step(&stage, (kept * lo, kept * hi), kept, log);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::model::{Parameters, Terminal};
    use super::super::recursion::Recursion;
    use super::super::schedule::{Kept, Schedule};
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// The tree and the list are two ways to keep the same function; they must agree step by step in value and lead to
        /// schedules that earn the same.
        #[test]
        fn tree_and_list_agree(
            prices in prop::collection::vec(prop_oneof![-40.0..90.0_f64, Just(10.0), Just(-5.0)], 1..120),
            powers in (0.05..1.0_f64, 0.05..1.0_f64),
            efficiencies in (prop_oneof![Just(1.0), 0.7..1.0_f64], prop_oneof![Just(1.0), 0.7..1.0_f64]),
            capacity in 0.1..20.0_f64, share in 0.0..=1.0_f64, wear in prop_oneof![Just(0.0), 0.0..9.0_f64],
            loss in prop_oneof![Just(0.0), 0.0..0.09_f64], worth in -10.0..60.0_f64, exact in any::<bool>(),
        ) {
            let model = Model::new(Parameters {
                charge_mw: powers.0,
                discharge_mw: powers.1,
                min_mwh: 0.0,
                max_mwh: capacity,
                charge_efficiency: efficiencies.0,
                discharge_efficiency: efficiencies.1,
                initial_mwh: share * capacity,
                terminal: Terminal::Worth { per_mwh: worth },
                degradation_per_mwh: wear,
                charge_fee_per_mwh: 0.5,
                discharge_fee_per_mwh: 0.25,
                standing_loss_per_hour: loss,
                period_hours: 1.0,
            }).unwrap();
            let horizon = Horizon::new(&prices);
            let method = if exact { Method::Exact } else { Method::Relaxed };
            prop_assume!(suits(&model, &horizon, method));
            let mut recursion = Recursion::at_end(&model, &horizon, method);
            for period in (0..prices.len()).rev() {
                recursion.step(period).unwrap();
            }
            let list = recursion.curve.value(model.parameters().initial_mwh);
            let tree = optimum(&model, &horizon, method);
            let near = if loss > 0.0 { 1e-9 * list.abs().max(1.0) } else { 0.0 };
            prop_assert!((list - tree).abs() <= near, "{} and {}", list, tree);
            let leg = Leg { model: &model, horizon: &horizon, method, periods: 0..prices.len() };
            let (mut one, mut other) = (Schedule::default(), Schedule::default());
            let soc = model.parameters().initial_mwh;
            let ending = ending::curve(&model, &horizon);
            walk(&leg, &ending, soc, &mut one);
            leg.walk(ending, soc, &mut Kept::default(), &mut other).unwrap();
            for (one, other) in one.soc_mwh.iter().zip(&other.soc_mwh) {
                // Among equals the exact decision moves less.
                prop_assert!(exact || (one - other).abs() < 1e-9, "{} and {}", one, other);
            }
            let earned = |schedule: &Schedule| {
                let end = schedule.soc_mwh.last().copied().unwrap();
                schedule.earnings(&model, &prices) + model.terminal_value(end)
            };
            prop_assert!((earned(&one) - list).abs() < 1e-7 * list.abs().max(1.0));
            prop_assert!((earned(&other) - list).abs() < 1e-7 * list.abs().max(1.0));
            prop_assert!(!exact || one.simultaneous(0.0) == 0);
        }
    }
}

//! A piecewise-linear function of stored energy, kept as its slopes from left to right.

/// One straight piece.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Segment {
    /// Currency per MWh.
    pub(super) slope: f64,
    /// MWh.
    pub(super) length: f64,
}

/// A continuous piecewise-linear function on `[lo, hi]`, worth `left` at `lo`.
///
/// Pieces dropped at the left stay in `buffer` before `head` until they are worth compacting, so that cutting at either
/// end costs only the pieces that go.
#[derive(Debug, Default)]
pub(super) struct Curve {
    pub(super) lo: f64,
    pub(super) hi: f64,
    pub(super) left: f64,
    buffer: Vec<Segment>,
    head: usize,
}

/// Below this many pieces counting them all is faster than a binary search with its unforeseeable branches.
const COUNT_UP_TO: usize = 32;

impl Clone for Curve {
    fn clone(&self) -> Self {
        let mut copy = Self::default();
        copy.clone_from(self);
        copy
    }

    fn clone_from(&mut self, source: &Self) {
        self.reset(source.lo, source.hi, source.left);
        self.buffer.extend_from_slice(source.segments());
    }
}

impl Curve {
    /// Forgets all pieces and sets the frame.
    #[inline]
    pub(super) fn reset(&mut self, lo: f64, hi: f64, left: f64) {
        self.buffer.clear();
        self.head = 0;
        (self.lo, self.hi, self.left) = (lo, hi, left);
    }

    /// The pieces from left to right.
    #[inline]
    pub(super) fn segments(&self) -> &[Segment] {
        self.buffer.get(self.head..).unwrap_or_default()
    }

    /// Appends a piece at the right. A piece no longer than `sliver` (what rounding leaves) joins its neighbour.
    #[inline]
    pub(super) fn push(&mut self, segment: Segment, sliver: f64) {
        match self.buffer.last_mut() {
            Some(last) if last.slope == segment.slope || segment.length <= sliver => {
                last.length += segment.length
            }
            Some(last) if last.length <= sliver => {
                last.slope = segment.slope;
                last.length += segment.length;
            }
            _ if segment.length > 0.0 => self.buffer.push(segment),
            _ => {}
        }
    }

    /// Inserts a piece where the descending order of slopes wants it; the curve must be concave.
    #[inline]
    pub(super) fn insert(&mut self, segment: Segment) {
        if segment.length <= 0.0 {
            return;
        }
        let live = self.segments();
        let rank = if live.len() <= COUNT_UP_TO {
            live.iter()
                .map(|other| usize::from(other.slope > segment.slope))
                .sum()
        } else {
            live.partition_point(|other| other.slope > segment.slope)
        };
        let at = self.head + rank;
        match self.buffer.get_mut(at) {
            Some(other) if other.slope == segment.slope => other.length += segment.length,
            _ => self.buffer.insert(at, segment),
        }
    }

    /// Restricts the function to `[lo, hi]` where it reaches beyond.
    #[inline]
    pub(super) fn clip(&mut self, lo: f64, hi: f64) {
        let mut excess = lo - self.lo;
        if excess > 0.0 {
            self.lo = lo;
            while let Some(first) = self.buffer.get_mut(self.head) {
                if first.length > excess {
                    first.length -= excess;
                    self.left += first.slope * excess;
                    break;
                }
                excess -= first.length;
                self.left += first.slope * first.length;
                self.head += 1;
            }
        }
        let mut excess = self.hi - hi;
        if excess > 0.0 {
            self.hi = hi;
            while self.buffer.len() > self.head {
                let Some(last) = self.buffer.last_mut() else {
                    break;
                };
                if last.length > excess {
                    last.length -= excess;
                    break;
                }
                excess -= last.length;
                self.buffer.pop();
            }
        }
        if self.head > 64 && 2 * self.head > self.buffer.len() {
            self.buffer.drain(..self.head);
            self.head = 0;
        }
    }

    /// Turns `f(x)` into `f(retention * x)`.
    pub(super) fn rescale(&mut self, retention: f64) {
        self.lo /= retention;
        self.hi /= retention;
        for segment in self.buffer.iter_mut().skip(self.head) {
            segment.slope *= retention;
            segment.length /= retention;
        }
    }

    /// The value at `x`, which is moved into the domain if rounding has put it outside.
    pub(super) fn value(&self, x: f64) -> f64 {
        let mut rest = x - self.lo;
        let mut value = self.left;
        for segment in self.segments() {
            if rest <= segment.length {
                return value + segment.slope * rest.max(0.0);
            }
            rest -= segment.length;
            value += segment.slope * segment.length;
        }
        value
    }

    /// The slope at `x`, to the right of it at a breakpoint.
    pub(super) fn slope(&self, x: f64) -> f64 {
        let mut end = self.lo;
        let here = self.segments().iter().find(|segment| {
            end += segment.length;
            x < end
        });
        here.or(self.segments().last())
            .map_or(0.0, |segment| segment.slope)
    }

    /// Whether the other function differs by a constant only.
    pub(super) fn same_shape(&self, other: &Self) -> bool {
        (self.lo, self.hi) == (other.lo, other.hi) && self.segments() == other.segments()
    }

    /// Whether no slope rises from left to right.
    #[inline]
    pub(super) fn is_concave(&self) -> bool {
        self.segments()
            .is_sorted_by(|left, right| left.slope >= right.slope)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        /// A function with up to ten pieces of any shape, slopes that tie with those of moves included.
        pub(in super::super) fn curve()(
            lo in 0.0..3.0_f64,
            left in -5.0..5.0_f64,
            pieces in prop::collection::vec(
                (prop_oneof![-4.0..4.0_f64, (-3..=3_i32).prop_map(f64::from)], 0.1..2.0_f64), 0..10,
            ),
        ) -> Curve {
            let mut curve = Curve::default();
            curve.reset(lo, lo + pieces.iter().map(|piece| piece.1).sum::<f64>(), left);
            for (slope, length) in pieces {
                curve.push(Segment { slope, length }, 0.0);
            }
            curve
        }
    }

    proptest! {
        #[test]
        fn clipping_and_stretching_keep_the_values(
            curve in curve(), ends in (0.0..=1.0_f64, 0.0..=1.0_f64), retention in 0.5..=1.0_f64, share in 0.0..=1.0_f64,
        ) {
            let at = |share: f64| curve.lo + share * (curve.hi - curve.lo);
            let (lo, hi) = (at(ends.0.min(ends.1)), at(ends.0.max(ends.1)));
            let x = lo + share * (hi - lo);
            let mut changed = curve.clone();
            changed.clip(lo, hi);
            prop_assert!((changed.value(x) - curve.value(x)).abs() < 1e-9);
            changed.rescale(retention);
            prop_assert!((changed.value(x / retention) - curve.value(x)).abs() < 1e-9);
            let length: f64 = changed.segments().iter().map(|segment| segment.length).sum();
            prop_assert!((length - (changed.hi - changed.lo)).abs() < 1e-9);
        }

        /// Enough pieces for both searches, and for the room at the left to be compacted.
        #[test]
        fn inserting_keeps_the_slopes_in_order(
            pieces in prop::collection::vec((-50..50_i32, 0.0..2.0_f64, 0.0..0.5_f64), 1..300),
        ) {
            let mut curve = Curve::default();
            curve.reset(0.0, 1.0, 0.0);
            curve.insert(Segment { slope: 0.0, length: 1.0 });
            let mut expected = 1.0;
            for (slope, length, cut) in pieces {
                curve.insert(Segment { slope: f64::from(slope), length });
                curve.hi += length;
                expected += length;
                let from = curve.lo + cut.min(expected);
                expected = (expected - cut).max(0.0);
                let hi = curve.hi;
                curve.clip(from, hi);
                prop_assert!(curve.segments().is_sorted_by(|left, right| left.slope > right.slope));
            }
            let length: f64 = curve.segments().iter().map(|segment| segment.length).sum();
            prop_assert!((length - expected).abs() < 1e-9);
        }
    }
}

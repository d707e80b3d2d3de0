//! One-sided moves: the best value when up to a given amount may be stored, or taken, at one price.

use std::collections::VecDeque;

use super::curve::{Curve, Segment};

/// Buffers kept between calls.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    knots: Vec<Knot>,
    peaks: VecDeque<(usize, f64)>,
}

/// A breakpoint of the tilted function, and the piece to its right.
#[derive(Clone, Copy, Debug)]
struct Knot {
    /// Distance from the left end of the curve.
    x: f64,
    /// Tilted value, relative to the left end.
    value: f64,
    /// Slope of the curve right of here.
    slope: f64,
    /// The same, tilted.
    tilted: f64,
}

/// One candidate for the maximum over an interval: its values at the ends, and the slope it has there untilted.
#[derive(Clone, Copy, Debug)]
struct Line {
    start: f64,
    end: f64,
    slope: f64,
}

/// Writes `max over x in [s, s + move.length] of f(x) + move.slope * (s - x)` to `out`: the value of holding `s` when up to
/// `move.length` can be stored at a cost of `move.slope` each. Defined from `lo - move.length` to `hi`.
///
/// With `g(x) = f(x) - slope * x` this is the maximum of `g` in a window that slides to the right, which is `g` at
/// the window's left end, `g` at its right end, or the highest local peak inside. All three are straight between two
/// events (an end of the window meets a breakpoint), and the peaks inside form a queue that falls from front to back.
/// Linear in the number of pieces. Slopes of the result are slopes of `f` or `move.slope`, copied, so nothing is lost
/// to rounding there.
pub(super) fn store_up_to(
    curve: &Curve,
    step: Segment,
    sliver: f64,
    scratch: &mut Scratch,
    out: &mut Curve,
) {
    out.reset(
        curve.lo - step.length,
        curve.hi,
        curve.left - step.slope * step.length,
    );
    scratch.tilt(curve, step.slope);
    scratch.peaks.clear();
    let knots = scratch.knots.as_slice();
    let end = knots.len() - 1;
    // The window is [s, s + length]; `passed` knots lie at or before its left end, knot `right` is the last one at or
    // before its right end.
    let (mut s, mut passed, mut right) = (-step.length, 0, 0);
    let at = |index: usize| knots.get(index).copied();
    if at(0).is_some_and(|first| end == 0 || first.tilted <= 0.0) {
        scratch.peaks.push_back((0, 0.0));
    }
    while let Some(next_left) = at(passed) {
        let next_right = at(right + 1).map_or(f64::INFINITY, |knot| knot.x - step.length);
        let next = next_left.x.min(next_right);
        let left_line = passed
            .checked_sub(1)
            .and_then(at)
            .map(|knot| knot.line(s, next));
        let right_line = if right < end { at(right) } else { None }
            .map(|knot| knot.line(s + step.length, next + step.length));
        let peak_line = scratch.peaks.front().map(|&(_, value)| Line {
            start: value,
            end: value,
            slope: step.slope,
        });
        push_highest([left_line, right_line, peak_line], next - s, sliver, out);
        s = next;
        if next >= next_right {
            right += 1;
            push_peak(&mut scratch.peaks, knots, right);
        }
        if next >= next_left.x {
            if scratch
                .peaks
                .front()
                .is_some_and(|&(index, _)| index == passed)
            {
                scratch.peaks.pop_front();
            }
            passed += 1;
        }
    }
}

/// As [`store_up_to`], for taking out: `max over x in [s - move.length, s] of f(x) + move.slope * (s - x)`, defined from
/// `lo` to `hi + move.length`. The same function, `move.length` further to the right.
pub(super) fn take_up_to(
    curve: &Curve,
    step: Segment,
    sliver: f64,
    scratch: &mut Scratch,
    out: &mut Curve,
) {
    store_up_to(curve, step, sliver, scratch, out);
    (out.lo, out.hi, out.left) = (curve.lo, curve.hi + step.length, curve.left);
}

impl Scratch {
    fn tilt(&mut self, curve: &Curve, slope: f64) {
        self.knots.clear();
        let (mut x, mut value) = (0.0, 0.0);
        for segment in curve.segments() {
            let tilted = segment.slope - slope;
            self.knots.push(Knot {
                x,
                value,
                slope: segment.slope,
                tilted,
            });
            x += segment.length;
            value += tilted * segment.length;
        }
        self.knots.push(Knot {
            x,
            value,
            slope: 0.0,
            tilted: f64::NEG_INFINITY,
        });
    }
}

impl Knot {
    #[inline]
    fn line(&self, from: f64, to: f64) -> Line {
        Line {
            start: self.value + self.tilted * (from - self.x),
            end: self.value + self.tilted * (to - self.x),
            slope: self.slope,
        }
    }
}

/// Queues knot `index` if the function does not rise to its right nor fall to its left.
#[inline]
fn push_peak(peaks: &mut VecDeque<(usize, f64)>, knots: &[Knot], index: usize) {
    let Some((before, knot)) = index
        .checked_sub(1)
        .and_then(|i| knots.get(i))
        .zip(knots.get(index))
    else {
        return;
    };
    if before.tilted >= 0.0 && knot.tilted <= 0.0 {
        while peaks.back().is_some_and(|&(_, value)| value <= knot.value) {
            peaks.pop_back();
        }
        peaks.push_back((index, knot.value));
    }
}

/// Appends the upper envelope of the lines over an interval of the given length.
#[inline]
fn push_highest(lines: [Option<Line>; 3], length: f64, sliver: f64, out: &mut Curve) {
    if length <= 0.0 {
        return;
    }
    let Some((first, last)) = outermost(lines) else {
        return;
    };
    let Some(switch) = crossing(first, last) else {
        // One line is highest at both ends, hence all along: the maximum of lines is convex.
        out.push(
            Segment {
                slope: last.slope,
                length,
            },
            sliver,
        );
        return;
    };
    let top = first.at(switch).max(last.at(switch));
    let (mut from, mut to) = (switch, switch);
    let middle = lines
        .into_iter()
        .flatten()
        .find(|line| line.at(switch) > top);
    if let Some(middle) = middle {
        from = crossing(first, middle).unwrap_or(switch).min(switch);
        to = crossing(middle, last).unwrap_or(switch).max(switch);
    }
    out.push(
        Segment {
            slope: first.slope,
            length: from * length,
        },
        sliver,
    );
    if let Some(middle) = middle {
        out.push(
            Segment {
                slope: middle.slope,
                length: (to - from) * length,
            },
            sliver,
        );
    }
    out.push(
        Segment {
            slope: last.slope,
            length: (1.0 - to) * length,
        },
        sliver,
    );
}

/// The line that is highest at the start, and the one that is highest at the end.
#[inline]
fn outermost(lines: [Option<Line>; 3]) -> Option<(Line, Line)> {
    let mut ends: Option<(Line, Line)> = None;
    for line in lines.into_iter().flatten() {
        let Some((first, last)) = &mut ends else {
            ends = Some((line, line));
            continue;
        };
        if line.start > first.start || (line.start == first.start && line.end > first.end) {
            *first = line;
        }
        if line.end > last.end || (line.end == last.end && line.start > last.start) {
            *last = line;
        }
    }
    ends
}

impl Line {
    /// The value at a fraction of the interval.
    #[inline]
    fn at(&self, fraction: f64) -> f64 {
        self.start + (self.end - self.start) * fraction
    }
}

/// Where `to` overtakes `from`, as a fraction of the interval; none if it does not do so inside.
#[inline]
fn crossing(from: Line, to: Line) -> Option<f64> {
    let lead = from.start - to.start;
    let gain = lead + (to.end - from.end);
    (gain > 0.0 && lead > 0.0 && lead < gain).then(|| lead / gain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::curve::tests::curve;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The maximum of a piecewise-linear function over an interval lies at an end or at a breakpoint.
        #[test]
        fn a_window_holds_the_highest_of_its_ends_and_breakpoints(
            curve in curve(), slope in -3..=3_i32, length in 0.0..9.0_f64, shares in prop::collection::vec(0.0..=1.0_f64, 16),
        ) {
            let step = Segment { slope: f64::from(slope), length };
            let (mut stored, mut taken) = (Curve::default(), Curve::default());
            let mut scratch = Scratch::default();
            store_up_to(&curve, step, 0.0, &mut scratch, &mut stored);
            take_up_to(&curve, step, 0.0, &mut scratch, &mut taken);
            let mut knots = vec![curve.lo];
            for segment in curve.segments() {
                knots.push(knots[knots.len() - 1] + segment.length);
            }
            let highest = |from: f64, to: f64, held: f64| {
                let (from, to) = (from.max(curve.lo), to.min(curve.hi));
                let inside = knots.iter().copied().filter(|knot| (from..=to).contains(knot));
                let worth = |x: f64| curve.value(x) + step.slope * (held - x);
                inside.chain([from, to]).map(worth).fold(f64::NEG_INFINITY, f64::max)
            };
            for share in shares {
                let held = stored.lo + share * (stored.hi - stored.lo);
                let expected = highest(held, held + length, held);
                prop_assert!((stored.value(held) - expected).abs() < 1e-9, "stored at {held}");
                let held = taken.lo + share * (taken.hi - taken.lo);
                let expected = highest(held - length, held, held);
                prop_assert!((taken.value(held) - expected).abs() < 1e-9, "taken at {held}");
            }
        }
    }
}

//! The higher and the lower of two piecewise-linear functions.

use super::curve::{Curve, Segment};

/// Writes the pointwise maximum of two functions to `out`, for domains with `first.lo <= second.lo <= first.hi <=
/// second.hi`; where only one is defined it counts alone. The caller sees to it that the maximum is continuous.
pub(super) fn maximum(first: &Curve, second: &Curve, sliver: f64, out: &mut Curve) {
    extreme([first, second], 1.0, sliver, out);
}

/// Writes the pointwise minimum of two functions on the same domain to `out`.
pub(super) fn minimum(first: &Curve, second: &Curve, sliver: f64, out: &mut Curve) {
    extreme([first, second], -1.0, sliver, out);
}

/// The function whose value times `sign` is higher.
#[inline(always)]
fn extreme([first, second]: [&Curve; 2], sign: f64, sliver: f64, out: &mut Curve) {
    let mut lead = sign * (first.left - second.left);
    let start = if lead >= 0.0 || first.lo < second.lo {
        first.left
    } else {
        second.left
    };
    out.reset(first.lo, second.hi, start);
    let (mut left, mut right) = (Cursor::new(first), Cursor::new(second));
    let mut alone = second.lo - first.lo;
    while let (true, Some(piece)) = (alone > 0.0, left.piece()) {
        let length = piece.length.min(alone);
        out.push(
            Segment {
                slope: piece.slope,
                length,
            },
            sliver,
        );
        lead += sign * piece.slope * length;
        alone -= length;
        left.advance(length);
    }
    while let (Some(one), Some(other)) = (left.piece(), right.piece()) {
        let length = one.length.min(other.length);
        let end = lead + sign * (one.slope - other.slope) * length;
        let (before, after) = if lead >= 0.0 {
            (one, other)
        } else {
            (other, one)
        };
        if (lead >= 0.0) == (end >= 0.0) || lead == end {
            out.push(
                Segment {
                    slope: before.slope,
                    length,
                },
                sliver,
            );
        } else {
            let until = length * (lead / (lead - end)).clamp(0.0, 1.0);
            for (slope, length) in [(before.slope, until), (after.slope, length - until)] {
                out.push(Segment { slope, length }, sliver);
            }
        }
        lead = end;
        left.advance(length);
        right.advance(length);
    }
    for cursor in [&mut left, &mut right] {
        while let Some(piece) = cursor.piece() {
            out.push(piece, sliver);
            cursor.advance(piece.length);
        }
    }
}

/// A place in a curve.
struct Cursor<'a> {
    ahead: std::slice::Iter<'a, Segment>,
    current: Option<Segment>,
}

impl<'a> Cursor<'a> {
    fn new(curve: &'a Curve) -> Self {
        let mut ahead = curve.segments().iter();
        let current = ahead.next().copied();
        Self { ahead, current }
    }

    /// What is left of the piece here.
    #[inline]
    fn piece(&self) -> Option<Segment> {
        self.current
    }

    #[inline]
    fn advance(&mut self, length: f64) {
        if let Some(piece) = &mut self.current {
            piece.length -= length;
            if piece.length <= 0.0 {
                self.current = self.ahead.next().copied();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::curve::tests::curve;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn equals_the_higher_of_both(
            first in curve(), second in curve(), share in 0.0..=1.0_f64, shares in prop::collection::vec(0.0..=1.0_f64, 16),
        ) {
            // Slide the second so that its domain begins inside the first and ends after it, and sink it where they meet.
            let mut second = second;
            let length = second.hi - second.lo;
            second.lo = first.lo + share * (first.hi - first.lo);
            second.hi = (second.lo + length).max(first.hi);
            second.push(Segment { slope: 0.0, length: second.hi - second.lo - length }, 0.0);
            second.left = second.left.min(first.value(second.lo));
            let mut higher = Curve::default();
            maximum(&first, &second, 0.0, &mut higher);
            for share in shares {
                let x = first.lo + share * (first.hi - first.lo);
                let expected =
                    if x < second.lo { first.value(x) } else { first.value(x).max(second.value(x)) };
                prop_assert!((higher.value(x) - expected).abs() < 1e-9, "at {x}");
            }
            prop_assert_eq!((higher.lo, higher.hi), (first.lo, second.hi));
        }
    }
}

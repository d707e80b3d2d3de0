//! The value of stored energy together with how it answers to a price on discharging.

use super::super::curve::{Curve, Segment};
use super::super::recursion::Stage;

/// A straight piece of value, and what a MWh in it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// Currency per MWh.
    slope: f64,
    /// MWh.
    length: f64,
    /// How the slope answers to the price on discharging: minus the MWh fed into the grid per MWh here.
    tax: f64,
    /// MWh left over at the end per MWh here: 1 in pieces that come from the ending, 0 in those of moves.
    carry: f64,
}

/// What a stored amount of energy leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outlook {
    /// Currency.
    pub(super) value: f64,
    /// MWh fed into the grid before the end.
    pub(super) discharged: f64,
    /// MWh left over at the end.
    pub(super) left_over: f64,
}

impl Outlook {
    fn add(&mut self, piece: &Piece, length: f64) {
        self.value += piece.slope * length;
        self.discharged -= piece.tax * length;
        self.left_over += piece.carry * length;
    }
}

/// A concave value function whose pieces know where they come from.
///
/// Of pieces with the same slope those that charge come first and those that discharge last, as on the way
/// forward, so that the outlook is that of the schedule found there.
#[derive(Clone, Debug, Default)]
pub(super) struct TaxedCurve {
    lo: f64,
    hi: f64,
    left: Outlook,
    pieces: Vec<Piece>,
    head: usize,
}

impl TaxedCurve {
    /// Starts at the end, from the value of energy left over.
    pub(super) fn at_end(&mut self, ending: &Curve) {
        (self.lo, self.hi) = (ending.lo, ending.hi);
        self.left = Outlook {
            value: ending.left,
            discharged: 0.0,
            left_over: ending.lo,
        };
        self.head = 0;
        self.pieces.clear();
        let pieces = ending.segments().iter().map(|segment| Piece {
            slope: segment.slope,
            length: segment.length,
            tax: 0.0,
            carry: 1.0,
        });
        self.pieces.extend(pieces);
    }

    /// Moves back over one period, whose moves are already taxed, to where between `lo` and `hi` MWh are held.
    pub(super) fn step(&mut self, stage: &Stage, efficiency: f64, (lo, hi): (f64, f64)) {
        let (charge, discharge) = (stage.charge, stage.discharge);
        if charge.length > 0.0 {
            let rank = self.rank(|slope| slope > charge.slope);
            self.insert(rank, charge, 0.0);
            self.lo -= charge.length;
            self.left.value -= charge.slope * charge.length;
        }
        if discharge.length > 0.0 {
            let rank = self.rank(|slope| slope >= discharge.slope);
            self.insert(rank, discharge, -efficiency);
            self.hi += discharge.length;
        }
        self.clip(lo, hi);
    }

    fn live(&self) -> &[Piece] {
        self.pieces.get(self.head..).unwrap_or_default()
    }

    fn rank(&self, before: impl Fn(f64) -> bool) -> usize {
        let live = self.live();
        if live.len() <= 32 {
            live.iter()
                .map(|piece| usize::from(before(piece.slope)))
                .sum()
        } else {
            live.partition_point(|piece| before(piece.slope))
        }
    }

    fn insert(&mut self, rank: usize, segment: Segment, tax: f64) {
        let piece = Piece {
            slope: segment.slope,
            length: segment.length,
            tax,
            carry: 0.0,
        };
        self.pieces.insert(self.head + rank, piece);
    }

    fn clip(&mut self, lo: f64, hi: f64) {
        let mut excess = lo - self.lo;
        if excess > 0.0 {
            self.lo = lo;
            while let Some(first) = self.pieces.get_mut(self.head) {
                let cut = first.length.min(excess);
                self.left.add(first, cut);
                if first.length > excess {
                    first.length -= excess;
                    break;
                }
                excess -= cut;
                self.head += 1;
            }
        }
        let mut excess = self.hi - hi;
        if excess > 0.0 {
            self.hi = hi;
            while self.pieces.len() > self.head {
                let Some(last) = self.pieces.last_mut() else {
                    break;
                };
                if last.length > excess {
                    last.length -= excess;
                    break;
                }
                excess -= last.length;
                self.pieces.pop();
            }
        }
        self.hi = self.hi.max(self.lo);
        if self.head > 64 && 2 * self.head > self.pieces.len() {
            self.pieces.drain(..self.head);
            self.head = 0;
        }
    }

    /// Turns `f(x)` into `f(retention * x)`.
    pub(super) fn rescale(&mut self, retention: f64) {
        self.lo /= retention;
        self.hi /= retention;
        for piece in self.pieces.iter_mut().skip(self.head) {
            piece.slope *= retention;
            piece.tax *= retention;
            piece.carry *= retention;
            piece.length /= retention;
        }
    }

    /// What `soc` MWh lead to; moved into the domain if rounding has put it outside.
    pub(super) fn outlook(&self, soc: f64) -> Outlook {
        let mut rest = soc - self.lo;
        let mut outlook = self.left;
        for piece in self.live() {
            if rest <= piece.length {
                outlook.add(piece, rest.max(0.0));
                return outlook;
            }
            rest -= piece.length;
            outlook.add(piece, piece.length);
        }
        outlook
    }

    /// Adds a constant to the value.
    pub(super) fn raise(&mut self, by: f64) {
        self.left.value += by;
    }

    /// Writes the value plus a constant to `out`.
    pub(super) fn write(&self, plus: f64, sliver: f64, out: &mut Curve) {
        out.reset(self.lo, self.hi, self.left.value + plus);
        for piece in self.live() {
            let (slope, length) = (piece.slope, piece.length);
            out.push(Segment { slope, length }, sliver);
        }
    }
}

//! What stored energy is worth.

use super::curve::{Curve, Segment};
use super::error::ModelError;
use super::model::LARGEST;

/// The most that can still be earned with a given amount of stored energy: continuous and piecewise linear.
///
/// Its slope is the opportunity cost of a stored MWh. It is concave under [`Method::Relaxed`](super::Method::Relaxed) and,
/// as long as no price ahead is so low that burning energy pays, under [`Method::Exact`](super::Method::Exact).
#[derive(Clone, Debug, PartialEq)]
pub struct ValueFunction {
    breakpoints: Vec<f64>,
    slopes: Vec<f64>,
    left: f64,
}

/// The value of the last stored MWh and of the next one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marginal {
    /// Slope to the left, currency per MWh: what giving up stored energy costs. None at the least energy allowed.
    pub left: Option<f64>,
    /// Slope to the right, currency per MWh: what storing more is worth. None at the most energy allowed.
    pub right: Option<f64>,
}

impl ValueFunction {
    pub(super) fn from_curve(curve: &Curve) -> Self {
        // Rounding leaves pieces without length; they would show as prices that nothing is ever traded at.
        let sliver = 1e-12 * curve.hi.max(1.0);
        let mut breakpoints = vec![curve.lo];
        let mut slopes: Vec<f64> = Vec::with_capacity(curve.segments().len());
        let mut x = curve.lo;
        for segment in curve.segments() {
            x += segment.length;
            if segment.length > sliver && slopes.last() != Some(&segment.slope) {
                breakpoints.push(x);
                slopes.push(segment.slope);
            } else if let (Some(end), false) = (breakpoints.last_mut(), slopes.is_empty()) {
                *end = x;
            }
        }
        if let (Some(last), false) = (breakpoints.last_mut(), slopes.is_empty()) {
            *last = curve.hi;
        }
        Self {
            breakpoints,
            slopes,
            left: curve.left,
        }
    }

    /// A function given by its breakpoints (MWh, rising, one at least), the slope between each two neighbours (currency
    /// per MWh) and its value at the first breakpoint (currency).
    ///
    /// # Errors
    /// [`ModelError`] for a count that does not fit, a figure that is not finite (1e12 at most), or breakpoints that fall.
    pub fn new(breakpoints: Vec<f64>, slopes: Vec<f64>, left: f64) -> Result<Self, ModelError> {
        let fault = |field, value, rule: &str| {
            Err(ModelError {
                field,
                value,
                rule: rule.into(),
            })
        };
        if breakpoints.len() != slopes.len() + 1 {
            let rule = "one more than slopes, in number";
            return fault("breakpoints", breakpoints.len() as f64, rule);
        }
        for (field, values) in [
            ("breakpoints", breakpoints.as_slice()),
            ("slopes", slopes.as_slice()),
            ("left", &[left]),
        ] {
            let bad = values
                .iter()
                .find(|value| value.is_nan() || value.abs() > LARGEST);
            if let Some(&value) = bad {
                return fault(field, value, "finite and between -1e12 and 1e12");
            }
        }
        let mut pairs = breakpoints.iter().zip(breakpoints.iter().skip(1));
        if let Some((_, &value)) = pairs.find(|(from, to)| from > to) {
            return fault("breakpoints", value, "no less than the one before");
        }
        Ok(Self {
            breakpoints,
            slopes,
            left,
        })
    }

    /// Whether no slope rises from left to right.
    #[must_use]
    pub fn is_concave(&self) -> bool {
        self.slopes.is_sorted_by(|left, right| left >= right)
    }

    pub(super) fn to_curve(&self) -> Curve {
        let mut curve = Curve::default();
        curve.reset(self.least_mwh(), self.most_mwh(), self.left);
        for (from, to, slope) in self.pieces() {
            let length = to - from;
            curve.push(Segment { slope, length }, 0.0);
        }
        curve
    }

    /// Stored energy at which the slope changes, MWh, ascending, both ends of the domain included.
    #[must_use]
    pub fn breakpoints(&self) -> &[f64] {
        &self.breakpoints
    }

    /// The slope between each two neighbouring breakpoints, currency per MWh: one fewer than breakpoints.
    #[must_use]
    pub fn slopes(&self) -> &[f64] {
        &self.slopes
    }

    /// The least energy from which limits and target can still be kept, MWh.
    #[must_use]
    pub fn least_mwh(&self) -> f64 {
        self.breakpoints.first().copied().unwrap_or(f64::NAN)
    }

    /// The most energy that can be stored, MWh.
    #[must_use]
    pub fn most_mwh(&self) -> f64 {
        self.breakpoints.last().copied().unwrap_or(f64::NAN)
    }

    /// The value of `soc` MWh in store, currency; none outside the domain.
    #[must_use]
    pub fn value(&self, soc: f64) -> Option<f64> {
        if !(self.least_mwh()..=self.most_mwh()).contains(&soc) {
            return None;
        }
        let mut value = self.left;
        for (from, to, slope) in self.pieces() {
            if soc <= from {
                break;
            }
            value += slope * (soc.min(to) - from);
        }
        Some(value)
    }

    /// The slopes on both sides of `soc` MWh; both none outside the domain.
    ///
    /// Within 1e-9 MWh a breakpoint counts as met, so that a state of charge computed elsewhere sees both of its sides.
    #[must_use]
    pub fn marginal(&self, soc: f64) -> Marginal {
        const NEAR: f64 = 1e-9;
        let inside = soc >= self.least_mwh() - NEAR && soc <= self.most_mwh() + NEAR;
        let left = self
            .pieces()
            .filter(|&(from, ..)| inside && from + NEAR < soc)
            .last();
        let right = self.pieces().find(|&(_, to, _)| inside && to - NEAR > soc);
        Marginal {
            left: left.map(|piece| piece.2),
            right: right.map(|piece| piece.2),
        }
    }

    fn pieces(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let ends = self.breakpoints.iter().skip(1);
        self.breakpoints
            .iter()
            .zip(ends)
            .zip(&self.slopes)
            .map(|((&from, &to), &slope)| (from, to, slope))
    }
}

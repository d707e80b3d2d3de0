//! Scales, axes and steps.

use super::{Anchor, Area, Svg, class, short};

/// From values to places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    values: (f64, f64),
    places: (f64, f64),
}

impl Scale {
    /// Values from `.0` to `.1` on places from `.0` to `.1`.
    pub(crate) const fn new(values: (f64, f64), places: (f64, f64)) -> Self {
        Self { values, places }
    }

    /// The place of a value.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value - self.values.0) / (self.values.1 - self.values.0);
        self.places.0 + share * (self.places.1 - self.places.0)
    }

    /// Round values along the scale, some `count` of them.
    pub(crate) fn ticks(&self, count: f64) -> Vec<f64> {
        let (low, high) = self.values;
        let rough = (high - low) / count;
        let power = 10_f64.powf(rough.log10().floor());
        let wide = [1.0, 2.0, 5.0, 10.0].into_iter().map(|f| f * power);
        let step = wide
            .into_iter()
            .find(|s| *s >= rough * 0.99)
            .unwrap_or(rough);
        let first = (low / step).ceil();
        (0..)
            .map(|i| (first + f64::from(i)) * step)
            .take_while(|tick| *tick <= high + step * 1e-6)
            .collect()
    }
}

/// The field of a chart with its two scales.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Left, top, width, height.
    pub(crate) area: Area,
    /// From left to right.
    pub(crate) x: Scale,
    /// From bottom to top.
    pub(crate) y: Scale,
}

impl Frame {
    /// A field with these ranges of values.
    pub(crate) const fn new(area: Area, x: (f64, f64), y: (f64, f64)) -> Self {
        let (left, top, width, height) = area;
        Self {
            area,
            x: Scale::new(x, (left, left + width)),
            y: Scale::new(y, (top + height, top)),
        }
    }

    /// The place of a pair of values.
    pub(crate) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Draws the upright axis: grid, figures, the unit above, and the zero line where zero is in view.
    pub(crate) fn upright(&self, svg: &mut Svg, unit: &str) {
        let (left, top, width, _) = self.area;
        for tick in self.y.ticks(5.0) {
            let y = self.y.at(tick);
            svg.line((left, y), (left + width, y), class::GRID);
            let label = number(tick);
            svg.text((left - 6.0, y + 4.0), Anchor::End, (class::DIM, &label));
        }
        let (low, high) = self.y.values;
        if low <= 0.0 && 0.0 <= high {
            let y = self.y.at(0.0);
            svg.line((left, y), (left + width, y), class::ZERO);
        }
        svg.text((left, top - 8.0), Anchor::Start, (class::DIM, unit));
    }

    /// Writes labels below the field, and what they count.
    pub(crate) fn level(&self, svg: &mut Svg, labels: &[(f64, String)], unit: &str) {
        let (left, top, width, height) = self.area;
        let below = top + height;
        for (value, label) in labels {
            let x = self.x.at(*value);
            svg.line((x, below), (x, below + 4.0), class::ZERO);
            svg.text((x, below + 17.0), Anchor::Middle, (class::DIM, label));
        }
        svg.text(
            (left + width, below + 33.0),
            Anchor::End,
            (class::DIM, unit),
        );
    }
}

/// A minus sign that is as wide as a plus.
fn number(value: f64) -> String {
    short(value).replace('-', "\u{2212}")
}

/// The corners of steps: each value holds from its place to the next; the last place ends the last step.
pub(crate) fn steps(frame: &Frame, places: &[f64], values: &[f64]) -> Vec<(f64, f64)> {
    let pairs = places.windows(2).zip(values);
    pairs
        .flat_map(|(edge, value)| edge.iter().map(|x| frame.at(*x, *value)))
        .collect()
}

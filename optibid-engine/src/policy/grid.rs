//! Stored energy at equally spaced nodes, and functions of it that are straight in between.

/// Where an amount of stored energy lies among the nodes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// The node below.
    pub(super) node: usize,
    /// How far the amount is on its way to the next node, in [0, 1].
    pub(super) share: f64,
    /// MWh missing to the first node.
    pub(super) missing: f64,
}

/// Equally spaced amounts of stored energy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    least: f64,
    most: f64,
    step: f64,
    intervals: usize,
}

impl Grid {
    /// `intervals` steps between two limits; one step of no length where the limits are equal.
    pub(super) fn new(least: f64, most: f64, intervals: usize) -> Self {
        let intervals = if most > least { intervals.max(1) } else { 1 };
        Self {
            least,
            most,
            step: (most - least) / intervals as f64,
            intervals,
        }
    }

    pub(super) fn nodes(&self) -> usize {
        self.intervals + 1
    }

    pub(super) fn step(&self) -> f64 {
        self.step
    }

    pub(super) fn least(&self) -> f64 {
        self.least
    }

    pub(super) fn most(&self) -> f64 {
        self.most
    }

    pub(super) fn at(&self, node: usize) -> f64 {
        if node >= self.intervals {
            self.most
        } else {
            self.least + node as f64 * self.step
        }
    }

    /// The place of an amount; above the last node counts as the last node.
    pub(super) fn place(&self, soc: f64) -> Place {
        if self.step <= 0.0 || soc <= self.least {
            let missing = (self.least - soc).max(0.0);
            return Place {
                missing,
                ..Place::default()
            };
        }
        let steps = (soc - self.least) / self.step;
        // A node missed by rounding is met: its neighbour may be worth far less.
        let near = steps.round();
        let steps = if (steps - near).abs() < 1e-9 {
            near
        } else {
            steps
        };
        let node = (steps as usize).min(self.intervals - 1);
        Place {
            node,
            share: (steps - node as f64).min(1.0),
            missing: 0.0,
        }
    }

    /// The slope of a function in the interval above a node.
    pub(super) fn slope(&self, values: &[f64], node: usize) -> Option<f64> {
        match values.get(node..node + 2) {
            Some([from, to]) if self.step > 0.0 => Some((to - from) / self.step),
            _ => None,
        }
    }
}

/// A function of stored energy, given at the nodes, falling by `shortfall_price` for each MWh below the first one.
#[inline]
pub(super) fn value_at(values: &[f64], place: Place, shortfall_price: f64) -> f64 {
    match values.get(place.node..place.node + 2) {
        Some([from, to]) => from + place.share * (to - from) - shortfall_price * place.missing,
        _ => f64::NEG_INFINITY,
    }
}

//! All groups of a horizon, one after the other: bounds on the way back, ways on the way forward.

use super::super::curve::Curve;
use super::super::ending;
use super::super::horizon::Horizon;
use super::super::model::Model;
use super::field::Field;
use super::group::{Choice, Group};

/// Most times back and forth before the gap is reported as it is.
const MOST_PASSES: usize = 200;

/// The decomposition, which remembers its cuts from one call to the next.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) field: Field,
    pub(super) groups: Vec<Group>,
    last: Curve,
    initial: f64,
    /// The stored energy before each group on the latest way forward.
    trials: Vec<f64>,
    base: f64,
}

/// What is done in a group.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) choice: Choice,
    /// The value of energy left over that was chosen under; the bounds move on, and with them what ties.
    pub(super) ending: Curve,
}

/// Where the decomposition came to rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Rest {
    /// No less than the optimum, the base price on discharging paid.
    pub(super) bound: f64,
    /// What the ways found earn, the base price paid.
    pub(super) value: f64,
    /// What they feed into the grid, MWh.
    pub(super) discharged: f64,
    /// The use of each group.
    pub(super) uses: Vec<Use>,
}

impl Chain {
    pub(super) fn new(model: &Model, horizon: &Horizon<'_>, groups: Vec<Group>) -> Self {
        let initial = model.parameters().initial_mwh;
        let mut chain = Self {
            field: Field::new(model, horizon),
            trials: vec![initial; groups.len()],
            groups,
            last: ending::curve(model, horizon),
            initial,
            base: 0.0,
        };
        chain.rebase(0.0);
        chain
    }

    /// Makes `base` the least price on discharging in every group.
    pub(super) fn rebase(&mut self, base: f64) {
        self.base = base;
        self.groups.iter_mut().for_each(|group| group.rebase(base));
    }

    /// Reads a period again whose limits have changed.
    pub(super) fn renew(&mut self, model: &Model, horizon: &Horizon<'_>, period: usize) {
        self.field.renew(model, horizon, period);
        let mut groups = self.groups.iter_mut();
        if let Some(group) = groups.find(|group| group.periods.contains(&period)) {
            group.outdate();
        }
    }

    /// Goes back and forth until the ways found earn what the bound allows, to `tolerance`.
    pub(super) fn settle(&mut self, tolerance: f64) -> Rest {
        let mut best = Rest {
            value: f64::NEG_INFINITY,
            bound: f64::INFINITY,
            ..Rest::default()
        };
        let each = 0.1 * tolerance / self.groups.len().max(1) as f64;
        for _ in 0..MOST_PASSES {
            self.back(each);
            let rest = self.forth(each);
            let bound = best.bound.min(rest.bound);
            if rest.value > best.value {
                best = rest;
            }
            best.bound = bound;
            if best.bound - best.value <= tolerance {
                break;
            }
        }
        best
    }

    fn back(&mut self, tolerance: f64) {
        let mut ending = &self.last;
        for (group, &trial) in self.groups.iter_mut().zip(&self.trials).rev() {
            group.refresh(&self.field, ending);
            group.choose(&self.field, trial, ending, tolerance);
            ending = &group.worth;
        }
    }

    fn forth(&mut self, tolerance: f64) -> Rest {
        let mut rest = Rest::default();
        let mut soc = self.initial;
        for index in 0..self.groups.len() {
            let (before, after) = self.groups.split_at_mut(index + 1);
            let ending = after.first().map_or(&self.last, |group| &group.worth);
            let Some(group) = before.last_mut() else {
                continue;
            };
            let choice = group.choose(&self.field, soc, ending, tolerance);
            if index == 0 {
                rest.bound = choice.bound;
            }
            if let Some(trial) = self.trials.get_mut(index) {
                *trial = soc;
            }
            // Where even the forbidding price leaves more than the limit, the excess pays it.
            let counted = |mwh: f64| {
                if choice.is_over(group.limit) {
                    group.limit
                } else {
                    mwh
                }
            };
            rest.value += choice.mix(|way| {
                let outlook = &way.outlook;
                outlook.value - ending.value(outlook.left_over)
                    + (way.price - self.base) * counted(outlook.discharged)
            });
            rest.discharged += choice.mix(|way| way.outlook.discharged);
            soc = choice.mix(|way| way.outlook.left_over);
            let ending = ending.clone();
            rest.uses.push(Use { choice, ending });
        }
        rest.value += self.last.value(soc);
        rest
    }

    /// The slope of what energy left over is worth, at `soc` MWh.
    pub(super) fn final_slope(&self, soc: f64) -> f64 {
        self.last.slope(soc)
    }

    /// What `soc` MWh at the end of the horizon are worth.
    pub(super) fn final_value(&self, soc: f64) -> f64 {
        self.last.value(soc)
    }
}

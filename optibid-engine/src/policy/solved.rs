//! The solved problem, and the questions it answers.

use super::choice::Later;
use super::error::{PolicyError, check};
use super::grid::Grid;
use super::process::{PriceProcess, dot};
use super::recursion::Backward;
use super::stage::{Reach, Stage, net_mw, shortfall_price};
use crate::battery::{self, Horizon, Marginal, Method, Model};
use std::borrow::Cow;

/// How fine to compute, and where the battery is not fully available.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Steps of equal length between the least and the most stored energy.
    pub soc_intervals: usize,
    /// Most power drawn from the grid in each period, MW, besides the battery's own limit.
    pub charge_mw: Option<&'a [f64]>,
    /// Most power fed into the grid in each period, MW, besides the battery's own limit.
    pub discharge_mw: Option<&'a [f64]>,
}

impl Default for Options<'_> {
    /// 80 steps, fully available.
    fn default() -> Self {
        Self {
            soc_intervals: 80,
            charge_mw: None,
            discharge_mw: None,
        }
    }
}

/// What to do at every time, stored energy and price: the solution of the problem stated at [the module](super).
#[derive(Clone, Debug)]
pub struct Policy {
    pub(super) model: Model,
    pub(super) process: PriceProcess,
    pub(super) grid: Grid,
    shortfall_price: f64,
    pub(super) reaches: Vec<Reach>,
    /// After each period, by its price state and node.
    worth: Vec<f64>,
}

/// What to do in a period at a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Power into the grid, MW; negative when charging.
    pub net_mw: f64,
    /// Stored energy after the period, MWh.
    pub soc_mwh: f64,
    /// What the period pays, wear and fees deducted, currency.
    pub reward: f64,
    /// What a MWh less and a MWh more in store would be worth after the period, currency per MWh.
    pub marginal: Marginal,
}

/// Solves the problem stated at [the module](super).
///
/// # Errors
/// [`PolicyError::Field`] when `soc_intervals` is 0, above 100,000 or makes a table of more than 1e9 numbers;
/// [`PolicyError::Battery`] for limits of the wrong number or value, and for a target or minimum out of reach.
pub fn solve(
    model: &Model,
    process: &PriceProcess,
    options: &Options<'_>,
) -> Result<Policy, PolicyError> {
    let (periods, intervals) = (process.periods(), options.soc_intervals);
    let most = (1e9 / periods as f64 / process.states() as f64).min(100_000.0);
    let holds = intervals > 0 && intervals as f64 <= most;
    check("soc_intervals", intervals as f64, holds, || {
        format!("between 1 and {}", most.floor())
    })?;
    let means = process.expected_all();
    let mut horizon = Horizon::new(&means);
    if let Some(limits) = options.charge_mw {
        horizon = horizon.with_charge_limits(limits);
    }
    if let Some(limits) = options.discharge_mw {
        horizon = horizon.with_discharge_limits(limits);
    }
    // Whether limits and target can be kept does not depend on prices: the plan for the mean prices knows.
    battery::optimum(model, &horizon, Method::Relaxed)?;
    let p = model.parameters();
    let limit = |limits: Option<&[f64]>, t: usize| {
        let limit = limits.and_then(|limits| limits.get(t));
        limit.copied().unwrap_or(f64::INFINITY)
    };
    let reaches: Vec<Reach> = (0..periods)
        .map(|t| {
            Reach::new(
                model,
                limit(options.charge_mw, t),
                limit(options.discharge_mw, t),
            )
        })
        .collect();
    let highest = (0..periods)
        .flat_map(|t| process.levels(t))
        .fold(0.0_f64, |highest, level| highest.max(level.abs()));
    let backward = Backward {
        model,
        process,
        grid: Grid::new(p.min_mwh, p.max_mwh, intervals),
        shortfall_price: shortfall_price(model, highest, periods),
    };
    Ok(Policy {
        worth: backward.worth(&reaches),
        grid: backward.grid,
        shortfall_price: backward.shortfall_price,
        model: *model,
        process: process.clone(),
        reaches,
    })
}

impl Policy {
    /// What the policy earns on average from the battery's initial energy on, the first price not yet known, currency.
    #[must_use]
    pub fn expected_value(&self) -> f64 {
        let soc = self.model.parameters().initial_mwh;
        self.mean_value(0, soc, self.process.initial())
    }

    /// What it earns on average from `period` on with `soc_mwh` in store, the price of the period before having been in state
    /// `before`, currency. `before` does not count in the first period.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period, state or energy that does not exist.
    pub fn value(&self, period: usize, soc_mwh: f64, before: usize) -> Result<f64, PolicyError> {
        self.check(period, soc_mwh, before)?;
        Ok(self.mean_value(period, soc_mwh, &self.odds(period, Some(before))))
    }

    /// What it earns on average from `period` on with `soc_mwh` in store, the price of the period being the level of
    /// `state`, currency.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period, state or energy that does not exist.
    pub fn value_at(&self, period: usize, soc_mwh: f64, state: usize) -> Result<f64, PolicyError> {
        self.check(period, soc_mwh, state)?;
        Ok(self.level_value(period, soc_mwh, state))
    }

    /// The decision at a price: the best move given that the future is the one that follows the price's state.
    ///
    /// ```
    /// use optibid_engine::battery::{Model, Parameters};
    /// use optibid_engine::policy::{self, Options, PriceProcess};
    ///
    /// # let parameters = Parameters {
    /// #     initial_mwh: 0.5,
    /// #     ..Parameters::new(1.0, 1.0, 1.0)
    /// # };
    /// // The last hour brings 20 or 100, whatever the first one brought: a stored MWh is worth 60 there.
    /// let levels = [vec![40.0, 70.0], vec![20.0, 100.0]];
    /// let process = PriceProcess::new(&levels, &[0.5, 0.5], &[vec![vec![0.5, 0.5]; 2]])?;
    /// let policy = policy::solve(&Model::new(parameters)?, &process, &Options::default())?;
    /// let (cheap, dear) = (policy.decide(0, 0.5, 59.0)?, policy.decide(0, 0.5, 61.0)?);
    /// assert_eq!((cheap.net_mw, dear.net_mw), (-0.5, 0.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period or energy that does not exist or a price that is not finite.
    pub fn decide(&self, period: usize, soc_mwh: f64, price: f64) -> Result<Decision, PolicyError> {
        self.check(period, soc_mwh, 0)?;
        check("price", price, (-1e12..=1e12).contains(&price), || {
            "between -1e12 and 1e12".into()
        })?;
        let later = self.later(period, self.process.state_of(period, price));
        let stage = Stage::new(&self.model, price);
        let from = self.model.retention() * soc_mwh;
        let choice = later.choose(stage, from);
        Ok(self.decision(&later, stage, from, choice.stored))
    }

    /// The decision that a move makes.
    pub(super) fn decision(
        &self,
        later: &Later<'_>,
        stage: Stage,
        from: f64,
        stored: f64,
    ) -> Decision {
        let p = self.model.parameters();
        let soc_mwh = (from + stored).min(p.max_mwh).max(p.min_mwh.min(from));
        Decision {
            net_mw: net_mw(&self.model, stored),
            soc_mwh,
            reward: stage.reward(stored),
            marginal: marginal(later, soc_mwh),
        }
    }

    /// What a MWh less and a MWh more is worth after `period`, whose price was in `state`, with `soc_mwh` in store, currency per
    /// MWh: the opportunity cost of stored energy.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period, state or energy that does not exist.
    pub fn marginal(
        &self,
        period: usize,
        soc_mwh: f64,
        state: usize,
    ) -> Result<Marginal, PolicyError> {
        self.check(period, soc_mwh, state)?;
        Ok(marginal(&self.later(period, state), soc_mwh))
    }

    /// What stored energy is worth after `period`, whose price was in `state`, currency at each of [`soc_nodes`](Self::soc_nodes);
    /// empty for a period or state that does not exist. Where a target cannot be met any more the worth is hugely negative.
    #[must_use]
    pub fn worth(&self, period: usize, state: usize) -> &[f64] {
        let nodes = self.grid.nodes();
        let from = (period * self.process.states() + state) * nodes;
        let exists = state < self.process.states();
        let row = self.worth.get(from..from + nodes).filter(|_| exists);
        row.unwrap_or(&[])
    }

    /// The stored energy at which values are kept, MWh, ascending.
    pub fn soc_nodes(&self) -> impl Iterator<Item = f64> {
        (0..self.grid.nodes()).map(|node| self.grid.at(node))
    }

    /// The battery it was solved for.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The prices it was solved for.
    #[must_use]
    pub fn process(&self) -> &PriceProcess {
        &self.process
    }

    pub(super) fn later(&self, period: usize, state: usize) -> Later<'_> {
        let none = Reach {
            stored: 0.0,
            taken: 0.0,
        };
        Later {
            grid: self.grid,
            worth: self.worth(period, state),
            shortfall_price: self.shortfall_price,
            reach: self.reaches.get(period).copied().unwrap_or(none),
        }
    }

    /// The odds of the states of a period before its price is known, after the state before it where one was seen.
    pub(super) fn odds(&self, period: usize, before: Option<usize>) -> Cow<'_, [f64]> {
        match (period.checked_sub(1), before) {
            (None, _) => self.process.initial().into(),
            (Some(last), Some(state)) => self.process.row(last, state).into(),
            (Some(_), None) => self.process.odds(period).into(),
        }
    }

    fn mean_value(&self, period: usize, soc: f64, odds: &[f64]) -> f64 {
        let values: Vec<f64> = (0..self.process.states())
            .map(|state| self.level_value(period, soc, state))
            .collect();
        dot(odds, &values)
    }

    fn level_value(&self, period: usize, soc: f64, state: usize) -> f64 {
        let price = self.process.levels(period).get(state);
        let stage = Stage::new(&self.model, price.copied().unwrap_or(0.0));
        let from = self.model.retention() * soc;
        self.later(period, state).choose(stage, from).value
    }

    pub(super) fn check(&self, period: usize, soc: f64, state: usize) -> Result<(), PolicyError> {
        let (periods, states) = (self.process.periods(), self.process.states());
        check("period", period as f64, period < periods, || {
            format!("below {periods}")
        })?;
        check("state", state as f64, state < states, || {
            format!("below {states}")
        })?;
        let (least, most) = (self.grid.least(), self.grid.most());
        let near = 1e-9 * most.max(1.0);
        check(
            "soc_mwh",
            soc,
            (least - near..=most + near).contains(&soc),
            || format!("between {least} and {most}"),
        )
    }
}

/// The slopes of the worth on both sides of an amount; within 1e-9 steps a node counts as met.
pub(super) fn marginal(later: &Later<'_>, soc: f64) -> Marginal {
    let place = later.grid.place(soc);
    let slope = |node| later.grid.slope(later.worth, node);
    let (left, right) = if place.share >= 1.0 {
        (Some(place.node), Some(place.node + 1))
    } else if place.share <= 0.0 {
        (place.node.checked_sub(1), Some(place.node))
    } else {
        (Some(place.node), Some(place.node))
    };
    Marginal {
        left: left.and_then(slope),
        right: right.and_then(slope),
    }
}

//! A price process from the prices of past days.
//!
//! # Levels
//! The prices that all past days showed in one slot of the day (a quarter hour, an hour) are sorted and cut into `n`
//! bins of equal count; a state is a bin, its level the mean in it. Equal counts put states where prices are, keep the mean of
//! every slot exactly, and need no assumption on the shape of a distribution whose tail makes the money.
//!
//! # Dependence
//! Ranks within the slot are turned into normal scores (the rank transform of Rosenblatt 1952, Annals of Mathematical
//! Statistics 23(3), 470-472, with van der Waerden's scores), which takes level, scale and spikes of the time of day out.
//! From one slot to the next the scores follow an autoregression of order one; the probability of going from bin to bin is the
//! normal probability of the target bin (Tauchen 1986, Economics Letters 20(2), 177-181), averaged over the start bin, and
//! then scaled to keep every bin equally likely (Sinkhorn 1964). The correlation is pooled over all slots, or estimated for
//! each: with few days the pooled one has far less noise. [`Dependence::Counts`] lets the data speak where they are
//! many: moves between bins are counted over all slots and added to the normal matrix as to a Dirichlet prior, which keeps what a
//! correlation cannot say, such as spikes that last.
//!
//! The chain looks one period back: that a whole day is dear or cheap is not in it, except through a profile
//! ([`PriceProcess::around`]).

use super::error::{PolicyError, check};
use super::normal::{cumulative, quantile};
use super::process::{Parts, PriceProcess};

/// How the state of a period depends on the state before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dependence {
    /// Normal scores with one correlation for all moves.
    Pooled,
    /// Normal scores with a correlation for each move from slot to slot.
    BySlot,
    /// Counted moves of all slots together, with the pooled normal matrix as Dirichlet prior.
    Counts {
        /// What the prior weighs, in counted moves for each row.
        prior_moves: f64,
    },
}

/// Past prices, or residuals of past prices to a forecast, by day and slot of the day.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    prices: &'a [f64],
    slots: usize,
    /// Whether each day begins where the one before it ended.
    runs_on: bool,
}

/// What to estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimation {
    /// Price states in each period, at most as many as there are days.
    pub states: usize,
    /// How states follow each other.
    pub dependence: Dependence,
    /// Slot of the day of the first period, from 0.
    pub first_slot: usize,
    /// Periods of the process; after the last slot of a day the first one follows.
    pub periods: usize,
}

impl<'a> History<'a> {
    /// `prices` day after day, `slots` to a day, currency per MWh.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for no slots, a broken day, less than two days, or a price that is not finite.
    pub fn new(prices: &'a [f64], slots: usize) -> Result<Self, PolicyError> {
        let count = prices.len();
        check("slots", slots as f64, slots > 0, || "above 0".into())?;
        check("prices", count as f64, count.is_multiple_of(slots), || {
            format!("whole days of {slots} prices")
        })?;
        check("prices", count as f64, count >= 2 * slots, || {
            "at least two days".into()
        })?;
        let strange = prices.iter().find(|price| !(-1e12..=1e12).contains(*price));
        check(
            "prices",
            strange.copied().unwrap_or(0.0),
            strange.is_none(),
            || "between -1e12 and 1e12".into(),
        )?;
        Ok(Self {
            prices,
            slots,
            runs_on: true,
        })
    }

    /// Paths drawn for one span of `slots` periods, path after path, currency per MWh: as [`new`](Self::new), but no path
    /// begins where another ended. How the last slot leads on to the first one is then not known from the data.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_paths(prices: &'a [f64], slots: usize) -> Result<Self, PolicyError> {
        Ok(Self {
            runs_on: false,
            ..Self::new(prices, slots)?
        })
    }

    /// The number of days.
    #[must_use]
    pub fn days(&self) -> usize {
        self.prices.len() / self.slots
    }

    /// Estimates a process. All states of its first period are equally likely; to start from a price just seen, begin one
    /// period earlier and take [`PriceProcess::after`] it.
    ///
    /// ```
    /// use optibid_engine::policy::{Dependence, Estimation, History};
    ///
    /// // Ten days of two slots: nights from 10 to 19, evenings from 50 to 140, dear after dear.
    /// let prices: Vec<f64> = (0..10).flat_map(|d| [10.0 + f64::from(d), 50.0 + 10.0 * f64::from(d)]).collect();
    /// let process = History::new(&prices, 2)?.process(Estimation {
    ///     states: 2, dependence: Dependence::Pooled, first_slot: 0, periods: 2,
    /// })?;
    /// assert_eq!(process.levels(0), [12.0, 17.0]);
    /// assert_eq!(process.limits(0), [14.5]);
    /// # Ok::<(), optibid_engine::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError::Field`] for no periods, no states or more states than days, a slot outside the day, or a prior that is not
    /// positive.
    pub fn process(&self, wanted: Estimation) -> Result<PriceProcess, PolicyError> {
        let (states, days) = (wanted.states, self.days());
        check(
            "states",
            states as f64,
            (1..=days).contains(&states),
            || format!("between 1 and the {days} days of history"),
        )?;
        check("periods", wanted.periods as f64, wanted.periods > 0, || {
            "above 0".into()
        })?;
        let slot = wanted.first_slot;
        check("first_slot", slot as f64, slot < self.slots, || {
            format!("below {}", self.slots)
        })?;
        if let Dependence::Counts { prior_moves } = wanted.dependence {
            let holds = prior_moves > 0.0 && prior_moves.is_finite();
            check("prior_moves", prior_moves, holds, || {
                "above 0 and finite".into()
            })?;
        }
        let bins: Vec<Bins> = (0..self.slots)
            .map(|slot| self.bins(slot, states))
            .collect();
        let matrices = self.matrices(&bins, &wanted);
        let slot_of = |t: usize| (wanted.first_slot + t) % self.slots;
        let by_slot = wanted.dependence == Dependence::BySlot;
        let of_period = |t: usize| bins.get(slot_of(t));
        Ok(PriceProcess::from_parts(Parts {
            states,
            levels: (0..wanted.periods)
                .flat_map(|t| of_period(t).into_iter().flat_map(|bins| &bins.levels))
                .copied()
                .collect(),
            limits: (0..wanted.periods)
                .flat_map(|t| of_period(t).into_iter().flat_map(|bins| &bins.limits))
                .copied()
                .collect(),
            initial: vec![1.0 / states as f64; states],
            matrices,
            matrix_of: (0..wanted.periods - 1)
                .map(|t| if by_slot { slot_of(t) } else { 0 })
                .collect(),
        }))
    }

    /// The prices of a slot, day after day.
    fn slot(&self, slot: usize) -> impl Iterator<Item = f64> {
        self.prices.iter().skip(slot).step_by(self.slots).copied()
    }

    fn bins(&self, slot: usize, states: usize) -> Bins {
        let mut sorted: Vec<f64> = self.slot(slot).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let days = sorted.len();
        let cut = |state: usize| state * days / states;
        let bin = |state: usize| sorted.get(cut(state)..cut(state + 1)).unwrap_or(&[]);
        let levels = (0..states)
            .map(|state| bin(state).iter().sum::<f64>() / bin(state).len() as f64)
            .collect();
        let limits = (1..states)
            .map(|state| {
                let ends = sorted.get(cut(state) - 1..=cut(state)).unwrap_or(&[]);
                0.5 * ends.iter().sum::<f64>()
            })
            .collect();
        // The mean rank of equal prices, so that a slot of many zeros gives them all the same score.
        let scores = self
            .slot(slot)
            .map(|price| {
                let below = sorted.partition_point(|&other| other < price);
                let upto = sorted.partition_point(|&other| other <= price);
                quantile(0.5 * (below + upto + 1) as f64 / (days + 1) as f64)
            })
            .collect();
        Bins {
            levels,
            limits,
            scores,
        }
    }

    /// The one matrix of all moves, or one for the move out of each slot.
    fn matrices(&self, bins: &[Bins], wanted: &Estimation) -> Vec<f64> {
        let states = wanted.states;
        let each: Vec<Products> = (0..self.slots)
            .map(|slot| self.products(bins, slot))
            .collect();
        let pooled = each
            .iter()
            .fold(Products::default(), |sum, products| sum.plus(products));
        match wanted.dependence {
            Dependence::Pooled => normal_matrix(pooled.correlation(), states),
            Dependence::BySlot => each
                .iter()
                .flat_map(|products| normal_matrix(products.correlation(), states))
                .collect(),
            Dependence::Counts { prior_moves } => {
                let prior = normal_matrix(pooled.correlation(), states);
                self.counted(bins, prior, prior_moves, states)
            }
        }
    }

    /// Day, slot and day, slot of a move out of `slot`.
    fn moves(&self, slot: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let next = (slot + 1) % self.slots;
        let later = usize::from(next == 0);
        let count = match next {
            0 if !self.runs_on => 0,
            _ => self.days() - later,
        };
        (0..count).map(move |day| (day, next, day + later))
    }

    fn products(&self, bins: &[Bins], slot: usize) -> Products {
        let score = |slot: usize, day: usize| {
            let scores = bins.get(slot).and_then(|bins| bins.scores.get(day));
            scores.copied().unwrap_or(0.0)
        };
        self.moves(slot)
            .map(|(day, next, next_day)| {
                let (one, other) = (score(slot, day), score(next, next_day));
                Products {
                    mixed: one * other,
                    one: one * one,
                    other: other * other,
                }
            })
            .fold(Products::default(), |sum, products| sum.plus(&products))
    }

    /// The mean of the Dirichlet distribution after the moves that history shows.
    fn counted(&self, bins: &[Bins], prior: Vec<f64>, weight: f64, states: usize) -> Vec<f64> {
        let mut matrix: Vec<f64> = prior.iter().map(|chance| chance * weight).collect();
        let state = |slot: usize, day: usize| {
            let price = self.prices.get(day * self.slots + slot);
            let limits = bins.get(slot).map(|bins| bins.limits.as_slice());
            let (Some(price), Some(limits)) = (price, limits) else {
                return 0;
            };
            limits.partition_point(|limit| limit <= price)
        };
        for slot in 0..self.slots {
            for (day, next, next_day) in self.moves(slot) {
                let cell = state(slot, day) * states + state(next, next_day);
                if let Some(count) = matrix.get_mut(cell) {
                    *count += 1.0;
                }
            }
        }
        for row in matrix.chunks_exact_mut(states) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|count| *count /= sum);
        }
        matrix
    }
}

/// One slot of the day.
#[derive(Debug)]
struct Bins {
    levels: Vec<f64>,
    limits: Vec<f64>,
    /// The normal score of each day's price.
    scores: Vec<f64>,
}

/// Sums over moves of products of scores, which have mean zero.
#[derive(Clone, Copy, Debug, Default)]
struct Products {
    mixed: f64,
    one: f64,
    other: f64,
}

impl Products {
    fn plus(self, more: &Self) -> Self {
        Self {
            mixed: self.mixed + more.mixed,
            one: self.one + more.one,
            other: self.other + more.other,
        }
    }

    /// Zero where one side never moves: it says nothing about the other.
    fn correlation(&self) -> f64 {
        let scale = (self.one * self.other).sqrt();
        if scale > 0.0 {
            (self.mixed / scale).clamp(-0.999, 0.999)
        } else {
            0.0
        }
    }
}

/// Probabilities of going from each to each of `states` equally likely bins of a standard normal variable whose next value has
/// this correlation with the present one.
fn normal_matrix(correlation: f64, states: usize) -> Vec<f64> {
    /// Points in a start bin over which the probability is averaged.
    const POINTS: usize = 16;
    let rest = (1.0 - correlation * correlation).sqrt();
    let edges: Vec<f64> = (0..=states)
        .map(|edge| quantile(edge as f64 / states as f64))
        .collect();
    let mut matrix = Vec::with_capacity(states * states);
    for state in 0..states {
        let points: Vec<f64> = (0..POINTS)
            .map(|point| {
                let share = (point as f64 + 0.5) / POINTS as f64;
                correlation * quantile((state as f64 + share) / states as f64)
            })
            .collect();
        let below = |edge: f64| -> f64 {
            let chances = points.iter().map(|point| cumulative((edge - point) / rest));
            chances.sum::<f64>() / POINTS as f64
        };
        let mut before = 0.0;
        for &edge in edges.iter().skip(1) {
            let upto = below(edge);
            matrix.push((upto - before).max(0.0));
            before = upto;
        }
    }
    balance(&mut matrix, states);
    matrix
}

/// Scales rows and columns in turn until all sum to one; ends on the rows.
fn balance(matrix: &mut [f64], states: usize) {
    for _ in 0..200 {
        let mut sums = vec![0.0; states];
        for row in matrix.chunks_exact(states) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, value)| *sum += value);
        }
        let far = sums
            .iter()
            .fold(0.0_f64, |far, sum| far.max((sum - 1.0).abs()));
        for row in matrix.chunks_exact_mut(states) {
            row.iter_mut()
                .zip(&sums)
                .for_each(|(value, sum)| *value /= sum);
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|value| *value /= sum);
        }
        if far < 1e-13 {
            break;
        }
    }
}

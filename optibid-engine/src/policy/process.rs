//! A price that moves between finitely many states.

use super::error::{PolicyError, check};

/// Rows may miss a sum of one by this much, through rounding.
const SUM_TOLERANCE: f64 = 1e-9;

/// A Markov chain of prices: in each period one of `n` states with a price level each, and probabilities of moving from
/// the states of one period to those of the next.
///
/// States are sorted by price. A price on its way in belongs to the state whose interval holds it
/// ([`state_of`](Self::state_of)); the intervals meet half-way between neighbouring levels unless the process was
/// [estimated](super::History::process), which knows the true limits.
///
/// ```
/// use optibid_engine::policy::PriceProcess;
///
/// let levels = [vec![20.0, 40.0], vec![30.0, 90.0]];
/// let sticky = vec![vec![0.8, 0.2], vec![0.3, 0.7]];
/// let process = PriceProcess::new(&levels, &[0.5, 0.5], &[sticky])?;
/// assert_eq!(process.state_of(0, 29.0), 0);
/// let mean = 0.5 * (0.8 * 30.0 + 0.2 * 90.0 + 0.3 * 30.0 + 0.7 * 90.0);
/// assert!((process.expected(1) - mean).abs() < 1e-9);
/// assert!((process.expected_after(0, 1)[0] - (0.3 * 30.0 + 0.7 * 90.0)).abs() < 1e-9);
/// # Ok::<(), optibid_engine::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PriceProcess {
    states: usize,
    /// Price by period and state, currency per MWh, ascending within a period.
    levels: Vec<f64>,
    /// Upper limits of all states but the last, by period.
    limits: Vec<f64>,
    /// Probability of each state in the first period.
    initial: Vec<f64>,
    /// Different matrices, each by rows (from) and columns (to).
    matrices: Vec<f64>,
    /// Which of the matrices leads from a period to the next.
    matrix_of: Vec<usize>,
}

/// The parts of a process that its estimation knows, unchecked.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) states: usize,
    pub(super) levels: Vec<f64>,
    pub(super) limits: Vec<f64>,
    pub(super) initial: Vec<f64>,
    pub(super) matrices: Vec<f64>,
    pub(super) matrix_of: Vec<usize>,
}

impl PriceProcess {
    /// A process from its figures: `levels[t][i]` is the price of state `i` in period `t`, currency per MWh, not falling
    /// with `i`; `initial[i]` the probability of state `i` in the first period; `transitions[t][i][j]` the
    /// probability of state `j` in period `t + 1` after state `i` in period `t`. One matrix alone serves all periods.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for no periods or states, rows of unequal length, a level that is not finite or falls, a
    /// negative probability, a row that does not sum to 1 (to 1e-9), or a wrong number of matrices.
    pub fn new(
        levels: &[Vec<f64>],
        initial: &[f64],
        transitions: &[Vec<Vec<f64>>],
    ) -> Result<Self, PolicyError> {
        let states = initial.len();
        check("levels", 0.0, !levels.is_empty() && states > 0, || {
            "at least one period of at least one state".into()
        })?;
        let moves = levels.len() - 1;
        let count = transitions.len();
        check(
            "transitions",
            count as f64,
            count == moves || (count == 1 && moves > 0),
            || format!("one matrix, or one for each of {moves} moves"),
        )?;
        distribution("initial", initial, states)?;
        for level in levels {
            check("levels", level.len() as f64, level.len() == states, || {
                format!("one price for each of {states} states")
            })?;
        }
        for matrix in transitions {
            check(
                "transitions",
                matrix.len() as f64,
                matrix.len() == states,
                || format!("a row for each of {states} states"),
            )?;
            for row in matrix {
                distribution("transitions", row, states)?;
            }
        }
        let limits = levels
            .iter()
            .flat_map(|level| level.windows(2).map(|pair| 0.5 * pair.iter().sum::<f64>()))
            .collect();
        let process = Self::from_parts(Parts {
            states,
            levels: levels.concat(),
            limits,
            initial: initial.to_vec(),
            matrices: transitions.iter().flatten().flatten().copied().collect(),
            matrix_of: (0..moves).map(|t| t.min(count - 1)).collect(),
        });
        process.check_levels()?;
        Ok(process)
    }

    pub(super) fn from_parts(parts: Parts) -> Self {
        Self {
            states: parts.states,
            levels: parts.levels,
            limits: parts.limits,
            initial: parts.initial,
            matrices: parts.matrices,
            matrix_of: parts.matrix_of,
        }
    }

    fn check_levels(&self) -> Result<(), PolicyError> {
        for t in 0..self.periods() {
            let mut before = f64::NEG_INFINITY;
            for &level in self.levels(t) {
                let holds = (-1e12..=1e12).contains(&level) && level >= before;
                check("levels", level, holds, || {
                    format!("between -1e12 and 1e12 and not below the state before, in period {t}")
                })?;
                before = level;
            }
        }
        Ok(())
    }

    /// The same process around a forecast: `profile[t]`, currency per MWh, is added to every price of period `t`. For a
    /// process estimated from residuals to such a forecast.
    ///
    /// # Errors
    /// [`PolicyError::Field`] when the profile has another length or a value that is not finite.
    pub fn around(mut self, profile: &[f64]) -> Result<Self, PolicyError> {
        let periods = self.periods();
        check(
            "profile",
            profile.len() as f64,
            profile.len() == periods,
            || format!("one price for each of {periods} periods"),
        )?;
        let limits = self.states - 1;
        for (t, &shift) in profile.iter().enumerate() {
            check("profile", shift, shift.is_finite(), || "finite".into())?;
            let levels = self.levels.iter_mut().skip(t * self.states);
            levels.take(self.states).for_each(|level| *level += shift);
            let limits_of = self.limits.iter_mut().skip(t * limits);
            limits_of.take(limits).for_each(|limit| *limit += shift);
        }
        self.check_levels()?;
        Ok(self)
    }

    /// The process from `period` on, none of the prices before it seen.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period that does not exist.
    pub fn starting_at(&self, period: usize) -> Result<Self, PolicyError> {
        check("period", period as f64, period < self.periods(), || {
            format!("below {}", self.periods())
        })?;
        Ok(self.tail(period, self.odds(period)))
    }

    /// What is left of the process after the price of `period` was found in `state`: the periods from `period + 1` on.
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a state that does not exist or when no period is left.
    pub fn after(&self, period: usize, state: usize) -> Result<Self, PolicyError> {
        check("period", period as f64, period + 1 < self.periods(), || {
            format!("before the last of {} periods", self.periods())
        })?;
        check("state", state as f64, state < self.states, || {
            format!("below {}", self.states)
        })?;
        Ok(self.tail(period + 1, self.row(period, state).to_vec()))
    }

    fn tail(&self, from: usize, initial: Vec<f64>) -> Self {
        let limits = self.states - 1;
        let kept = |list: &[f64], each: usize| list.iter().skip(from * each).copied().collect();
        Self {
            states: self.states,
            levels: kept(&self.levels, self.states),
            limits: kept(&self.limits, limits),
            initial,
            matrices: self.matrices.clone(),
            matrix_of: self.matrix_of.iter().skip(from).copied().collect(),
        }
    }

    /// The number of periods.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.matrix_of.len() + 1
    }

    /// The number of price states in each period.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// The prices of the states of a period, currency per MWh, ascending; empty for a period that does not exist.
    #[must_use]
    pub fn levels(&self, period: usize) -> &[f64] {
        let from = period * self.states;
        self.levels.get(from..from + self.states).unwrap_or(&[])
    }

    /// Where one state of a period ends and the next begins, currency per MWh: one fewer than states.
    #[must_use]
    pub fn limits(&self, period: usize) -> &[f64] {
        let limits = self.states - 1;
        let from = period * limits;
        self.limits.get(from..from + limits).unwrap_or(&[])
    }

    /// The state a price of a period belongs to.
    #[must_use]
    pub fn state_of(&self, period: usize, price: f64) -> usize {
        self.limits(period).partition_point(|&limit| limit <= price)
    }

    /// The probability of each state of the first period.
    #[must_use]
    pub fn initial(&self) -> &[f64] {
        &self.initial
    }

    /// The probability of each state of `period + 1` after `state` in `period`; empty after the last period.
    #[must_use]
    pub fn row(&self, period: usize, state: usize) -> &[f64] {
        let Some(&matrix) = self.matrix_of.get(period) else {
            return &[];
        };
        let from = (matrix * self.states + state) * self.states;
        self.matrices.get(from..from + self.states).unwrap_or(&[])
    }

    /// The mean price of a period as seen before the first one, currency per MWh.
    #[must_use]
    pub fn expected(&self, period: usize) -> f64 {
        dot(&self.odds(period), self.levels(period))
    }

    /// The probability of each state of a period as seen before the first one.
    #[must_use]
    pub fn odds(&self, period: usize) -> Vec<f64> {
        let periods = 0..period.min(self.periods());
        periods.fold(self.initial.clone(), |odds, t| self.moved(t, &odds))
    }

    /// The prices of the states of a period with their probabilities as seen before the first one, ascending.
    #[must_use]
    pub fn distribution(&self, period: usize) -> Vec<(f64, f64)> {
        let levels = self.levels(period).iter().copied();
        levels.zip(self.odds(period)).collect()
    }

    /// The mean prices of all periods as seen before the first one, currency per MWh.
    #[must_use]
    pub fn expected_all(&self) -> Vec<f64> {
        self.expected_from(0, self.initial.clone())
    }

    /// The mean prices of the periods after `period`, given its state, currency per MWh.
    #[must_use]
    pub fn expected_after(&self, period: usize, state: usize) -> Vec<f64> {
        if period + 1 >= self.periods() {
            return Vec::new();
        }
        self.expected_from(period + 1, self.row(period, state).to_vec())
    }

    fn expected_from(&self, period: usize, mut odds: Vec<f64>) -> Vec<f64> {
        let mut means = Vec::with_capacity(self.periods() - period);
        for t in period..self.periods() {
            means.push(dot(&odds, self.levels(t)));
            odds = self.moved(t, &odds);
        }
        means
    }

    /// The odds of the states one period on.
    fn moved(&self, period: usize, odds: &[f64]) -> Vec<f64> {
        let mut next = vec![0.0; self.states];
        for (state, &chance) in odds.iter().enumerate() {
            for (to, &probability) in next.iter_mut().zip(self.row(period, state)) {
                *to += chance * probability;
            }
        }
        next
    }

    /// A path of prices drawn from the process, currency per MWh, each the level of its state. The same seed gives the
    /// same path.
    #[must_use]
    pub fn sample_path(&self, seed: u64) -> Vec<f64> {
        let mut random = SplitMix(seed);
        let mut odds = self.initial.as_slice();
        let mut path = Vec::with_capacity(self.periods());
        for t in 0..self.periods() {
            let state = draw(odds, random.unit());
            path.extend(self.levels(t).get(state));
            odds = self.row(t, state);
        }
        path
    }
}

fn distribution(field: &'static str, row: &[f64], states: usize) -> Result<(), PolicyError> {
    check(field, row.len() as f64, row.len() == states, || {
        format!("a probability for each of {states} states")
    })?;
    for &value in row {
        check(
            field,
            value,
            (0.0..=1.0 + SUM_TOLERANCE).contains(&value),
            || "a probability between 0 and 1".into(),
        )?;
    }
    let sum: f64 = row.iter().sum();
    check(field, sum, (sum - 1.0).abs() <= SUM_TOLERANCE, || {
        "rows of probabilities that sum to 1".into()
    })
}

fn draw(odds: &[f64], mut at: f64) -> usize {
    for (state, &chance) in odds.iter().enumerate() {
        if at < chance {
            return state;
        }
        at -= chance;
    }
    odds.iter().rposition(|&chance| chance > 0.0).unwrap_or(0)
}

pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// `SplitMix64` (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA).
#[derive(Debug)]
struct SplitMix(u64);

impl SplitMix {
    /// The next number of the sequence, in [0, 1).
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }
}

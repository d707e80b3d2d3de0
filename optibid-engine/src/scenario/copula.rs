//! Paths whose errors have the marginals of the history and its dependence over the day.
//!
//! # The model
//! A Gaussian copula over the periods of a day with the empirical distribution of each period as its marginal (Pinson,
//! Madsen, Nielsen, Papaefthymiou and Klöckl 2009, Wind Energy 12(1), 51-62): each error becomes the normal score of its rank,
//! the scores of a day are taken as jointly normal with correlation `R`, and a draw is carried back through the empirical
//! quantiles.
//!
//! # Few days
//! With fewer days than periods the sample correlation is singular. It is shrunk towards that of a first-order
//! autoregression, `rho^|i - j|` with the pooled lag-1 correlation `rho`, by the weight that minimises the expected squared error,
//! `sum var(r_ij) / sum (r_ij - rho^|i-j|)^2` (Schäfer and Strimmer 2005, Statistical Applications in Genetics and Molecular
//! Biology 4(1), with `var(r) = (1 - r^2)^2 / (n - 1)`). The fewer days, the more of the autoregression: both are one
//! mechanism. Fitting costs `O(n T^2 + T^3)`, a draw `O(T^2)`.

use super::normal;
use super::random::Generator;
use super::set::{ScenarioError, ScenarioSet, check_paths};

/// Fewest days from which quantiles are taken.
const FEWEST_DAYS: usize = 3;

/// The fitted dependence and marginals of a history of forecast errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Copula {
    /// Errors of each period, ascending.
    marginals: Vec<Vec<f64>>,
    /// Lower triangle of the Cholesky factor, row by row.
    factor: Vec<Vec<f64>>,
    shrinkage: f64,
}

impl Copula {
    /// Learns from past errors (outer: days, inner: periods of the day; observed less forecast, currency per MWh).
    ///
    /// # Errors
    /// [`ScenarioError`] for fewer than three days, days of different lengths, or values that are not finite.
    pub fn fit(errors: &[Vec<f64>]) -> Result<Self, ScenarioError> {
        check_paths("errors", errors)?;
        if errors.len() < FEWEST_DAYS {
            return Err(ScenarioError::Length {
                field: "errors",
                length: errors.len(),
                wanted: FEWEST_DAYS,
            });
        }
        let periods = errors.first().map_or(0, Vec::len);
        let columns: Vec<Vec<f64>> = (0..periods)
            .map(|t| {
                errors
                    .iter()
                    .filter_map(|day| day.get(t).copied())
                    .collect()
            })
            .collect();
        let scores: Vec<Vec<f64>> = columns.iter().map(|column| unit_scores(column)).collect();
        let sample: Vec<Vec<f64>> = scores
            .iter()
            .enumerate()
            .map(|(i, a)| scores.iter().take(i + 1).map(|b| dot(a, b)).collect())
            .collect();
        let (correlation, shrinkage) = shrink(sample, errors.len());
        let mut marginals = columns;
        for column in &mut marginals {
            column.sort_by(f64::total_cmp);
        }
        Ok(Self {
            marginals,
            factor: cholesky(correlation),
            shrinkage,
        })
    }

    /// How much of the autoregression is in the correlation: 0 none, 1 nothing else.
    #[must_use]
    pub fn shrinkage(&self) -> f64 {
        self.shrinkage
    }

    /// Draws `count` equally likely paths around a forecast (currency per MWh, one value a period).
    ///
    /// # Errors
    /// [`ScenarioError`] if the forecast has another length than the history's days, or `count` is 0.
    pub fn draw(
        &self,
        forecast: &[f64],
        count: usize,
        seed: u64,
    ) -> Result<ScenarioSet, ScenarioError> {
        if forecast.len() != self.marginals.len() {
            let (length, wanted) = (forecast.len(), self.marginals.len());
            return Err(ScenarioError::Length {
                field: "forecast",
                length,
                wanted,
            });
        }
        let mut generator = Generator::new(seed);
        let paths = (0..count).map(|_| {
            let white: Vec<f64> = forecast
                .iter()
                .map(|_| normal::quantile(generator.uniform()))
                .collect();
            let stages = forecast.iter().zip(&self.marginals).zip(&self.factor);
            stages
                .map(|((centre, marginal), row)| {
                    centre + quantile(marginal, normal::cumulative(dot(row, &white)))
                })
                .collect()
        });
        ScenarioSet::equally_likely(paths.collect())
    }
}

/// The quantile of a sorted sample, straight lines between order statistics at `rank / (n + 1)`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in the sample"
)]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (share * (sorted.len() + 1) as f64 - 1.0).clamp(0.0, last as f64);
    let below = (place.floor() as usize).min(last);
    let at = |index: usize| sorted.get(index.min(last)).copied().unwrap_or_default();
    at(below) + (place - below as f64) * (at(below + 1) - at(below))
}

/// Normal scores of the ranks (ties share the mean rank), centred and of unit length; zeros if all values are equal.
#[expect(clippy::cast_precision_loss, reason = "a count of days")]
fn unit_scores(values: &[f64]) -> Vec<f64> {
    let rank = |value: f64| {
        let below = values.iter().filter(|other| **other < value).count();
        let equal = values.iter().filter(|other| **other == value).count();
        below as f64 + (equal as f64 + 1.0) / 2.0
    };
    let count = values.len() as f64;
    let mut scores: Vec<f64> = values
        .iter()
        .map(|value| normal::quantile(rank(*value) / (count + 1.0)))
        .collect();
    let mean = scores.iter().sum::<f64>() / count;
    scores.iter_mut().for_each(|score| *score -= mean);
    let length = dot(&scores, &scores).sqrt();
    if length > 1e-9 {
        scores.iter_mut().for_each(|score| *score /= length);
    }
    scores
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Shrinks the lower triangle of a correlation matrix; returns it with the weight of the autoregression.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "counts of days and periods"
)]
fn shrink(mut sample: Vec<Vec<f64>>, days: usize) -> (Vec<Vec<f64>>, f64) {
    let periods = sample.len();
    let lags = sample
        .iter()
        .enumerate()
        .skip(1)
        .filter_map(|(i, row)| row.get(i - 1));
    let rho = (lags.sum::<f64>() / (periods as f64 - 1.0).max(1.0)).clamp(-0.99, 0.99);
    let target = |i: usize, j: usize| rho.powi((i - j) as i32);
    let (mut noise, mut distance) = (0.0, 0.0);
    for (i, row) in sample.iter().enumerate() {
        for (j, r) in row.iter().take(i).enumerate() {
            noise += (1.0 - r * r).powi(2) / (days as f64 - 1.0);
            distance += (r - target(i, j)).powi(2);
        }
    }
    // A sliver of the regular target keeps the factorisation sound for any history.
    let weight = if distance > 0.0 {
        (noise / distance).clamp(1e-6, 1.0)
    } else {
        1.0
    };
    for (i, row) in sample.iter_mut().enumerate() {
        for (j, r) in row.iter_mut().enumerate() {
            *r = if i == j {
                1.0
            } else {
                (1.0 - weight) * *r + weight * target(i, j)
            };
        }
    }
    (sample, weight)
}

/// The lower Cholesky factor. What rounding makes negative on the diagonal becomes nearly zero.
fn cholesky(matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for row in matrix {
        let mut done: Vec<f64> = Vec::with_capacity(row.len());
        for (j, value) in row.iter().enumerate() {
            let above = factor.get(j);
            let rest = value - above.map_or_else(|| dot(&done, &done), |above| dot(&done, above));
            let pivot = above.and_then(|above| above.get(j)).copied();
            done.push(pivot.map_or_else(|| rest.max(1e-12).sqrt(), |pivot| rest / pivot));
        }
        factor.push(done);
    }
    factor
}

//! A set of price paths with probabilities.

use thiserror::Error;

/// Price paths of equal length and how likely each is.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioSet {
    paths: Vec<Vec<f64>>,
    probabilities: Vec<f64>,
}

impl ScenarioSet {
    /// Paths (outer: scenarios, inner: periods, currency per MWh) with their probabilities.
    ///
    /// # Errors
    /// [`ScenarioError`] if there is no path or period, lengths differ, a price is not finite, a probability is not positive, or
    /// the sum differs from 1 by more than 1e-9.
    pub fn new(paths: Vec<Vec<f64>>, probabilities: Vec<f64>) -> Result<Self, ScenarioError> {
        check_paths("paths", &paths)?;
        if probabilities.len() != paths.len() {
            return Err(ScenarioError::Length {
                field: "probabilities",
                length: probabilities.len(),
                wanted: paths.len(),
            });
        }
        for &value in &probabilities {
            if !(value > 0.0 && value <= 1.0 + 1e-9) {
                return Err(ScenarioError::Value {
                    field: "probabilities",
                    value,
                    rule: "above 0 and at most 1",
                });
            }
        }
        let sum: f64 = probabilities.iter().sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(ScenarioError::Value {
                field: "sum of probabilities",
                value: sum,
                rule: "1",
            });
        }
        Ok(Self {
            paths,
            probabilities,
        })
    }

    /// Paths that are equally likely.
    ///
    /// # Errors
    /// As [`ScenarioSet::new`].
    #[expect(clippy::cast_precision_loss, reason = "a count of paths")]
    pub fn equally_likely(paths: Vec<Vec<f64>>) -> Result<Self, ScenarioError> {
        let probabilities = vec![1.0 / paths.len() as f64; paths.len()];
        Self::new(paths, probabilities)
    }

    /// The paths: outer scenarios, inner periods, currency per MWh.
    #[must_use]
    pub fn paths(&self) -> &[Vec<f64>] {
        &self.paths
    }

    /// The probability of each path; they sum to 1.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The probability of that path, 0 if there is no such path.
    pub(super) fn probability(&self, path: usize) -> f64 {
        self.probabilities.get(path).copied().unwrap_or_default()
    }

    /// How many periods a path has; at least one.
    #[must_use]
    pub fn periods(&self) -> usize {
        self.paths.first().map_or(0, Vec::len)
    }

    /// The scenarios of a period from the lowest price to the highest; equal prices in their own order.
    #[must_use]
    pub fn ranking(&self, period: usize) -> Vec<usize> {
        let price = |path: usize| self.price(path, period);
        let mut order: Vec<usize> = (0..self.paths.len()).collect();
        order.sort_by(|&a, &b| price(a).total_cmp(&price(b)));
        order
    }

    /// The price of a scenario in a period, NaN where there is none.
    pub(super) fn price(&self, path: usize, period: usize) -> f64 {
        self.paths
            .get(path)
            .and_then(|path| path.get(period))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// Checks that there are rows, all of one length, all finite.
pub(super) fn check_paths(field: &'static str, rows: &[Vec<f64>]) -> Result<(), ScenarioError> {
    let wanted = rows.first().map_or(0, Vec::len);
    if wanted == 0 {
        return Err(ScenarioError::Empty { field });
    }
    for row in rows {
        if row.len() != wanted {
            return Err(ScenarioError::Length {
                field,
                length: row.len(),
                wanted,
            });
        }
        if let Some(&value) = row.iter().find(|value| !value.is_finite()) {
            return Err(ScenarioError::Value {
                field,
                value,
                rule: "finite",
            });
        }
    }
    Ok(())
}

/// What is wrong with an input.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ScenarioError {
    /// Nothing was given.
    #[error("{field} is empty")]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// Lengths do not fit together.
    #[error("{field} has length {length}, but must have length {wanted}")]
    Length {
        /// The field.
        field: &'static str,
        /// What was given.
        length: usize,
        /// What is needed.
        wanted: usize,
    },
    /// A value is out of its range.
    #[error("{field} is {value}, but must be {rule}")]
    Value {
        /// The field.
        field: &'static str,
        /// Its value.
        value: f64,
        /// The rule it breaks.
        rule: &'static str,
    },
    /// The battery is not one.
    #[error(transparent)]
    Model(#[from] crate::battery::ModelError),
    /// The battery problem of a scenario has no answer.
    #[error(transparent)]
    Battery(#[from] crate::battery::SolveError),
    /// The linear programme has no answer.
    #[error(transparent)]
    Program(#[from] crate::program::ProgramError),
}

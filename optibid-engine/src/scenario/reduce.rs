//! Fewer scenarios that stand for many.
//!
//! # The problem
//! Choose `k` of `n` scenarios so that the Kantorovich distance between the old and the new distribution, with the best new
//! probabilities, is small: `sum over dropped j of p_j * min over kept i of |x_i - x_j|` (Euclidean norm over the periods).
//!
//! # The method
//! Fast forward selection (Heitsch and Römisch 2003, Computational Optimization and Applications 24, 187-206, algorithm 2.4):
//! keeps, one after the other, the scenario that lowers the distance most; each dropped scenario gives its probability to
//! the nearest kept one (theorem 2.1 there: the best redistribution). `O(n^2 (T + k))` time, `n^2` numbers. The first choice is
//! optimal, later ones are greedy.

use super::set::{ScenarioError, ScenarioSet};

/// A smaller set and how far it is from the one it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduction {
    /// The kept scenarios with their new probabilities, in the order in which they were chosen.
    pub set: ScenarioSet,
    /// The number each kept scenario had.
    pub kept: Vec<usize>,
    /// For each old scenario the place in `kept` of the one that stands for it.
    pub assignment: Vec<usize>,
    /// The Kantorovich distance, currency per MWh (Euclidean norm over periods); falls with every scenario kept.
    pub distance: f64,
}

impl ScenarioSet {
    /// Reduces the set to `count` scenarios.
    ///
    /// # Errors
    /// [`ScenarioError`] if `count` is 0 or more than there are.
    pub fn reduce(&self, count: usize) -> Result<Reduction, ScenarioError> {
        let total = self.paths().len();
        if count == 0 || count > total {
            return Err(ScenarioError::Length {
                field: "reduced set",
                length: count,
                wanted: total,
            });
        }
        let distances = distances(self.paths());
        let mut nearest = vec![f64::INFINITY; total];
        let mut kept: Vec<usize> = Vec::with_capacity(count);
        let mut assignment = vec![0; total];
        for place in 0..count {
            let Some(best) = self.best_addition(&distances, &nearest, &kept) else {
                break;
            };
            kept.push(best);
            let row = distances.iter().skip(best * total).take(total);
            for ((distance, nearest), assigned) in row.zip(&mut nearest).zip(&mut assignment) {
                if distance < nearest {
                    (*nearest, *assigned) = (*distance, place);
                }
            }
        }
        // Among equal paths each kept one stands for itself, so that no probability becomes zero.
        for (place, &scenario) in kept.iter().enumerate() {
            if let Some(assigned) = assignment.get_mut(scenario) {
                *assigned = place;
            }
        }
        let mut probabilities = vec![0.0; kept.len()];
        for (&place, p) in assignment.iter().zip(self.probabilities()) {
            if let Some(sum) = probabilities.get_mut(place) {
                *sum += p;
            }
        }
        let distance = self
            .probabilities()
            .iter()
            .zip(&nearest)
            .map(|(p, d)| p * d)
            .sum();
        let paths = kept
            .iter()
            .filter_map(|&scenario| self.paths().get(scenario).cloned());
        let set = Self::new(paths.collect(), probabilities)?;
        Ok(Reduction {
            set,
            kept,
            assignment,
            distance,
        })
    }

    /// The scenario whose addition lowers the distance most; the first of equals.
    fn best_addition(&self, distances: &[f64], nearest: &[f64], kept: &[usize]) -> Option<usize> {
        let total = nearest.len();
        let mut best: Option<(f64, usize)> = None;
        for (candidate, row) in distances.chunks_exact(total).enumerate() {
            if kept.contains(&candidate) {
                continue;
            }
            let terms = row.iter().zip(nearest).zip(self.probabilities());
            let distance: f64 = terms.map(|((d, near), p)| p * d.min(*near)).sum();
            if best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, candidate)| candidate)
    }
}

/// All distances between paths, row by row.
fn distances(paths: &[Vec<f64>]) -> Vec<f64> {
    let mut all = Vec::with_capacity(paths.len() * paths.len());
    for a in paths {
        all.extend(paths.iter().map(|b| {
            a.iter()
                .zip(b)
                .map(|(x, y)| (x - y) * (x - y))
                .sum::<f64>()
                .sqrt()
        }));
    }
    all
}

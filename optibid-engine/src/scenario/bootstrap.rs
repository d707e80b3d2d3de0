//! Paths made of pieces of past errors.

use super::random::Generator;
use super::set::{ScenarioError, ScenarioSet, check_paths};

/// Draws `count` equally likely paths: the forecast plus past errors, taken in blocks of `block` periods, each block from the
/// same periods of a day drawn at random (Künsch 1989, Annals of Statistics 17(3), with blocks that keep their time
/// of day). A block of the whole day keeps every dependence within it; a shorter one makes more different paths.
///
/// `errors`: outer days, inner periods, observed less forecast. `forecast`: one value a period. Both currency per MWh.
///
/// # Errors
/// [`ScenarioError`] for an empty or uneven history, a forecast of another length, a block or count of 0.
pub fn bootstrap(
    errors: &[Vec<f64>],
    forecast: &[f64],
    block: usize,
    count: usize,
    seed: u64,
) -> Result<ScenarioSet, ScenarioError> {
    check_paths("errors", errors)?;
    let wanted = errors.first().map_or(0, Vec::len);
    if forecast.len() != wanted {
        return Err(ScenarioError::Length {
            field: "forecast",
            length: forecast.len(),
            wanted,
        });
    }
    if block == 0 {
        return Err(ScenarioError::Empty { field: "block" });
    }
    let mut generator = Generator::new(seed);
    let paths = (0..count).map(|_| {
        let mut path = Vec::with_capacity(forecast.len());
        for (index, part) in forecast.chunks(block).enumerate() {
            let day = errors
                .get(generator.below(errors.len()))
                .into_iter()
                .flatten();
            let day = day.skip(index * block);
            path.extend(part.iter().zip(day).map(|(centre, error)| centre + error));
        }
        path
    });
    ScenarioSet::equally_likely(paths.collect())
}

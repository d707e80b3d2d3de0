//! How far the method's own past forecasts were off.

use super::history::{Day, History};
use jiff::ToSpan;
use jiff::civil::Date;

/// Past days whose errors count.
const DAYS: usize = 42;

/// Fewest days that a past forecast rests on.
const LEAST_PAST: usize = 3;

/// Fewest errors that tell something about one time of day; below that all times are taken together.
const LEAST_ERRORS: usize = 20;

/// The method: one price for each time of day of the date, from the days before it.
type Profile = fn(&[Day], Date) -> Vec<f64>;

/// What to add to the forecast at each time of day for the lower and the upper end.
pub(super) struct Band(Vec<(f64, f64)>);

impl Band {
    pub(super) fn new(history: &History, (date, profile): (Date, Profile), coverage: f64) -> Self {
        let days = history.days();
        let slots = days.last().map_or(0, |day| day.prices.len());
        let mut errors = vec![Vec::new(); slots];
        for day in past_errors(days, (date, profile)) {
            for (errors, error) in errors.iter_mut().zip(day) {
                errors.extend(error);
            }
        }
        let all: Vec<f64> = errors.iter().flatten().copied().collect();
        let reach = history.per_hour();
        let ends = (0..slots).map(|slot| {
            let near = slot.saturating_sub(reach)..(slot + reach + 1).min(slots);
            let near: Vec<f64> = errors
                .get(near)
                .unwrap_or_default()
                .iter()
                .flatten()
                .copied()
                .collect();
            quantiles(
                if near.len() < LEAST_ERRORS {
                    all.clone()
                } else {
                    near
                },
                coverage,
            )
        });
        Self(ends.collect())
    }

    pub(super) fn at(&self, slot: usize) -> (f64, f64) {
        self.0.get(slot).copied().unwrap_or_default()
    }
}

/// Outcome less forecast of past days, in order of time: one error for each time of day, where there was a price. Each is
/// forecast from days that lie as far back as the latest day known lies before `date`.
pub(super) fn past_errors(days: &[Day], (date, profile): (Date, Profile)) -> Vec<Vec<Option<f64>>> {
    let Some(latest) = days.last() else {
        return Vec::new();
    };
    let lag = latest
        .date
        .until(date)
        .map_or(1, |span| span.get_days())
        .max(1);
    let recent = days.iter().skip(days.len().saturating_sub(DAYS));
    let errors = recent.filter_map(|day| {
        let known = day.date.checked_sub(lag.days()).unwrap_or(Date::MIN);
        let past = days
            .get(..days.partition_point(|d| d.date <= known))
            .unwrap_or_default();
        let forecast = (past.len() >= LEAST_PAST).then(|| profile(past, day.date))?;
        let pairs = day.prices.iter().zip(forecast);
        Some(pairs.map(|(outcome, f)| outcome.map(|o| o - f)).collect())
    });
    errors.collect()
}

/// The ends that leave out half of what is not covered on either side, not past zero.
fn quantiles(mut errors: Vec<f64>, coverage: f64) -> (f64, f64) {
    errors.sort_by(f64::total_cmp);
    let tail = (1.0 - coverage) / 2.0;
    (
        quantile(&errors, tail).min(0.0),
        quantile(&errors, 1.0 - tail).max(0.0),
    )
}

/// The value at rank `(n + 1) p` of sorted values, counted from 1 and kept within them.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let rank = ((sorted.len() as f64 + 1.0) * p).clamp(1.0, sorted.len().max(1) as f64);
    let at = |rank: f64| sorted.get(rank as usize - 1).copied().unwrap_or_default();
    let (low, high) = (at(rank.floor()), at(rank.ceil()));
    low + (high - low) * rank.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_interpolated_at_rank_n_plus_one() {
        let sorted: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(quantile(&sorted, 0.1), 1.0);
        assert_eq!(quantile(&sorted, 0.5), 5.0);
        assert_eq!(quantile(&sorted, 0.9), 9.0);
        assert_eq!(quantile(&sorted, 0.25), 2.5);
        assert_eq!(quantile(&[7.0], 0.9), 7.0);
        assert_eq!(quantile(&[], 0.9), 0.0);
    }

    #[test]
    fn a_band_always_holds_the_forecast() {
        assert_eq!(quantiles(vec![2.0, 3.0, 4.0], 0.8), (0.0, 4.0));
        assert_eq!(quantiles(vec![-2.0, -3.0, -4.0], 0.8), (-4.0, 0.0));
    }
}

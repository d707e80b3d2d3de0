//! A day's prices by time of day, from the days before it.

use super::history::{Class, Day};
use jiff::civil::Date;

/// Similar days looked at.
const SIMILAR: usize = 8;

/// Days after which a similar day weighs half.
const HALF_LIFE: f64 = 7.0;

/// Weight of the latest day against the similar ones.
const LATEST: f64 = 0.5;

/// The forecast for `date` from `past` days, which are in order of time and not empty: one price for each time of day.
///
/// Where no similar day is known, the last days of any class stand in. A time of day that no day has a price for gets the
/// mean of the others.
pub(super) fn profile(past: &[Day], date: Date) -> Vec<f64> {
    let Some(latest) = past.last() else {
        return Vec::new();
    };
    let class = Class::of(date);
    let mut similar: Vec<&Day> = past
        .iter()
        .rev()
        .filter(|day| Class::of(day.date) == class)
        .take(SIMILAR)
        .collect();
    if similar.is_empty() {
        similar = past.iter().rev().take(SIMILAR).collect();
    }
    let weights: Vec<f64> = similar.iter().map(|day| weight(day.date, date)).collect();
    let mut values = Vec::with_capacity(similar.len());
    let prices: Vec<Option<f64>> = latest
        .prices
        .iter()
        .enumerate()
        .map(|(slot, &recent)| {
            values.clear();
            let known = similar.iter().zip(&weights);
            values.extend(known.filter_map(|(day, &w)| Some(((*day.prices.get(slot)?)?, w))));
            match (weighted_median(&mut values), recent) {
                (Some(median), Some(recent)) => Some((1.0 - LATEST) * median + LATEST * recent),
                (one, other) => one.or(other),
            }
        })
        .collect();
    let (sum, count) = prices
        .iter()
        .flatten()
        .fold((0.0, 0.0), |(s, n), p| (s + p, n + 1.0));
    let mean = if count > 0.0 { sum / count } else { 0.0 };
    prices
        .into_iter()
        .map(|price| price.unwrap_or(mean))
        .collect()
}

fn weight(then: Date, date: Date) -> f64 {
    let age = then.until(date).map_or(0, |span| span.get_days());
    0.5_f64.powf(f64::from(age) / HALF_LIFE)
}

/// The value at which half the weight is reached; the mean of two when it is reached between them.
fn weighted_median(values: &mut [(f64, f64)]) -> Option<f64> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (i, &(value, weight)) in values.iter().enumerate() {
        below += weight;
        if (below - half).abs() <= 1e-12 * half {
            let next = values.get(i + 1).map_or(value, |next| next.0);
            return Some(f64::midpoint(value, next));
        }
        if below > half {
            return Some(value);
        }
    }
    values.last().map(|last| last.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    fn day(date: Date, price: f64) -> Day {
        Day {
            date,
            prices: vec![Some(price), None],
        }
    }

    #[test]
    fn the_median_goes_where_half_the_weight_lies() {
        assert_eq!(
            weighted_median(&mut [(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)]),
            Some(2.0)
        );
        assert_eq!(weighted_median(&mut [(3.0, 1.0), (1.0, 1.0)]), Some(2.0));
        assert_eq!(
            weighted_median(&mut [(3.0, 3.0), (1.0, 1.0), (2.0, 1.0)]),
            Some(3.0)
        );
        assert_eq!(weighted_median(&mut []), None);
    }

    #[test]
    fn mixes_similar_days_with_the_latest_one() {
        // Monday 3 to Sunday 9 June 2024: weekdays cost 10, Saturday 30, Sunday 50.
        let monday = date(2024, 6, 3);
        let past: Vec<Day> = (0..7)
            .map(|i| {
                day(
                    monday + i.days(),
                    [10.0, 10.0, 10.0, 10.0, 10.0, 30.0, 50.0][i as usize],
                )
            })
            .collect();
        assert_eq!(profile(&past, monday + 7.days())[0], 30.0);
        assert_eq!(profile(&past, monday + 12.days())[0], 40.0);
        assert_eq!(profile(&past, monday + 13.days())[0], 50.0);
        // A class that is not known yet is forecast from all days.
        assert_eq!(profile(&past[..5], monday + 5.days())[0], 10.0);
        // A time of day without a price gets the mean.
        assert_eq!(profile(&past, monday + 7.days())[1], 30.0);
    }

    #[test]
    fn a_recent_day_outweighs_older_ones() {
        let monday = date(2024, 6, 3);
        let past = [
            day(monday, 10.0),
            day(monday + 1.days(), 20.0),
            day(monday + 4.days(), 90.0),
        ];
        // Weights 0.5^(7/7), 0.5^(6/7), 0.5^(3/7): half of them is reached at 20.
        assert_eq!(profile(&past, monday + 7.days())[0], 55.0);
        let past = [
            day(monday - 21.days(), 10.0),
            day(monday, 20.0),
            day(monday + 4.days(), 90.0),
        ];
        // Now the latest weighs more than the other two together.
        assert_eq!(profile(&past, monday + 7.days())[0], 90.0);
    }
}

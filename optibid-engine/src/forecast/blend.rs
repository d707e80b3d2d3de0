//! A forecast that mixes several.

use super::history::Day;
use super::paths::drawn;
use super::profile::profile;
use super::{Method, forecast, known};
use jiff::civil::Date;
use optibid_core::forecast::{Forecast, ForecastRequest, PricePaths};
use optibid_core::ports::{EngineError, Forecaster};

/// Latest days whose mean enters.
const DAYS: usize = 14;

/// Weight of the forecast from similar days against that mean.
const SIMILAR: f64 = 0.6;

/// Forecasts a day as the weighted mean of two forecasts whose errors differ.
///
/// Six tenths are the forecast of [`SimilarDayForecaster`](super::SimilarDayForecaster), which follows the latest day and the
/// kind of day; four tenths the mean of the last 14 days at the same time, which follows neither and is the
/// steadier for it. Mixing forecasts lowers the error where theirs are not the same (Bates and Granger 1969, The Combination of
/// Forecasts). History, band and clock changes are those of `SimilarDayForecaster`; the band rests on the errors that this
/// mix made.
///
/// Weight and days were chosen by what a battery earned with them on ERCOT from June to September 2024; `docs/src/performance.md`
/// tells what they earned then and from October to December.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlendedForecaster(());

impl BlendedForecaster {
    /// The method in words, as forecasts name it.
    pub const METHOD: &'static str = "six tenths the mix of similar days and the latest day, four tenths the mean of the last 14 days; \
                                      band from the method's own past errors";

    /// A forecaster; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

pub(super) const BLENDED: Method = Method {
    name: BlendedForecaster::METHOD,
    profile: blend,
};

impl Forecaster for BlendedForecaster {
    /// # Errors
    /// As [`SimilarDayForecaster`](super::SimilarDayForecaster).
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        forecast(&known(request)?, request, &BLENDED)
    }

    /// # Errors
    /// As [`SimilarDayForecaster`](super::SimilarDayForecaster).
    fn paths(
        &self,
        request: &ForecastRequest,
        count: u16,
        seed: u64,
    ) -> Result<PricePaths, EngineError> {
        drawn(&known(request)?, request, (blend, count, seed))
    }
}

fn blend(past: &[Day], date: Date) -> Vec<f64> {
    let similar = profile(past, date);
    let last = past.get(past.len().saturating_sub(DAYS)..);
    let last = last.unwrap_or_default();
    let mix = |(slot, similar): (usize, f64)| {
        let known = last.iter().filter_map(|day| *day.prices.get(slot)?);
        let (sum, count) = known.fold((0.0, 0.0), |(sum, n), price| (sum + price, n + 1.0));
        if count > 0.0 {
            SIMILAR * similar + (1.0 - SIMILAR) * sum / count
        } else {
            similar
        }
    };
    similar.into_iter().enumerate().map(mix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    #[test]
    fn six_tenths_similar_and_four_tenths_mean() {
        let monday = date(2024, 6, 3);
        let day = |i: i64, price| Day {
            date: monday + i.days(),
            prices: vec![Some(price), None],
        };
        let past = [day(0, 10.0), day(1, 10.0), day(2, 40.0)];
        // Similar days: the median by recency is 10, mixed with the latest day's 40 to 25; the mean is 20.
        let found = blend(&past, monday + 3.days());
        let similar = profile(&past, monday + 3.days());
        assert!((found[0] - (0.6 * similar[0] + 0.4 * 20.0)).abs() < 1e-12);
        // A time of day that no day has a price for is left to the similar days.
        assert_eq!(found[1], similar[1]);
    }
}

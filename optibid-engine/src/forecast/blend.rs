//! A forecast that mixes several.

use super::history::Day;
use super::profile::profile;
use super::{Method, forecast};
use jiff::civil::Date;
use optibid_core::forecast::{Forecast, ForecastRequest};
use optibid_core::ports::{EngineError, Forecaster};

/// Forecasts a day as the mean of three forecasts: that of [`SimilarDayForecaster`](super::SimilarDayForecaster), the mean of
/// the last days, and the latest day.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlendedForecaster(());

impl BlendedForecaster {
    /// The method in words, as forecasts name it.
    pub const METHOD: &'static str = "blend";

    /// A forecaster; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl Forecaster for BlendedForecaster {
    /// # Errors
    /// As [`SimilarDayForecaster`](super::SimilarDayForecaster).
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        let method = Method {
            name: Self::METHOD,
            profile: blend,
        };
        forecast(request, &method)
    }
}

fn env(name: &str, or: f64) -> f64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(or)
}

fn blend(past: &[Day], date: Date) -> Vec<f64> {
    let (w_mix, w_days, w_n) = (
        env("W_MIX", 0.5),
        env("W_DAYS", 0.5),
        env("W_N", 3.0) as usize,
    );
    let mixed = profile(past, date);
    let last: Vec<&Day> = past.iter().rev().take(w_n).collect();
    mixed
        .iter()
        .enumerate()
        .map(|(slot, &mixed)| {
            let known: Vec<f64> = last.iter().filter_map(|d| *d.prices.get(slot)?).collect();
            let mean = if known.is_empty() {
                mixed
            } else {
                known.iter().sum::<f64>() / known.len() as f64
            };
            w_mix * mixed + w_days * mean
        })
        .collect()
}

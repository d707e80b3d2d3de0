//! How good forecasts were: what is asked, and the definitions of what is answered.

use crate::backtest::SkippedDay;
use crate::market::{
    DeliveryDay, LocationCode, MarketId, PriceObservation, ProductId, Resolution, SeriesKey,
};
use crate::unit::{Price, Ratio};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A way of forecasting prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ForecastModel {
    /// The forecast that is asked for elsewhere: similar days mixed with the latest one, and a band.
    SimilarDays,
    /// The same mixed with the mean of the last 14 days, and a band.
    Blended,
    /// The price of the same time a week before: what others are measured against.
    NaiveWeek,
    /// The price of the same time on the day before from Tuesday to Friday, a week before otherwise or where the day before
    /// was not known.
    NaiveDay,
}

impl ForecastModel {
    /// All models.
    pub const ALL: [Self; 4] = [
        Self::SimilarDays,
        Self::Blended,
        Self::NaiveWeek,
        Self::NaiveDay,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SimilarDays => "similar_days",
            Self::Blended => "blended",
            Self::NaiveWeek => "naive_week",
            Self::NaiveDay => "naive_day",
        }
    }
}

impl fmt::Display for ForecastModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// A delivery day and when it is forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatedDay {
    /// The day.
    pub day: DeliveryDay,
    /// Closure of the day's first gate: nothing known later enters.
    pub gate: Timestamp,
}

/// Which forecasts to make again and to hold against the prices that came.
#[derive(Debug, Clone)]
pub struct AccuracyRequest {
    /// The series.
    pub series: SeriesKey,
    /// Length of the periods.
    pub resolution: Resolution,
    /// The days, in order of time.
    pub days: Vec<GatedDay>,
    /// The models.
    pub models: Vec<ForecastModel>,
    /// How many days ahead at most, from 1: each day ahead beyond the first is made 24 hours earlier.
    pub horizon: u8,
    /// Prices of the series in order of start, from well before the first day on, each with its knowledge time.
    pub prices: Vec<PriceObservation>,
}

/// How good forecasts were.
///
/// # Definitions
/// `y` is the price that came, `f` the forecast's median, over all periods of the days that every model could forecast, one weight a
/// period.
/// - **Error** `f - y`: above zero is too high. **Bias** is its mean, **MAE** the mean of its magnitude, **RMSE** the root of the mean of its
///   square.
/// - **rMAE** is MAE over that of [`ForecastModel::NaiveWeek`] on the same periods (Lago, Marcjasz, De Schutter and Weron 2021, Forecasting
///   day-ahead electricity prices: A review of state-of-the-art algorithms, best practices and an open-access benchmark, Applied Energy
///   293): below 1 is better than last week's prices.
/// - **Pinball loss** of a quantile `q` at `p` is `p (y - q)` where the price is not below it, `(1 - p) (q - y)` otherwise; the mean over
///   periods, and over the quantiles that a model gives (Gneiting and Raftery 2007, Strictly proper scoring rules, prediction, and estimation,
///   Journal of the American Statistical Association 102). The smaller the better, in the currency of the prices.
/// - **Calibration** is the share of prices at or below a quantile beside the one it is meant to have (Gneiting, Balabdaoui and Raftery
///   2007, Probabilistic forecasts, calibration and sharpness, Journal of the Royal Statistical Society B 69).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AccuracyReport {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day.
    pub to: Date,
    /// Length of the periods.
    pub resolution: Resolution,
    /// Days compared: those that every model could forecast and all of whose prices came.
    pub days: u32,
    /// Periods compared.
    pub periods: u64,
    /// One entry a model.
    pub models: Vec<ModelAccuracy>,
    /// Days left out, with the reason.
    pub skipped: Vec<SkippedDay>,
}

/// How good one model was; prices per MWh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct ModelAccuracy {
    /// The model.
    pub model: ForecastModel,
    /// The method, in words.
    pub method: String,
    /// Mean magnitude of the error.
    pub mae: Price,
    /// Root of the mean squared error.
    pub rmse: Price,
    /// Mean error: above zero the forecasts were too high.
    pub bias: Price,
    /// MAE over that of last week's prices; absent where those had no error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rmae: Option<Ratio>,
    /// Mean pinball loss over the quantiles; absent for a model without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinball: Option<Price>,
    /// By hour of the day in market time, the second pass of a repeated hour apart.
    pub by_hour: Vec<HourAccuracy>,
    /// By days ahead.
    pub by_horizon: Vec<HorizonAccuracy>,
    /// By quantile; none for a model without any.
    pub calibration: Vec<QuantileAccuracy>,
}

/// One hour of the day over all days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct HourAccuracy {
    /// The hour that begins then, 0 to 23 in market time.
    pub hour: u8,
    /// Whether it is the second pass of an hour that the clock goes through twice.
    pub repeated: bool,
    /// Periods.
    pub periods: u64,
    /// Mean magnitude of the error.
    pub mae: Price,
    /// Mean error.
    pub bias: Price,
}

/// Forecasts made that many days ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct HorizonAccuracy {
    /// 1 is made at the day's own gate, 2 a day earlier, and so on.
    pub days_ahead: u8,
    /// Days that every model could forecast so early.
    pub days: u32,
    /// Mean magnitude of the error.
    pub mae: Price,
    /// Mean error.
    pub bias: Price,
    /// MAE over that of last week's prices made as early; absent where those had no error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rmae: Option<Ratio>,
}

/// A quantile of the forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct QuantileAccuracy {
    /// Share of prices that is meant to lie at or below it.
    pub nominal: Ratio,
    /// Share of prices that did.
    pub observed: Ratio,
    /// Mean pinball loss.
    pub pinball: Price,
}

//! Price forecasts: what the engine is asked and what it answers.

mod accuracy;

pub use accuracy::{
    AccuracyReport, AccuracyRequest, ForecastModel, GatedDay, HorizonAccuracy, HourAccuracy,
    ModelAccuracy, QuantileAccuracy,
};

use crate::market::{
    DeliveryDay, DeliveryPeriod, LocationCode, MarketId, PriceObservation, ProductId, Resolution,
};
use crate::unit::{Price, Ratio};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What to forecast, and what is known when it is made.
#[derive(Debug, Clone)]
pub struct ForecastRequest {
    /// The market.
    pub market: MarketId,
    /// The product whose price is wanted.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: DeliveryDay,
    /// Length of the periods to forecast.
    pub resolution: Resolution,
    /// When the forecast is made: nothing known later may enter.
    pub made_at: Timestamp,
    /// Prices of the same series known at that time, in any order.
    pub history: Vec<PriceObservation>,
}

/// The forecast of one period: the median and a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct ForecastPoint {
    /// The period.
    pub period: DeliveryPeriod,
    /// Median of the forecast distribution.
    pub median: Price,
    /// Lower end of the band.
    pub lower: Price,
    /// Upper end of the band.
    pub upper: Price,
}

/// A price forecast of a delivery day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Forecast {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: Date,
    /// When it was made.
    pub made_at: Timestamp,
    /// The method, in words.
    pub method: String,
    /// Days of history it rests on.
    pub history_days: u32,
    /// Share of outcomes that the band should hold.
    pub coverage: Ratio,
    /// One point a period, in order of time.
    pub points: Vec<ForecastPoint>,
}

/// Price paths of a delivery day that are equally likely.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PricePaths {
    /// Outer paths, inner periods of the day in order of time.
    pub paths: Vec<Vec<Price>>,
}

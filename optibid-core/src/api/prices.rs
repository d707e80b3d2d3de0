use crate::market::{
    DeliveryPeriod, LocationCode, MarketId, PriceComponents, PriceObservation, ProductId,
    Resolution,
};
use crate::ports::AppendReport;
use crate::unit::{Currency, Price};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A price with its unit and market time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PriceView {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First instant the price holds for.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// Length of the period.
    pub resolution: Resolution,
    /// The start in market time, with its zone.
    pub market_time: String,
    /// The price.
    pub price: Price,
    /// Its currency; the unit is currency per MWh.
    pub currency: Currency,
    /// Its parts, where the market publishes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<PriceComponents>,
    /// When it became known.
    pub known_at: Timestamp,
}

impl PriceView {
    /// A price with its market's currency and the start in market time.
    #[must_use]
    pub fn new(price: PriceObservation, currency: Currency, market_time: String) -> Self {
        let period: DeliveryPeriod = price.period;
        Self {
            market: price.market,
            product: price.product,
            location: price.location,
            start: period.start(),
            end: period.end(),
            resolution: period.resolution(),
            market_time,
            price: price.price,
            currency,
            components: price.components,
            known_at: price.known_at,
        }
    }
}

/// A part of a price series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryView {
    /// The prices in order of start.
    pub items: Vec<PriceView>,
    /// Pass as `from` to read on; absent when the span is exhausted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_from: Option<Timestamp>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ImportView {
    /// The format the file was read as.
    pub format: String,
    /// Prices read.
    pub read: u64,
    /// Periods that had no price before.
    pub inserted: u64,
    /// Periods that had another price before.
    pub restated: u64,
    /// Prices that said nothing new.
    pub unchanged: u64,
    /// Prices with more decimals than are kept, rounded half-even.
    pub rounded: u64,
    /// What the reader noticed: gaps, repeated hours, rows left out by rule.
    pub notes: Vec<String>,
}

impl ImportView {
    /// Joins what the reader and the store report.
    #[must_use]
    pub fn new(format: &str, read: (u64, u64), report: AppendReport, notes: Vec<String>) -> Self {
        Self {
            format: format.to_owned(),
            read: read.0,
            rounded: read.1,
            inserted: report.inserted,
            restated: report.restated,
            unchanged: report.unchanged,
            notes,
        }
    }
}

/// What to forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastQuery {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: Date,
    /// Length of the periods; absent takes that of the product's bids.
    #[serde(default)]
    pub resolution: Option<Resolution>,
    /// When it is made; absent means now. Nothing known later enters.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
}

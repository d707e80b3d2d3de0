use crate::app::{AccuracyInput, ForecastInput};
use crate::forecast::ForecastModel;
use crate::market::{
    DeliveryPeriod, LocationCode, MarketId, MarketZone, PriceComponents, PriceObservation,
    PriceSummary, ProductId, Resolution,
};
use crate::ports::{AppendReport, SeriesKey};
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
    /// The start in market time, with its zone; in UTC where the market's rules are not known.
    pub market_time: String,
    /// The price.
    pub price: Price,
    /// Its currency, where the market's rules are known; the unit is currency per MWh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Its parts, where the market publishes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<PriceComponents>,
    /// When it became known.
    pub known_at: Timestamp,
}

impl PriceView {
    /// A price with its market's zone and currency, where they are known.
    #[must_use]
    pub fn new(price: PriceObservation, terms: Option<&(MarketZone, Currency)>) -> Self {
        let period: DeliveryPeriod = price.period;
        let market_time = match terms {
            Some((zone, _)) => zone.local(period.start()).to_string(),
            None => period.start().to_string(),
        };
        Self {
            market: price.market,
            product: price.product,
            location: price.location,
            start: period.start(),
            end: period.end(),
            resolution: period.resolution(),
            market_time,
            price: price.price,
            currency: terms.map(|(_, currency)| *currency),
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
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, utoipa::IntoParams,
)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ForecastParams {
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

impl From<ForecastParams> for ForecastInput {
    fn from(q: ForecastParams) -> Self {
        Self {
            series: SeriesKey {
                market: q.market,
                product: q.product,
                location: q.location,
            },
            day: q.day,
            resolution: q.resolution,
            made_at: q.made_at,
        }
    }
}

/// Which forecasts to assess.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, utoipa::IntoParams,
)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccuracyParams {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day, at most 91 days later.
    pub to: Date,
    /// One model; absent means all.
    #[param(inline)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ForecastModel>,
    /// How many days ahead at most, 1 to 7; absent means 1, at the day's own gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
}

impl From<AccuracyParams> for AccuracyInput {
    fn from(q: AccuracyParams) -> Self {
        Self {
            series: SeriesKey {
                market: q.market,
                product: q.product,
                location: q.location,
            },
            from: q.from,
            to: q.to,
            model: q.model,
            horizon: q.horizon,
        }
    }
}

/// Figures over a span of a price series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SummaryView {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First start of the span.
    pub from: Timestamp,
    /// First start after the span.
    pub to: Timestamp,
    /// Currency of the prices, where the market's rules are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The figures; absent when the span holds no price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<PriceSummary>,
}

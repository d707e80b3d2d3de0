use crate::app::{DayGrid, GatedPeriod, MarketOverview, ProductOverview};
use crate::market::rules::{ProductKind, RuleText};
use crate::market::{MarketId, ProductId, Resolution};
use crate::unit::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A market with its products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketView {
    /// The market.
    pub market: MarketId,
    /// Its name for people.
    pub name: String,
    /// Its products.
    pub products: Vec<ProductView>,
}

/// The next gate of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GateView {
    /// The delivery day it is for.
    pub delivery_day: Date,
    /// When it closes.
    pub closes_at: Timestamp,
    /// The same in market time, with its zone.
    pub closes_at_market_time: String,
}

/// A product with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductView {
    /// The product.
    pub product: ProductId,
    /// Its name for people.
    pub name: String,
    /// Day-ahead or real-time.
    pub kind: ProductKind,
    /// The market's zone.
    pub time_zone: String,
    /// Currency of prices.
    pub currency: Currency,
    /// Length of the periods bid for.
    pub resolution: Resolution,
    /// The gate that closes next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_gate: Option<GateView>,
    /// Every rule in force.
    pub rules: Vec<RuleText>,
}

impl From<ProductOverview> for ProductView {
    fn from(overview: ProductOverview) -> Self {
        let rules = overview.rules;
        let zone = &rules.zone.value;
        let next_gate = overview
            .next_gate
            .map(|(delivery_day, closes_at)| GateView {
                delivery_day,
                closes_at,
                closes_at_market_time: zone.local(closes_at).to_string(),
            });
        Self {
            time_zone: zone.name().to_owned(),
            name: overview.name,
            kind: rules.kind,
            currency: rules.currency.value,
            resolution: rules.interval.value,
            product: rules.product,
            next_gate,
            rules: overview.rows,
        }
    }
}

impl From<MarketOverview> for MarketView {
    fn from(overview: MarketOverview) -> Self {
        Self {
            products: overview
                .products
                .into_iter()
                .map(ProductView::from)
                .collect(),
            market: overview.market,
            name: overview.name,
        }
    }
}

/// A period of a delivery day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PeriodView {
    /// Position in the day, from 0.
    pub index: u32,
    /// First instant.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
    /// The start in market time, with its zone.
    pub market_time: String,
    /// When bids for the period close.
    pub gate_closes_at: Timestamp,
    /// The same in market time, with its zone.
    pub gate_closes_at_market_time: String,
}

/// A delivery day as the grid of periods that are bid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayView {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The delivery day.
    pub day: Date,
    /// The market's zone.
    pub time_zone: String,
    /// Length of the periods.
    pub resolution: Resolution,
    /// First instant of the day.
    pub start: Timestamp,
    /// First instant of the next day.
    pub end: Timestamp,
    /// The periods in order of time.
    pub periods: Vec<PeriodView>,
}

impl From<DayGrid> for DayView {
    fn from(grid: DayGrid) -> Self {
        let zone = &grid.rules.zone.value;
        let period = |(index, gated): (u32, &GatedPeriod)| PeriodView {
            index,
            start: gated.period.start(),
            end: gated.period.end(),
            market_time: zone.local(gated.period.start()).to_string(),
            gate_closes_at: gated.closes_at,
            gate_closes_at_market_time: zone.local(gated.closes_at).to_string(),
        };
        Self {
            day: grid.day.date(),
            time_zone: zone.name().to_owned(),
            resolution: grid.rules.interval.value,
            start: grid.day.start(),
            end: grid.day.end(),
            periods: (0..).zip(&grid.periods).map(period).collect(),
            market: grid.rules.market.clone(),
            product: grid.rules.product.clone(),
        }
    }
}

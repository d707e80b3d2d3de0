use crate::app::{MarketOverview, ProductOverview};
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

use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::unit::Energy;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Metered energy of one settlement period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeteredRequest {
    /// The period.
    pub period: DeliveryPeriod,
    /// Energy at the meter; positive is injection.
    pub energy: Energy,
}

/// Settles a delivery day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleRequest {
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: Date,
    /// The product that is the day-ahead leg.
    pub day_ahead: ProductId,
    /// The product whose prices settle the imbalance; absent settles no imbalance.
    #[serde(default)]
    pub real_time: Option<ProductId>,
    /// Metered energy; absent means that delivery was as awarded.
    #[serde(default)]
    pub metered: Option<Vec<MeteredRequest>>,
}

//! Two-settlement: what goes into it.

use crate::market::{DeliveryDay, DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::portfolio::award::Award;
use crate::schedule::PeriodPrice;
use crate::unit::{Currency, Energy, Price};
use serde::{Deserialize, Serialize};

/// Energy metered at the grid connection in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Metered {
    /// The period.
    pub period: DeliveryPeriod,
    /// Net energy; positive is injection.
    pub energy: Energy,
}

/// Which energy a fee is charged on; always its magnitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeeBasis {
    /// Each award's energy, bought or sold.
    Awarded,
    /// Metered energy of each real-time period, in either direction.
    Metered,
    /// Imbalance of each real-time period, in either direction.
    Imbalance,
}

/// A fee per MWh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Its name on the statement.
    pub name: String,
    /// Which energy it is charged on.
    pub basis: FeeBasis,
    /// The fee per MWh; a negative one is a rebate.
    pub rate: Price,
}

/// One location's delivery day, ready to settle.
///
/// Real-time prices give the grid: each of their periods has one imbalance. Awards and prices may
/// have different lengths (an hourly award against quarter-hour prices); metering must be as fine
/// as the prices or finer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementInput {
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The currency of all prices.
    pub currency: Currency,
    /// The delivery day.
    pub day: DeliveryDay,
    /// Financially firm awards: of the day-ahead market, and of any later auction that settles at
    /// its own price before real time.
    pub day_ahead: Vec<Award>,
    /// What was delivered. None deems it delivered as awarded: there is no imbalance to settle, no
    /// real-time price is needed, and wear is that of the awards.
    pub metered: Option<Vec<Metered>>,
    /// The product that imbalances settle at.
    pub real_time_product: ProductId,
    /// Its prices; not looked at when nothing was metered.
    pub real_time_prices: Vec<PeriodPrice>,
    /// Fees per MWh.
    pub fees: Vec<Fee>,
    /// Wear per MWh discharged at the grid connection; none when there is no battery behind it.
    pub degradation_cost: Option<Price>,
}

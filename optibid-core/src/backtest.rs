//! Backtests: the bid cycle replayed over past prices, gate by gate, with only what was known then.

use crate::asset::Battery;
use crate::market::rules::ProductRules;
use crate::market::{LocationCode, MarketId, PriceObservation, ProductId};
use crate::unit::{Energy, Money, Ratio};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What to replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BacktestRequest {
    /// The market.
    pub market: MarketId,
    /// The product bid into and settled at.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day.
    pub to: Date,
    /// The battery.
    pub battery: Battery,
}

/// A request with what the engine needs to run it.
#[derive(Debug, Clone)]
pub struct BacktestInput {
    /// What to replay.
    pub request: BacktestRequest,
    /// The venue's rules, one for each day from first to last.
    pub rules: Vec<ProductRules>,
    /// All prices of the series from well before the first day on; each with its knowledge time.
    pub prices: Vec<PriceObservation>,
}

/// One day of a backtest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BacktestDay {
    /// The delivery day.
    pub day: Date,
    /// Energy sold less energy bought at the prices that came.
    pub revenue: Money,
    /// Cost of degradation.
    pub wear: Money,
    /// Revenue less wear of the best schedule in hindsight, from the same state of charge.
    pub perfect_foresight: Money,
    /// (Revenue - wear) / perfect foresight; none when that is not above zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Ratio>,
    /// Energy charged at the grid connection.
    pub charged: Energy,
    /// Energy discharged at the grid connection.
    pub discharged: Energy,
    /// Energy discharged over usable capacity.
    pub cycles: Ratio,
    /// Awarded energy that the battery could not deliver, settled as imbalance at the same price.
    pub undelivered: Energy,
    /// State of charge at the end of the day.
    pub state_of_charge: Energy,
}

/// A day that could not be replayed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct SkippedDay {
    /// The delivery day.
    pub day: Date,
    /// Why: too little history, a missing price.
    pub reason: String,
}

/// The result of a backtest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BacktestReport {
    /// What was replayed.
    pub request: BacktestRequest,
    /// The strategy, in words.
    pub strategy: String,
    /// Day by day.
    pub days: Vec<BacktestDay>,
    /// Days left out.
    pub skipped: Vec<SkippedDay>,
    /// Sum of revenue.
    pub revenue: Money,
    /// Sum of wear.
    pub wear: Money,
    /// Sum of the perfect-foresight values.
    pub perfect_foresight: Money,
    /// (Revenue - wear) / perfect foresight over all days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Ratio>,
    /// Sum of cycles.
    pub cycles: Ratio,
}

//! What came of a backtest.

use super::{BacktestRequest, Waterfall};
use crate::market::{DeliveryPeriod, ProductId};
use crate::portfolio::ProductRevenue;
use crate::schedule::Shortfall;
use crate::unit::{Energy, Money, Price, Ratio};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the best hours of a day less its worst would have brought, known afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct TopBottom {
    /// Hours on either side.
    pub hours: u8,
    /// Sum of the highest hourly prices less the sum of the lowest, for 1 MW and an hour each; no losses, wear or fees, and
    /// in whatever order they came.
    pub per_megawatt: Money,
}

/// What a day held by other measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Baselines {
    /// TB2 and TB4 at the product's prices.
    pub top_bottom: Vec<TopBottom>,
    /// Perfect foresight that trades the product alone; the same as the day's perfect foresight without a balancing product.
    pub product_foresight: Money,
}

/// What a bid rested on and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct GateRecord {
    /// The product.
    pub product: ProductId,
    /// The closing instant.
    pub closes_at: Timestamp,
    /// State of charge that was expected for the start of the first period that closed.
    pub state_of_charge: Energy,
    /// Prices known.
    pub known: u64,
    /// SHA-256 of all that was known and of the bid, in hexadecimal digits.
    pub hash: String,
}

/// One settlement period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BacktestPeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// Price of the product.
    pub price: Price,
    /// Price that deviations settled at.
    pub balancing_price: Price,
    /// Energy awarded in the product and filled.
    pub award: Energy,
    /// Energy meant to be delivered after the balancing product's award.
    pub dispatch: Energy,
    /// Energy delivered at the grid connection; positive is discharged.
    pub delivered: Energy,
    /// State of charge at the end.
    pub state_of_charge: Energy,
}

/// One day of a backtest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BacktestDay {
    /// The delivery day.
    pub day: Date,
    /// Energy sold less energy bought at the prices that came, of all products.
    pub revenue: Money,
    /// The same by product.
    #[serde(default)]
    pub revenues: Vec<ProductRevenue>,
    /// Grid fees for energy drawn and fed in; absent when the battery pays none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Money>,
    /// Cost of degradation, that of cycle depth included; depth counts from the day's first state of charge.
    pub wear: Money,
    /// What is missing from a target that has a price at the end of the day; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
    /// Revenue less wear, fees and shortfall of the best schedule in hindsight, from the same state of charge.
    pub perfect_foresight: Money,
    /// (Revenue - wear - fees - shortfall) / perfect foresight, as
    /// [`capture_ratio`](crate::portfolio::capture_ratio) defines it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Ratio>,
    /// Energy charged at the grid connection.
    pub charged: Energy,
    /// Energy discharged at the grid connection.
    pub discharged: Energy,
    /// Energy discharged over usable capacity.
    pub cycles: Ratio,
    /// Awarded energy that the battery could not deliver, settled as imbalance.
    pub undelivered: Energy,
    /// State of charge at the end of the day.
    pub state_of_charge: Energy,
    /// Where the money went; absent in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waterfall: Option<Waterfall>,
    /// What the day held by other measures; absent in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baselines: Option<Baselines>,
    /// Gates that were bid at.
    #[serde(default)]
    pub gate_count: u32,
    /// SHA-256 of the hashes of the day's gates in order of time, in hexadecimal digits.
    #[serde(default)]
    pub hash: String,
    /// Every gate, when detail was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateRecord>,
    /// Every settlement period, when detail was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<BacktestPeriod>,
}

impl BacktestDay {
    /// Revenue less wear, fees and shortfall; none when it is out of range.
    #[must_use]
    pub fn net(&self) -> Option<Money> {
        net(
            self.revenue,
            self.wear,
            (self.fees, self.shortfall.map(|missing| missing.cost)),
        )
    }
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
    /// The same by product.
    #[serde(default)]
    pub revenues: Vec<ProductRevenue>,
    /// Sum of grid fees; absent when the battery pays none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Money>,
    /// Sum of wear.
    pub wear: Money,
    /// Sum of what shortfalls from a target with a price cost; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Money>,
    /// Sum of the perfect-foresight values.
    pub perfect_foresight: Money,
    /// (Revenue - wear - fees - shortfalls) / perfect foresight over all days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Ratio>,
    /// Sum of cycles.
    pub cycles: Ratio,
    /// Sum of the days' waterfalls; absent in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waterfall: Option<Waterfall>,
    /// Gates that were bid at.
    #[serde(default)]
    pub gate_count: u64,
}

impl BacktestReport {
    /// Revenue less wear, fees and shortfalls; none when it is out of range.
    #[must_use]
    pub fn net(&self) -> Option<Money> {
        net(self.revenue, self.wear, (self.fees, self.shortfall))
    }
}

fn net(
    revenue: Money,
    wear: Money,
    (fees, shortfall): (Option<Money>, Option<Money>),
) -> Option<Money> {
    let costs = [Some(wear), fees, shortfall];
    costs
        .into_iter()
        .flatten()
        .try_fold(revenue, |net, cost| net.checked_sub(cost))
}

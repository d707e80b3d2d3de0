//! What becomes of a bid at given prices: what the engine is asked and what it answers.

mod difference;
mod risk;
mod summary;
mod what_if;

pub use difference::{OutcomeDifference, RiskDifference};
pub use risk::OutcomeRisk;
pub use summary::OutcomeSummary;
pub use what_if::{PathSource, PriceBasis, WhatIf};

use crate::asset::Battery;
use crate::bid::BidOffer;
use crate::forecast::PricePaths;
use crate::market::DeliveryPeriod;
use crate::schedule::PeriodPrice;
use crate::unit::{Currency, Energy, Money, Power, Price, Ratio};
use serde::{Deserialize, Serialize};

/// An offer and the prices that it meets.
#[derive(Debug, Clone)]
pub struct OutcomeRequest {
    /// What is offered: curves or block orders of energy.
    pub offer: BidOffer,
    /// Currency of the prices.
    pub currency: Currency,
    /// The battery that delivers; none answers revenue alone.
    pub battery: Option<Battery>,
    /// Share of the battery's power limits available in each period; empty means all of it always.
    pub availability: Vec<Ratio>,
    /// The expected prices of the day's bid periods, consecutive and in order of time.
    pub prices: Vec<PeriodPrice>,
    /// Price paths over the same periods; without any where no risk is wanted.
    pub paths: PricePaths,
    /// What each MWh that is not delivered, or not taken, costs on top of its period's price.
    pub shortfall_price: Price,
}

impl OutcomeRequest {
    /// An offer at expected prices alone, with nothing behind it.
    #[must_use]
    pub fn new(offer: BidOffer, prices: Vec<PeriodPrice>, currency: Currency) -> Self {
        Self {
            offer,
            currency,
            battery: None,
            availability: Vec::new(),
            prices,
            paths: PricePaths::default(),
            shortfall_price: Price::ZERO,
        }
    }
}

/// What becomes of an offer whose maker is too small to move a price.
///
/// # Definitions
/// - **Cleared** is what the offer accepts at the period's price, volume at exactly that price in full: of a curve
///   [`OfferCurve::cleared_at`](crate::bid::OfferCurve::cleared_at), of block orders
///   [`BlockOrders::accepted_at`](crate::bid::BlockOrders::accepted_at).
/// - **Delivered** is what the battery can do of it in order of time, from its initial state of charge, within power, store, ramp
///   and the day's cycle budget. Without a battery it is what cleared.
/// - **Shortfall** is cleared less delivered energy: positive was sold and is missing, negative was bought and not taken. What
///   rounding to whole kW s can add up to in a day (2 kW s a period) is none.
/// - **Revenue** is delivered energy at the period's price: what is short is bought back at the same price, as in a backtest
///   without a balancing product. What else it costs is `shortfall_price`.
/// - **Net** is revenue less wear, fees, the shortfall's cost and what is missing from a target with a price. Energy left in store
///   is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BidOutcome {
    /// Each period of the day at the expected prices, in order of time.
    pub periods: Vec<OutcomePeriod>,
    /// Sums over the day at the expected prices.
    pub totals: OutcomeTotals,
    /// What the price paths come to; absent without paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<OutcomeRisk>,
}

/// One period at its expected price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomePeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// The expected price.
    pub price: Price,
    /// What clears: positive sells, negative buys.
    pub cleared: Power,
    /// Delivered energy at the price; the periods' amounts add up to the day's to the minor unit.
    pub revenue: Money,
    /// What the battery does; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<OutcomeDelivery>,
    /// What the price paths come to in this period; absent without paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<PeriodPaths>,
}

/// What the battery does in one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeDelivery {
    /// Mean power at the grid connection: positive discharges, negative charges.
    pub power: Power,
    /// Energy at the grid connection, exact.
    pub energy: Energy,
    /// Stored energy at the end of the period.
    pub state_of_charge: Energy,
    /// What cleared and cannot be delivered; absent when all can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<OutcomeShortfall>,
}

/// What cleared and cannot be delivered in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeShortfall {
    /// Cleared less delivered energy.
    pub energy: Energy,
    /// What is in the way.
    pub cause: ShortfallCause,
}

/// What keeps a battery from its award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShortfallCause {
    /// The power limit, or the share of it that is available.
    Power,
    /// The store is at its lowest allowed energy.
    Empty,
    /// The store is at its highest allowed energy.
    Full,
    /// The day's cycle budget is used up.
    CycleBudget,
    /// The ramp limit.
    Ramp,
}

/// One period over all price paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct PeriodPaths {
    /// Mean of what clears, half-even to 1 kW.
    pub mean_cleared: Power,
    /// Share of the paths on which anything clears.
    pub clears: Ratio,
    /// Share of the paths on which part of it cannot be delivered; absent without a battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falls_short: Option<Ratio>,
}

/// Sums over a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeTotals {
    /// Energy that clears as sold.
    pub sold: Energy,
    /// Energy that clears as bought, as a magnitude.
    pub bought: Energy,
    /// Delivered energy at its prices.
    pub revenue: Money,
    /// Cost of wear, that of cycle depth included.
    pub wear: Money,
    /// Grid fees; absent when the battery pays none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Money>,
    /// Energy that cleared and is not delivered or not taken, as a sum of magnitudes.
    pub shortfall: Energy,
    /// What it costs beyond the periods' prices; absent without a price for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall_cost: Option<Money>,
    /// Energy missing from the battery's target at the end of the day; absent when none is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below_target: Option<Energy>,
    /// What that costs; absent without a price for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_cost: Option<Money>,
    /// Revenue less all costs.
    pub net: Money,
}

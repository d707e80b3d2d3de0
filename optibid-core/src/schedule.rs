//! Battery schedules and offers: what the engine is asked and what it answers.

use crate::asset::Battery;
use crate::bid::BidPeriod;
use crate::forecast::Forecast;
use crate::market::DeliveryPeriod;
use crate::market::rules::ProductRules;
use crate::unit::{Currency, Energy, Money, Power, Price, Ratio};
use serde::{Deserialize, Serialize};

/// The price of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PeriodPrice {
    /// The period.
    pub period: DeliveryPeriod,
    /// Its price per MWh.
    pub price: Price,
}

/// A battery's arbitrage problem: maximise revenue less wear over the periods, as a price taker.
#[derive(Debug, Clone)]
pub struct ScheduleRequest {
    /// The battery.
    pub battery: Battery,
    /// Prices of consecutive periods of one length.
    pub prices: Vec<PeriodPrice>,
    /// Share of the power limits available in each period; empty means all of it always.
    pub availability: Vec<Ratio>,
    /// Currency of the prices.
    pub currency: Currency,
}

/// What the battery does in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct SchedulePoint {
    /// The period.
    pub period: DeliveryPeriod,
    /// Mean power at the grid connection: positive discharges, negative charges; never both at once.
    pub power: Power,
    /// Energy at the grid connection, exact: positive discharged, negative charged.
    pub energy: Energy,
    /// Stored energy at the end of the period.
    pub state_of_charge: Energy,
    /// What one more stored MWh would be worth at the end of the period.
    pub stored_value: Price,
}

/// The optimal schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// One point a period, in order of time.
    pub points: Vec<SchedulePoint>,
    /// Energy sold less energy bought, at the given prices.
    pub revenue: Money,
    /// Cost of degradation.
    pub wear: Money,
    /// Revenue less wear: what was maximised.
    pub value: Money,
    /// Energy discharged over usable capacity.
    pub cycles: Ratio,
}

/// What to turn into offer curves.
#[derive(Debug, Clone)]
pub struct OfferRequest {
    /// The battery.
    pub battery: Battery,
    /// The price forecast of the day.
    pub forecast: Forecast,
    /// The venue's rules of the day.
    pub rules: ProductRules,
    /// Share of the power limits available in each period; empty means all of it always.
    pub availability: Vec<Ratio>,
}

/// Offer curves of a day and the schedule they are built around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// One curve a bid period, in order of time.
    pub periods: Vec<BidPeriod>,
    /// The schedule at the forecast's median.
    pub expected: Schedule,
}

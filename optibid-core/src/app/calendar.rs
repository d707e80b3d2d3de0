//! The delivery days of a product, and the zone and currency of its prices.

use super::App;
use super::forecasts::out_of_calendar;
use crate::error::Result;
use crate::market::rules::ProductRules;
use crate::market::{DayError, DeliveryDay, DeliveryPeriod, MarketId, MarketZone, ProductId};
use crate::unit::Currency;
use jiff::Timestamp;
use jiff::civil::Date;

/// A period of a delivery day with the instant its gate closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatedPeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// When bids for it close.
    pub closes_at: Timestamp,
}

/// A delivery day as the grid of periods that are bid for.
#[derive(Debug, Clone)]
pub struct DayGrid {
    /// The rules in force on the day.
    pub rules: ProductRules,
    /// The day.
    pub day: DeliveryDay,
    /// Its periods in order of time: 23, 24 or 25 hours, 92, 96 or 100 quarters.
    pub periods: Vec<GatedPeriod>,
}

impl DayGrid {
    /// The grid of a delivery day under the rules in force on it.
    ///
    /// # Errors
    /// When the day is out of the calendar.
    pub fn of(rules: ProductRules, date: Date) -> Result<Self, DayError> {
        let day = rules.delivery_day(date)?;
        let gated = |period| {
            let closes_at = rules.gate_closure(&day, &period)?;
            Ok(GatedPeriod { period, closes_at })
        };
        let periods = rules.periods(&day).map(gated).collect::<Result<_, _>>()?;
        Ok(Self {
            rules,
            day,
            periods,
        })
    }
}

impl App {
    /// The grid of a delivery day.
    ///
    /// # Errors
    /// When market or product are not known, or the rules do not reach back to that day.
    pub fn delivery_grid(
        &self,
        market: &MarketId,
        product: &ProductId,
        date: Date,
    ) -> Result<DayGrid> {
        let rules = self.rules.at(market, product, date)?;
        DayGrid::of(rules, date).map_err(out_of_calendar)
    }

    /// The zone and the currency that a product's prices are in today.
    ///
    /// # Errors
    /// When market or product are not known.
    pub fn price_terms(
        &self,
        market: &MarketId,
        product: &ProductId,
    ) -> Result<(MarketZone, Currency)> {
        let now = self.environment.clock.now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let rules = self.rules.at(market, product, today)?;
        Ok((rules.zone.value, rules.currency.value))
    }
}

//! A schedule bid at any price.

use crate::door;
use crate::offer::secured;
use crate::offer::{Block, Venue};
use crate::optimizer::BatteryOptimizer;
use optibid_core::bid::{BidOffer, BidPeriod};
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::{EngineError, OfferBuilder, Optimizer};
use optibid_core::schedule::{Offer, OfferRequest, PeriodPrice, Schedule, ScheduleRequest};
use optibid_core::unit::Power;

/// Bids the best schedule at the forecast's medians as a price taker: buys at the venue's cap and sells at its floor, so
/// that it is awarded whatever the price. What self-scheduling and the usual backtest of a forecast do.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScheduleOffers(());

impl ScheduleOffers {
    /// A builder; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for ScheduleOffers {
    /// # Errors
    /// As [`BatteryOptimizer`].
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let expected = best(request)?;
        let taking = price_taking(&request.rules, &expected)?;
        let (periods, safety) = secured(request, taking, &expected)?;
        Ok(Offer {
            bid: BidOffer::Curve(periods),
            expected,
            reasons: Vec::new(),
            safety,
        })
    }
}

/// The best schedule at the forecast's medians.
pub(super) fn best(request: &OfferRequest) -> Result<Schedule, EngineError> {
    let prices = request.forecast.points.iter().map(|point| PeriodPrice {
        period: point.period,
        price: point.median,
    });
    let schedule = ScheduleRequest {
        availability: request.availability.clone(),
        ..ScheduleRequest::new(
            request.battery.clone(),
            request.rules.zone.value.clone(),
            prices.collect(),
            request.rules.currency.value,
        )
    };
    BatteryOptimizer::new().optimise(&schedule)
}

/// A price beyond that of any venue without a floor or cap.
const ANY_PRICE: f64 = 1e6;

/// Curves that are awarded the schedule at any price within floor and cap.
pub(super) fn price_taking(
    rules: &ProductRules,
    schedule: &Schedule,
) -> Result<Vec<BidPeriod>, EngineError> {
    let venue = Venue::new(rules);
    let low = rules.floor.as_ref();
    let low = low.map_or(-ANY_PRICE, |rule| door::price(rule.value));
    let high = rules.cap.as_ref();
    let high = high.map_or(ANY_PRICE, |rule| door::price(rule.value));
    let mut bids = Vec::with_capacity(schedule.points.len());
    for point in &schedule.points {
        let block = |price| Block {
            upto: point.power.magnitude(),
            price,
            scheduled: true,
        };
        let (charge, discharge) = match point.power {
            power if power < Power::ZERO => (vec![block(high)], Vec::new()),
            power if power > Power::ZERO => (Vec::new(), vec![block(low)]),
            _ => continue,
        };
        if let Some(curve) = venue.curve(&charge, &discharge)? {
            let period = point.period;
            bids.push(BidPeriod { period, curve });
        }
    }
    Ok(bids)
}

//! A schedule bid at any price.

use crate::offer::{price_taking, secured};
use crate::optimizer::BatteryOptimizer;
use optibid_core::bid::BidOffer;
use optibid_core::ports::{EngineError, OfferBuilder, Optimizer};
use optibid_core::schedule::{Offer, OfferRequest, PeriodPrice, Schedule, ScheduleRequest};

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
        let secured = secured(request, taking, &expected)?;
        Ok(Offer {
            bid: BidOffer::Curve(secured.periods),
            expected,
            reasons: Vec::new(),
            safety: secured.safety,
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

//! Offer curves from the opportunity cost of stored energy.

mod blocks;
mod curve;
mod reasons;
pub(crate) mod rungs;
mod safety;
mod taking;

pub(crate) use blocks::Block;
pub(crate) use curve::Venue;

use crate::door;
use crate::optimizer::{self, Problem, Worth};
use blocks::Prospect;
use optibid_core::bid::{BidOffer, BidPeriod};
use optibid_core::error::Violation;
use optibid_core::forecast::Forecast;
use optibid_core::market::DeliveryPeriod;
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferRequest, PeriodPrice, ScheduleRequest};
pub(crate) use reasons::{Drawn, reasons};
pub(crate) use safety::secured;
pub(crate) use taking::price_taking;

/// Offers a battery at the opportunity cost of its stored energy, around the schedule it is expected to run.
///
/// # Why around a schedule
/// The hours of a day-ahead auction clear independently of each other: no venue here knows a battery's state of charge, and
/// an award in one hour does not take back the offer in another. A curve of marginal values in each hour, each right on its
/// own, can therefore sell the same MWh several times or none at all: when the whole day comes out cheaper than forecast, no
/// hour reaches its forecast opportunity cost and the battery stays full. So the offer starts from the best schedule at the
/// forecast's medians, which the battery can deliver, and the prices say how sure the forecast must be to leave it.
///
/// # The curve of a period
/// With `V` the value of stored energy after the period at the forecast's medians
/// ([`battery::value_functions`](crate::battery::value_functions)), a stored MWh has the opportunity cost `V'`: selling it costs
/// `V' / discharge_efficiency + wear` at the grid, buying one is worth `V' x charge_efficiency`. `V'` is taken over the whole
/// block (its fall or rise per MWh). `best` is the highest price that the band holds for the rest of the day.
///
/// | block | quantity | price |
/// | --- | --- | --- |
/// | discharge, as scheduled | the scheduled power | wear and fee, at most the median |
/// | discharge, beyond it | what store, power limit and target allow | opportunity cost + 2 x `best`, at least the upper end |
/// | charge, as scheduled | the scheduled power | (`best` after the period - wear and fee) x both efficiencies - fee, or the price of a target it fills, at least the median |
/// | charge, beyond it | what store and power limit allow | worth - 2 x `best`, at most the lower end |
///
/// Both scheduled prices leave the opportunity cost out on purpose. It is the price of waiting for another hour of the same
/// day, and the errors of a day-ahead forecast are mostly common to its hours: a low price here says that the other hour
/// is low too, not that waiting pays. What stays certain is that below its wear discharging loses, and that energy bought for
/// more than the best hour could bring back loses. Energy beyond the schedule moves only at a price that no common
/// error explains: a spike sells energy meant for later, a slump pays for buying early. Energy
/// sold that way is missing later and is then short: the [backtest](crate::GateBacktester) reports how much.
///
/// Measured on ERCOT HB_SOUTH day-ahead, June to December 2024, with a battery of two hours and 0.95 each way: this design
/// captures 0.93 of perfect foresight and delivers 99.9 % of its awards. With the scheduled power priced at its opportunity
/// cost at the ends of the band and nothing else on offer it was 0.88 and 95 %, with the rest on offer from the ends of
/// the band on, 0.76 and 89 %.
///
/// # What the venue takes
/// Quantities are cut to the quantity tick; prices go to the price tick, down for charging, up for discharging. A
/// curve has steps where the venue takes steps, else straight lines that run level and jump (by one tick, where the venue
/// wants prices to increase). What falls outside floor and cap is not offered, nor is anything above a soft cap, over which the
/// venue verifies costs that an opportunity does not have; scheduled discharging is offered at the cap instead. Where the
/// venue is not known to take a curve from charging to discharging, the curve sells or buys, as scheduled; in an idle period
/// it sells if there is something to sell. A period in which nothing remains has no curve.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpportunityCostOffers(());

impl OpportunityCostOffers {
    /// A builder; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for OpportunityCostOffers {
    /// # Errors
    /// [`EngineError::Invalid`]
    /// - with the codes of [`BatteryOptimizer`](crate::BatteryOptimizer) for battery and availability,
    /// - `wrong_market`, `wrong_product` when the forecast is not one for these rules,
    /// - `forecast_does_not_fit` when its periods are not those that the rules take bids for on its day,
    /// - `band_crossed` when a median lies outside its band.
    ///
    /// [`EngineError::OutOfRange`] when an amount is past what the domain holds.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let OfferRequest {
            forecast, rules, ..
        } = request;
        let periods: Vec<_> = forecast.points.iter().map(|point| point.period).collect();
        check_fit(forecast, rules, &periods)?;
        let problem = problem(request)?;
        let plan = optimizer::plan(&problem)?;
        let expected = plan.schedule(&problem)?;
        let prospect = Prospect {
            window: &problem.window,
            schedule: &expected,
            plan: &plan,
            points: &forecast.points,
        };
        let venue = Venue::new(rules);
        let worth = Worth {
            problem: &problem,
            plan: &plan,
        };
        let blocks: Vec<_> = (0..periods.len()).map(|t| prospect.blocks(t)).collect();
        let mut offered = Vec::with_capacity(periods.len());
        for (&period, (charge, discharge)) in periods.iter().zip(&blocks) {
            if let Some(curve) = venue.curve(charge, discharge)? {
                offered.push(BidPeriod { period, curve });
            }
        }
        let secured = secured(request, offered, &expected)?;
        let mut reasons = Vec::new();
        let mut ahead = secured.periods.iter().peekable();
        for (t, (&period, (charge, discharge))) in periods.iter().zip(&blocks).enumerate() {
            let Some(bid) = ahead.next_if(|bid| bid.period == period) else {
                continue;
            };
            let drawn = Drawn {
                t,
                period,
                held: prospect.held(t).unwrap_or_default(),
                curve: &bid.curve,
                // What is bid at any price asks for none of the blocks'.
                blocks: match secured.takes_any_price {
                    true => (&[], &[]),
                    false => (charge, discharge),
                },
            };
            reasons.extend(self::reasons(&worth, &drawn)?);
        }
        Ok(Offer {
            bid: BidOffer::Curve(secured.periods),
            expected,
            reasons,
            safety: secured.safety,
        })
    }
}

/// The battery's arbitrage at the forecast's medians.
pub(crate) fn problem(request: &OfferRequest) -> Result<Problem, EngineError> {
    let medians = request.forecast.points.iter().map(|point| PeriodPrice {
        period: point.period,
        price: point.median,
    });
    let rules = &request.rules;
    let (zone, currency) = (rules.zone.value.clone(), rules.currency.value);
    let medians = ScheduleRequest {
        availability: request.availability.clone(),
        ..ScheduleRequest::new(request.battery.clone(), zone, medians.collect(), currency)
    };
    optimizer::checked(&medians, "forecast.points")
}

/// Whether the forecast is one of the rules' day.
pub(crate) fn check_fit(
    forecast: &Forecast,
    rules: &ProductRules,
    periods: &[DeliveryPeriod],
) -> Result<(), EngineError> {
    let mut found = Vec::new();
    if forecast.market != rules.market {
        let rule = format!("the rules are those of {}", rules.market);
        found.push(Violation::new(
            "wrong_market",
            "forecast.market",
            &forecast.market,
            rule,
        ));
    }
    if forecast.product != rules.product {
        let rule = format!("the rules are those of {}", rules.product);
        found.push(Violation::new(
            "wrong_product",
            "forecast.product",
            &forecast.product,
            rule,
        ));
    }
    for (i, point) in forecast.points.iter().enumerate() {
        if point.median < point.lower || point.upper < point.median {
            let rule = format!("between lower, {}, and upper, {}", point.lower, point.upper);
            let field = format!("forecast.points[{i}].median");
            found.push(Violation::new("band_crossed", field, point.median, rule));
        }
    }
    let day = rules.delivery_day(forecast.day).map_err(|error| {
        door::invalid(
            "delivery_day_out_of_range",
            "forecast.day",
            forecast.day,
            error.to_string(),
        )
    })?;
    if !rules.periods(&day).eq(periods.iter().copied()) {
        let (count, interval) = (rules.periods(&day).len(), rules.interval.value);
        let rule = format!("the {count} periods of {interval} of {day}, in order of time");
        let value = format!("{} periods", periods.len());
        found.push(Violation::new(
            "forecast_does_not_fit",
            "forecast.points",
            value,
            rule,
        ));
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(EngineError::Invalid(found))
    }
}

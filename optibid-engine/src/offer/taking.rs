//! A schedule at any price.

use super::blocks::Block;
use super::curve::Venue;
use crate::door;
use optibid_core::bid::BidPeriod;
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::EngineError;
use optibid_core::schedule::Schedule;
use optibid_core::unit::Power;

/// A price beyond that of any venue without a floor or cap.
const ANY_PRICE: f64 = 1e6;

/// Curves that are awarded the schedule at any price within floor and cap.
pub(crate) fn price_taking(
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

//! The series of a backtest, and what of it was known at a gate.

use jiff::{SignedDuration, Timestamp};
use optibid_core::backtest::BacktestInput;
use optibid_core::market::{DeliveryDay, PriceObservation};

/// How far back a strategy may look, hours.
const HOURS_BACK: i64 = 24 * 100;

/// Prices of one series in order of time.
pub(super) struct Known<'a>(Vec<&'a PriceObservation>);

impl<'a> Known<'a> {
    pub(super) fn new(input: &'a BacktestInput) -> Self {
        let request = &input.request;
        let mut prices: Vec<_> = input
            .prices
            .iter()
            .filter(|seen| {
                seen.market == request.market
                    && seen.product == request.product
                    && seen.location == request.location
            })
            .collect();
        prices.sort_by_key(|seen| (seen.period, seen.known_at));
        Self(prices)
    }

    /// What the day's prices came to be.
    pub(super) fn of_day(&self, day: &DeliveryDay) -> &[&'a PriceObservation] {
        self.between(day.start(), day.end())
    }

    /// The prices of the days before the day that were known at the gate; none of them known is told apart from none.
    pub(super) fn at_gate(
        &self,
        day: &DeliveryDay,
        gate: Timestamp,
    ) -> Result<Vec<PriceObservation>, String> {
        let back = SignedDuration::from_hours(HOURS_BACK);
        let from = day.start().checked_sub(back).unwrap_or(Timestamp::MIN);
        let before = self.between(from, day.start());
        let known: Vec<_> = before
            .iter()
            .filter(|seen| seen.known_at <= gate)
            .map(|&seen| seen.clone())
            .collect();
        if known.is_empty()
            && let Some(first) = before.iter().map(|seen| seen.known_at).min()
        {
            return Err(format!(
                "none of the {} prices of the days before was known at the gate ({}): the first became known at {}",
                before.len(),
                day.zone().local(gate),
                day.zone().local(first)
            ));
        }
        Ok(known)
    }

    fn between(&self, from: Timestamp, until: Timestamp) -> &[&'a PriceObservation] {
        let at = |instant: Timestamp| self.0.partition_point(|seen| seen.period.start() < instant);
        self.0.get(at(from)..at(until)).unwrap_or_default()
    }
}

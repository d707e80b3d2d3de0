//! A forecast of the hours ahead, cheap enough to be made at every gate.

use crate::backtest::prices::KnownPrices;
use crate::door;
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::ProductId;

/// Days looked back at, at the same time of day.
const DAYS: u32 = 7;

/// Fewest of them that make a forecast.
const LEAST_DAYS: u32 = 3;

/// Prices ahead: the day-ahead price of the hour where it is known, else the mean of the last days at the same time.
pub(super) struct Ahead<'a> {
    pub(super) known: KnownPrices<'a>,
    pub(super) product: &'a ProductId,
    pub(super) day_ahead: Option<&'a ProductId>,
    /// Length of a period, seconds.
    pub(super) seconds: i64,
}

impl Ahead<'_> {
    /// So many prices from `start` on; none where too little is known.
    pub(super) fn prices(&self, start: Timestamp, count: usize) -> Option<Vec<f64>> {
        let mut prices = Vec::with_capacity(count);
        let mut last = None;
        for t in 0..count {
            let at = self.after(start, i64::try_from(t).ok()?)?;
            let price = self.base(at).or(last);
            last = price;
            prices.push(price?);
        }
        Some(prices)
    }

    /// The start of a period so many periods after another; before it where negative.
    pub(super) fn after(&self, start: Timestamp, periods: i64) -> Option<Timestamp> {
        let span = SignedDuration::from_secs(self.seconds.checked_mul(periods)?);
        start.checked_add(span).ok()
    }

    /// The mean price of the period from `start` on; none where a part of it is not known.
    pub(super) fn mean(&self, product: &ProductId, start: Timestamp) -> Option<f64> {
        let part = self.known.resolution(product)?.seconds().min(self.seconds);
        let count = self.seconds / part;
        let price = |i: i64| {
            let at = start
                .checked_add(SignedDuration::from_secs(part * i))
                .ok()?;
            self.known.price(product, at).map(door::price)
        };
        let sum = (0..count).map(price).sum::<Option<f64>>()?;
        Some(sum / count as f64)
    }

    fn base(&self, at: Timestamp) -> Option<f64> {
        let day_ahead = self.day_ahead.and_then(|of| self.known.price(of, at));
        day_ahead.map(door::price).or_else(|| self.usual(at))
    }

    /// The mean of the last days.
    pub(super) fn usual(&self, at: Timestamp) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0_u32);
        for day in 1..=i64::from(2 * DAYS) {
            let then = at.checked_sub(SignedDuration::from_hours(24 * day)).ok()?;
            if let Some(price) = self.known.price(self.product, then) {
                sum += door::price(price);
                count += 1;
                if count == DAYS {
                    break;
                }
            }
        }
        (count >= LEAST_DAYS).then(|| sum / f64::from(count))
    }
}

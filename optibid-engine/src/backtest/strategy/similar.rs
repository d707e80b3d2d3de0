//! A forecast of the hours ahead, cheap enough to be made at every gate.

use crate::backtest::prices::KnownPrices;
use crate::door;
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::ProductId;
use optibid_core::unit::Price;

/// Days looked back at, at the same time of day.
const DAYS: usize = 7;

/// Fewest of them that make a forecast.
const LEAST_DAYS: usize = 3;

/// Latest known periods whose distance from the forecast tells the level.
const RECENT: usize = 4;

/// Hours after which half of that distance is left.
const HALF_LIFE: f64 = 1.0;

/// Prices ahead: the day-ahead price of the hour where it is known, else the median of the last days at the same time;
/// then moved by how far the latest known prices lay from the same, which fades.
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
        let (distance, seen) = self.distance(start);
        let mut prices = Vec::with_capacity(count);
        let fade = 0.5_f64.powf(self.seconds as f64 / 3_600.0 / HALF_LIFE);
        let since = (start.as_second() - seen.as_second()) as f64 / self.seconds as f64;
        let mut moved = distance * fade.powf(since);
        let mut last = None;
        for t in 0..count {
            let at = self.after(start, i64::try_from(t).ok()?)?;
            let base = self.base(at).or(last);
            last = base;
            prices.push(base? + moved);
            moved *= fade;
        }
        Some(prices)
    }

    fn after(&self, start: Timestamp, periods: i64) -> Option<Timestamp> {
        let span = SignedDuration::from_secs(self.seconds.checked_mul(periods)?);
        start.checked_add(span).ok()
    }

    fn base(&self, at: Timestamp) -> Option<f64> {
        let day_ahead = self.day_ahead.and_then(|of| self.known.price(of, at));
        day_ahead.map(door::price).or_else(|| self.usual(at))
    }

    /// The median of the last days.
    fn usual(&self, at: Timestamp) -> Option<f64> {
        let mut found = [Price::ZERO; DAYS];
        let mut count = 0;
        for day in 1..=i64::try_from(2 * DAYS).ok()? {
            let then = at.checked_sub(SignedDuration::from_hours(24 * day)).ok()?;
            let price = self.known.price(self.product, then);
            if let (Some(price), Some(place)) = (price, found.get_mut(count)) {
                *place = price;
                count += 1;
            }
        }
        let found = found.get_mut(..count).filter(|_| count >= LEAST_DAYS)?;
        found.sort_unstable();
        let at = |i: usize| found.get(i).copied().map(door::price);
        Some(f64::midpoint(at((count - 1) / 2)?, at(count / 2)?))
    }

    /// How far the latest known prices lie above the forecast, and when the latest one's period began.
    fn distance(&self, start: Timestamp) -> (f64, Timestamp) {
        let mut distances = [0.0_f64; RECENT];
        let (mut count, mut latest) = (0, start);
        // Prices of up to four hours ago count.
        for back in 1..=(4 * 3_600 / self.seconds.max(1)) {
            let Some(at) = self.after(start, -back) else {
                break;
            };
            let Some(price) = self.known.price(self.product, at) else {
                continue;
            };
            let (Some(base), Some(place)) = (self.base(at), distances.get_mut(count)) else {
                break;
            };
            if count == 0 {
                latest = at;
            }
            *place = door::price(price) - base;
            count += 1;
        }
        let sum: f64 = distances.iter().take(count).sum();
        (if count > 0 { sum / count as f64 } else { 0.0 }, latest)
    }
}

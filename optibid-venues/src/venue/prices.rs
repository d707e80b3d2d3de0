//! The price that a period clears at.

use jiff::Timestamp;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::unit::{Price, Rounding};
use std::collections::HashMap;

/// Prices by start and length of their period.
pub(super) type Known = HashMap<(Timestamp, Resolution), Price>;

/// The price of the period, or the mean of the shorter periods that fill it.
pub(super) fn of(period: DeliveryPeriod, known: &Known) -> Option<Price> {
    let length = period.resolution();
    let exact = known.get(&(period.start(), length)).copied();
    let shorter = || Resolution::ALL.into_iter().rev().filter(|r| *r < length);
    exact.or_else(|| shorter().find_map(|resolution| mean_over(period, resolution, known)))
}

fn mean_over(period: DeliveryPeriod, resolution: Resolution, known: &Known) -> Option<Price> {
    let count = period.resolution().seconds() / resolution.seconds();
    let mut sum = 0_i128;
    for index in 0..count {
        let second = period.start().as_second() + index * resolution.seconds();
        let start = Timestamp::from_second(second).ok()?;
        sum += i128::from(known.get(&(start, resolution))?.micros());
    }
    let mean = Rounding::HalfEven.div(sum, i128::from(count));
    i64::try_from(mean).ok().map(Price::from_micros)
}

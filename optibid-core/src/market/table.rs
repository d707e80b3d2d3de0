//! Prices looked up by period.

use super::{DeliveryPeriod, PriceObservation, Resolution};
use crate::unit::{Price, Rounding};
use jiff::Timestamp;
use std::collections::HashMap;

/// Prices by period. A period that was not published with its own length has the mean of the shorter periods that fill it: a bid
/// by the hour clears at the mean of four quarters.
///
/// ```
/// use optibid_core::market::{DeliveryPeriod, PriceTable, Resolution};
/// use optibid_core::unit::Price;
/// let quarter = |minute: i64| DeliveryPeriod::new(
///     jiff::Timestamp::from_second(60 * minute)?, Resolution::Min15,
/// ).map_err(Box::<dyn std::error::Error>::from);
/// let mut table = PriceTable::default();
/// for (minute, price) in [(0, 10), (15, 20), (30, 30), (45, 41)] {
///     table.set(quarter(minute)?, Price::from_units(price));
/// }
/// let hour = DeliveryPeriod::new(jiff::Timestamp::UNIX_EPOCH, Resolution::Hour)?;
/// assert_eq!(table.at(hour), Some("25.25".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PriceTable(HashMap<(Timestamp, Resolution), Price>);

impl PriceTable {
    /// Takes the price of a period; one given before for the same period gives way.
    pub fn set(&mut self, period: DeliveryPeriod, price: Price) {
        self.0.insert((period.start(), period.resolution()), price);
    }

    /// The price of the period, or the mean, half-even to 1e-6, of the longest shorter periods that fill it.
    #[must_use]
    pub fn at(&self, period: DeliveryPeriod) -> Option<Price> {
        let length = period.resolution();
        let exact = self.0.get(&(period.start(), length)).copied();
        let shorter = || Resolution::ALL.into_iter().rev().filter(|r| *r < length);
        exact.or_else(|| shorter().find_map(|resolution| self.mean_over(period, resolution)))
    }

    fn mean_over(&self, period: DeliveryPeriod, resolution: Resolution) -> Option<Price> {
        let count = period.resolution().seconds() / resolution.seconds();
        let mut sum = 0_i128;
        for index in 0..count {
            let second = period.start().as_second() + index * resolution.seconds();
            let start = Timestamp::from_second(second).ok()?;
            sum += i128::from(self.0.get(&(start, resolution))?.micros());
        }
        let mean = Rounding::HalfEven.div(sum, i128::from(count));
        i64::try_from(mean).ok().map(Price::from_micros)
    }
}

impl<'a> FromIterator<&'a PriceObservation> for PriceTable {
    fn from_iter<I: IntoIterator<Item = &'a PriceObservation>>(observed: I) -> Self {
        let mut table = Self::default();
        for price in observed {
            table.set(price.period, price.price);
        }
        table
    }
}

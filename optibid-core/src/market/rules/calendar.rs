//! The trading calendar of a product: days, periods, gates.

use super::ProductRules;
use crate::market::{DayError, DeliveryDay, DeliveryPeriod};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

impl ProductRules {
    /// The delivery day with that date, in the market's zone.
    ///
    /// # Errors
    /// When the date is at the end of the calendar.
    pub fn delivery_day(&self, date: Date) -> Result<DeliveryDay, DayError> {
        self.zone.value.day(date)
    }

    /// The periods that are bid for on the day, in order of time.
    pub fn periods(
        &self,
        day: &DeliveryDay,
    ) -> impl DoubleEndedIterator<Item = DeliveryPeriod> + ExactSizeIterator + use<> {
        day.periods(self.interval.value)
    }

    /// The instant at which bids for the period close; from then on they are late.
    ///
    /// # Errors
    /// When the wall-clock time of the closure does not exist, or the calendar ends.
    pub fn gate_closure(
        &self,
        day: &DeliveryDay,
        period: &DeliveryPeriod,
    ) -> Result<Timestamp, DayError> {
        self.gate.value.closes_at(day, period)
    }

    /// The instant from which bids for the period are taken, where the market states one.
    ///
    /// # Errors
    /// As [`gate_closure`](Self::gate_closure).
    pub fn gate_opening(
        &self,
        day: &DeliveryDay,
        period: &DeliveryPeriod,
    ) -> Result<Option<Timestamp>, DayError> {
        self.gate.value.opens_at(day, period)
    }

    /// The next gate that closes after `now`, and the delivery day it belongs to.
    ///
    /// These rules are taken to hold on the days that follow; `None` only at the end of the calendar.
    #[must_use]
    pub fn next_gate(&self, now: Timestamp) -> Option<(DeliveryDay, Timestamp)> {
        let today = self.zone.value.day_of(now).ok()?.date();
        let ahead = i32::from(self.gate.value.days_ahead()) + 1;
        (-1..=ahead).find_map(|offset| {
            let day = self
                .delivery_day(today.checked_add(offset.days()).ok()?)
                .ok()?;
            let closing = self.closings(&day).find(|closing| *closing > now)?;
            Some((day, closing))
        })
    }

    /// The closures of the day in order of time: one when all periods close together.
    fn closings(&self, day: &DeliveryDay) -> impl Iterator<Item = Timestamp> {
        let count = if self.gate.value.is_daily() {
            1
        } else {
            usize::MAX
        };
        let closures = self.periods(day).take(count);
        closures.filter_map(|period| self.gate_closure(day, &period).ok())
    }
}

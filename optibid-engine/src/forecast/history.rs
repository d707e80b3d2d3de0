//! Past days side by side, by local time of day.

use crate::door;
use crate::series::Series;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use optibid_core::market::{DeliveryDay, Resolution};

/// How far back days are looked for.
const DAYS_BACK: i32 = 70;

/// Share of a day's periods that must have a price.
const COMPLETE: f64 = 0.9;

/// One past day: a price for each time of day, where there is one.
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) prices: Vec<Option<f64>>,
}

/// What days have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Weekday,
    Saturday,
    Sunday,
}

impl Class {
    pub(super) fn of(date: Date) -> Self {
        match date.weekday() {
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
            _ => Self::Weekday,
        }
    }
}

/// The days before one, in order of time.
pub(super) struct History {
    days: Vec<Day>,
    /// Times of day in an hour.
    per_hour: usize,
}

impl History {
    pub(super) fn new(series: &Series, before: &DeliveryDay, resolution: Resolution) -> Self {
        let zone = before.zone();
        let first = series.first();
        let days = (1..=DAYS_BACK)
            .rev()
            .filter_map(|back| {
                let day = zone
                    .day(before.date().checked_sub(back.days()).ok()?)
                    .ok()?;
                let begun = first.is_some_and(|first| first < day.end());
                begun.then(|| Day::new(series, &day, resolution))?
            })
            .collect();
        let per_hour = usize::try_from(3_600 / resolution.seconds()).unwrap_or(1);
        Self { days, per_hour }
    }

    pub(super) fn days(&self) -> &[Day] {
        &self.days
    }

    pub(super) fn per_hour(&self) -> usize {
        self.per_hour
    }
}

impl Day {
    /// None when too many prices are missing.
    fn new(series: &Series, day: &DeliveryDay, resolution: Resolution) -> Option<Self> {
        let count = slot_count(resolution);
        let mut sums = vec![(0.0, 0_u32); count];
        let mut found = 0_usize;
        for (period, slot) in day.periods(resolution).zip(slots(day, resolution)) {
            let Some(price) = series.at(period.start()) else {
                continue;
            };
            found += 1;
            if let Some((sum, times)) = sums.get_mut(slot) {
                *sum += door::price(price);
                *times += 1;
            }
        }
        let complete = found as f64 >= COMPLETE * day.len(resolution) as f64;
        let mean = |(sum, times): (f64, u32)| (times > 0).then(|| sum / f64::from(times));
        complete.then(|| Self {
            date: day.date(),
            prices: sums.into_iter().map(mean).collect(),
        })
    }
}

/// Times of day that have periods of that length.
fn slot_count(resolution: Resolution) -> usize {
    usize::try_from(86_400 / resolution.seconds()).unwrap_or(1)
}

/// The local time of day of each period, counted in periods from midnight.
pub(super) fn slots(day: &DeliveryDay, resolution: Resolution) -> Vec<usize> {
    let local = |period: optibid_core::market::DeliveryPeriod| {
        let time = day.zone().local(period.start()).time();
        let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60;
        usize::try_from(seconds / resolution.seconds()).unwrap_or(0)
    };
    let hours = (day.end().as_second() - day.start().as_second()) / 3_600;
    if hours != 24 {
        return day.periods(resolution).map(local).collect();
    }
    // Without a clock change the times of day follow each other.
    let count = slot_count(resolution);
    let first = day.periods(resolution).next().map_or(0, local);
    (0..count).map(|i| (first + i) % count).collect()
}

//! Delivery days: the grid of periods between two market midnights.

use super::{DeliveryPeriod, Resolution};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use std::fmt;

/// The zone a market lives in and the wall-clock time its trading day starts at.
///
/// MISO keeps Eastern Standard Time all year; AEMO's trading day starts at 04:00 AEST.
///
/// ```
/// use optibid_core::market::{MarketZone, Resolution};
/// let ercot = MarketZone::new("America/Chicago", 0)?;
/// assert_eq!(ercot.day("2024-11-03".parse()?)?.len(Resolution::Min15), 100);
/// assert_eq!(ercot.day("2024-03-10".parse()?)?.len(Resolution::Hour), 23);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketZone {
    zone: TimeZone,
    name: String,
    day_start_hour: i8,
}

/// Why a delivery day or one of its periods cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DayError {
    /// No such zone in the time zone database.
    #[error("{0:?} is not a time zone of the IANA database")]
    UnknownZone(String),
    /// The trading day cannot start at that hour.
    #[error("a trading day cannot start at hour {0} (0 to 23)")]
    DayStart(i8),
    /// The day lies outside the range of the calendar.
    #[error("{0} is out of range")]
    OutOfRange(Date),
    /// The wall-clock time does not exist on that day (the clocks went forward over it).
    #[error("{time} does not exist on {date} in {zone}: the clocks go forward over it")]
    SkippedHour {
        /// The day.
        date: Date,
        /// The wall-clock time.
        time: Time,
        /// The zone.
        zone: String,
    },
    /// The label is not one of the 24 hours.
    #[error("hour ending {0} does not exist (1 to 24)")]
    NoSuchHour(u8),
    /// The hour does not come twice on that day (the clocks do not go back over it).
    #[error("hour ending {label} does not come twice on {date} in {zone}")]
    NotRepeated {
        /// The day.
        date: Date,
        /// Hour-ending label.
        label: u8,
        /// The zone.
        zone: String,
    },
    /// The day has fewer periods of that length.
    #[error("period {index} does not exist on {date}: the day has {len} periods of {resolution}")]
    NoSuchPeriod {
        /// The day.
        date: Date,
        /// Zero-based index asked for.
        index: usize,
        /// Number of periods on the day.
        len: usize,
        /// Their length.
        resolution: Resolution,
    },
}

impl MarketZone {
    /// The IANA zone (`America/Chicago`; `Etc/GMT+5` is fixed EST) and the hour its day starts.
    ///
    /// # Errors
    /// When the zone is not in the database or the hour is not in 0..=23.
    pub fn new(name: &str, day_start_hour: i8) -> Result<Self, DayError> {
        let zone = TimeZone::get(name).map_err(|_| DayError::UnknownZone(name.to_owned()))?;
        if !(0..24).contains(&day_start_hour) {
            return Err(DayError::DayStart(day_start_hour));
        }
        Ok(Self {
            zone,
            name: name.to_owned(),
            day_start_hour,
        })
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone's rules.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The instant in market time.
    #[must_use]
    pub fn local(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.zone.clone())
    }

    /// The instant of a wall-clock time. Of a repeated hour it is the first; a skipped time is an error.
    ///
    /// # Errors
    /// When the clocks go forward over the time, or it is out of range.
    pub fn instant(&self, date: Date, time: Time) -> Result<Timestamp, DayError> {
        let ambiguous = self.zone.to_ambiguous_timestamp(date.to_datetime(time));
        if let jiff::tz::AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            return Err(DayError::SkippedHour {
                date,
                time,
                zone: self.name.clone(),
            });
        }
        ambiguous
            .compatible()
            .map_err(|_| DayError::OutOfRange(date))
    }

    /// The delivery day with that date.
    ///
    /// # Errors
    /// When the date is at the end of the calendar.
    pub fn day(&self, date: Date) -> Result<DeliveryDay, DayError> {
        DeliveryDay::new(date, self)
    }

    /// The delivery day that the instant belongs to.
    ///
    /// # Errors
    /// When the date is at the end of the calendar.
    pub fn day_of(&self, instant: Timestamp) -> Result<DeliveryDay, DayError> {
        let back = SignedDuration::from_hours(i64::from(self.day_start_hour));
        let date = self.local(instant).datetime().saturating_sub(back).date();
        // Where clocks go back over the start of the day, the wall clock alone names a neighbour.
        let near = [
            date,
            date.saturating_add(1.day()),
            date.saturating_sub(1.day()),
        ];
        for date in near {
            let day = self.day(date)?;
            if day.contains(instant) {
                return Ok(day);
            }
        }
        Err(DayError::OutOfRange(date))
    }
}

/// A delivery day of a market: 23, 24 or 25 hours between two starts of the trading day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDay {
    date: Date,
    zone: MarketZone,
    start: Timestamp,
    end: Timestamp,
}

impl DeliveryDay {
    /// The day with that date in the market's zone.
    ///
    /// # Errors
    /// When the date is at the end of the calendar.
    pub fn new(date: Date, zone: &MarketZone) -> Result<Self, DayError> {
        let range = || DayError::OutOfRange(date);
        let at = |d: Date| {
            let wall = d.to_datetime(Time::constant(zone.day_start_hour, 0, 0, 0));
            zone.zone
                .to_ambiguous_timestamp(wall)
                .compatible()
                .map_err(|_| range())
        };
        let next = date.checked_add(1.day()).map_err(|_| range())?;
        Ok(Self {
            date,
            zone: zone.clone(),
            start: at(date)?,
            end: at(next)?,
        })
    }

    /// The date in market time.
    #[must_use]
    pub const fn date(&self) -> Date {
        self.date
    }

    /// The market's zone.
    #[must_use]
    pub const fn zone(&self) -> &MarketZone {
        &self.zone
    }

    /// First instant.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// First instant of the next day.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// Number of periods of that length: 23, 24 or 25 hours, 92, 96 or 100 quarters.
    #[must_use]
    pub fn len(&self, resolution: Resolution) -> usize {
        let seconds = self.end.as_second() - self.start.as_second();
        usize::try_from(seconds / resolution.seconds()).unwrap_or(0)
    }

    /// The periods in order of time.
    pub fn periods(
        &self,
        resolution: Resolution,
    ) -> impl DoubleEndedIterator<Item = DeliveryPeriod> + ExactSizeIterator + use<> {
        let at = |index| self.nth(index, resolution);
        (0..self.len(resolution))
            .filter_map(at)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The period that starts `index` lengths after the day does.
    fn nth(&self, index: usize, resolution: Resolution) -> Option<DeliveryPeriod> {
        let seconds = i64::try_from(index)
            .ok()?
            .checked_mul(resolution.seconds())?;
        let start = self
            .start
            .checked_add(SignedDuration::from_secs(seconds))
            .ok()?;
        DeliveryPeriod::new(start, resolution).ok()
    }

    /// The period with that zero-based index.
    ///
    /// # Errors
    /// When the day has no such period: hour 23 of a short day, quarter 96 of a normal one.
    pub fn period(&self, index: usize, resolution: Resolution) -> Result<DeliveryPeriod, DayError> {
        let len = self.len(resolution);
        let missing = DayError::NoSuchPeriod {
            date: self.date,
            index,
            len,
            resolution,
        };
        if index < len {
            self.nth(index, resolution).ok_or(missing)
        } else {
            Err(missing)
        }
    }

    /// The zero-based index of a period on this day; `None` when it is not one of the day's.
    #[must_use]
    pub fn index_of(&self, period: &DeliveryPeriod) -> Option<usize> {
        let offset = period.start().as_second() - self.start.as_second();
        let length = period.resolution().seconds();
        if offset < 0 || offset % length != 0 || period.end() > self.end {
            return None;
        }
        usize::try_from(offset / length).ok()
    }

    /// Whether the instant lies on this day.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// The instant of an hour-ending label (1..=24) of this day, the way US market files count.
    ///
    /// `repeated` picks the second of the two hours that share a label when the clocks go back.
    ///
    /// # Errors
    /// When the label is not an hour of the day: hour ending 3 in spring, a repeat on a normal day.
    pub fn hour_ending(&self, label: u8, repeated: bool) -> Result<DeliveryPeriod, DayError> {
        let begin = i8::try_from(label)
            .ok()
            .filter(|hour| (1..=24).contains(hour))
            .ok_or(DayError::NoSuchHour(label))?
            - 1;
        let mut hours = self
            .periods(Resolution::Hour)
            .filter(|p| self.zone.local(p.start()).hour() == begin);
        let zone = || self.zone.name.clone();
        let first = hours.next().ok_or_else(|| DayError::SkippedHour {
            date: self.date,
            time: Time::constant(begin, 0, 0, 0),
            zone: zone(),
        })?;
        if !repeated {
            return Ok(first);
        }
        hours.next().ok_or_else(|| DayError::NotRepeated {
            date: self.date,
            label,
            zone: zone(),
        })
    }

    /// The hour-ending label (1..=24) of an hour that starts then, and whether it is the second of
    /// two that share the label: the inverse of [`hour_ending`](Self::hour_ending).
    #[must_use]
    pub fn hour_label(&self, start: Timestamp) -> Option<(u8, bool)> {
        let hour = self
            .periods(Resolution::Hour)
            .find(|p| p.start() == start)?;
        let label = u8::try_from(self.zone.local(start).hour()).ok()? + 1;
        Some((label, self.hour_ending(label, false).ok()? != hour))
    }
}

impl fmt::Display for DeliveryDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.date, self.zone.name)
    }
}

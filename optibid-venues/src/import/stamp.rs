//! Dates and times the way market files write them, and their instants.

use jiff::civil::{Date, DateTime, Time};
use optibid_core::market::{DayError, DeliveryDay, DeliveryPeriod, MarketZone};

/// A date as `2025-08-05`, `2012/1/9` or `08/05/2025` (month first).
pub(crate) fn date(text: &str) -> Option<Date> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year_first = first.len() == 4;
    let (year, month, day) = if year_first {
        (first, second, third)
    } else {
        (third, first, second)
    };
    if year.len() != 4 || (separator == '-' && !year_first) {
        return None;
    }
    let year =
        i16::from(two_digits(year.get(..2)?)?) * 100 + i16::from(two_digits(year.get(2..)?)?);
    Date::new(year, two_digits(month)?, two_digits(day)?).ok()
}

/// A date and a time with a space or a `T` between; the flag tells whether seconds were written.
pub(crate) fn date_time(text: &str) -> Option<(DateTime, bool)> {
    let (day, clock) = text.split_once([' ', 'T'])?;
    let (time, seconds) = time(clock.trim())?;
    Some((date(day)?.to_datetime(time), seconds))
}

fn time(text: &str) -> Option<(Time, bool)> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let seconds = second.map_or(Some(0), two_digits)?;
    Time::new(two_digits(hour)?, two_digits(minute)?, seconds, 0)
        .ok()
        .map(|time| (time, second.is_some()))
}

/// One or two digits and nothing else.
pub(crate) fn two_digits(text: &str) -> Option<i8> {
    let plain = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// Looks hours of a day up by label, remembering the last day and hour: files repeat them.
pub(crate) struct Hours {
    zone: MarketZone,
    day: Option<DeliveryDay>,
    hour: Option<((Date, u8, bool), DeliveryPeriod)>,
}

impl Hours {
    pub(crate) const fn new(zone: MarketZone) -> Self {
        Self {
            zone,
            day: None,
            hour: None,
        }
    }

    pub(crate) const fn zone(&self) -> &MarketZone {
        &self.zone
    }

    /// The hour that ends at the label (1..=24); `repeated` picks the second of two.
    pub(crate) fn ending(
        &mut self,
        date: Date,
        label: u8,
        repeated: bool,
    ) -> Result<DeliveryPeriod, DayError> {
        let key = (date, label, repeated);
        if let Some((known, period)) = self.hour
            && known == key
        {
            return Ok(period);
        }
        let day = match self.day.take() {
            Some(day) if day.date() == date => day,
            _ => self.zone.day(date)?,
        };
        let period = day.hour_ending(label, repeated);
        self.day = Some(day);
        let period = period?;
        self.hour = Some((key, period));
        Ok(period)
    }
}

#[cfg(test)]
mod tests {
    use super::{date, date_time};

    #[test]
    fn dates_of_all_markets() {
        for text in ["2025-08-05", "2025/8/5", "08/05/2025", "8/5/2025"] {
            assert_eq!(
                date(text).map(|d| d.to_string()).as_deref(),
                Some("2025-08-05"),
                "{text}"
            );
        }
        for text in [
            "",
            "2025-13-01",
            "05-08-2025",
            "2025-02-30",
            "2025-8-5-1",
            "20é5-01-01",
            "+025-1-1",
            "1/1/25",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_with_and_without_seconds() {
        let (stamp, seconds) = date_time("2012/1/9 0:00").unwrap();
        assert_eq!(
            (stamp.to_string().as_str(), seconds),
            ("2012-01-09T00:00:00", false)
        );
        assert!(date_time("11/02/2025 01:00:00").unwrap().1);
        for text in [
            "2012/4/3",
            "2012-01-09 24:00",
            "2012-01-09 1",
            "2012-01-09 01:00:00:00",
            "2012-01-09 -1:00",
        ] {
            assert_eq!(date_time(text), None, "{text}");
        }
    }
}

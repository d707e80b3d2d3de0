//! Gate closures: until when bids for a delivery period are taken.

use crate::market::{DayError, DeliveryDay, DeliveryPeriod, MarketZone, Resolution};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// What a closing time close to delivery counts back from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The start of the hour, in market time, that the period lies in.
    Hour,
    /// The start of the period itself.
    Period,
}

/// When bids close, in the form the market states it.
///
/// A bid is in time when it arrives before [`closes_at`](Self::closes_at); at that instant the gate
/// is closed. The text form says it in words and reads back:
///
/// ```
/// use optibid_core::market::rules::Gate;
/// let gate: Gate = "10:30 America/New_York 1 day before delivery".parse()?;
/// assert_eq!(gate.to_string(), "10:30 America/New_York 1 day before delivery");
/// assert_eq!("60 min before the hour".parse::<Gate>()?.to_string(), "60 min before the hour");
/// # Ok::<(), optibid_core::market::rules::GateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Gate {
    /// At a wall-clock time some days before the delivery day, for all of its periods at once.
    DayBefore {
        /// Wall-clock time of the closure.
        #[cfg_attr(feature = "api", schema(value_type = String, example = "10:00:00"))]
        time: Time,
        /// Wall-clock time from which bids are taken on the same day, where the market states one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "api", schema(value_type = Option<String>, example = "10:00:00"))]
        opens: Option<Time>,
        /// IANA zone of these times where it is not the market's own: MISO's day is in EST all
        /// year, and its gate closes in prevailing Eastern time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<Cow<'static, str>>,
        /// Days before the delivery day.
        days: u8,
    },
    /// Some minutes before the period, or before the hour that it lies in.
    BeforePeriod {
        /// Minutes.
        minutes: u16,
        /// What they count back from.
        anchor: Anchor,
    },
    /// Sessions through the day: each takes bids for one slot of `length` (IEX real-time: half an
    /// hour of two blocks) and closes some minutes before the slot starts.
    BeforeSession {
        /// Minutes from the closure to the start of the slot.
        minutes: u16,
        /// Length of the slot that one session sells.
        length: Resolution,
        /// Minutes for which the session takes bids.
        open_minutes: u16,
    },
}

/// A text that is not a gate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a gate such as \"10:00 market time 1 day before delivery\" or \
     \"60 min before the hour\""
)]
pub struct GateError(pub String);

impl Gate {
    /// A closure at a wall-clock time on the day before delivery, in the market's zone.
    #[must_use]
    pub const fn day_before(hour: i8, minute: i8) -> Self {
        Self::DayBefore {
            time: Time::constant(hour, minute, 0, 0),
            opens: None,
            zone: None,
            days: 1,
        }
    }

    /// The instant at which bids for the period close.
    ///
    /// Wall-clock times follow the clock changes: 10:00 on the day before is 10:00 whatever happens
    /// to the clocks in the night that follows. Of a repeated time it is the first.
    ///
    /// # Errors
    /// When the zone is unknown, the wall-clock time does not exist on that day, or the calendar ends.
    pub fn closes_at(
        &self,
        day: &DeliveryDay,
        period: &DeliveryPeriod,
    ) -> Result<Timestamp, DayError> {
        match self {
            Self::DayBefore {
                time, zone, days, ..
            } => wall_clock(day, *time, zone.as_deref(), *days),
            Self::BeforePeriod { minutes, anchor } => {
                let start = match anchor {
                    Anchor::Hour => slot_start(day, period, Resolution::Hour),
                    Anchor::Period => period.start(),
                };
                earlier(day, start, *minutes)
            }
            Self::BeforeSession {
                minutes, length, ..
            } => earlier(day, slot_start(day, period, *length), *minutes),
        }
    }

    /// The instant from which bids for the period are taken, where the market states one.
    ///
    /// # Errors
    /// As [`closes_at`](Self::closes_at).
    pub fn opens_at(
        &self,
        day: &DeliveryDay,
        period: &DeliveryPeriod,
    ) -> Result<Option<Timestamp>, DayError> {
        match self {
            Self::DayBefore {
                opens: Some(time),
                zone,
                days,
                ..
            } => wall_clock(day, *time, zone.as_deref(), *days).map(Some),
            Self::DayBefore { .. } | Self::BeforePeriod { .. } => Ok(None),
            Self::BeforeSession { open_minutes, .. } => {
                earlier(day, self.closes_at(day, period)?, *open_minutes).map(Some)
            }
        }
    }

    /// Whether all periods of a day close together.
    #[must_use]
    pub const fn is_daily(&self) -> bool {
        matches!(self, Self::DayBefore { .. })
    }

    /// Whole days by which a gate can close ahead of the delivery day.
    pub(super) fn days_ahead(&self) -> u8 {
        match self {
            Self::DayBefore { days, .. } => *days,
            Self::BeforePeriod { minutes, .. } | Self::BeforeSession { minutes, .. } => {
                u8::try_from(minutes.div_ceil(24 * 60)).unwrap_or(u8::MAX)
            }
        }
    }

    /// The gate in words, for people: `closes at 10:00 market time 1 day before delivery`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::DayBefore { .. } => format!("closes at {self}"),
            Self::BeforePeriod { .. } | Self::BeforeSession { .. } => format!("closes {self}"),
        }
    }
}

fn wall_clock(
    day: &DeliveryDay,
    time: Time,
    zone: Option<&str>,
    days: u8,
) -> Result<Timestamp, DayError> {
    let date = day
        .date()
        .checked_sub(i32::from(days).days())
        .map_err(|_| DayError::OutOfRange(day.date()))?;
    match zone {
        Some(name) => MarketZone::new(name, 0)?.instant(date, time),
        None => day.zone().instant(date, time),
    }
}

fn earlier(day: &DeliveryDay, instant: Timestamp, minutes: u16) -> Result<Timestamp, DayError> {
    instant
        .checked_sub(SignedDuration::from_mins(i64::from(minutes)))
        .map_err(|_| DayError::OutOfRange(day.date()))
}

/// Start of the slot that the period lies in; slots are counted from the start of the delivery day,
/// which is on the hour in market time (in UTC, India's hours start at half past).
fn slot_start(day: &DeliveryDay, period: &DeliveryPeriod, length: Resolution) -> Timestamp {
    let offset = period.start().as_second() - day.start().as_second();
    let back = SignedDuration::from_secs(offset.rem_euclid(length.seconds()));
    period
        .start()
        .saturating_sub(back)
        .unwrap_or(period.start())
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DayBefore {
                time,
                opens,
                zone,
                days,
            } => {
                if let Some(opens) = opens {
                    write!(f, "{} (opens ", time.strftime("%H:%M"))?;
                    write!(f, "{}) ", opens.strftime("%H:%M"))?;
                } else {
                    write!(f, "{} ", time.strftime("%H:%M"))?;
                }
                let zone = zone.as_deref().unwrap_or("market time");
                let unit = if *days == 1 { "day" } else { "days" };
                write!(f, "{zone} {days} {unit} before delivery")
            }
            Self::BeforePeriod {
                minutes,
                anchor: Anchor::Hour,
            } => {
                write!(f, "{minutes} min before the hour")
            }
            Self::BeforePeriod {
                minutes,
                anchor: Anchor::Period,
            } => {
                write!(f, "{minutes} min before the period")
            }
            Self::BeforeSession {
                minutes,
                length,
                open_minutes,
            } => {
                write!(
                    f,
                    "{minutes} min before each {length} session (open {open_minutes} min)"
                )
            }
        }
    }
}

impl std::str::FromStr for Gate {
    type Err = GateError;
    fn from_str(text: &str) -> Result<Self, GateError> {
        read(text).ok_or_else(|| GateError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Gate> {
    if let Some((minutes, rest)) = text.split_once(" min before ") {
        let minutes = minutes.parse().ok()?;
        return match rest {
            "the hour" => Some(Gate::BeforePeriod {
                minutes,
                anchor: Anchor::Hour,
            }),
            "the period" => Some(Gate::BeforePeriod {
                minutes,
                anchor: Anchor::Period,
            }),
            _ => {
                let (length, open) = rest.strip_prefix("each ")?.split_once(" session (open ")?;
                let open_minutes = open.strip_suffix(" min)")?.parse().ok()?;
                let length = length.parse().ok()?;
                Some(Gate::BeforeSession {
                    minutes,
                    length,
                    open_minutes,
                })
            }
        };
    }
    let clock = |text: &str| Time::strptime("%H:%M", text).ok();
    let (time, rest) = text.split_once(' ')?;
    let (opens, rest) = match rest.strip_prefix("(opens ") {
        Some(rest) => {
            let (opens, rest) = rest.split_once(") ")?;
            (Some(clock(opens)?), rest)
        }
        None => (None, rest),
    };
    let (rest, _) = rest
        .strip_suffix(" before delivery")
        .and_then(|r| r.strip_suffix(" days").or_else(|| r.strip_suffix(" day")))
        .map(|r| (r, ()))?;
    let (zone, days) = rest.rsplit_once(' ')?;
    let zone = (zone != "market time").then(|| Cow::Owned(zone.to_owned()));
    Some(Gate::DayBefore {
        time: clock(time)?,
        opens,
        zone,
        days: days.parse().ok()?,
    })
}

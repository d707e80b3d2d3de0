//! Half-open delivery periods.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Length of a delivery or settlement period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub enum Resolution {
    /// Five minutes.
    #[serde(rename = "PT5M")]
    Min5,
    /// A quarter of an hour.
    #[serde(rename = "PT15M")]
    Min15,
    /// Half an hour.
    #[serde(rename = "PT30M")]
    Min30,
    /// An hour.
    #[serde(rename = "PT60M")]
    Hour,
}

impl Resolution {
    /// All resolutions, the finest first.
    pub const ALL: [Self; 4] = [Self::Min5, Self::Min15, Self::Min30, Self::Hour];

    /// Length in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Min5 => 300,
            Self::Min15 => 900,
            Self::Min30 => 1_800,
            Self::Hour => 3_600,
        }
    }

    /// Length as a duration.
    #[must_use]
    pub const fn duration(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds())
    }

    /// The resolution of that many minutes, if it is one.
    #[must_use]
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.seconds() == minutes * 60)
    }

    /// The ISO 8601 duration: `PT15M`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Min5 => "PT5M",
            Self::Min15 => "PT15M",
            Self::Min30 => "PT30M",
            Self::Hour => "PT60M",
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// Why a period or a resolution cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeriodError {
    /// Not an ISO 8601 duration of 5, 15, 30 or 60 minutes.
    #[error("{0:?} is not a resolution (PT5M, PT15M, PT30M, PT60M)")]
    Resolution(String),
    /// The start is not on a multiple of the resolution (in UTC).
    #[error("a {resolution} period cannot start at {start}")]
    Unaligned {
        /// The start as given.
        start: Timestamp,
        /// The length.
        resolution: Resolution,
    },
}

impl std::str::FromStr for Resolution {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        if text == "PT1H" {
            return Ok(Self::Hour);
        }
        Self::ALL
            .into_iter()
            .find(|r| r.code() == text)
            .ok_or_else(|| PeriodError::Resolution(text.to_owned()))
    }
}

/// A delivery period: half-open `[start, start + resolution)`, in UTC.
///
/// Every market's periods start on a multiple of their length in UTC, clock changes included;
/// a period that does not is refused.
///
/// ```
/// use optibid_core::market::{DeliveryPeriod, Resolution};
/// let start = "2024-11-03T06:00:00Z".parse()?;
/// let period = DeliveryPeriod::new(start, Resolution::Hour)?;
/// assert_eq!(period.end().to_string(), "2024-11-03T07:00:00Z");
/// assert!(period.contains(start) && !period.contains(period.end()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(try_from = "Raw", deny_unknown_fields)]
pub struct DeliveryPeriod {
    start: Timestamp,
    resolution: Resolution,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    start: Timestamp,
    resolution: Resolution,
}

impl TryFrom<Raw> for DeliveryPeriod {
    type Error = PeriodError;
    fn try_from(raw: Raw) -> Result<Self, PeriodError> {
        Self::new(raw.start, raw.resolution)
    }
}

impl DeliveryPeriod {
    /// The period of that length that starts then.
    ///
    /// # Errors
    /// When `start` is not on a multiple of the resolution: half-hour zones such as India's start
    /// their hours at half past in UTC, so hours are checked against half hours.
    pub fn new(start: Timestamp, resolution: Resolution) -> Result<Self, PeriodError> {
        let grid = resolution.seconds().min(Resolution::Min30.seconds());
        if start.as_second().rem_euclid(grid) != 0 || start.subsec_nanosecond() != 0 {
            return Err(PeriodError::Unaligned { start, resolution });
        }
        Ok(Self { start, resolution })
    }

    /// First instant.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// First instant after.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start
            .saturating_add(self.resolution.duration())
            .unwrap_or(Timestamp::MAX)
    }

    /// Length.
    #[must_use]
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Whether the instant lies in the period.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end()
    }

    /// Whether `other` lies wholly in this period.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end() <= self.end()
    }
}

impl fmt::Display for DeliveryPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.resolution)
    }
}

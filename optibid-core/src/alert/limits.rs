//! A limit with its dead band.

use serde::{Deserialize, Serialize};

/// The side of its limit on which a figure is alarming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertSide {
    /// Alarming above the limit.
    Above,
    /// Alarming below the limit.
    Below,
}

impl AlertSide {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// Where a figure stands against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Beyond the limit.
    Alarming,
    /// Between limit and reset: as it was.
    DeadBand,
    /// Normal.
    Normal,
    /// Nothing could be seen.
    Missing,
}

/// Limit and reset in the unit of the condition.
pub(super) struct Limits {
    when: AlertSide,
    limit: i64,
    reset: i64,
}

impl Limits {
    pub(super) fn of(when: AlertSide, (limit, reset): (i64, Option<i64>), least: i64) -> Self {
        let band = (limit.saturating_abs() / 50).max(least);
        let reset = reset.unwrap_or(match when {
            AlertSide::Above => limit.saturating_sub(band),
            AlertSide::Below => limit.saturating_add(band),
        });
        Self { when, limit, reset }
    }

    /// An age: what is new again is normal at once.
    pub(super) fn age(minutes: u32) -> Self {
        let limit = i64::from(minutes) * 60;
        Self {
            when: AlertSide::Above,
            limit,
            reset: limit,
        }
    }

    pub(super) fn judge(&self, level: i64) -> Verdict {
        let (level, limit, reset) = match self.when {
            AlertSide::Above => (level, self.limit, self.reset),
            AlertSide::Below => (
                level.saturating_neg(),
                self.limit.saturating_neg(),
                self.reset.saturating_neg(),
            ),
        };
        if level > limit {
            Verdict::Alarming
        } else if level > reset {
            Verdict::DeadBand
        } else {
            Verdict::Normal
        }
    }

    /// Whether there is a dead band, so that a figure at the limit cannot tremble.
    pub(super) fn has_band(&self) -> bool {
        match self.when {
            AlertSide::Above => self.reset < self.limit,
            AlertSide::Below => self.reset > self.limit,
        }
    }
}

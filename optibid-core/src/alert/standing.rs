//! Where a rule stands, and what moves it.

use super::limits::Verdict;
use super::reading::Reading;
use super::rule::{AlertRule, MissingData};
use super::state::AlertState;
use crate::id::{AlertId, AlertRuleId, OrgId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A state that readings point to, until its hold-off is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Pending {
    /// The state.
    pub state: AlertState,
    /// Since when every reading has pointed to it.
    pub since: Timestamp,
}

/// Silence until an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Shelving {
    /// Until when nothing is told.
    pub until: Timestamp,
    /// Who shelved it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Where a rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AlertStanding {
    /// The rule.
    pub rule: AlertRuleId,
    /// The organisation.
    pub org: OrgId,
    /// Grows by one with each change.
    pub version: u64,
    /// The rule's `condition_version` that it stands for.
    pub condition_version: u64,
    /// The state.
    pub state: AlertState,
    /// Since when.
    pub since: Timestamp,
    /// The state that readings point to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// The occurrence that goes on, unless it is normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertId>,
    /// What it is active about, where like events follow each other: the instant at which the gate closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Timestamp>,
    /// The silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelved: Option<Shelving>,
}

/// A rule and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct WatchedRule {
    /// The rule.
    pub rule: AlertRule,
    /// Where it stands.
    pub standing: AlertStanding,
}

/// What a reading changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The standing after it, one version on.
    pub standing: AlertStanding,
    /// The state it moved to, if it moved; the state it had where one occasion followed another.
    pub moved: Option<AlertState>,
    /// Whether a silence ended.
    pub unshelved: bool,
}

impl AlertStanding {
    /// Where a new rule stands: normal.
    #[must_use]
    pub const fn new(rule: &AlertRule, at: Timestamp) -> Self {
        Self {
            rule: rule.id,
            org: rule.org,
            version: 1,
            condition_version: rule.condition_version,
            state: AlertState::Normal,
            since: at,
            pending: None,
            alert: None,
            occasion: None,
            shelved: None,
        }
    }

    /// Whether nothing is told at that instant.
    #[must_use]
    pub fn is_shelved(&self, now: Timestamp) -> bool {
        self.shelved.as_ref().is_some_and(|s| now < s.until)
    }

    /// What a reading changes; none when it changes nothing.
    #[must_use]
    pub fn observe(&self, rule: &AlertRule, reading: &Reading, now: Timestamp) -> Option<Step> {
        let mut next = self.clone();
        let unshelved = self.shelved.is_some() && !self.is_shelved(now);
        if unshelved {
            next.shelved = None;
        }
        let moved = if self.condition_version == rule.condition_version {
            self.drift(&mut next, rule, (reading, now))
        } else {
            next.condition_version = rule.condition_version;
            next.pending = None;
            (self.state != AlertState::Normal).then_some(AlertState::Normal)
        };
        if let Some(state) = moved {
            (next.state, next.since, next.pending) = (state, now, None);
        }
        next.occasion = match next.state {
            AlertState::Active if moved.is_some() => reading.occasion,
            AlertState::Active => self.occasion.or(reading.occasion),
            AlertState::Normal | AlertState::NoData => None,
        };
        if next == *self {
            return None;
        }
        next.version = self.version.saturating_add(1);
        Some(Step {
            standing: next,
            moved,
            unshelved,
        })
    }

    /// The standing with a silence, or without one.
    #[must_use]
    pub fn shelve(self, shelved: Option<Shelving>) -> Self {
        Self {
            version: self.version.saturating_add(1),
            shelved,
            ..self
        }
    }

    /// Follows where the reading points to; the state to move to once it has pointed there for the hold-off.
    fn drift(
        &self,
        next: &mut Self,
        rule: &AlertRule,
        (reading, now): (&Reading, Timestamp),
    ) -> Option<AlertState> {
        let wanted = self.wanted(rule, reading);
        if wanted == self.state {
            next.pending = None;
            let another = self.occasion.is_some()
                && reading.occasion.is_some()
                && self.occasion != reading.occasion;
            return (wanted == AlertState::Active && another).then_some(wanted);
        }
        let since = match self.pending {
            Some(pending) if pending.state == wanted => pending.since,
            _ => now,
        };
        next.pending = Some(Pending {
            state: wanted,
            since,
        });
        let held = now.duration_since(since);
        (held >= hold(rule, wanted)).then_some(wanted)
    }

    fn wanted(&self, rule: &AlertRule, reading: &Reading) -> AlertState {
        if !rule.content.enabled {
            return AlertState::Normal;
        }
        match rule.content.condition.judge(reading.figure) {
            Verdict::Alarming => AlertState::Active,
            Verdict::Normal => AlertState::Normal,
            Verdict::DeadBand if self.state == AlertState::Active => AlertState::Active,
            Verdict::DeadBand => AlertState::Normal,
            Verdict::Missing => match rule.content.missing_data {
                MissingData::Alert => AlertState::NoData,
                MissingData::Keep => self.state,
            },
        }
    }
}

/// How long readings must point to a state.
fn hold(rule: &AlertRule, state: AlertState) -> SignedDuration {
    match state {
        AlertState::Normal => rule.content.clear_after(),
        AlertState::Active => rule.content.raise_after(),
        AlertState::NoData => rule.content.no_data_after(),
    }
}

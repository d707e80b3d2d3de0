//! One occurrence of an alarm, and what is told of it.

use super::rule::{AlertRule, Severity};
use super::standing::AlertStanding;
use super::state::AlertState;
use crate::error::{Code, Error, Result};
use crate::id::{AlertId, AlertRuleId, OrgId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Acknowledgement {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What they said.
    pub note: String,
}

/// Where an occurrence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// It goes on and nobody has answered.
    Unacknowledged,
    /// It goes on and somebody has answered.
    Acknowledged,
    /// It has ended and nobody has answered.
    Returned,
    /// It has ended and somebody has answered.
    Closed,
    /// It ended a week ago and nobody ever answered.
    Expired,
}

impl AlertStatus {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unacknowledged => "unacknowledged",
            Self::Acknowledged => "acknowledged",
            Self::Returned => "returned",
            Self::Closed => "closed",
            Self::Expired => "expired",
        }
    }
}

impl std::fmt::Display for AlertStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// What a new occurrence is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// Its id.
    pub id: AlertId,
    /// The state that was moved to.
    pub state: AlertState,
    /// What was seen, in words.
    pub told: String,
    /// Whether the rule was shelved then.
    pub shelved: bool,
    /// Now.
    pub at: Timestamp,
}

/// One occurrence of an alarm: from the move away from normal to the next move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The organisation.
    pub org: OrgId,
    /// Grows by one with each change.
    pub version: u64,
    /// The rule.
    pub rule: AlertRuleId,
    /// The rule's name then.
    pub name: String,
    /// The rule's severity then.
    pub severity: Severity,
    /// `active` beyond the limit, `no_data` when nothing could be seen.
    pub state: AlertState,
    /// What was seen, in words, and the limit.
    pub message: String,
    /// When it began.
    pub raised_at: Timestamp,
    /// Whether it began in silence and has not been told since.
    pub shelved: bool,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it ended: what was seen then, or that the rule was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
}

impl Alert {
    /// How long an occurrence that has ended waits for an answer.
    pub const EXPIRY: SignedDuration = SignedDuration::from_hours(7 * 24);
    /// Most characters of a note or a reason.
    pub const MAX_NOTE_CHARS: usize = 500;

    /// A new occurrence.
    #[must_use]
    pub fn raise(rule: &AlertRule, new: NewAlert) -> Self {
        let NewAlert {
            id,
            state,
            told,
            shelved,
            at,
        } = new;
        let message = match state {
            AlertState::NoData => format!("no data: {told}"),
            _ => format!("{told}; {}", rule.content.condition.limit_in_words()),
        };
        Self {
            id,
            org: rule.org,
            version: 1,
            rule: rule.id,
            name: rule.content.name.clone(),
            severity: rule.content.severity,
            state,
            message,
            raised_at: at,
            shelved,
            ended_at: None,
            ended_by: None,
            acknowledged: None,
        }
    }

    /// The occurrence at its end.
    #[must_use]
    pub fn end(self, reason: impl Into<String>, at: Timestamp) -> Self {
        Self {
            version: self.version.saturating_add(1),
            ended_at: Some(at),
            ended_by: Some(reason.into()),
            ..self
        }
    }

    /// The occurrence once a silence is over: it has been told.
    #[must_use]
    pub fn told(self) -> Self {
        Self {
            version: self.version.saturating_add(1),
            shelved: false,
            ..self
        }
    }

    /// The occurrence, answered.
    ///
    /// # Errors
    /// [`Code::Conflict`] when it was answered before, [`Code::Invalid`] when the note is too long.
    pub fn acknowledge(self, acknowledgement: Acknowledgement) -> Result<Self> {
        check_note("note", &acknowledgement.note)?;
        if let Some(before) = &self.acknowledged {
            let message = format!("alert {} was acknowledged at {}", self.id, before.at);
            return Err(Error::new(Code::Conflict, message));
        }
        Ok(Self {
            version: self.version.saturating_add(1),
            acknowledged: Some(acknowledgement),
            ..self
        })
    }

    /// Where it stands at that instant.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> AlertStatus {
        match (self.ended_at, &self.acknowledged) {
            (None, None) => AlertStatus::Unacknowledged,
            (None, Some(_)) => AlertStatus::Acknowledged,
            (Some(_), Some(_)) => AlertStatus::Closed,
            (Some(end), None) if now.duration_since(end) > Self::EXPIRY => AlertStatus::Expired,
            (Some(_), None) => AlertStatus::Returned,
        }
    }
}

/// Passes when a note is short enough to be shown.
pub(crate) fn check_note(field: &str, note: &str) -> Result<()> {
    let characters = note.chars().count();
    if characters <= Alert::MAX_NOTE_CHARS {
        return Ok(());
    }
    let rule = format!("at most {} characters", Alert::MAX_NOTE_CHARS);
    let shown = format!("{characters} characters");
    Err(Error::field("note_too_long", field, shown, rule))
}

/// What happened to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertChange {
    /// It began.
    Raised,
    /// It ended.
    Ended,
    /// Somebody answered.
    Acknowledged,
    /// The rule was silenced.
    Shelved,
    /// The silence is over; where an occurrence goes on, it is told again.
    Unshelved,
}

impl AlertChange {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Ended => "ended",
            Self::Acknowledged => "acknowledged",
            Self::Shelved => "shelved",
            Self::Unshelved => "unshelved",
        }
    }
}

/// A change of an alarm, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AlertEvent {
    /// What happened.
    pub change: AlertChange,
    /// The rule.
    pub rule: AlertRuleId,
    /// Its name.
    pub name: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where the rule stands now.
    pub state: AlertState,
    /// The occurrence, where one is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertId>,
    /// In words.
    pub message: String,
}

impl AlertEvent {
    /// What happened to an occurrence.
    #[must_use]
    pub fn of(change: AlertChange, alert: &Alert, state: AlertState) -> Self {
        let message = match (&alert.ended_by, &alert.acknowledged, change) {
            (Some(reason), _, AlertChange::Ended) => reason.clone(),
            (_, Some(answer), AlertChange::Acknowledged) if !answer.note.is_empty() => {
                answer.note.clone()
            }
            _ => alert.message.clone(),
        };
        Self {
            change,
            rule: alert.rule,
            name: alert.name.clone(),
            severity: alert.severity,
            state,
            alert: Some(alert.id),
            message,
        }
    }

    /// What happened to a rule.
    #[must_use]
    pub fn of_rule(
        change: AlertChange,
        rule: &AlertRule,
        (standing, message): (&AlertStanding, String),
    ) -> Self {
        Self {
            change,
            rule: rule.id,
            name: rule.content.name.clone(),
            severity: rule.content.severity,
            state: standing.state,
            alert: standing.alert,
            message,
        }
    }
}

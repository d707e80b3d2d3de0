//! Alarms on the wire. Rules travel as they are in the domain.

use crate::alert::{
    Acknowledgement, Alert, AlertCondition, AlertState, AlertStatus, Figure, Reading, Severity,
};
use crate::id::{AlertId, AlertRuleId, OrgId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One occurrence of an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertView {
    /// Its id.
    pub id: AlertId,
    /// The organisation.
    pub org: OrgId,
    /// The rule.
    pub rule: AlertRuleId,
    /// The rule's name then.
    pub name: String,
    /// The rule's severity then.
    pub severity: Severity,
    /// Where it stands now.
    pub status: AlertStatus,
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
    /// What was seen then, or that the rule was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
}

impl AlertView {
    /// The alarm as it stands at that instant.
    #[must_use]
    pub fn at(alert: Alert, now: Timestamp) -> Self {
        Self {
            status: alert.status(now),
            id: alert.id,
            org: alert.org,
            rule: alert.rule,
            name: alert.name,
            severity: alert.severity,
            state: alert.state,
            message: alert.message,
            raised_at: alert.raised_at,
            shelved: alert.shelved,
            ended_at: alert.ended_at,
            ended_by: alert.ended_by,
            acknowledged: alert.acknowledged,
        }
    }
}

/// What a rule sees now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReadingView {
    /// The state it points to, whatever the hold-offs; what lies in the dead band points to `normal`.
    pub points_to: AlertState,
    /// The figure as a decimal, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The figure's unit: `per MWh`, `MWh`, `s` of age, or a currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// In words, with what it is the figure of.
    pub told: String,
}

impl ReadingView {
    /// What a condition sees.
    #[must_use]
    pub fn of(condition: &AlertCondition, reading: Reading) -> Self {
        let (value, unit) = match reading.figure {
            Figure::Level(level) => Some(condition.level(level)),
            Figure::Holds(_) | Figure::Missing => None,
        }
        .unzip();
        Self {
            points_to: condition.points_to(reading.figure),
            value,
            unit,
            told: reading.told,
        }
    }
}

/// Which alarms are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AlertParams {
    /// Only those that go on, or that ended without an answer less than a week ago.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outstanding: bool,
    /// Only of this rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<AlertRuleId>,
    /// Only of this severity.
    #[param(inline)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Most alarms to return, 1 to 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next` of the part before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// An answer to an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeRequest {
    /// What is said, at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// A silence that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShelveRequest {
    /// Until when nothing is told, at most 30 days ahead.
    pub until: Timestamp,
    /// Why, at most 500 characters.
    #[serde(default)]
    pub reason: String,
}

//! A rule as it is kept.

use super::condition::AlertCondition;
use crate::error::{Error, Result, Violation};
use crate::id::{AlertRuleId, OrgId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How much an alarm matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To know.
    Info,
    /// Soon.
    #[default]
    Warning,
    /// Act now.
    Critical,
}

impl Severity {
    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// What it means that nothing can be seen. That it is normal is not among the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissingData {
    /// A state of its own, which is told.
    #[default]
    Alert,
    /// It is taken to be as it was.
    Keep,
}

const fn enabled() -> bool {
    true
}

const fn clear_after() -> u32 {
    300
}

const fn no_data_after() -> u32 {
    60
}

/// What an organisation says of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertRuleContent {
    /// What people call it.
    pub name: String,
    /// What it watches.
    pub condition: AlertCondition,
    /// How much it matters.
    #[serde(default)]
    pub severity: Severity,
    /// Whether it is watched.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// How long a reading must be alarming before it is told, in seconds.
    #[serde(default)]
    pub raise_after_seconds: u32,
    /// How long a reading must be normal before the alarm ends, in seconds: 60 to 86,400. For the age of data the limit
    /// itself comes on top; the alarm of a gate ends with it.
    #[serde(default = "clear_after")]
    pub clear_after_seconds: u32,
    /// What it means that nothing can be seen.
    #[serde(default)]
    pub missing_data: MissingData,
    /// How long nothing must be seen before it is told, in seconds.
    #[serde(default = "no_data_after")]
    pub no_data_after_seconds: u32,
}

impl AlertRuleContent {
    /// Most characters of a name.
    pub const MAX_NAME_CHARS: usize = 120;
    /// Longest hold-off in seconds: a day.
    pub const MAX_HOLD_SECONDS: u32 = 86_400;
    /// Shortest time that a reading must be normal before an alarm ends, in seconds.
    pub const MIN_CLEAR_SECONDS: u32 = 60;

    /// A rule with the usual hold-offs: told at once, ended after five minutes, no data after one.
    pub fn new(name: impl Into<String>, condition: AlertCondition) -> Self {
        Self {
            name: name.into(),
            condition,
            severity: Severity::default(),
            enabled: enabled(),
            raise_after_seconds: 0,
            clear_after_seconds: clear_after(),
            missing_data: MissingData::default(),
            no_data_after_seconds: no_data_after(),
        }
    }

    /// Every broken rule.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = self.condition.violations("condition");
        let name = &self.name;
        let fits = (1..=Self::MAX_NAME_CHARS).contains(&name.chars().count());
        if !fits || name.trim() != name || name.chars().any(char::is_control) {
            let rule = format!(
                "must be 1 to {} printable characters without blanks at its ends",
                Self::MAX_NAME_CHARS
            );
            found.push(Violation::new("name", "name", name, rule));
        }
        for (field, seconds, least) in [
            ("raise_after_seconds", self.raise_after_seconds, 0),
            (
                "clear_after_seconds",
                self.clear_after_seconds,
                Self::MIN_CLEAR_SECONDS,
            ),
            ("no_data_after_seconds", self.no_data_after_seconds, 0),
        ] {
            if !(least..=Self::MAX_HOLD_SECONDS).contains(&seconds) {
                let rule = format!("must be from {least} to {}", Self::MAX_HOLD_SECONDS);
                found.push(Violation::new("hold_off", field, seconds, rule));
            }
        }
        found
    }

    /// The content, if no rule is broken.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::error::Code::Invalid) with every broken rule at once.
    pub fn checked(self) -> Result<Self> {
        let found = self.violations();
        if found.is_empty() {
            Ok(self)
        } else {
            Err(Error::invalid(found))
        }
    }

    pub(super) fn raise_after(&self) -> SignedDuration {
        SignedDuration::from_secs(self.raise_after_seconds.into())
    }

    pub(super) fn clear_after(&self) -> SignedDuration {
        match self.condition.settling_seconds() {
            // A gate closes once and does not tremble: each has an alarm of its own.
            None => SignedDuration::ZERO,
            Some(more) => SignedDuration::from_secs(i64::from(self.clear_after_seconds) + more),
        }
    }

    pub(super) fn no_data_after(&self) -> SignedDuration {
        SignedDuration::from_secs(self.no_data_after_seconds.into())
    }
}

/// Who makes a rule, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAlertRule {
    /// Its id.
    pub id: AlertRuleId,
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub author: UserId,
    /// Now.
    pub at: Timestamp,
}

/// A rule of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AlertRule {
    /// Its id.
    pub id: AlertRuleId,
    /// The organisation.
    pub org: OrgId,
    /// Who made it.
    pub author: UserId,
    /// Grows by one with each edit.
    pub version: u64,
    /// The version since which it watches what it watches: what stood before counts no more.
    pub condition_version: u64,
    /// What it says.
    pub content: AlertRuleContent,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was edited last.
    pub updated_at: Timestamp,
}

impl AlertRule {
    /// A new rule.
    ///
    /// # Errors
    /// When the content breaks a rule.
    pub fn create(new: NewAlertRule, content: AlertRuleContent) -> Result<Self> {
        Ok(Self {
            id: new.id,
            org: new.org,
            author: new.author,
            version: 1,
            condition_version: 1,
            content: content.checked()?,
            created_at: new.at,
            updated_at: new.at,
        })
    }

    /// The rule with other content. Where it watches something else its alarm starts anew.
    ///
    /// # Errors
    /// When the content breaks a rule.
    pub fn edit(self, content: AlertRuleContent, at: Timestamp) -> Result<Self> {
        let content = content.checked()?;
        let version = self.version.saturating_add(1);
        let same =
            content.condition == self.content.condition && content.enabled == self.content.enabled;
        Ok(Self {
            version,
            condition_version: if same {
                self.condition_version
            } else {
                version
            },
            content,
            updated_at: at,
            ..self
        })
    }
}

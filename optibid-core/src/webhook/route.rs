//! A route as it is kept.

use super::delivery::DeliveryAttempt;
use crate::alert::Severity;
use crate::error::{Error, Result, Violation};
use crate::id::{AlertRouteId, OrgId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const fn every_severity() -> Severity {
    Severity::Info
}

const fn enabled() -> bool {
    true
}

/// What an organisation says of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertRouteContent {
    /// What people call it.
    pub name: String,
    /// Where messages are sent.
    #[cfg_attr(feature = "api", schema(example = "https://hooks.example.com/optibid"))]
    pub url: String,
    /// The least severity that is told.
    #[serde(default = "every_severity")]
    pub severity_at_least: Severity,
    /// Whether anything is sent.
    #[serde(default = "enabled")]
    pub enabled: bool,
}

impl AlertRouteContent {
    /// Most characters of a name.
    pub const MAX_NAME_CHARS: usize = 120;
    /// Most characters of an address.
    pub const MAX_URL_CHARS: usize = 2_000;

    /// Every broken rule. Whether messages may be sent to the address is the sender's to say
    /// ([`WebhookSender::check`](crate::ports::WebhookSender::check)).
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        let name = &self.name;
        let fits = (1..=Self::MAX_NAME_CHARS).contains(&name.chars().count());
        if !fits || name.trim() != name || name.chars().any(char::is_control) {
            let rule = format!(
                "must be 1 to {} printable characters without blanks at its ends",
                Self::MAX_NAME_CHARS
            );
            found.push(Violation::new("name", "name", name, rule));
        }
        let length = self.url.chars().count();
        if length > Self::MAX_URL_CHARS {
            let rule = format!("at most {} characters", Self::MAX_URL_CHARS);
            let shown = format!("{length} characters");
            found.push(Violation::new("url", "url", shown, rule));
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
}

/// Whose new route it is, and when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewAlertRoute {
    /// Its id.
    pub id: AlertRouteId,
    /// The organisation.
    pub org: OrgId,
    /// Now.
    pub at: Timestamp,
}

/// An address of an organisation that is told of alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRoute {
    /// Its id.
    pub id: AlertRouteId,
    /// The organisation.
    pub org: OrgId,
    /// Grows by one with each change.
    pub version: u64,
    /// What it says.
    pub content: AlertRouteContent,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, or its secret, was changed last.
    pub updated_at: Timestamp,
}

impl AlertRoute {
    /// A new route.
    ///
    /// # Errors
    /// When the content breaks a rule.
    pub fn create(new: NewAlertRoute, content: AlertRouteContent) -> Result<Self> {
        Ok(Self {
            id: new.id,
            org: new.org,
            version: 1,
            content: content.checked()?,
            created_at: new.at,
            updated_at: new.at,
        })
    }

    /// The route with other content.
    ///
    /// # Errors
    /// When the content breaks a rule.
    pub fn edit(self, content: AlertRouteContent, at: Timestamp) -> Result<Self> {
        Ok(Self {
            content: content.checked()?,
            ..self.touched(at)
        })
    }

    /// The route one version on: its secret is another.
    #[must_use]
    pub fn touched(self, at: Timestamp) -> Self {
        Self {
            version: self.version.saturating_add(1),
            updated_at: at,
            ..self
        }
    }

    /// Whether alarms of that severity are told here.
    #[must_use]
    pub fn takes(&self, severity: Severity) -> bool {
        self.content.enabled && severity >= self.content.severity_at_least
    }
}

/// A route, and how its last attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRecord {
    /// The route.
    pub route: AlertRoute,
    /// The last attempt of any of its deliveries that is still kept.
    pub last: Option<DeliveryAttempt>,
}

//! Organisations and their users.

use crate::auth::Role;
use crate::error::Violation;
use crate::id::{OrgId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An organisation: the tenant that owns everything but public market data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Org {
    /// The id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// When it was founded.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
}

/// An e-mail address, lower-cased: the name a user signs in with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks and lower-cases an address.
    ///
    /// Only its form is checked (one `@`, a dot in the domain, no blanks, at most 254 characters):
    /// whether it receives mail, only mail can tell.
    ///
    /// # Errors
    /// When the form is wrong.
    pub fn new(text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        let wrong = || {
            Violation::new(
                "email",
                "email",
                text,
                "must be an address such as name@example.com",
            )
        };
        let (local, domain) = text.split_once('@').ok_or_else(wrong)?;
        let labels_fit = domain.split('.').all(|label| !label.is_empty());
        let fits = !local.is_empty()
            && domain.contains('.')
            && labels_fit
            && !domain.contains('@')
            && text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if fits {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(wrong())
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// A person or program that signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The organisation.
    pub org: OrgId,
    /// The name to sign in with, unique in the installation.
    pub email: Email,
    /// The name to show.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Hash of the password in PHC string form; never leaves the store and the use cases.
    pub password_hash: String,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// When the user was created.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
}

//! What messages are signed with.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A secret that a route shares with its receiver: `whsec_` and random bytes in base64. Printing it shows nothing.
///
/// It signs, so it must be kept as it is and not as a hash. It leaves the store for signing alone, and is shown once, when it
/// is made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// What every secret begins with.
    pub const PREFIX: &'static str = "whsec_";

    /// A secret from random bytes that are written in base64.
    #[must_use]
    pub fn from_base64(bytes: &str) -> Self {
        Self(format!("{}{bytes}", Self::PREFIX))
    }

    /// The secret itself: for the signature, and for the one who just made it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// The secret.
    pub secret: WebhookSecret,
    /// Until when messages are signed with it as well.
    pub until: Timestamp,
}

/// The secrets of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteSecrets {
    /// The one that holds.
    pub current: WebhookSecret,
    /// The one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSecret>,
}

impl RouteSecrets {
    /// How long messages are signed with a replaced secret as well, so that a receiver can take up the new one without
    /// losing any.
    pub const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

    /// A first secret.
    #[must_use]
    pub const fn new(current: WebhookSecret) -> Self {
        Self {
            current,
            previous: None,
        }
    }

    /// Another secret from now on; the one before the last is good no more.
    #[must_use]
    pub fn rotate(self, current: WebhookSecret, now: Timestamp) -> Self {
        Self {
            current,
            previous: Some(PreviousSecret {
                secret: self.current,
                until: now.saturating_add(Self::OVERLAP).unwrap_or(now),
            }),
        }
    }

    /// What a message is signed with now, the one that holds first.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> Vec<WebhookSecret> {
        let previous = self.previous.as_ref().filter(|old| now < old.until);
        let previous = previous.map(|old| old.secret.clone());
        [self.current.clone()].into_iter().chain(previous).collect()
    }
}

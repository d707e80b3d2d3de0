//! Who the client is to the server.

use jiff::{SignedDuration, Timestamp};
use optibid_core::api::TokenView;
use std::fmt;
use tokio::sync::Mutex;

/// Before its end an access token is exchanged, so that it does not end on the way.
const EARLY: SignedDuration = SignedDuration::from_secs(30);

/// Tokens of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Sent with every request.
    pub access: String,
    /// When it ends; none where that is not known, and then the server's word decides.
    pub expires_at: Option<Timestamp>,
    /// Exchanged for new tokens, once; none for a token that is given from outside.
    pub refresh: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl From<&TokenView> for Tokens {
    fn from(view: &TokenView) -> Self {
        Self {
            access: view.access_token.clone(),
            expires_at: Some(view.expires_at),
            refresh: Some(view.refresh_token.clone()),
        }
    }
}

impl Tokens {
    /// An access token from outside, which the client cannot renew.
    #[must_use]
    pub fn access(token: impl Into<String>) -> Self {
        Self {
            access: token.into(),
            expires_at: None,
            refresh: None,
        }
    }

    /// Whether it ends soon or has ended.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        let soon = now.checked_add(EARLY).unwrap_or(Timestamp::MAX);
        self.expires_at.is_some_and(|end| end <= soon)
    }
}

/// The tokens in use. A refresh token is good once, so that one call at a time exchanges it.
#[derive(Debug, Default)]
pub(crate) struct Session(pub(crate) Mutex<Option<Tokens>>);

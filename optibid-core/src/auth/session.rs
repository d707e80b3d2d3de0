use crate::id::{OrgId, SessionId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One login. Its refresh tokens form a family: each is good once, and a second use of one ends the
/// whole session, for then somebody has a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id; access tokens name it.
    pub id: SessionId,
    /// The user.
    pub user: UserId,
    /// The organisation.
    pub org: OrgId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When the session ends for good, however often it is refreshed.
    pub expires_at: Timestamp,
    /// When it was ended: by logout or by reuse of a refresh token.
    pub revoked_at: Option<Timestamp>,
}

impl Session {
    /// Whether the session is good at that time.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// SHA-256 of a refresh token in hex: what the store keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(pub String);

/// A refresh token as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Hash of the token.
    pub hash: TokenHash,
    /// The session it refreshes.
    pub session: SessionId,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it was exchanged for its successor.
    pub used_at: Option<Timestamp>,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The user.
    pub user: UserId,
    /// The organisation.
    pub org: OrgId,
    /// The login it belongs to.
    pub session: SessionId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

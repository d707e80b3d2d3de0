use super::{StoreError, Trail};
use crate::auth::{RefreshToken, Session, TokenHash};
use crate::id::{OrgId, SessionId, UserId};
use crate::org::{Email, Org, User};
use async_trait::async_trait;
use jiff::Timestamp;

/// Organisations and users.
///
/// - An e-mail address belongs to at most one user of the installation.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// Founds an organisation with its first user.
    ///
    /// [`StoreError::AlreadyExists`] when the address is taken; then neither is stored.
    async fn insert_org(&self, org: &Org, first: &User, trail: &Trail) -> Result<(), StoreError>;

    /// Adds a user to an organisation; [`StoreError::AlreadyExists`] when the address is taken.
    async fn insert_user(&self, user: &User, trail: &Trail) -> Result<(), StoreError>;

    /// The organisation.
    async fn org(&self, id: OrgId) -> Result<Option<Org>, StoreError>;

    /// The user with that address: what signing in needs before the organisation is known.
    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError>;

    /// The user, if the organisation has it.
    async fn user(&self, org: OrgId, id: UserId) -> Result<Option<User>, StoreError>;

    /// Number of users of the installation: none means it was never set up.
    async fn user_count(&self) -> Result<u64, StoreError>;
}

/// A live login with its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The login.
    pub session: Session,
    /// Its user.
    pub user: User,
}

/// Logins and their refresh tokens.
///
/// - A refresh token is exchanged at most once, however many ask at the same time.
/// - A session that was revoked stays revoked.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Opens a session with its first refresh token.
    async fn insert_session(
        &self,
        session: &Session,
        token: &RefreshToken,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// The session with its user, live or not.
    async fn identity(&self, session: SessionId) -> Result<Option<Identity>, StoreError>;

    /// The refresh token with that hash.
    async fn refresh_token(&self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError>;

    /// Marks `used` as used and stores its successor.
    ///
    /// [`StoreError::Conflict`] when it was used before, [`StoreError::NotFound`] when it was never
    /// given out: nothing is stored then.
    async fn rotate_refresh_token(
        &self,
        used: &TokenHash,
        successor: &RefreshToken,
    ) -> Result<(), StoreError>;

    /// Ends a session; ending it again changes nothing.
    async fn revoke_session(
        &self,
        session: SessionId,
        at: Timestamp,
        trail: &Trail,
    ) -> Result<(), StoreError>;
}

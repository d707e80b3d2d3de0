use super::{Page, PageRequest, StoreError, Trail};
use crate::auth::{RefreshToken, Role, Session, TokenHash};
use crate::id::{OrgId, SessionId, UserId};
use crate::org::{Email, Org, User};
use async_trait::async_trait;
use jiff::Timestamp;

/// Which users of an organisation are wanted; every filter is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// Only with this role.
    pub role: Option<Role>,
    /// Only those that are disabled, or only those that are not.
    pub disabled: Option<bool>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// A change of a user, with what it relies on and what ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChange {
    /// The user as it is to be, one version on. The address and the organisation stay.
    pub user: User,
    /// Another user of the organisation who must still have that version: whom the change counts on.
    pub relies_on: Option<(UserId, u64)>,
    /// Which of the user's sessions end with the change.
    pub ends: Option<SessionsEnd>,
}

/// The end of a user's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionsEnd {
    /// When.
    pub at: Timestamp,
    /// The one that goes on, if any.
    pub keep: Option<SessionId>,
}

/// Organisations and users.
///
/// - An e-mail address belongs to at most one user of the installation.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// Founds an organisation with its first user.
    ///
    /// [`StoreError::AlreadyExists`] when the address is taken; then neither is stored.
    async fn insert_org(&self, org: &Org, first: &User, trail: &Trail) -> Result<(), StoreError>;

    /// Adds a user to an organisation; [`StoreError::AlreadyExists`] when the address is taken.
    async fn insert_user(&self, user: &User, trail: &Trail) -> Result<(), StoreError>;

    /// Replaces name, role, password hash and whether disabled of a user whose stored version is one below, and ends the
    /// sessions that the change names; one that has ended before stays as it was.
    ///
    /// [`StoreError::Conflict`], and nothing is stored, when another change of the user, or of the one it relies on, came
    /// first; [`StoreError::NotFound`] when there is no such user of the organisation.
    async fn update_user(&self, change: &UserChange, trail: &Trail) -> Result<(), StoreError>;

    /// Replaces the name of an organisation whose stored version is one below `org.version`.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such organisation.
    async fn update_org(&self, org: &Org, trail: &Trail) -> Result<(), StoreError>;

    /// The organisation.
    async fn org(&self, id: OrgId) -> Result<Option<Org>, StoreError>;

    /// The user with that address: what signing in needs before the organisation is known.
    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError>;

    /// The user, if the organisation has it.
    async fn user(&self, org: OrgId, id: UserId) -> Result<Option<User>, StoreError>;

    /// Users of the organisation, the newest first.
    async fn users(&self, org: OrgId, query: &UserQuery) -> Result<Page<User>, StoreError>;

    /// Number of users of the installation: none means it was never set up.
    async fn user_count(&self) -> Result<u64, StoreError>;
}

/// Whose live logins are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionQuery {
    /// The organisation.
    pub org: OrgId,
    /// The user.
    pub user: UserId,
    /// Only those that are live at this instant.
    pub live_at: Timestamp,
    /// Which part of the list.
    pub page: PageRequest,
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
/// - A list is ordered by id, the newest first.
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

    /// Live sessions of one user, the newest first.
    async fn sessions(&self, query: &SessionQuery) -> Result<Page<Session>, StoreError>;

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

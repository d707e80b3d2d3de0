use crate::app::{Credentials, NewUser, Registration, SignedIn};
use crate::auth::Role;
use crate::id::{OrgId, UserId};
use crate::org::{Org, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Founds an organisation with its first user.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// Name of the organisation.
    #[schema(example = "Hill Country Storage")]
    pub organisation: String,
    /// The user's address.
    #[schema(example = "ann@example.com")]
    pub email: String,
    /// The user's name.
    #[schema(example = "Ann")]
    pub name: String,
    /// 12 to 128 characters.
    #[schema(format = "password", example = "merit order of a windy day")]
    pub password: String,
}

impl From<RegisterRequest> for Registration {
    fn from(r: RegisterRequest) -> Self {
        Self {
            org_name: r.organisation,
            email: r.email,
            name: r.name,
            password: r.password,
        }
    }
}

/// Signs a user in.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The address.
    #[schema(example = "ann@example.com")]
    pub email: String,
    /// The password.
    #[schema(format = "password", example = "merit order of a windy day")]
    pub password: String,
}

impl From<LoginRequest> for Credentials {
    fn from(r: LoginRequest) -> Self {
        Self {
            email: r.email,
            password: r.password,
        }
    }
}

/// Exchanges a refresh token.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The refresh token; it is good once.
    pub refresh_token: String,
}

/// Adds a user to the caller's organisation.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserRequest {
    /// The user's address.
    #[schema(example = "bob@example.com")]
    pub email: String,
    /// The user's name.
    #[schema(example = "Bob")]
    pub name: String,
    /// The first password, 12 to 128 characters.
    #[schema(format = "password", example = "ramp rate of a spring dawn")]
    pub password: String,
    /// What the user may do.
    pub role: Role,
}

impl From<UserRequest> for NewUser {
    fn from(r: UserRequest) -> Self {
        Self {
            email: r.email,
            name: r.name,
            password: r.password,
            role: r.role,
        }
    }
}

/// A user, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UserView {
    /// The id.
    pub id: UserId,
    /// The organisation.
    pub org: OrgId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// Whether signing in is refused.
    pub disabled: bool,
    /// When the user was created.
    pub created_at: Timestamp,
    /// Grows by one with each change: the `ETag`.
    pub version: u64,
}

impl From<User> for UserView {
    fn from(u: User) -> Self {
        Self {
            id: u.id,
            org: u.org,
            email: u.email.as_str().to_owned(),
            name: u.name,
            role: u.role,
            disabled: u.disabled,
            created_at: u.created_at,
            version: u.version,
        }
    }
}

/// An organisation.
pub type OrgView = Org;

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MeView {
    /// The user.
    pub user: UserView,
    /// The user's organisation.
    pub organisation: OrgView,
}

/// Tokens of a login or refresh.
#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// When the access token ends.
    pub expires_at: Timestamp,
    /// Good for one refresh.
    pub refresh_token: String,
    /// When the session ends for good.
    pub session_expires_at: Timestamp,
    /// The user.
    pub user: UserView,
    /// The user's organisation.
    pub organisation: OrgView,
}

impl From<SignedIn> for TokenView {
    fn from(s: SignedIn) -> Self {
        Self {
            access_token: s.access_token,
            token_type: "Bearer".to_owned(),
            expires_at: s.access_expires_at,
            refresh_token: s.refresh_token,
            session_expires_at: s.session_expires_at,
            user: s.user.into(),
            organisation: s.org,
        }
    }
}

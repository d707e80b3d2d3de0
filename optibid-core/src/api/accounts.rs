use crate::app::{PasswordChange, UserContent};
use crate::auth::{Permission, Principal, Role, Session};
use crate::id::SessionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Changes a user of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserEditRequest {
    /// The name, at most 200 characters.
    #[schema(example = "Bob")]
    pub name: String,
    /// What the user may do; none above the caller's own role.
    pub role: Role,
    /// Whether signing in is refused. It ends the user's sessions at once.
    pub disabled: bool,
}

impl From<UserEditRequest> for UserContent {
    fn from(r: UserEditRequest) -> Self {
        Self {
            name: r.name,
            role: r.role,
            disabled: r.disabled,
        }
    }
}

/// Changes the caller's own profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    /// The name, at most 200 characters.
    #[schema(example = "Ann")]
    pub name: String,
}

/// Changes the caller's own password.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRequest {
    /// The password so far.
    #[schema(format = "password", example = "merit order of a windy day")]
    pub current_password: String,
    /// The password from now on, 12 to 128 characters.
    #[schema(format = "password", example = "ramp rate of a spring dawn")]
    pub new_password: String,
}

impl From<PasswordRequest> for PasswordChange {
    fn from(r: PasswordRequest) -> Self {
        Self {
            current: r.current_password,
            new: r.new_password,
        }
    }
}

/// One login of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// When the caller signed in.
    pub created_at: Timestamp,
    /// When it ends for good, however often it is refreshed.
    pub expires_at: Timestamp,
    /// Whether this request came by it.
    pub current: bool,
}

impl SessionView {
    /// A session as its user sees it.
    #[must_use]
    pub fn seen_by(who: &Principal, session: Session) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            expires_at: session.expires_at,
            current: who.session == Some(session.id),
        }
    }
}

/// Renames the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationRequest {
    /// The name, 1 to 200 characters.
    #[schema(example = "Hill Country Storage")]
    pub name: String,
}

/// All roles, and all that can be permitted, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RolesView {
    /// The roles.
    pub roles: Vec<RoleView>,
    /// What can be permitted.
    pub permissions: Vec<PermissionView>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoleView {
    /// Its name.
    pub role: Role,
    /// What it is for, in words.
    pub about: String,
    /// All that it permits.
    pub permissions: Vec<Permission>,
    /// Whether the caller may give it to a user.
    pub assignable: bool,
}

/// Something that can be permitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PermissionView {
    /// Its name.
    pub permission: Permission,
    /// What it permits, in words.
    pub about: String,
}

impl RolesView {
    /// The table of roles as a caller sees it.
    #[must_use]
    pub fn seen_by(who: &Principal) -> Self {
        let manages = who.role.allows(Permission::ManageUsers);
        let role = |role: Role| RoleView {
            role,
            about: role.about().to_owned(),
            permissions: Permission::ALL
                .into_iter()
                .filter(|permission| role.allows(*permission))
                .collect(),
            assignable: manages && who.role.covers(role),
        };
        let permission = |permission: Permission| PermissionView {
            permission,
            about: permission.about().to_owned(),
        };
        Self {
            roles: Role::ALL.into_iter().map(role).collect(),
            permissions: Permission::ALL.into_iter().map(permission).collect(),
        }
    }
}

//! Signing in, users, the audit trail.

use crate::methods::operations;
use optibid_core::api::{
    AuditParams, AuditView, ListParams, ListView, LoginRequest, MeView, OrgView,
    OrganisationRequest, PasswordRequest, ProfileRequest, RefreshRequest, RegisterRequest,
    RolesView, SessionView, TokenView, UserEditRequest, UserRequest, UserView,
};
use optibid_core::app::AuditVerdict;
use optibid_core::id::{SessionId, UserId};

operations! {
    /// Exchanges address and password for tokens. [`sign_in`](crate::Client::sign_in) keeps them too.
    "login" POST "/api/auth/login"
    login(request: &LoginRequest) -> TokenView = from_json, json(request); signs = false;

    /// Exchanges a refresh token, which is good once. The client does so by itself.
    "refresh" POST "/api/auth/refresh"
    refresh(request: &RefreshRequest) -> TokenView = from_json, json(request); signs = false;

    /// Founds an organisation with its first user.
    "register" POST "/api/auth/register"
    register(request: &RegisterRequest) -> TokenView = from_json, json(request); signs = false;

    /// Ends the session. [`sign_out`](crate::Client::sign_out) forgets the tokens too.
    "logout" POST "/api/auth/logout" logout() -> () = from_nothing;

    /// Who the server takes the caller for.
    "me" GET "/api/auth/me" me() -> MeView = from_json;

    /// Changes the caller's own name.
    "editProfile" PUT "/api/auth/profile"
    edit_profile(request: &ProfileRequest) -> UserView = from_json, json(request);

    /// Changes the caller's own password; all other sessions of the user end.
    "changePassword" POST "/api/auth/password"
    change_password(request: &PasswordRequest) -> () = from_nothing, json(request);

    /// The caller's own live sessions, the newest first.
    "listSessions" GET "/api/auth/sessions"
    list_sessions(params: &ListParams) -> ListView<SessionView> = from_json, query(params);

    /// Ends one of the caller's own sessions at once.
    "endSession" DELETE "/api/auth/sessions/{id}"
    end_session(id: SessionId) -> () = from_nothing, path("id", id);

    /// The caller's organisation.
    "getOrganisation" GET "/api/organisation" get_organisation() -> OrgView = from_json;

    /// Renames the caller's organisation, if it still has that version.
    "renameOrganisation" PUT "/api/organisation"
    rename_organisation(version: u64, request: &OrganisationRequest) -> OrgView = from_json,
    json(request), if_match(version);

    /// The roles, what each permits, and whether the caller may give it.
    "listRoles" GET "/api/roles" list_roles() -> RolesView = from_json;

    /// Users of the organisation, the newest first.
    "listUsers" GET "/api/users"
    list_users(params: &ListParams) -> ListView<UserView> = from_json, query(params);

    /// A user of the organisation.
    "getUser" GET "/api/users/{id}" get_user(id: UserId) -> UserView = from_json, path("id", id);

    /// Changes a user that still has that version; disabling ends the user's sessions at once.
    "editUser" PUT "/api/users/{id}"
    edit_user(id: UserId, version: u64, request: &UserEditRequest) -> UserView = from_json,
    path("id", id), json(request), if_match(version);

    /// Adds a user to the caller's organisation.
    "createUser" POST "/api/users"
    create_user(request: &UserRequest) -> UserView = from_json, json(request);

    /// Audit entries of the organisation, the latest first.
    "listAudit" GET "/api/audit"
    list_audit(params: &AuditParams) -> ListView<AuditView> = from_json, query(params);

    /// Whether the chain of audit entries is whole.
    "verifyAudit" GET "/api/audit/verify" verify_audit() -> AuditVerdict = from_json;
}

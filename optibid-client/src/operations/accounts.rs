//! Signing in, users, the audit trail.

use crate::methods::operations;
use optibid_core::api::{
    AuditParams, AuditView, ListView, LoginRequest, MeView, RefreshRequest, RegisterRequest,
    TokenView, UserRequest, UserView,
};
use optibid_core::app::AuditVerdict;

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

    /// Adds a user to the caller's organisation.
    "createUser" POST "/api/users"
    create_user(request: &UserRequest) -> UserView = from_json, json(request);

    /// Audit entries of the organisation, the latest first.
    "listAudit" GET "/api/audit"
    list_audit(params: &AuditParams) -> ListView<AuditView> = from_json, query(params);

    /// Whether the chain of audit entries is whole.
    "verifyAudit" GET "/api/audit/verify" verify_audit() -> AuditVerdict = from_json;
}

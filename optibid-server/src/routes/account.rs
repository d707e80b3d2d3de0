//! One's own account: name, password, sessions.

use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use optibid_core::api::{
    ListParams, ListView, PasswordRequest, ProfileRequest, SessionView, UserView,
};
use optibid_core::id::SessionId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/auth` that need a caller who is signed in.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(profile))
        .routes(routes!(password))
        .routes(routes!(sessions))
        .routes(routes!(end))
}

/// Changes the caller's own name.
#[utoipa::path(
    put, path = "/api/auth/profile", tag = "auth", operation_id = "editProfile",
    security(("bearer" = [])),
    request_body = ProfileRequest,
    responses((status = 200, description = "Changed", body = UserView), Problems),
)]
async fn profile(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<ProfileRequest>,
) -> ApiResult<Json<UserView>> {
    let user = state.app.edit_profile(&caller, &body.name).await?;
    Ok(Json(user.into()))
}

/// Changes the caller's own password and ends all other sessions of the user.
#[utoipa::path(
    post, path = "/api/auth/password", tag = "auth", operation_id = "changePassword",
    security(("bearer" = [])),
    request_body = PasswordRequest,
    responses((status = 204, description = "Changed"), Problems),
)]
async fn password(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<PasswordRequest>,
) -> ApiResult<StatusCode> {
    state.app.change_password(&caller, body.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's own live sessions, the newest first.
#[utoipa::path(
    get, path = "/api/auth/sessions", tag = "auth", operation_id = "listSessions",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<SessionView>), Problems),
)]
async fn sessions(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<SessionView>>> {
    let page = page(params.limit, params.after)?;
    let listed = state.app.own_sessions(&caller, page).await;
    let listed = listed.map_err(cursor)?;
    Ok(Json(
        listed
            .map(|session| SessionView::seen_by(&caller, session))
            .into(),
    ))
}

/// Ends one of the caller's own sessions at once.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", tag = "auth", operation_id = "endSession",
    security(("bearer" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "Ended"), Problems),
)]
async fn end(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<SessionId>,
) -> ApiResult<StatusCode> {
    state.app.end_session(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

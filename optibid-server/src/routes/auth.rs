//! Register, sign in, refresh, sign out, who am I.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use optibid_core::api::{LoginRequest, MeView, RefreshRequest, RegisterRequest, TokenView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/auth`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me))
}

/// Founds an organisation with its first user and signs the user in.
#[utoipa::path(
    post, path = "/api/auth/register", tag = "auth", operation_id = "register",
    request_body = RegisterRequest,
    responses(
        (status = 201, description = "Founded and signed in", body = TokenView),
        Problems,
    ),
)]
async fn register(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<RegisterRequest>,
) -> ApiResult<(StatusCode, Json<TokenView>)> {
    let signed_in = state.app.register(body.into()).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}

/// Signs a user in.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "auth", operation_id = "login",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "Signed in", body = TokenView),
        Problems,
    ),
)]
async fn login(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<LoginRequest>,
) -> ApiResult<Json<TokenView>> {
    Ok(Json(state.app.login(body.into()).await?.into()))
}

/// Exchanges a refresh token for new tokens; each refresh token is good once.
#[utoipa::path(
    post, path = "/api/auth/refresh", tag = "auth", operation_id = "refresh",
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "New tokens", body = TokenView),
        Problems,
    ),
)]
async fn refresh(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<RefreshRequest>,
) -> ApiResult<Json<TokenView>> {
    Ok(Json(state.app.refresh(&body.refresh_token).await?.into()))
}

/// Ends the caller's session.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "auth", operation_id = "logout",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "Signed out"),
        Problems,
    ),
)]
async fn logout(State(state): State<AppState>, Caller(caller): Caller) -> ApiResult<StatusCode> {
    state.app.logout(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's user and organisation.
#[utoipa::path(
    get, path = "/api/auth/me", tag = "auth", operation_id = "me",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller", body = MeView),
        Problems,
    ),
)]
async fn me(State(state): State<AppState>, Caller(caller): Caller) -> ApiResult<Json<MeView>> {
    let (user, organisation) = state.app.me(&caller).await?;
    Ok(Json(MeView {
        user: user.into(),
        organisation,
    }))
}

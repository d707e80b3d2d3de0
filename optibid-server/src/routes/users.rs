//! Add users to the organisation.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use optibid_core::api::{UserRequest, UserView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/users`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create))
}

/// Adds a user to the caller's organisation.
#[utoipa::path(
    post, path = "/api/users", tag = "users", operation_id = "createUser",
    security(("bearer" = [])),
    request_body = UserRequest,
    responses((status = 201, description = "Added", body = UserView), Problems),
)]
async fn create(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<UserRequest>,
) -> ApiResult<(StatusCode, Json<UserView>)> {
    let user = state.app.add_user(&caller, body.into()).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

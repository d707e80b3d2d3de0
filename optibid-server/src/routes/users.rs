//! Users of the organisation, and what roles may do.

use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller, etag, precondition, required_if_match};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{ListParams, ListView, RolesView, UserEditRequest, UserRequest, UserView};
use optibid_core::app::Versioned;
use optibid_core::id::UserId;
use optibid_core::org::User;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/users` and `/api/roles`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(read, edit))
        .routes(routes!(roles))
}

fn answer(user: User) -> impl IntoResponse {
    (etag(user.version), Json(UserView::from(user)))
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
) -> ApiResult<impl IntoResponse> {
    let user = state.app.add_user(&caller, body.into()).await?;
    let location = [(header::LOCATION, format!("/api/users/{}", user.id))];
    Ok((StatusCode::CREATED, location, answer(user)))
}

/// Users of the organisation, the newest first.
#[utoipa::path(
    get, path = "/api/users", tag = "users", operation_id = "listUsers",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<UserView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<UserView>>> {
    let page = page(params.limit, params.after)?;
    let listed = state.app.users(&caller, &page).await.map_err(cursor)?;
    Ok(Json(listed.map(UserView::from).into()))
}

/// A user of the organisation.
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "users", operation_id = "getUser",
    security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 200, description = "The user, with the version as ETag", body = UserView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<UserId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.user(&caller, id).await?))
}

/// Changes name, role or whether a user may sign in. Disabling ends the user's sessions at once.
#[utoipa::path(
    put, path = "/api/users/{id}", tag = "users", operation_id = "editUser",
    security(("bearer" = [])),
    params(
        ("id" = UserId, Path, description = "The user"),
        ("If-Match" = String, Header, description = "The ETag of the version that was changed"),
    ),
    request_body = UserEditRequest,
    responses((status = 200, description = "Changed", body = UserView), Problems),
)]
async fn edit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<UserId>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<UserEditRequest>,
) -> ApiResult<impl IntoResponse> {
    let change = Versioned {
        expected: required_if_match(&headers)?,
        value: body.into(),
    };
    let edited = state.app.edit_user(&caller, id, change).await;
    Ok(answer(edited.map_err(precondition)?))
}

/// The roles, what each permits, and whether the caller may give it.
#[utoipa::path(
    get, path = "/api/roles", tag = "users", operation_id = "listRoles",
    security(("bearer" = [])),
    responses((status = 200, description = "The table of roles", body = RolesView), Problems),
)]
async fn roles(Caller(caller): Caller) -> Json<RolesView> {
    Json(RolesView::seen_by(&caller))
}

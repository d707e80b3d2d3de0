//! The organisation itself.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller, etag, precondition, required_if_match};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use optibid_core::api::{OrgView, OrganisationRequest};
use optibid_core::app::Versioned;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/organisation`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read, rename))
}

fn answer(org: OrgView) -> impl IntoResponse {
    (etag(org.version), Json(org))
}

/// The caller's organisation.
#[utoipa::path(
    get, path = "/api/organisation", tag = "users", operation_id = "getOrganisation",
    security(("bearer" = [])),
    responses((status = 200, description = "The organisation, with its version as ETag", body = OrgView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.organisation(&caller).await?))
}

/// Renames the caller's organisation.
#[utoipa::path(
    put, path = "/api/organisation", tag = "users", operation_id = "renameOrganisation",
    security(("bearer" = [])),
    params(("If-Match" = String, Header, description = "The ETag of the version that was changed")),
    request_body = OrganisationRequest,
    responses((status = 200, description = "Renamed", body = OrgView), Problems),
)]
async fn rename(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(body): ApiJson<OrganisationRequest>,
) -> ApiResult<impl IntoResponse> {
    let change = Versioned {
        expected: required_if_match(&headers)?,
        value: body.name,
    };
    let renamed = state.app.rename_organisation(&caller, change).await;
    Ok(answer(renamed.map_err(precondition)?))
}

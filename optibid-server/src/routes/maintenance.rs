//! Maintenance mode: reading goes on, writing is refused.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use optibid_core::app::Maintenance;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/maintenance`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read, switch))
}

/// Whether maintenance mode is on.
#[utoipa::path(
    get, path = "/api/maintenance", tag = "operations", operation_id = "getMaintenance",
    security(("bearer" = [])),
    responses((status = 200, description = "Whether it is on", body = Maintenance), Problems),
)]
async fn read(State(state): State<AppState>, _caller: Caller) -> ApiResult<Json<Maintenance>> {
    Ok(Json(state.app.maintenance().await?))
}

/// Switches maintenance mode; for super admins.
#[utoipa::path(
    put, path = "/api/maintenance", tag = "operations", operation_id = "setMaintenance",
    security(("bearer" = [])),
    request_body = Maintenance,
    responses((status = 200, description = "Switched", body = Maintenance), Problems),
)]
async fn switch(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<Maintenance>,
) -> ApiResult<Json<Maintenance>> {
    Ok(Json(state.app.set_maintenance(&caller, body).await?))
}

//! Read and verify the audit trail.

use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use optibid_core::api::{AuditParams, AuditView, ListView};
use optibid_core::app::AuditVerdict;
use optibid_core::ports::AuditQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/audit`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(verify))
}

/// Audit entries of the organisation, the latest first.
#[utoipa::path(
    get, path = "/api/audit", tag = "audit", operation_id = "listAudit",
    security(("bearer" = [])),
    params(AuditParams),
    responses((status = 200, description = "A part of the trail", body = ListView<AuditView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<AuditParams>,
) -> ApiResult<Json<ListView<AuditView>>> {
    let page = page(params.limit, params.after)?;
    let query = AuditQuery {
        subject: params.subject,
        action: params.action,
        page,
    };
    let entries = state
        .app
        .audit_entries(&caller, &query)
        .await
        .map_err(cursor)?;
    Ok(Json(entries.map(AuditView::from).into()))
}

/// Walks the whole chain of the installation and says where it breaks; for super admins.
#[utoipa::path(
    get, path = "/api/audit/verify", tag = "audit", operation_id = "verifyAudit",
    security(("bearer" = [])),
    responses((status = 200, description = "What was found", body = AuditVerdict), Problems),
)]
async fn verify(
    State(state): State<AppState>,
    Caller(caller): Caller,
) -> ApiResult<Json<AuditVerdict>> {
    Ok(Json(state.app.verify_audit(&caller).await?))
}

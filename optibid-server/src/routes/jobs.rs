//! Start, watch and cancel durable jobs.

use super::headers::OptionalKey;
use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller, key};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{JobKind, JobParams, JobView, ListView};
use optibid_core::id::JobId;
use optibid_core::job::JobSpec;
use optibid_core::ports::JobQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/jobs`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(start, list))
        .routes(routes!(read))
        .routes(routes!(cancel))
}

/// The answer to a request that started a job.
pub(super) fn started(base: &str, job: JobView) -> impl IntoResponse + use<> {
    let location = [(header::LOCATION, format!("{base}/{}", job.id))];
    (StatusCode::ACCEPTED, location, Json(job))
}

/// Starts a job of any kind.
#[utoipa::path(
    post, path = "/api/jobs", tag = "jobs", operation_id = "startJob",
    security(("bearer" = [])),
    params(OptionalKey),
    request_body(content = JobSpec, examples(
        ("optimisation" = (summary = "The best schedule over stored prices", value = json!({
            "kind": "optimisation", "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM",
            "from": "2024-08-01", "to": "2024-08-07",
        }))),
        ("explanation" = (summary = "The same with the reasons of its moves", value = json!({
            "kind": "explanation", "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM",
            "from": "2024-08-20", "to": "2024-08-20",
        }))),
        ("offer" = (summary = "Offer curves from a forecast", value = json!({
            "kind": "offer", "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM",
            "day": "2024-08-20", "made_at": "2024-08-19T15:00:00Z",
        }))),
    )),
    responses((status = 202, description = "Queued; Location is the job", body = JobView), Problems),
)]
async fn start(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(spec): ApiJson<JobSpec>,
) -> ApiResult<impl IntoResponse> {
    let key = key(&headers, &spec)?;
    let job = state.app.start_job(&caller, spec, key.as_ref()).await?;
    Ok(started("/api/jobs", job))
}

/// The organisation's jobs, the newest first, without their results and problems.
#[utoipa::path(
    get, path = "/api/jobs", tag = "jobs", operation_id = "listJobs",
    security(("bearer" = [])),
    params(JobParams),
    responses((status = 200, description = "A part of the list", body = ListView<JobView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<JobParams>,
) -> ApiResult<Json<ListView<JobView>>> {
    let kind = params.kind.map(|kind| match kind {
        JobKind::Backtest => "backtest".to_owned(),
        JobKind::Backtests => "backtests".to_owned(),
        JobKind::Optimisation => "optimisation".to_owned(),
        JobKind::Explanation => "explanation".to_owned(),
        JobKind::Offer => "offer".to_owned(),
    });
    let query = JobQuery {
        kind,
        ended: None,
        page: page(params.limit, params.after)?,
    };
    Ok(Json(
        state
            .app
            .jobs(&caller, &query)
            .await
            .map_err(cursor)?
            .into(),
    ))
}

/// The job, with its result once it is done, or with what made it fail.
#[utoipa::path(
    get, path = "/api/jobs/{id}", tag = "jobs", operation_id = "getJob",
    security(("bearer" = [])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, description = "The job", body = JobView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<JobView>> {
    Ok(Json(state.app.job(&caller, id).await?))
}

/// Asks for the job's end; one that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/jobs/{id}/cancel", tag = "jobs", operation_id = "cancelJob",
    security(("bearer" = [])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, description = "As it stands now", body = JobView), Problems),
)]
async fn cancel(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<JobView>> {
    Ok(Json(state.app.cancel_job(&caller, id).await?))
}

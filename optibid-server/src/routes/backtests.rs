//! Start, watch and cancel backtests.

use super::headers::OptionalKey;
use super::jobs::started;
use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller, key};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use optibid_core::api::{BacktestJobRequest, JobView, ListParams, ListView};
use optibid_core::auth::Principal;
use optibid_core::error::Error;
use optibid_core::id::JobId;
use optibid_core::job::JobSpec;
use optibid_core::ports::JobQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/backtests`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(start, list))
        .routes(routes!(read))
        .routes(routes!(cancel))
}

/// Starts a backtest.
#[utoipa::path(
    post, path = "/api/backtests", tag = "backtests", operation_id = "startBacktest",
    security(("bearer" = [])),
    params(OptionalKey),
    request_body = BacktestJobRequest,
    responses((status = 202, description = "Queued; Location is the backtest", body = JobView), Problems),
)]
async fn start(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(request): ApiJson<BacktestJobRequest>,
) -> ApiResult<impl IntoResponse> {
    let key = key(&headers, &request)?;
    let spec = JobSpec::Backtest { request };
    let job = state.app.start_job(&caller, spec, key.as_ref()).await?;
    Ok(started("/api/backtests", job))
}

/// The organisation's backtests, the newest first, without their reports.
#[utoipa::path(
    get, path = "/api/backtests", tag = "backtests", operation_id = "listBacktests",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<JobView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<JobView>>> {
    let kind = Some("backtest".to_owned());
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

/// The backtest, with its report once it is done.
#[utoipa::path(
    get, path = "/api/backtests/{id}", tag = "backtests", operation_id = "getBacktest",
    security(("bearer" = [])),
    params(("id" = JobId, Path, description = "The backtest")),
    responses((status = 200, description = "The backtest", body = JobView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<JobView>> {
    Ok(Json(backtest(&state, &caller, id).await?))
}

/// Asks for the backtest's end; one that has ended stays as it is.
#[utoipa::path(
    post, path = "/api/backtests/{id}/cancel", tag = "backtests", operation_id = "cancelBacktest",
    security(("bearer" = [])),
    params(("id" = JobId, Path, description = "The backtest")),
    responses((status = 200, description = "As it stands now", body = JobView), Problems),
)]
async fn cancel(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<JobId>,
) -> ApiResult<Json<JobView>> {
    backtest(&state, &caller, id).await?;
    Ok(Json(state.app.cancel_job(&caller, id).await?))
}

/// The job, if it is a backtest.
async fn backtest(state: &AppState, who: &Principal, id: JobId) -> ApiResult<JobView> {
    let job = state.app.job(who, id).await?;
    match job.spec {
        JobSpec::Backtest { .. } | JobSpec::Backtests { .. } => Ok(job),
        _ => Err(Error::not_found("job", id).into()),
    }
}

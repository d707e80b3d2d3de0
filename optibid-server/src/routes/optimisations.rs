//! Optimise batteries and build offer curves.

use super::jobs::started;
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller, key};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use optibid_core::api::{
    JobView, OfferRequestBody, OfferView, OptimisationJobRequest, OptimiseRequest,
};
use optibid_core::schedule::Schedule;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/optimisations`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(schedule))
        .routes(routes!(offer))
        .routes(routes!(start))
}

/// The best schedule of a battery for a day, at once.
#[utoipa::path(
    post, path = "/api/optimisations/schedule", tag = "optimisations", operation_id = "optimiseDay",
    security(("bearer" = [])),
    request_body = OptimiseRequest,
    responses((status = 200, description = "The schedule", body = Schedule), Problems),
)]
async fn schedule(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<OptimiseRequest>,
) -> ApiResult<Json<Schedule>> {
    Ok(Json(
        state.app.optimise_battery(&caller, body.into()).await?,
    ))
}

/// Forecasts a day and builds a battery's offer curves for it, ready to be drafted as a bid.
#[utoipa::path(
    post, path = "/api/optimisations/offer", tag = "optimisations", operation_id = "buildOffer",
    security(("bearer" = [])),
    request_body = OfferRequestBody,
    responses((status = 200, description = "The offer with what it rests on", body = OfferView), Problems),
)]
async fn offer(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<OfferRequestBody>,
) -> ApiResult<Json<OfferView>> {
    Ok(Json(
        state.app.build_offer(&caller, body.into()).await?.into(),
    ))
}

/// Starts an optimisation over the stored prices of a span of days.
#[utoipa::path(
    post, path = "/api/optimisations", tag = "optimisations", operation_id = "startOptimisation",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "A key of your own")),
    request_body = OptimisationJobRequest,
    responses((status = 202, description = "Queued; Location is the job", body = JobView), Problems),
)]
async fn start(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(body): ApiJson<OptimisationJobRequest>,
) -> ApiResult<impl IntoResponse> {
    let key = key(&headers, &body)?;
    let job = state
        .app
        .start_job(&caller, body.into(), key.as_ref())
        .await?;
    Ok(started("/api/jobs", job))
}

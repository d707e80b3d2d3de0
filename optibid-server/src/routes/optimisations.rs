//! Optimise batteries and build offer curves.

use super::headers::OptionalKey;
use super::jobs::started;
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, Caller, key};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use optibid_core::api::{
    JobView, OfferRequestBody, OfferView, OptimisationJobRequest, OptimiseRequest, WhatIfRequest,
    WhatIfView,
};
use optibid_core::app::WhatIfInput;
use optibid_core::schedule::{ExplainedSchedule, Schedule};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/optimisations`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(schedule))
        .routes(routes!(explain))
        .routes(routes!(offer))
        .routes(routes!(what_if))
        .routes(routes!(start))
}

/// The best schedule of a battery for a day, at once.
#[utoipa::path(
    post, path = "/api/optimisations/schedule", tag = "optimisations", operation_id = "optimiseDay",
    security(("bearer" = [])),
    request_body(content = OptimiseRequest, examples(
        ("a whole day" = (summary = "At the stored prices", value = json!({
            "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM", "day": "2024-08-20",
        }))),
        ("from now on" = (summary = "The hours that are left, with a limit that moves", value = json!({
            "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM", "day": "2024-08-20",
            "prices": [
                { "period": { "start": "2024-08-20T23:00:00Z", "resolution": "PT60M" }, "price": "61.50" },
                { "period": { "start": "2024-08-21T00:00:00Z", "resolution": "PT60M" }, "price": "148.20" },
            ],
            "soc_limits": [{ "min": "5", "max": "20" }, { "min": "0", "max": "20" }],
            "initial_soc": "12.5", "initial_power": "-4",
        }))),
    )),
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

/// The best schedule of a battery for a day, with the reasons of its moves in money.
#[utoipa::path(
    post, path = "/api/optimisations/explain", tag = "optimisations", operation_id = "explainDay",
    security(("bearer" = [])),
    request_body(content = OptimiseRequest, example = json!({
        "asset": "0199a0a0-0000-7000-8000-000000000001", "product": "DAM", "day": "2024-08-20",
        "initial_soc": "12.5",
    })),
    responses((
        status = 200, description = "The schedule, and for each move parts that add up to its revenue",
        body = ExplainedSchedule,
    ), Problems),
)]
async fn explain(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<OptimiseRequest>,
) -> ApiResult<Json<ExplainedSchedule>> {
    Ok(Json(state.app.explain_battery(&caller, body.into()).await?))
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
    Ok(Json(state.app.build_offer(&caller, body.into()).await?))
}

/// What becomes of a bid as drafted: what clears at expected prices and on price paths, what its battery delivers, what that earns.
///
/// Nothing is stored. The answer's `scenarios`, sent back, make the next question meet the same prices at once.
#[utoipa::path(
    post, path = "/api/optimisations/what-if", tag = "optimisations", operation_id = "whatIf",
    security(("bearer" = [])),
    request_body(content = WhatIfRequest, example = json!({
        "bid": {
            "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": "2024-08-20",
            "currency": "USD",
            "periods": [{
                "period": { "start": "2024-08-21T00:00:00Z", "resolution": "PT60M" },
                "curve": {
                    "side": "sell", "shape": "step",
                    "points": [{ "quantity": "5", "price": "40" }, { "quantity": "10", "price": "95.50" }],
                },
            }],
        },
        "basis": { "kind": "forecast" }, "scenarios": { "count": 100, "seed": 7 },
    })),
    responses((status = 200, description = "What becomes of it", body = WhatIfView), Problems),
)]
async fn what_if(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<WhatIfRequest>,
) -> ApiResult<Json<WhatIfView>> {
    let input = WhatIfInput::try_from(body)?;
    Ok(Json(state.app.what_if(&caller, input).await?))
}

/// Starts an optimisation over the stored prices of a span of days.
#[utoipa::path(
    post, path = "/api/optimisations", tag = "optimisations", operation_id = "startOptimisation",
    security(("bearer" = [])),
    params(OptionalKey),
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

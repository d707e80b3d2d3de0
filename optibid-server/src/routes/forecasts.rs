//! Forecast prices.

use crate::error::{ApiError, ApiResult, Problems};
use crate::extract::{ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use optibid_core::api::{AccuracyParams, ForecastParams};
use optibid_core::error::{Code, Error};
use optibid_core::forecast::{AccuracyReport, Forecast};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/forecasts`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(forecast))
        .routes(routes!(accuracy))
}

/// Forecasts the prices of a delivery day from what is known.
#[utoipa::path(
    get, path = "/api/forecasts", tag = "forecasts", operation_id = "forecastPrices",
    security(("bearer" = [])),
    params(ForecastParams),
    responses((status = 200, description = "The forecast with its band", body = Forecast), Problems),
)]
async fn forecast(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(query): ApiQuery<ForecastParams>,
) -> ApiResult<Json<Forecast>> {
    Ok(Json(
        state.app.forecast_prices(&caller, query.into()).await?,
    ))
}

/// How good forecasts of past days were, each made again from what was known at the day's first gate.
#[utoipa::path(
    get, path = "/api/forecasts/accuracy", tag = "forecasts", operation_id = "forecastAccuracy",
    security(("bearer" = [])),
    params(AccuracyParams),
    responses((status = 200, description = "Model by model", body = AccuracyReport), Problems),
)]
async fn accuracy(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(query): ApiQuery<AccuracyParams>,
) -> ApiResult<Json<AccuracyReport>> {
    let plan = state.app.plan_accuracy(&caller, query.into()).await?;
    // Hundreds of forecasts take up to seconds: other requests go on meanwhile.
    let report = tokio::task::spawn_blocking(move || plan.assess()).await;
    Ok(Json(report.map_err(stopped)??))
}

fn stopped(error: tokio::task::JoinError) -> ApiError {
    Error::new(Code::Internal, "the assessment was stopped")
        .with_source(error)
        .into()
}

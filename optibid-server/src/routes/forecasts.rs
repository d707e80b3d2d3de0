//! Forecast prices.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use optibid_core::api::ForecastParams;
use optibid_core::forecast::Forecast;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/forecasts`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(forecast))
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

//! Prices: the latest, history, figures, import and export.

mod exchange;
mod series;

use super::paging::limit;
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiQuery, Caller, MaybeCaller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use optibid_core::api::{
    FigureParams, HistoryParams, HistoryView, LatestParams, ListView, PriceView, SummaryView,
};
use optibid_core::app::App;
use optibid_core::error::{Code, Error};
use optibid_core::market::PriceObservation;
use optibid_core::ports::LatestQuery;
use series::whole;
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/market-data`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(latest))
        .routes(routes!(history))
        .routes(routes!(summary))
        .routes(routes!(exchange::import))
        .routes(routes!(exchange::export))
}

/// The latest price of every matching series; open to anonymous readers where the server's
/// configuration says so, and then of public series alone.
#[utoipa::path(
    get, path = "/api/market-data/latest", tag = "market data", operation_id = "latestPrices",
    security((), ("bearer" = [])),
    params(LatestParams),
    responses((status = 200, description = "The latest prices", body = ListView<PriceView>), Problems),
)]
async fn latest(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    ApiQuery(params): ApiQuery<LatestParams>,
) -> ApiResult<Json<ListView<PriceView>>> {
    if caller.is_none() && !state.config.public_market_data {
        return Err(Error::new(Code::Unauthenticated, "send a bearer token").into());
    }
    let query = LatestQuery {
        org: None,
        market: params.market,
        product: params.product,
        location: params.location,
        until: None,
        limit: limit(params.limit, 200, 1_000)?,
    };
    let prices = state.app.latest_prices(caller.as_ref(), query).await?;
    Ok(Json(ListView {
        items: views(&state.app, prices),
        next: None,
    }))
}

/// Prices with currency and market time, where the rules of their market are known.
fn views(app: &App, prices: Vec<PriceObservation>) -> Vec<PriceView> {
    let mut known = BTreeMap::new();
    let view = |price: PriceObservation| {
        let key = (price.market.clone(), price.product.clone());
        let terms = known
            .entry(key)
            .or_insert_with(|| app.price_terms(&price.market, &price.product).ok());
        PriceView::new(price, terms.as_ref())
    };
    prices.into_iter().map(view).collect()
}

/// Prices of a series in order of start.
#[utoipa::path(
    get, path = "/api/market-data/history", tag = "market data", operation_id = "priceHistory",
    security(("bearer" = [])),
    params(HistoryParams),
    responses((status = 200, description = "A part of the series", body = HistoryView), Problems),
)]
async fn history(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<HistoryParams>,
) -> ApiResult<Json<HistoryView>> {
    let (prices, next_from) = series::part(&state.app, &caller, params).await?;
    Ok(Json(HistoryView {
        items: views(&state.app, prices),
        next_from,
    }))
}

/// Count, extremes and mean of a span of prices.
#[utoipa::path(
    get, path = "/api/market-data/summary", tag = "market data", operation_id = "priceSummary",
    security(("bearer" = [])),
    params(FigureParams),
    responses((status = 200, description = "The figures", body = SummaryView), Problems),
)]
async fn summary(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<FigureParams>,
) -> ApiResult<Json<SummaryView>> {
    let input = whole(params, &state.app)?;
    let key = input.series.clone();
    let (from, to) = (input.from, input.until);
    let summary = state.app.price_summary(&caller, input).await?;
    series::complete(summary.as_ref().map_or(0, |s| s.count), to)?;
    let terms = state.app.price_terms(&key.market, &key.product).ok();
    Ok(Json(SummaryView {
        market: key.market,
        product: key.product,
        location: key.location,
        from,
        to,
        currency: terms.map(|(_, currency)| currency),
        summary,
    }))
}

//! Markets, their rules, locations and delivery days.

use crate::error::{ApiResult, Problems};
use crate::extract::{ApiPath, ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use optibid_core::api::{
    DayView, ListView, LocationCollection, LocationalParams, MarketView, ProductView, RuleParams,
};
use optibid_core::app::LocationalInput;
use optibid_core::market::{Location, MarketId, ProductId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/markets`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(rules))
        .routes(routes!(locations))
        .routes(routes!(geojson))
        .routes(routes!(day))
}

/// All markets with the rules of today.
#[utoipa::path(
    get, path = "/api/markets", tag = "markets", operation_id = "listMarkets",
    security(("bearer" = [])),
    responses((status = 200, description = "All markets", body = ListView<MarketView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    _caller: Caller,
) -> ApiResult<Json<ListView<MarketView>>> {
    let items = state
        .app
        .markets()?
        .into_iter()
        .map(MarketView::from)
        .collect();
    Ok(Json(ListView { items, next: None }))
}

/// One market with the rules of today.
#[utoipa::path(
    get, path = "/api/markets/{market}", tag = "markets", operation_id = "getMarket",
    security(("bearer" = [])),
    params(("market" = MarketId, Path, description = "The market")),
    responses((status = 200, description = "The market", body = MarketView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(market): ApiPath<MarketId>,
) -> ApiResult<Json<MarketView>> {
    Ok(Json(state.app.market(&market)?.into()))
}

/// The rules of a product on a delivery day, each with its source.
#[utoipa::path(
    get, path = "/api/markets/{market}/rules", tag = "markets", operation_id = "marketRules",
    security(("bearer" = [])),
    params(("market" = MarketId, Path, description = "The market"), RuleParams),
    responses((status = 200, description = "The rules", body = ProductView), Problems),
)]
async fn rules(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(market): ApiPath<MarketId>,
    ApiQuery(params): ApiQuery<RuleParams>,
) -> ApiResult<Json<ProductView>> {
    Ok(Json(
        state
            .app
            .market_rules(&market, &params.product, params.day)?
            .into(),
    ))
}

/// Known settlement locations of a market.
#[utoipa::path(
    get, path = "/api/markets/{market}/locations", tag = "markets", operation_id = "marketLocations",
    security(("bearer" = [])),
    params(("market" = MarketId, Path, description = "The market")),
    responses((status = 200, description = "The locations", body = ListView<Location>), Problems),
)]
async fn locations(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath(market): ApiPath<MarketId>,
) -> ApiResult<Json<ListView<Location>>> {
    let items = state.app.market_locations(&market)?;
    Ok(Json(ListView { items, next: None }))
}

/// A delivery day as the grid of periods that are bid for.
#[utoipa::path(
    get, path = "/api/markets/{market}/products/{product}/days/{day}", tag = "markets",
    operation_id = "deliveryDay",
    security(("bearer" = [])),
    params(
        ("market" = MarketId, Path, description = "The market"),
        ("product" = ProductId, Path, description = "The product"),
        ("day" = Date, Path, description = "The delivery day, in market time"),
    ),
    responses((status = 200, description = "The day", body = DayView), Problems),
)]
async fn day(
    State(state): State<AppState>,
    _caller: Caller,
    ApiPath((market, product, day)): ApiPath<(MarketId, ProductId, Date)>,
) -> ApiResult<Json<DayView>> {
    Ok(Json(
        state.app.delivery_grid(&market, &product, day)?.into(),
    ))
}

/// The locations of a market with their prices as GeoJSON.
///
/// Listed locations and those that have a price; `geometry` is null where the place is not known. Prices are those that hold at the
/// instant `at`, or the newest.
#[utoipa::path(
    get, path = "/api/markets/{market}/geojson", tag = "markets", operation_id = "marketGeojson",
    security(("bearer" = [])),
    params(("market" = MarketId, Path, description = "The market"), LocationalParams),
    responses((status = 200, description = "The locations", body = LocationCollection), Problems),
)]
async fn geojson(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(market): ApiPath<MarketId>,
    ApiQuery(params): ApiQuery<LocationalParams>,
) -> ApiResult<Json<LocationCollection>> {
    let input = LocationalInput {
        market,
        product: params.product,
        at: params.at,
    };
    let prices = state.app.locational_prices(&caller, input).await?;
    let terms = |market: &_, product: &_| state.app.price_terms(market, product).ok();
    let currency = |market: &_, product: &_| terms(market, product).map(|(_, currency)| currency);
    Ok(Json(LocationCollection::new(prices, currency)))
}

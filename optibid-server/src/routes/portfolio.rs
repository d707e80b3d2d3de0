//! Awards, positions, settlements, profit and loss.

use super::paging::{AHEAD, Moment, Span, cursor, days, limit, page, read_on};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::api::{AwardsView, ListView, SettleRequest};
use optibid_core::app::{App, AwardFilter, ProfitFilter};
use optibid_core::error::Error;
use optibid_core::id::{BidId, SettlementId};
use optibid_core::market::{MarketId, ProductId};
use optibid_core::portfolio::{Position, ProfitAndLoss, SettlementStatement};
use optibid_core::ports::SettlementQuery;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most awards that positions are netted from.
const MAX_NETTED: u32 = 100_000;
/// Longest span of profit and loss: its statements stay below what one answer gathers.
const MAX_DAYS: i32 = 366;

/// The routes of the portfolio.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(awards))
        .routes(routes!(positions))
        .routes(routes!(settle, settlements))
        .routes(routes!(settlement))
        .routes(routes!(profit))
}

/// Which awards are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AwardParams {
    /// Only of this bid.
    bid: Option<BidId>,
    /// Only of this market.
    market: Option<MarketId>,
    /// Only of this product.
    product: Option<ProductId>,
    /// First start: an RFC 3339 instant or, with market and product, a day in market time; absent
    /// means from the first on.
    #[param(value_type = Option<String>)]
    from: Option<Moment>,
    /// End: the first instant after it or, with market and product, the last day in market time;
    /// absent means to the last.
    #[param(value_type = Option<String>)]
    to: Option<Moment>,
    /// Most awards to return, 1 to 10,000; those of one start stay together.
    limit: Option<u32>,
}

/// Which positions are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PositionParams {
    /// Only of this market.
    market: Option<MarketId>,
    /// Only of this product.
    product: Option<ProductId>,
    /// First start, as for awards.
    #[param(value_type = String)]
    from: Moment,
    /// End, as for awards.
    #[param(value_type = String)]
    to: Moment,
}

/// Which settlements are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SettlementParams {
    /// Only of this market.
    market: Option<MarketId>,
    /// First delivery day.
    from: Option<Date>,
    /// Last delivery day.
    to: Option<Date>,
    /// Most statements to return, 1 to 200.
    limit: Option<u32>,
    /// `next` of the part before.
    after: Option<String>,
}

/// Which days are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ProfitParams {
    /// Only of this market.
    market: Option<MarketId>,
    /// First delivery day.
    from: Date,
    /// Last delivery day, at most 366 days later.
    to: Date,
}

impl AwardParams {
    fn filter(self, app: &App, limit: u32) -> ApiResult<AwardFilter> {
        let span = Span {
            from: self.from.unwrap_or(Moment::At(Timestamp::MIN)),
            to: self.to.unwrap_or(Moment::At(Timestamp::MAX)),
        };
        let series = (self.market.as_ref(), self.product.as_ref());
        let (from, until) = span.instants(app, series)?;
        let Self {
            bid,
            market,
            product,
            ..
        } = self;
        Ok(AwardFilter {
            bid,
            market,
            product,
            from,
            until,
            limit,
        })
    }
}

impl PositionParams {
    /// All awards of the span; one more than may be, so that too many can be told.
    fn filter(self, app: &App) -> ApiResult<AwardFilter> {
        let awards = AwardParams {
            bid: None,
            market: self.market,
            product: self.product,
            from: Some(self.from),
            to: Some(self.to),
            limit: None,
        };
        awards.filter(app, MAX_NETTED + 1)
    }
}

/// Awards in order of start.
#[utoipa::path(
    get, path = "/api/awards", tag = "portfolio", operation_id = "listAwards",
    security(("bearer" = [])),
    params(AwardParams),
    responses((status = 200, description = "A part of the awards", body = AwardsView), Problems),
)]
async fn awards(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<AwardParams>,
) -> ApiResult<Json<AwardsView>> {
    let limit = limit(params.limit, 1_000, 10_000)?;
    let filter = params.filter(&state.app, limit + AHEAD)?;
    let awards = state.app.awards(&caller, &filter).await?;
    let (items, next_from) = read_on(awards, limit, |a| a.period.start())?;
    Ok(Json(AwardsView { items, next_from }))
}

/// Net positions by market, product, location and period.
#[utoipa::path(
    get, path = "/api/positions", tag = "portfolio", operation_id = "listPositions",
    security(("bearer" = [])),
    params(PositionParams),
    responses((status = 200, description = "The positions", body = ListView<Position>), Problems),
)]
async fn positions(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<PositionParams>,
) -> ApiResult<Json<ListView<Position>>> {
    let filter = params.filter(&state.app)?;
    let items = state.app.positions(&caller, &filter).await?;
    if items.iter().map(|p| p.awards).sum::<u64>() > u64::from(MAX_NETTED) {
        let rule = format!("the span may hold at most {MAX_NETTED} awards");
        return Err(Error::field("span", "to", filter.until, rule).into());
    }
    Ok(Json(ListView { items, next: None }))
}

/// Settles a delivery day of a location; its bids move to settled.
#[utoipa::path(
    post, path = "/api/settlements", tag = "portfolio", operation_id = "settleDay",
    security(("bearer" = [])),
    request_body = SettleRequest,
    responses((status = 201, description = "Settled", body = SettlementStatement), Problems),
)]
async fn settle(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(body): ApiJson<SettleRequest>,
) -> ApiResult<impl IntoResponse> {
    let statement = state.app.settle_day(&caller, body.into()).await?;
    let location = [(
        header::LOCATION,
        format!("/api/settlements/{}", statement.id),
    )];
    Ok((StatusCode::CREATED, location, Json(statement)))
}

/// Settlement statements, the latest delivery day first.
#[utoipa::path(
    get, path = "/api/settlements", tag = "portfolio", operation_id = "listSettlements",
    security(("bearer" = [])),
    params(SettlementParams),
    responses(
        (status = 200, description = "A part of the list", body = ListView<SettlementStatement>),
        Problems,
    ),
)]
async fn settlements(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<SettlementParams>,
) -> ApiResult<Json<ListView<SettlementStatement>>> {
    let page = page(params.limit, params.after)?;
    let SettlementParams {
        market, from, to, ..
    } = params;
    let query = SettlementQuery {
        market,
        from,
        to,
        page,
    };
    Ok(Json(
        state
            .app
            .settlements(&caller, &query)
            .await
            .map_err(cursor)?
            .into(),
    ))
}

/// The statement.
#[utoipa::path(
    get, path = "/api/settlements/{id}", tag = "portfolio", operation_id = "getSettlement",
    security(("bearer" = [])),
    params(("id" = SettlementId, Path, description = "The statement")),
    responses((status = 200, description = "The statement", body = SettlementStatement), Problems),
)]
async fn settlement(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<SettlementId>,
) -> ApiResult<Json<SettlementStatement>> {
    Ok(Json(state.app.settlement(&caller, id).await?))
}

/// Profit and loss of each settled day and currency, beside perfect foresight.
#[utoipa::path(
    get, path = "/api/pnl", tag = "portfolio", operation_id = "profitAndLoss",
    security(("bearer" = [])),
    params(ProfitParams),
    responses((status = 200, description = "Day by day", body = ListView<ProfitAndLoss>), Problems),
)]
async fn profit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ProfitParams>,
) -> ApiResult<Json<ListView<ProfitAndLoss>>> {
    let (from, to) = days(params.from, params.to, MAX_DAYS)?;
    let filter = ProfitFilter {
        market: params.market,
        from,
        to,
    };
    let items = state.app.profit_and_loss(&caller, filter).await?;
    Ok(Json(ListView { items, next: None }))
}

//! Awards, positions, settlements, profit and loss.

mod export;

use super::paging::{AHEAD, Span, cursor, days, limit, page, read_on};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use export::MAX_DAYS;
use jiff::Timestamp;
use optibid_core::api::{
    AwardParams, AwardsView, ListView, Moment, PositionParams, ProfitParams, SettleRequest,
    SettlementParams,
};
use optibid_core::app::{App, AwardFilter, ProfitFilter};
use optibid_core::error::Error;
use optibid_core::id::SettlementId;
use optibid_core::portfolio::{Position, ProfitAndLoss, SettlementStatement};
use optibid_core::ports::SettlementQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most awards that positions are netted from.
const MAX_NETTED: u32 = 100_000;

/// The routes of the portfolio.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(awards))
        .routes(routes!(positions))
        .routes(routes!(settle, settlements))
        .routes(routes!(settlement))
        .routes(routes!(profit))
        .routes(routes!(export::settlements))
        .routes(routes!(export::profit))
}

fn award_filter(params: AwardParams, app: &App, limit: u32) -> ApiResult<AwardFilter> {
    let span = Span {
        from: params.from.unwrap_or(Moment::At(Timestamp::MIN)),
        to: params.to.unwrap_or(Moment::At(Timestamp::MAX)),
    };
    let series = (params.market.as_ref(), params.product.as_ref());
    let (from, until) = span.instants(app, series)?;
    let AwardParams {
        bid,
        market,
        product,
        ..
    } = params;
    Ok(AwardFilter {
        bid,
        market,
        product,
        from,
        until,
        limit,
    })
}

/// All awards of the span; one more than may be, so that too many can be told.
fn position_filter(params: PositionParams, app: &App) -> ApiResult<AwardFilter> {
    let awards = AwardParams {
        bid: None,
        market: params.market,
        product: params.product,
        from: Some(params.from),
        to: Some(params.to),
        limit: None,
    };
    award_filter(awards, app, MAX_NETTED + 1)
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
    let filter = award_filter(params, &state.app, limit + AHEAD)?;
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
    let filter = position_filter(params, &state.app)?;
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

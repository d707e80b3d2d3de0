//! Settlements, profit and loss as files.

use crate::error::{ApiResult, Problems};
use crate::export::{self, Table};
use crate::extract::{ApiQuery, Caller};
use crate::routes::paging::days;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use optibid_core::api::ExportParams;
use optibid_core::app::ProfitFilter;
use optibid_core::error::{Code, Error};

/// Longest span of profit and loss, or of a file: its statements stay below what one answer gathers.
pub(super) const MAX_DAYS: i32 = 366;

/// Settlement statements line by line as a file: decimals exact, times in market time and UTC.
#[utoipa::path(
    get, path = "/api/settlements/export", tag = "portfolio", operation_id = "exportSettlements",
    security(("bearer" = [])),
    params(ExportParams),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        Problems,
    ),
)]
pub(super) async fn settlements(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ExportParams>,
) -> ApiResult<Response> {
    let filter = filter(&params)?;
    let statements = state.app.export_settlements(&caller, filter).await?;
    file("settlements", &params, move || {
        export::settlements(&statements)
    })
    .await
}

/// Profit and loss day by day as a file, beside perfect foresight. Market time is told where a market is named.
#[utoipa::path(
    get, path = "/api/pnl/export", tag = "portfolio", operation_id = "exportProfitAndLoss",
    security(("bearer" = [])),
    params(ExportParams),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        Problems,
    ),
)]
pub(super) async fn profit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ExportParams>,
) -> ApiResult<Response> {
    let filter = filter(&params)?;
    let pnl = state.app.profit_and_loss(&caller, filter).await?;
    let market = params.market.clone();
    file("pnl", &params, move || {
        export::profit(&pnl, |day| {
            let zone = state.app.market_zone(market.as_ref()?, day.day)?;
            let start = zone.day(day.day).ok()?.start();
            Some((zone, start))
        })
    })
    .await
}

fn filter(params: &ExportParams) -> ApiResult<ProfitFilter> {
    let (from, to) = days(params.from, params.to, MAX_DAYS)?;
    Ok(ProfitFilter {
        market: params.market.clone(),
        from,
        to,
    })
}

/// Writes the table and names the file by what it holds.
async fn file(
    what: &str,
    params: &ExportParams,
    table: impl FnOnce() -> Table + Send + 'static,
) -> ApiResult<Response> {
    let format = params.format;
    // A hundred thousand lines take a second to write: other requests go on meanwhile.
    let written = tokio::task::spawn_blocking(move || export::write(&table(), format)).await;
    let stopped = |error| Error::new(Code::Internal, "writing was stopped").with_source(error);
    let body = written.map_err(stopped)??;
    let market = params.market.as_ref().map_or("", |market| market.as_str());
    let parts = [
        what,
        market,
        &params.from.to_string(),
        &params.to.to_string(),
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let name = format!("{}.{}", parts.join("_"), format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, body).into_response())
}

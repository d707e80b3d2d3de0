//! Price files in and out.

use super::series::{complete, whole};
use crate::error::{ApiError, ApiResult, Problems};
use crate::extract::{ApiBytes, ApiQuery, Caller};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use optibid_core::api::{FigureParams, ImportParams, ImportView};
use optibid_core::app::{App, ImportTarget};
use optibid_core::error::{Code, Error};
use optibid_core::market::PriceObservation;
use optibid_venues::import::{
    Format, ImportOptions, ImportOutcome, ImportReport, KnownAt, export_generic,
};
use std::collections::BTreeSet;

/// Most bytes of a file after decompression.
const MAX_BYTES: u64 = 48 << 20;
/// Most gaps that an answer lists.
const GAPS_TOLD: usize = 20;

fn format(params: &ImportParams) -> ApiResult<Option<Format>> {
    let Some(text) = &params.format else {
        return Ok(None);
    };
    let named = text.parse().map(Some);
    Ok(named.map_err(|e| Error::field("unknown_format", "format", text, format!("{e}")))?)
}

fn options(params: ImportParams) -> ImportOptions {
    let known_at = params.known_at.map_or(KnownAt::Publication, KnownAt::At);
    let mut options = ImportOptions::new(known_at).max_bytes(MAX_BYTES);
    options.market = params.market;
    options.location = params.location;
    options
}

/// Imports a price file, plain or gzip: all of its prices or, when a cell is bad, none.
#[utoipa::path(
    post, path = "/api/market-data/import", tag = "market data", operation_id = "importPrices",
    security(("bearer" = [])),
    params(ImportParams),
    request_body(content = String, content_type = "text/csv", description = "The file"),
    responses((status = 200, description = "What the import did", body = ImportView), Problems),
)]
pub(super) async fn import(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ImportParams>,
    ApiBytes(file): ApiBytes,
) -> ApiResult<Json<ImportView>> {
    let target = if params.public {
        ImportTarget::Public
    } else {
        ImportTarget::Own
    };
    state.app.may_import(&caller, target).await?;
    let (format, options) = (format(&params)?, options(params));
    let read = move || optibid_venues::import::import(format, file.as_ref(), &options);
    let read = tokio::task::spawn_blocking(read).await.map_err(stopped)?;
    let ImportOutcome { prices, report } = read.map_err(Error::from)?;
    let stored = state.app.import_prices(&caller, target, &prices).await?;
    let notes = notes(&state.app, &prices, &report);
    let read = (report.prices, report.rounded);
    Ok(Json(ImportView::new(
        report.format.code(),
        read,
        stored,
        notes,
    )))
}

fn stopped(error: tokio::task::JoinError) -> ApiError {
    Error::new(Code::Internal, "reading the file was stopped")
        .with_source(error)
        .into()
}

/// What a person should know of the file: the reader's notes, gaps, markets without rules.
fn notes(app: &App, prices: &[PriceObservation], report: &ImportReport) -> Vec<String> {
    let mut notes = report.notes.clone();
    notes.extend(report.gaps.iter().take(GAPS_TOLD).map(|gap| {
        format!(
            "{} {} at {}: {} periods are missing from {} to {}",
            gap.market,
            gap.product,
            gap.location,
            gap.periods(),
            gap.from,
            gap.until
        )
    }));
    let told = report.gaps.len().min(GAPS_TOLD) as u64;
    if report.gap_count > told {
        notes.push(format!("and {} more gaps", report.gap_count - told));
    }
    let series: BTreeSet<_> = prices.iter().map(|p| (&p.market, &p.product)).collect();
    let unknown = series
        .into_iter()
        .filter(|(m, p)| app.price_terms(m, p).is_err());
    notes.extend(unknown.map(|(market, product)| {
        format!("no rules are known of {market} {product}: its prices can be read, not bid on")
    }));
    notes
}

/// Prices of a series as CSV in the generic format, which the import reads back.
#[utoipa::path(
    get, path = "/api/market-data/export", tag = "market data", operation_id = "exportPrices",
    security(("bearer" = [])),
    params(FigureParams),
    responses(
        (status = 200, description = "The prices", body = String, content_type = "text/csv"),
        Problems,
    ),
)]
pub(super) async fn export(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<FigureParams>,
) -> ApiResult<impl IntoResponse> {
    let input = whole(params, &state.app)?;
    let to = input.until;
    let prices = state.app.price_history(&caller, input).await?;
    complete(prices.len() as u64, to)?;
    let mut file = Vec::new();
    let written = export_generic(&mut file, &prices);
    written.map_err(|e| Error::new(Code::Internal, "writing the file failed").with_source(e))?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"prices.csv\"",
    );
    Ok(([kind, name], file))
}

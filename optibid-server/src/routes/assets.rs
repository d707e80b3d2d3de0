//! Assets, their telemetry and availability.

use super::headers::OptionalKey;
use super::paging::{AHEAD, cursor, limit, page, read_on};
use crate::error::{ApiResult, Problems};
use crate::extract::{
    ApiJson, ApiPath, ApiQuery, Caller, etag, key, precondition, required_if_match,
};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{
    AvailabilityRequest, AvailabilityView, LatestTelemetryView, ListParams, ListView,
    NearbyAssetView, NearbyParams, TelemetryParams, TelemetryReport, TelemetryRequest,
    TelemetryView,
};
use optibid_core::app::Versioned;
use optibid_core::asset::{Asset, AssetContent};
use optibid_core::error::Error;
use optibid_core::id::AssetId;
use optibid_core::ports::TelemetryQuery;
use optibid_core::unit::Place;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most samples or windows of one request.
const MAX_ITEMS: usize = 10_000;

/// The routes under `/api/assets`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(nearby))
        .routes(routes!(read, edit))
        .routes(routes!(record, telemetry))
        .routes(routes!(latest))
        .routes(routes!(availability, set_availability))
}

fn answer(asset: Asset) -> impl IntoResponse {
    (etag(asset.version), Json(asset))
}

fn few(field: &str, count: usize) -> ApiResult<()> {
    if count <= MAX_ITEMS {
        return Ok(());
    }
    let rule = format!("at most {MAX_ITEMS} in one request");
    Err(Error::field("too_many", field, count, rule).into())
}

/// Adds an asset.
#[utoipa::path(
    post, path = "/api/assets", tag = "assets", operation_id = "createAsset",
    security(("bearer" = [])),
    params(OptionalKey),
    request_body = AssetContent,
    responses((status = 201, description = "Added", body = Asset), Problems),
)]
async fn create(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(content): ApiJson<AssetContent>,
) -> ApiResult<impl IntoResponse> {
    let key = key(&headers, &content)?;
    let asset = state
        .app
        .create_asset(&caller, content, key.as_ref())
        .await?;
    let location = [(header::LOCATION, format!("/api/assets/{}", asset.id))];
    Ok((StatusCode::CREATED, location, answer(asset)))
}

/// The organisation's assets, the newest first.
#[utoipa::path(
    get, path = "/api/assets", tag = "assets", operation_id = "listAssets",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<Asset>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<Asset>>> {
    let page = page(params.limit, params.after)?;
    Ok(Json(
        state
            .app
            .assets(&caller, &page)
            .await
            .map_err(cursor)?
            .into(),
    ))
}

/// The asset.
#[utoipa::path(
    get, path = "/api/assets/{id}", tag = "assets", operation_id = "getAsset",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset")),
    responses((status = 200, description = "The asset, with its version as ETag", body = Asset), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.asset(&caller, id).await?))
}

/// Replaces an asset's content.
#[utoipa::path(
    put, path = "/api/assets/{id}", tag = "assets", operation_id = "editAsset",
    security(("bearer" = [])),
    params(
        ("id" = AssetId, Path, description = "The asset"),
        ("If-Match" = String, Header, description = "The ETag of the version that was changed"),
    ),
    request_body = AssetContent,
    responses((status = 200, description = "Edited", body = Asset), Problems),
)]
async fn edit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
    headers: HeaderMap,
    ApiJson(value): ApiJson<AssetContent>,
) -> ApiResult<impl IntoResponse> {
    let change = Versioned {
        expected: required_if_match(&headers)?,
        value,
    };
    let edited = state.app.edit_asset(&caller, id, change).await;
    Ok(answer(edited.map_err(precondition)?))
}

/// Records telemetry: all samples or none.
#[utoipa::path(
    post, path = "/api/assets/{id}/telemetry", tag = "assets", operation_id = "recordTelemetry",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset")),
    request_body = TelemetryRequest,
    responses((status = 200, description = "Recorded", body = TelemetryReport), Problems),
)]
async fn record(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
    ApiJson(body): ApiJson<TelemetryRequest>,
) -> ApiResult<Json<TelemetryReport>> {
    few("samples", body.samples.len())?;
    let samples = body.of(id);
    let inserted = state.app.record_telemetry(&caller, id, &samples).await?;
    Ok(Json(TelemetryReport {
        received: samples.len() as u64,
        inserted,
    }))
}

/// Telemetry in order of time.
#[utoipa::path(
    get, path = "/api/assets/{id}/telemetry", tag = "assets", operation_id = "listTelemetry",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset"), TelemetryParams),
    responses((status = 200, description = "A part of the series", body = TelemetryView), Problems),
)]
async fn telemetry(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
    ApiQuery(params): ApiQuery<TelemetryParams>,
) -> ApiResult<Json<TelemetryView>> {
    let limit = limit(params.limit, 1_000, 10_000)?;
    if params.to <= params.from {
        return Err(Error::field("empty_span", "to", params.to, "must be after from").into());
    }
    let query = TelemetryQuery {
        asset: id,
        from: params.from,
        until: params.to,
        limit: limit + AHEAD,
    };
    let samples = state.app.telemetry(&caller, &query).await?;
    let (items, next_from) = read_on(samples, limit, |s| s.at)?;
    Ok(Json(TelemetryView { items, next_from }))
}

/// The sample measured last.
#[utoipa::path(
    get, path = "/api/assets/{id}/telemetry/latest", tag = "assets", operation_id = "latestTelemetry",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset")),
    responses((status = 200, description = "The sample, if there is one", body = LatestTelemetryView), Problems),
)]
async fn latest(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
) -> ApiResult<Json<LatestTelemetryView>> {
    let sample = state.app.latest_telemetry(&caller, id).await?;
    Ok(Json(LatestTelemetryView { sample }))
}

/// The availability windows in order of time.
#[utoipa::path(
    get, path = "/api/assets/{id}/availability", tag = "assets", operation_id = "getAvailability",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset")),
    responses((status = 200, description = "The windows", body = AvailabilityView), Problems),
)]
async fn availability(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
) -> ApiResult<Json<AvailabilityView>> {
    let windows = state.app.availability(&caller, id).await?;
    Ok(Json(AvailabilityView { windows }))
}

/// Replaces all availability windows.
#[utoipa::path(
    put, path = "/api/assets/{id}/availability", tag = "assets", operation_id = "setAvailability",
    security(("bearer" = [])),
    params(("id" = AssetId, Path, description = "The asset")),
    request_body = AvailabilityRequest,
    responses((status = 200, description = "Replaced", body = AvailabilityView), Problems),
)]
async fn set_availability(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AssetId>,
    ApiJson(body): ApiJson<AvailabilityRequest>,
) -> ApiResult<Json<AvailabilityView>> {
    few("windows", body.windows.len())?;
    let windows = state.app.set_availability(&caller, id, body.of(id)).await?;
    Ok(Json(AvailabilityView { windows }))
}

/// The organisation's assets near a place, the nearest first.
///
/// Distances are along the surface of a sphere. Assets without coordinates are left out.
#[utoipa::path(
    get, path = "/api/assets/nearby", tag = "assets", operation_id = "nearbyAssets",
    security(("bearer" = [])),
    params(NearbyParams),
    responses((status = 200, description = "The assets", body = ListView<NearbyAssetView>), Problems),
)]
async fn nearby(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<NearbyParams>,
) -> ApiResult<Json<ListView<NearbyAssetView>>> {
    const FARTHEST_KM: u32 = 20_000;
    let radius = params.radius_km;
    if !(1..=FARTHEST_KM).contains(&radius) {
        let rule = format!("must be from 1 to {FARTHEST_KM}");
        return Err(Error::field("out_of_range", "radius_km", radius, rule).into());
    }
    let place = Place {
        latitude: params.latitude,
        longitude: params.longitude,
    };
    let near = state.app.nearby_assets(&caller, (place, radius * 1_000));
    let items = near.await?.into_iter().map(Into::into).collect();
    Ok(Json(ListView { items, next: None }))
}

//! Assets: their data, when they are available, what they measure.

use crate::methods::operations;
use optibid_core::api::{
    AvailabilityRequest, AvailabilityView, LatestTelemetryView, ListParams, ListView,
    NearbyAssetView, NearbyParams, TelemetryParams, TelemetryReport, TelemetryRequest,
    TelemetryView,
};
use optibid_core::asset::{Asset, AssetContent};
use optibid_core::id::AssetId;

operations! {
    /// The organisation's assets.
    "listAssets" GET "/api/assets"
    list_assets(params: &ListParams) -> ListView<Asset> = from_json, query(params);

    /// Adds an asset.
    "createAsset" POST "/api/assets"
    create_asset(content: &AssetContent) -> Asset = from_json, json(content), keyed();

    /// One asset.
    "getAsset" GET "/api/assets/{id}" get_asset(id: AssetId) -> Asset = from_json, path("id", id);

    /// Changes an asset that still has that version.
    "editAsset" PUT "/api/assets/{id}"
    edit_asset(id: AssetId, version: u64, content: &AssetContent) -> Asset = from_json,
    path("id", id), json(content), if_match(version);

    /// When an asset is not fully available.
    "getAvailability" GET "/api/assets/{id}/availability"
    get_availability(id: AssetId) -> AvailabilityView = from_json, path("id", id);

    /// Replaces the windows in which an asset is not fully available.
    "setAvailability" PUT "/api/assets/{id}/availability"
    set_availability(id: AssetId, windows: &AvailabilityRequest) -> AvailabilityView = from_json,
    path("id", id), json(windows);

    /// What an asset measured.
    "listTelemetry" GET "/api/assets/{id}/telemetry"
    list_telemetry(id: AssetId, params: &TelemetryParams) -> TelemetryView = from_json,
    path("id", id), query(params);

    /// What an asset measured last.
    "latestTelemetry" GET "/api/assets/{id}/telemetry/latest"
    latest_telemetry(id: AssetId) -> LatestTelemetryView = from_json, path("id", id);

    /// Records what an asset measured.
    "recordTelemetry" POST "/api/assets/{id}/telemetry"
    record_telemetry(id: AssetId, samples: &TelemetryRequest) -> TelemetryReport = from_json,
    path("id", id), json(samples);

    /// The organisation's assets near a place, the nearest first.
    "nearbyAssets" GET "/api/assets/nearby"
    nearby_assets(params: &NearbyParams) -> ListView<NearbyAssetView> = from_json, query(params);
}

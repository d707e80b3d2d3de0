use super::{Page, PageRequest, StoreError, Trail};
use crate::asset::{Asset, Availability, Telemetry};
use crate::id::{AssetId, OrgId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Which telemetry is wanted: `[from, until)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetryQuery {
    /// The asset.
    pub asset: AssetId,
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// Most samples to return.
    pub limit: u32,
}

/// Assets with their availability and telemetry.
///
/// - An asset of another organisation is not found.
/// - Telemetry of one asset and instant is kept once: a repeat replaces.
#[async_trait]
pub trait AssetStore: Send + Sync + 'static {
    /// Stores a new asset.
    async fn insert_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError>;

    /// Replaces an asset whose stored version is one below `asset.version`.
    async fn update_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError>;

    /// The asset, if the organisation has it.
    async fn asset(&self, org: OrgId, id: AssetId) -> Result<Option<Asset>, StoreError>;

    /// Assets of the organisation, the newest first.
    async fn assets(&self, org: OrgId, page: &PageRequest) -> Result<Page<Asset>, StoreError>;

    /// Adds samples of one asset; returns how many were new.
    async fn record_telemetry(
        &self,
        org: OrgId,
        samples: &[Telemetry],
        trail: &Trail,
    ) -> Result<u64, StoreError>;

    /// Samples in order of time.
    async fn telemetry(
        &self,
        org: OrgId,
        query: &TelemetryQuery,
    ) -> Result<Vec<Telemetry>, StoreError>;

    /// Replaces all availability windows of an asset.
    async fn replace_availability(
        &self,
        org: OrgId,
        asset: AssetId,
        windows: &[Availability],
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// The availability windows of an asset in order of time.
    async fn availability(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Vec<Availability>, StoreError>;
}

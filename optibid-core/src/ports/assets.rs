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
/// - An asset of another organisation is not found; its telemetry and availability read as empty.
/// - A list is ordered by id, the newest first.
/// - Telemetry of one asset and instant is kept once: a repeat replaces.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AssetStore: Send + Sync + 'static {
    /// Stores a new asset; [`StoreError::AlreadyExists`] when the id is taken.
    async fn insert_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError>;

    /// Replaces an asset whose stored version is one below `asset.version`.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is
    /// no such asset of the organisation.
    async fn update_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError>;

    /// The asset, if the organisation has it.
    async fn asset(&self, org: OrgId, id: AssetId) -> Result<Option<Asset>, StoreError>;

    /// Assets of the organisation, the newest first.
    async fn assets(&self, org: OrgId, page: &PageRequest) -> Result<Page<Asset>, StoreError>;

    /// Adds samples of one asset; returns how many were for an instant that had none.
    /// [`StoreError::NotFound`], and nothing is stored, when the organisation lacks the asset of one.
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

    /// The sample measured last.
    async fn latest_telemetry(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Option<Telemetry>, StoreError>;

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

//! Keep assets, their availability and their telemetry.

use super::App;
use super::keyed::RequestKey;
use crate::asset::{Asset, AssetContent, Availability, NewAsset, Telemetry};
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::id::AssetId;
use crate::ports::{Page, PageRequest, StoreError, TelemetryQuery};

/// A change that builds on a known version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The version the change builds on.
    pub expected: u64,
    /// The new value.
    pub value: T,
}

impl App {
    /// Adds an asset.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::error::Code::Invalid) with every limit that contradicts another.
    pub async fn create_asset(
        &self,
        who: &Principal,
        content: AssetContent,
        key: Option<&RequestKey>,
    ) -> Result<Asset> {
        const OPERATION: &str = "asset.create";
        self.may_write(who, Permission::WriteAssets).await?;
        if let Some(answer) = self.replay(who, OPERATION, key).await? {
            return Ok(answer);
        }
        self.check_location(&content)?;
        let new = NewAsset {
            id: AssetId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            at: self.environment.clock.now(),
        };
        let asset = Asset::create(new, content)?;
        let trail = self.trail(who, OPERATION, format!("asset/{}", asset.id));
        let trail = self.keep_answer(trail, who, OPERATION, (key, &asset))?;
        let written = self.stores.assets.insert_asset(&asset, &trail).await;
        self.settle_twin(who, OPERATION, key, (written, asset))
            .await
    }

    /// Replaces an asset's content.
    ///
    /// # Errors
    /// [`Code::Conflict`](crate::error::Code::Conflict) when another change came first.
    pub async fn edit_asset(
        &self,
        who: &Principal,
        id: AssetId,
        change: Versioned<AssetContent>,
    ) -> Result<Asset> {
        self.may_write(who, Permission::WriteAssets).await?;
        let before = self.own_asset(who, id).await?;
        if before.version != change.expected {
            return Err(StoreError::Conflict {
                kind: "asset",
                id: id.to_string(),
                expected: change.expected,
                found: before.version,
            }
            .into());
        }
        self.check_location(&change.value)?;
        let asset = before.edit(change.value, self.environment.clock.now())?;
        let trail = self
            .trail(who, "asset.edit", format!("asset/{id}"))
            .with_detail(&serde_json::json!({ "version": asset.version }));
        self.stores.assets.update_asset(&asset, &trail).await?;
        Ok(asset)
    }

    /// The asset.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) when the organisation has no such asset.
    pub async fn asset(&self, who: &Principal, id: AssetId) -> Result<Asset> {
        who.require(Permission::ReadAssets)?;
        self.own_asset(who, id).await
    }

    /// The organisation's assets, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn assets(&self, who: &Principal, page: &PageRequest) -> Result<Page<Asset>> {
        who.require(Permission::ReadAssets)?;
        Ok(self.stores.assets.assets(who.org, page).await?)
    }

    /// Records telemetry of one asset: all samples or none.
    ///
    /// # Errors
    /// Names every sample outside the asset's limits.
    pub async fn record_telemetry(
        &self,
        who: &Principal,
        id: AssetId,
        samples: &[Telemetry],
    ) -> Result<u64> {
        self.may_write(who, Permission::WriteAssets).await?;
        let asset = self.own_asset(who, id).await?;
        let now = self.environment.clock.now();
        let check =
            |(i, s): (usize, &Telemetry)| s.violations(&asset, now, &format!("samples[{i}]"));
        let faults: Vec<_> = samples.iter().enumerate().flat_map(check).collect();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let trail = self
            .trail(who, "asset.telemetry", format!("asset/{id}"))
            .with_detail(&serde_json::json!({ "samples": samples.len() }));
        Ok(self
            .stores
            .assets
            .record_telemetry(who.org, samples, &trail)
            .await?)
    }

    /// The sample measured last; none when nothing was ever measured.
    ///
    /// # Errors
    /// When the organisation has no such asset.
    pub async fn latest_telemetry(
        &self,
        who: &Principal,
        id: AssetId,
    ) -> Result<Option<Telemetry>> {
        who.require(Permission::ReadAssets)?;
        self.own_asset(who, id).await?;
        Ok(self.stores.assets.latest_telemetry(who.org, id).await?)
    }

    /// Telemetry in order of time.
    ///
    /// # Errors
    /// When the organisation has no such asset.
    pub async fn telemetry(
        &self,
        who: &Principal,
        query: &TelemetryQuery,
    ) -> Result<Vec<Telemetry>> {
        who.require(Permission::ReadAssets)?;
        self.own_asset(who, query.asset).await?;
        Ok(self.stores.assets.telemetry(who.org, query).await?)
    }

    /// Replaces the availability windows of an asset.
    ///
    /// # Errors
    /// Names every window that ends before it starts or has a share outside 0..=1.
    pub async fn set_availability(
        &self,
        who: &Principal,
        id: AssetId,
        windows: Vec<Availability>,
    ) -> Result<Vec<Availability>> {
        self.may_write(who, Permission::WriteAssets).await?;
        self.own_asset(who, id).await?;
        let check = |(i, w): (usize, &Availability)| w.violations(id, &format!("windows[{i}]"));
        let faults: Vec<_> = windows.iter().enumerate().flat_map(check).collect();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let trail = self
            .trail(who, "asset.availability", format!("asset/{id}"))
            .with_detail(&serde_json::json!({ "windows": windows.len() }));
        self.stores
            .assets
            .replace_availability(who.org, id, &windows, &trail)
            .await?;
        Ok(self.stores.assets.availability(who.org, id).await?)
    }

    /// The availability windows of an asset.
    ///
    /// # Errors
    /// When the organisation has no such asset.
    pub async fn availability(&self, who: &Principal, id: AssetId) -> Result<Vec<Availability>> {
        who.require(Permission::ReadAssets)?;
        self.own_asset(who, id).await?;
        Ok(self.stores.assets.availability(who.org, id).await?)
    }

    pub(super) async fn own_asset(&self, who: &Principal, id: AssetId) -> Result<Asset> {
        let asset = self.stores.assets.asset(who.org, id).await?;
        asset.ok_or_else(|| Error::not_found("asset", id))
    }

    fn check_location(&self, content: &AssetContent) -> Result<()> {
        let markets = self.rules.markets();
        if !markets.contains(&content.market) {
            let known: Vec<_> = markets.iter().map(ToString::to_string).collect();
            let rule = format!("must be one of {}", known.join(", "));
            return Err(Error::field(
                "unknown_market",
                "market",
                &content.market,
                rule,
            ));
        }
        if self.is_listed(&content.market, &content.location) {
            return Ok(());
        }
        let rule = format!("must be a known location of {}", content.market);
        Err(Error::field(
            "unknown_location",
            "location",
            &content.location,
            rule,
        ))
    }
}

use super::{MemoryStore, State, already_exists, first, not_found, page, require_version};
use crate::asset::{Asset, Availability, Telemetry};
use crate::id::{AssetId, OrgId};
use crate::ports::{AssetStore, Page, PageRequest, StoreError, TelemetryQuery, Trail};
use async_trait::async_trait;
use jiff::Timestamp;

impl State {
    fn own_asset(&self, org: OrgId, id: AssetId) -> Option<&Asset> {
        self.assets.get(&id).filter(|asset| asset.org == org)
    }

    fn require_asset(&self, org: OrgId, id: AssetId) -> Result<&Asset, StoreError> {
        self.own_asset(org, id)
            .ok_or_else(|| not_found("asset", id))
    }
}

#[async_trait]
impl AssetStore for MemoryStore {
    async fn insert_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.assets.contains_key(&asset.id) {
                return Err(already_exists("asset", asset.id));
            }
            state.assets.insert(asset.id, asset.clone());
            Ok(())
        })
    }

    async fn update_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let stored = state.require_asset(asset.org, asset.id)?;
            require_version("asset", asset.id, (stored.version, asset.version))?;
            state.assets.insert(asset.id, asset.clone());
            Ok(())
        })
    }

    async fn asset(&self, org: OrgId, id: AssetId) -> Result<Option<Asset>, StoreError> {
        Ok(self.read(|state| state.own_asset(org, id).cloned()))
    }

    async fn assets(&self, org: OrgId, request: &PageRequest) -> Result<Page<Asset>, StoreError> {
        self.read(|state| {
            let own = state.assets.values().rev().filter(|asset| asset.org == org);
            page(own, request, |asset| asset.id)
        })
    }

    async fn record_telemetry(
        &self,
        org: OrgId,
        samples: &[Telemetry],
        trail: &Trail,
    ) -> Result<u64, StoreError> {
        self.write(trail, |state| {
            for sample in samples {
                state.require_asset(org, sample.asset)?;
            }
            let mut new = 0;
            for sample in samples {
                let replaced = state
                    .telemetry
                    .insert((sample.asset, sample.at), sample.clone());
                new += u64::from(replaced.is_none());
            }
            Ok(new)
        })
    }

    async fn telemetry(
        &self,
        org: OrgId,
        query: &TelemetryQuery,
    ) -> Result<Vec<Telemetry>, StoreError> {
        Ok(self.read(|state| {
            if state.own_asset(org, query.asset).is_none() || query.until <= query.from {
                return Vec::new();
            }
            let span = (query.asset, query.from)..(query.asset, query.until);
            first(
                state
                    .telemetry
                    .range(span)
                    .map(|(_, sample)| sample.clone()),
                query.limit,
            )
        }))
    }

    async fn latest_telemetry(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Option<Telemetry>, StoreError> {
        Ok(self.read(|state| {
            state.own_asset(org, asset)?;
            let span = (asset, Timestamp::MIN)..=(asset, Timestamp::MAX);
            let last = state.telemetry.range(span).next_back();
            last.map(|(_, sample)| sample.clone())
        }))
    }

    async fn replace_availability(
        &self,
        org: OrgId,
        asset: AssetId,
        windows: &[Availability],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            state.require_asset(org, asset)?;
            let mut windows = windows.to_vec();
            windows.sort_by_key(|window| (window.from, window.until));
            state.availability.insert(asset, windows);
            Ok(())
        })
    }

    async fn availability(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Vec<Availability>, StoreError> {
        Ok(self.read(|state| {
            let own = state.own_asset(org, asset).is_some();
            state
                .availability
                .get(&asset)
                .filter(|_| own)
                .cloned()
                .unwrap_or_default()
        }))
    }
}

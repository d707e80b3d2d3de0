use super::page;
use super::{SqlStore, limit};
use crate::batch::Batch;
use crate::body;
use crate::fault::{already_exists, not_found};
use crate::row::{micros, stored};
use crate::sql::{Value, values};
use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::asset::{Asset, Availability, Telemetry};
use optibid_core::id::{AssetId, OrgId};
use optibid_core::ports::{AssetStore, Page, PageRequest, StoreError, TelemetryQuery, Trail};
use serde_json::json;
use std::collections::BTreeMap;

/// The version of an asset, if the organisation has it.
async fn own_asset(batch: &mut Batch, org: OrgId, id: AssetId) -> Result<Option<u64>, StoreError> {
    let sql = "select version from assets where id = $1 and org_id = $2";
    let row = batch
        .row("asset", sql, values![id.uuid(), org.uuid()])
        .await?;
    row.map(|mut row| row.count("version")).transpose()
}

async fn require_asset(batch: &mut Batch, org: OrgId, id: AssetId) -> Result<u64, StoreError> {
    own_asset(batch, org, id)
        .await?
        .ok_or_else(|| not_found("asset", id))
}

/// Samples of one asset, encoded; the last of an instant stands.
struct Samples {
    asset: AssetId,
    count: u64,
    instants: String,
    rows: String,
}

fn by_asset(samples: &[Telemetry]) -> Result<Vec<Samples>, StoreError> {
    let mut assets: BTreeMap<AssetId, BTreeMap<Timestamp, &Telemetry>> = BTreeMap::new();
    for sample in samples {
        assets
            .entry(sample.asset)
            .or_default()
            .insert(sample.at, sample);
    }
    let encoded = |(asset, samples): (AssetId, BTreeMap<Timestamp, &Telemetry>)| {
        let mut rows = Vec::with_capacity(samples.len());
        for sample in samples.values() {
            rows.push(json!([
                micros(sample.at),
                body::encode("telemetry", *sample)?
            ]));
        }
        Ok(Samples {
            asset,
            count: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            instants: serde_json::Value::from_iter(samples.keys().map(|at| micros(*at)))
                .to_string(),
            rows: serde_json::Value::Array(rows).to_string(),
        })
    };
    assets.into_iter().map(encoded).collect()
}

async fn put_samples(batch: &mut Batch, org: OrgId, assets: &[Samples]) -> Result<u64, StoreError> {
    let mut new = 0;
    for samples in assets {
        require_asset(batch, org, samples.asset).await?;
        let instants = values![samples.asset.uuid(), samples.instants.as_str()];
        let counted = batch
            .row("telemetry", batch.dialect().count_telemetry, instants)
            .await?;
        let known = counted.map_or(Ok(0), |mut row| row.count("count"))?;
        let rows = values![samples.asset.uuid(), org.uuid(), samples.rows.as_str()];
        batch.execute(batch.dialect().put_telemetry, rows).await?;
        new += samples.count.saturating_sub(known);
    }
    Ok(new)
}

async fn put_windows(
    batch: &mut Batch,
    org: OrgId,
    asset: AssetId,
    windows: &[Vec<Value>],
) -> Result<(), StoreError> {
    require_asset(batch, org, asset).await?;
    let sql = "delete from availability where asset_id = $1 and org_id = $2";
    batch
        .execute(sql, values![asset.uuid(), org.uuid()])
        .await?;
    for window in windows {
        let sql = "insert into availability (asset_id, org_id, position, starts_at, body) \
             values ($1, $2, $3, $4, $5)";
        batch.execute(sql, window.clone()).await?;
    }
    Ok(())
}

#[async_trait]
impl AssetStore for SqlStore {
    async fn insert_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError> {
        let row = values![
            asset.id.uuid(),
            asset.org.uuid(),
            stored(asset.version),
            body::encode("asset", asset)?,
        ];
        self.write(trail, (asset.id, row), |batch, (id, row)| {
            Box::pin(async move {
                let sql = "insert into assets (id, org_id, version, body) values ($1, $2, $3, $4) \
                     on conflict (id) do nothing";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(already_exists("asset", id)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn update_asset(&self, asset: &Asset, trail: &Trail) -> Result<(), StoreError> {
        let (id, org, expected) = (asset.id, asset.org, asset.version.saturating_sub(1));
        let row = values![
            id.uuid(),
            org.uuid(),
            stored(asset.version),
            body::encode("asset", asset)?,
            stored(expected),
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "update assets set version = $3, body = $4 \
                     where id = $1 and org_id = $2 and version = $5";
                if batch.execute(sql, row.clone()).await? == 1 {
                    return Ok(());
                }
                let found = require_asset(batch, org, id).await?;
                Err(StoreError::Conflict {
                    kind: "asset",
                    id: id.to_string(),
                    expected,
                    found,
                })
            })
        })
        .await
    }

    async fn asset(&self, org: OrgId, id: AssetId) -> Result<Option<Asset>, StoreError> {
        let sql = "select body from assets where id = $1 and org_id = $2";
        let row = self
            .row("asset", sql, values![id.uuid(), org.uuid()])
            .await?;
        row.map(|mut row| row.body()).transpose()
    }

    async fn assets(&self, org: OrgId, request: &PageRequest) -> Result<Page<Asset>, StoreError> {
        let after: Option<AssetId> = page::after(request)?;
        let sql = "select body from assets where org_id = $1 and ($2 is null or id < $2) \
             order by id desc limit $3";
        let wanted = values![org.uuid(), after.map(AssetId::uuid), page::fetch(request)];
        let assets = self.bodies("asset", sql, wanted).await?;
        Ok(page::cut(assets, request, |asset: &Asset| {
            asset.id.to_string()
        }))
    }

    async fn record_telemetry(
        &self,
        org: OrgId,
        samples: &[Telemetry],
        trail: &Trail,
    ) -> Result<u64, StoreError> {
        self.write(trail, by_asset(samples)?, move |batch, assets| {
            Box::pin(put_samples(batch, org, assets))
        })
        .await
    }

    async fn telemetry(
        &self,
        org: OrgId,
        query: &TelemetryQuery,
    ) -> Result<Vec<Telemetry>, StoreError> {
        let sql = "select body from telemetry where asset_id = $1 and org_id = $2 and at >= $3 \
             and at < $4 order by at limit $5";
        let wanted = values![
            query.asset.uuid(),
            org.uuid(),
            micros(query.from),
            micros(query.until),
            limit(query.limit),
        ];
        self.bodies("telemetry", sql, wanted).await
    }

    async fn latest_telemetry(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Option<Telemetry>, StoreError> {
        let sql = "select body from telemetry where asset_id = $1 and org_id = $2 \
             order by at desc limit 1";
        let wanted = values![asset.uuid(), org.uuid()];
        let row = self.row("telemetry", sql, wanted).await?;
        row.map(|mut row| row.body()).transpose()
    }

    async fn replace_availability(
        &self,
        org: OrgId,
        asset: AssetId,
        windows: &[Availability],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let mut sorted: Vec<_> = windows.iter().collect();
        sorted.sort_by_key(|window| (window.from, window.until));
        let mut rows = Vec::with_capacity(sorted.len());
        for (position, window) in (0_i64..).zip(sorted) {
            let body = body::encode("availability", window)?;
            rows.push(values![
                asset.uuid(),
                org.uuid(),
                position,
                micros(window.from),
                body
            ]);
        }
        self.write(trail, rows, move |batch, rows| {
            Box::pin(put_windows(batch, org, asset, rows))
        })
        .await
    }

    async fn availability(
        &self,
        org: OrgId,
        asset: AssetId,
    ) -> Result<Vec<Availability>, StoreError> {
        let sql = "select body from availability where asset_id = $1 and org_id = $2 \
             order by position";
        self.bodies("availability", sql, values![asset.uuid(), org.uuid()])
            .await
    }
}

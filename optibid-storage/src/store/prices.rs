use super::price_rows::{SeriesRows, by_series, known, merge, observation, series_key};
use super::{SqlStore, limit};
use crate::batch::Batch;
use crate::fault::defect;
use crate::row::micros;
use crate::sql::values;
use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::id::OrgId;
use optibid_core::market::{DataOwner, PriceObservation};
use optibid_core::ports::{
    AppendReport, LatestQuery, PriceQuery, PriceStore, SeriesKey, StoreError,
};
use uuid::Uuid;

/// Most prices in one statement: bounds the text that carries them.
const CHUNK: usize = 5_000;

/// The owner of public prices.
const PUBLIC: Uuid = Uuid::nil();

const fn owner_id(owner: DataOwner) -> Uuid {
    match owner {
        DataOwner::Public => PUBLIC,
        DataOwner::Org(org) => org.uuid(),
    }
}

/// Finds or makes a series and keeps other writers out of it.
async fn own_series(batch: &mut Batch, owner: Uuid, key: &SeriesKey) -> Result<i64, StoreError> {
    let named = || {
        values![
            owner,
            key.market.as_str(),
            key.product.as_str(),
            key.location.as_str()
        ]
    };
    let sql = "insert into price_series (owner_id, market, product, location) \
         values ($1, $2, $3, $4) on conflict do nothing";
    batch.execute(sql, named()).await?;
    let sql = "select id from price_series where owner_id = $1 and market = $2 and product = $3 \
         and location = $4";
    let row = batch.row("price series", sql, named()).await?;
    let id = row
        .ok_or_else(|| defect("a price series is gone"))?
        .int("id")?;
    batch
        .rows("price series", batch.dialect().lock_series, values![id])
        .await?;
    Ok(id)
}

async fn append(
    batch: &mut Batch,
    owner: Uuid,
    all: &[SeriesRows],
) -> Result<AppendReport, StoreError> {
    let mut sum = AppendReport::default();
    for series in all {
        let id = own_series(batch, owner, &series.key).await?;
        let (first, last) = series.span();
        let sql = "select starts_at, seconds, known_at, price, components from prices \
             where series_id = $1 and starts_at between $2 and $3 \
             order by starts_at, seconds, known_at";
        let rows = batch.rows("price", sql, values![id, first, last]).await?;
        let (writes, report) = merge(series, known(rows)?);
        for chunk in writes.chunks(CHUNK) {
            let rows = serde_json::Value::from(chunk).to_string();
            batch
                .execute(batch.dialect().put_prices, values![id, rows])
                .await?;
        }
        sum.inserted += report.inserted;
        sum.restated += report.restated;
        sum.unchanged += report.unchanged;
    }
    Ok(sum)
}

#[async_trait]
impl PriceStore for SqlStore {
    async fn append_prices(
        &self,
        owner: DataOwner,
        prices: &[PriceObservation],
    ) -> Result<AppendReport, StoreError> {
        if prices.is_empty() {
            return Ok(AppendReport::default());
        }
        let owner = owner_id(owner);
        self.write_plain(by_series(prices)?, move |batch, all| {
            Box::pin(append(batch, owner, all))
        })
        .await
    }

    async fn prices(&self, query: &PriceQuery) -> Result<Vec<PriceObservation>, StoreError> {
        // Of a public figure and the organisation's own known at the same time its own counts: the nil
        // owner sorts before every other.
        let sql = "select starts_at, seconds, known_at, price, components from ( \
             select p.starts_at, p.seconds, p.known_at, p.price, p.components, row_number() over ( \
             partition by p.starts_at, p.seconds order by p.known_at desc, s.owner_id desc) as place \
             from price_series s join prices p on p.series_id = s.id \
             where s.market = $1 and s.product = $2 and s.location = $3 and s.owner_id in ($4, $5) \
             and p.starts_at >= $6 and p.starts_at < $7 and ($8 is null or p.seconds = $8) \
             and ($9 is null or p.known_at <= $9)) as seen \
             where place = 1 order by starts_at, seconds limit $10";
        let wanted = values![
            query.series.market.as_str(),
            query.series.product.as_str(),
            query.series.location.as_str(),
            PUBLIC,
            query.org.map_or(PUBLIC, OrgId::uuid),
            micros(query.from),
            micros(query.until),
            query.resolution.map(|resolution| resolution.seconds()),
            query.as_of.map(micros),
            limit(query.limit),
        ];
        let rows = self.rows("price", sql, wanted).await?;
        rows.into_iter()
            .map(|mut row| observation(&mut row, query.series.clone()))
            .collect()
    }

    async fn latest_prices(
        &self,
        query: &LatestQuery,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        let wanted = values![
            query.org.map_or(PUBLIC, OrgId::uuid),
            query.market.as_ref().map(ToString::to_string),
            query.product.as_ref().map(ToString::to_string),
            query.location.as_ref().map(ToString::to_string),
            // A series is there at most twice: in public and as the organisation's own.
            limit(query.limit).saturating_mul(2),
            query.until.map(micros),
        ];
        let mut latest: Vec<(SeriesKey, PriceObservation)> = Vec::new();
        for mut row in self
            .rows("price", self.dialect.latest_prices, wanted)
            .await?
        {
            let key = series_key(&mut row)?;
            let price = observation(&mut row, key.clone())?;
            match latest.last_mut() {
                // The own series comes second and counts when it is as new.
                Some((last, kept)) if *last == key => {
                    if (price.period, price.known_at) >= (kept.period, kept.known_at) {
                        *kept = price;
                    }
                }
                _ => latest.push((key, price)),
            }
        }
        latest.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(latest.into_iter().map(|(_, price)| price).collect())
    }

    async fn price_versions(
        &self,
        org: OrgId,
        series: &SeriesKey,
        start: Timestamp,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        let sql = "select p.starts_at, p.seconds, p.known_at, p.price, p.components \
             from price_series s join prices p on p.series_id = s.id \
             where s.market = $1 and s.product = $2 and s.location = $3 and s.owner_id in ($4, $5) \
             and p.starts_at = $6 order by p.known_at, p.seconds, s.owner_id";
        let wanted = values![
            series.market.as_str(),
            series.product.as_str(),
            series.location.as_str(),
            PUBLIC,
            org.uuid(),
            micros(start),
        ];
        let rows = self.rows("price", sql, wanted).await?;
        rows.into_iter()
            .map(|mut row| observation(&mut row, series.clone()))
            .collect()
    }
}

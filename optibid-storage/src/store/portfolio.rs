use super::bids::BidChange;
use super::page;
use super::{SqlStore, limit};
use crate::body;
use crate::fault::already_exists;
use crate::row::micros;
use crate::sql::values;
use async_trait::async_trait;
use jiff::civil::Date;
use optibid_core::bid::{Bid, BidEvent};
use optibid_core::id::{BidId, OrgId, SettlementId};
use optibid_core::portfolio::{Award, SettlementStatement};
use optibid_core::ports::{AwardQuery, Page, PortfolioStore, SettlementQuery, StoreError, Trail};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Where a statement stands in the list: by delivery day, then by id.
struct Place(Date, SettlementId);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (day, id) = text.split_once('/').ok_or(())?;
        Ok(Self(
            day.parse().map_err(|_| ())?,
            id.parse().map_err(|_| ())?,
        ))
    }
}

/// Awards of one organisation and bid, encoded.
struct AwardRows {
    org: OrgId,
    bid: BidId,
    count: u64,
    rows: String,
}

fn award_rows(awards: &[Award]) -> Result<Vec<AwardRows>, StoreError> {
    let mut groups: BTreeMap<(OrgId, BidId), Vec<serde_json::Value>> = BTreeMap::new();
    for award in awards {
        groups
            .entry((award.org, award.bid))
            .or_default()
            .push(json!([
                award.id.uuid().simple().to_string(),
                award.market,
                award.product,
                micros(award.period.start()),
                body::encode("award", award)?,
            ]));
    }
    let rows = groups.into_iter().map(|((org, bid), rows)| AwardRows {
        org,
        bid,
        count: u64::try_from(rows.len()).unwrap_or(u64::MAX),
        rows: serde_json::Value::Array(rows).to_string(),
    });
    Ok(rows.collect())
}

#[async_trait]
impl PortfolioStore for SqlStore {
    async fn record_awards(
        &self,
        awards: &[Award],
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let data = (BidChange::of(bid, event)?, award_rows(awards)?);
        self.write(trail, data, |batch, (change, groups)| {
            Box::pin(async move {
                change.update(batch).await?;
                for group in groups {
                    let row = values![group.org.uuid(), group.bid.uuid(), group.rows.as_str()];
                    let sql = batch.dialect().put_awards;
                    if batch.execute(sql, row).await? != group.count {
                        return Err(already_exists("award", format!("of bid {}", group.bid)));
                    }
                }
                Ok(())
            })
        })
        .await
    }

    async fn awards(&self, org: OrgId, query: &AwardQuery) -> Result<Vec<Award>, StoreError> {
        let sql = "select body from awards where org_id = $1 and starts_at >= $2 and starts_at < $3 \
             and ($4 is null or bid_id = $4) and ($5 is null or market = $5) \
             and ($6 is null or product = $6) order by starts_at, id limit $7";
        let wanted = values![
            org.uuid(),
            micros(query.from),
            micros(query.until),
            query.bid.map(BidId::uuid),
            query.market.as_ref().map(ToString::to_string),
            query.product.as_ref().map(ToString::to_string),
            limit(query.limit),
        ];
        self.bodies("award", sql, wanted).await
    }

    async fn record_settlement(
        &self,
        statement: &SettlementStatement,
        settled: &[(Bid, BidEvent)],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let change = |(bid, event): &(Bid, BidEvent)| BidChange::of(bid, event);
        let changes: Vec<_> = settled.iter().map(change).collect::<Result<_, _>>()?;
        let row = values![
            statement.id.uuid(),
            statement.org.uuid(),
            statement.market.as_str(),
            statement.day.to_string(),
            body::encode("settlement", statement)?,
        ];
        self.write(
            trail,
            (statement.id, row, changes),
            |batch, (id, row, changes)| {
                Box::pin(async move {
                    let sql = "insert into settlements (id, org_id, market, delivery_day, body) \
                     values ($1, $2, $3, $4, $5) on conflict (id) do nothing";
                    if batch.execute(sql, row.clone()).await? == 0 {
                        return Err(already_exists("settlement", id));
                    }
                    for change in changes {
                        change.update(batch).await?;
                    }
                    Ok(())
                })
            },
        )
        .await
    }

    async fn settlement(
        &self,
        org: OrgId,
        id: SettlementId,
    ) -> Result<Option<SettlementStatement>, StoreError> {
        let sql = "select body from settlements where id = $1 and org_id = $2";
        let row = self
            .row("settlement", sql, values![id.uuid(), org.uuid()])
            .await?;
        row.map(|mut row| row.body()).transpose()
    }

    async fn settlements(
        &self,
        org: OrgId,
        query: &SettlementQuery,
    ) -> Result<Page<SettlementStatement>, StoreError> {
        let after: Option<Place> = page::after(&query.page)?;
        let (day, id): (Option<String>, Option<Uuid>) = after.map_or((None, None), |place| {
            (Some(place.0.to_string()), Some(place.1.uuid()))
        });
        let sql = "select body from settlements where org_id = $1 and ($2 is null or market = $2) \
             and ($3 is null or delivery_day >= $3) and ($4 is null or delivery_day <= $4) \
             and ($5 is null or delivery_day < $5 or (delivery_day = $5 and id < $6)) \
             order by delivery_day desc, id desc limit $7";
        let wanted = values![
            org.uuid(),
            query.market.as_ref().map(ToString::to_string),
            query.from.map(|day| day.to_string()),
            query.to.map(|day| day.to_string()),
            day,
            id,
            page::fetch(&query.page),
        ];
        let found: Vec<SettlementStatement> = self.bodies("settlement", sql, wanted).await?;
        Ok(page::cut(found, &query.page, |s| {
            Place(s.day, s.id).to_string()
        }))
    }
}

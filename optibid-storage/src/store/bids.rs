use super::page;
use super::{SqlStore, limit};
use crate::batch::Batch;
use crate::body;
use crate::fault::{already_exists, corrupt, not_found};
use crate::row::{Row, micros, stored};
use crate::sql::values;
use crate::trail::{actor, actor_columns};
use async_trait::async_trait;
use optibid_core::bid::{Bid, BidEvent, BidState};
use optibid_core::id::{BidId, OrgId};
use optibid_core::ports::{BidQuery, BidStore, Page, StoreError, Trail};

/// A bid and its event, encoded before it waits for the writer.
pub(super) struct BidChange {
    bid: Bid,
    event: BidEvent,
    body: String,
}

impl BidChange {
    pub(super) fn of(bid: &Bid, event: &BidEvent) -> Result<Self, StoreError> {
        let body = body::encode("bid", bid)?;
        Ok(Self {
            bid: bid.clone(),
            event: event.clone(),
            body,
        })
    }

    async fn insert(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let (bid, content) = (&self.bid, self.bid.content());
        let row = values![
            bid.id().uuid(),
            bid.org().uuid(),
            content.market.as_str(),
            content.product.as_str(),
            content.delivery_day.to_string(),
            bid.state().code(),
            stored(bid.version()),
            self.body.as_str(),
        ];
        let sql = "insert into bids (id, org_id, market, product, delivery_day, state, version, body) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
        if batch.execute(sql, row).await? == 0 {
            return Err(already_exists("bid", bid.id()));
        }
        self.insert_event(batch).await
    }

    /// Replaces the bid, if the stored version is one below the event's.
    pub(super) async fn update(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let (bid, content) = (&self.bid, self.bid.content());
        let row = values![
            bid.id().uuid(),
            bid.org().uuid(),
            content.market.as_str(),
            content.product.as_str(),
            content.delivery_day.to_string(),
            bid.state().code(),
            stored(self.event.version),
            self.body.as_str(),
            stored(self.event.version.saturating_sub(1)),
        ];
        let sql = "update bids set market = $3, product = $4, delivery_day = $5, state = $6, \
             version = $7, body = $8 where id = $1 and org_id = $2 and version = $9";
        if batch.execute(sql, row).await? == 0 {
            return Err(self.refusal(batch).await?);
        }
        self.insert_event(batch).await
    }

    /// Why no row was updated.
    async fn refusal(&self, batch: &mut Batch) -> Result<StoreError, StoreError> {
        let sql = "select version from bids where id = $1 and org_id = $2";
        let id = values![self.bid.id().uuid(), self.bid.org().uuid()];
        let Some(mut row) = batch.row("bid", sql, id).await? else {
            return Ok(not_found("bid", self.bid.id()));
        };
        Ok(StoreError::Conflict {
            kind: "bid",
            id: self.bid.id().to_string(),
            expected: self.event.version.saturating_sub(1),
            found: row.count("version")?,
        })
    }

    async fn insert_event(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let event = &self.event;
        let (actor_kind, actor_id) = actor_columns(event.actor);
        let row = values![
            event.bid.uuid(),
            stored(event.version),
            event.org.uuid(),
            event.from.map(|state| state.code().to_owned()),
            event.to.code(),
            actor_kind,
            actor_id,
            micros(event.at),
            event.reason.as_str(),
        ];
        let sql = "insert into bid_events (bid_id, version, org_id, from_state, to_state, actor_kind, \
             actor_id, at, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        batch.execute(sql, row).await.map(|_| ())
    }
}

fn bid_event(mut row: Row) -> Result<BidEvent, StoreError> {
    let from = |text: String| {
        let state = text.parse::<BidState>();
        state.map_err(|e| corrupt("bid event", e))
    };
    Ok(BidEvent {
        bid: BidId::from_uuid(row.id("bid_id")?),
        version: row.count("version")?,
        org: OrgId::from_uuid(row.id("org_id")?),
        from: row.opt_text("from_state")?.map(from).transpose()?,
        to: row.parse("to_state")?,
        actor: {
            let kind = row.text("actor_kind")?;
            actor("bid event", &kind, row.opt_id("actor_id")?)?
        },
        at: row.at("at")?,
        reason: row.text("reason")?,
    })
}

fn codes(states: &[BidState]) -> String {
    let codes: Vec<_> = states.iter().map(|state| state.code().into()).collect();
    serde_json::Value::Array(codes).to_string()
}

#[async_trait]
impl BidStore for SqlStore {
    async fn insert_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let change = BidChange::of(bid, event)?;
        self.write(trail, change, |batch, change| {
            Box::pin(change.insert(batch))
        })
        .await
    }

    async fn update_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let change = BidChange::of(bid, event)?;
        self.write(trail, change, |batch, change| {
            Box::pin(change.update(batch))
        })
        .await
    }

    async fn bid(&self, org: OrgId, id: BidId) -> Result<Option<Bid>, StoreError> {
        let sql = "select body from bids where id = $1 and org_id = $2";
        let row = self.row("bid", sql, values![id.uuid(), org.uuid()]).await?;
        row.map(|mut row| row.body()).transpose()
    }

    async fn bids(&self, org: OrgId, query: &BidQuery) -> Result<Page<Bid>, StoreError> {
        let after: Option<BidId> = page::after(&query.page)?;
        let wanted = values![
            org.uuid(),
            query.market.as_ref().map(ToString::to_string),
            query.product.as_ref().map(ToString::to_string),
            query.delivery_day.map(|day| day.to_string()),
            (!query.states.is_empty()).then(|| codes(&query.states)),
            after.map(BidId::uuid),
            page::fetch(&query.page),
        ];
        let bids: Vec<Bid> = self.bodies("bid", self.dialect.bids, wanted).await?;
        Ok(page::cut(bids, &query.page, |bid| bid.id().to_string()))
    }

    async fn bid_events(&self, org: OrgId, id: BidId) -> Result<Vec<BidEvent>, StoreError> {
        let sql = "select bid_id, version, org_id, from_state, to_state, actor_kind, actor_id, at, \
             reason from bid_events where bid_id = $1 and org_id = $2 order by version";
        let rows = self
            .rows("bid event", sql, values![id.uuid(), org.uuid()])
            .await?;
        rows.into_iter().map(bid_event).collect()
    }

    async fn open_bids(
        &self,
        states: &[BidState],
        after: Option<BidId>,
        most: u32,
    ) -> Result<Vec<Bid>, StoreError> {
        let wanted = values![codes(states), after.map(BidId::uuid), limit(most)];
        self.bodies("bid", self.dialect.open_bids, wanted).await
    }
}

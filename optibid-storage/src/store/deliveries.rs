use super::{SqlStore, limit, page};
use crate::batch::Batch;
use crate::body;
use crate::fault::{corrupt, not_found};
use crate::row::{Row, micros, stored};
use crate::sql::{Value, values};
use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::id::{AlertId, AlertRouteId, DeliveryId, OrgId};
use optibid_core::ports::{
    DeliveryStore, DueDelivery, Lease, Page, PageRequest, StoreError, Trail,
};
use optibid_core::webhook::{AlertRoute, Delivery, DeliveryState, RouteSecrets};

/// A delivery from `id, org_id, route_id, kind, alert_id, state, version, attempts, due_at, leased_until, created_at, body,
/// last`.
fn delivery(row: &mut Row) -> Result<Delivery, StoreError> {
    // Columns are read in order.
    let id = DeliveryId::from_uuid(row.id("id")?);
    let org = OrgId::from_uuid(row.id("org_id")?);
    let route = AlertRouteId::from_uuid(row.id("route_id")?);
    let kind = row.text("kind")?;
    let alert = row.opt_id("alert_id")?.map(AlertId::from_uuid);
    let state = state(&row.text("state")?)?;
    let version = row.count("version")?;
    let attempts = row.count("attempts")?;
    let attempts = u32::try_from(attempts)
        .map_err(|e| corrupt("delivery", format!("attempts {attempts}: {e}")))?;
    let (due_at, leased_until) = (row.opt_at("due_at")?, row.opt_at("leased_until")?);
    let created_at = row.at("created_at")?;
    let body = row.text("body")?;
    let last = row.opt_text("last")?;
    let last = last.map(|text| body::decode("delivery attempt", &text));
    Ok(Delivery {
        id,
        org,
        route,
        kind,
        alert,
        body,
        created_at,
        version,
        state,
        attempts,
        due_at,
        leased_until,
        last: last.transpose()?,
    })
}

fn state(code: &str) -> Result<DeliveryState, StoreError> {
    let mut known = DeliveryState::ALL.into_iter();
    let state = known.find(|state| state.code() == code);
    state.ok_or_else(|| corrupt("delivery", format!("state {code:?}")))
}

/// The delivery one version on, encoded before it waits for the writer.
struct Next {
    id: DeliveryId,
    org: OrgId,
    expected: u64,
    row: Vec<Value>,
}

impl Next {
    fn of(delivery: &Delivery) -> Result<Self, StoreError> {
        let expected = delivery.version.saturating_sub(1);
        let last = delivery.last.as_ref();
        let encoded = last.map(|attempt| body::encode("delivery attempt", attempt));
        Ok(Self {
            id: delivery.id,
            org: delivery.org,
            expected,
            row: values![
                delivery.id.uuid(),
                delivery.org.uuid(),
                stored(delivery.version),
                delivery.state.code(),
                i64::from(delivery.attempts),
                delivery.due_at.map(micros),
                delivery.leased_until.map(micros),
                last.map(|attempt| micros(attempt.at)),
                encoded.transpose()?,
                stored(expected),
            ],
        })
    }

    async fn put(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let sql = "update alert_deliveries set version = $3, state = $4, attempts = $5, due_at = $6, \
             leased_until = $7, last_at = $8, last = $9 \
             where id = $1 and org_id = $2 and version = $10";
        if batch.execute(sql, self.row.clone()).await? == 1 {
            return Ok(());
        }
        let sql = "select version from alert_deliveries where id = $1 and org_id = $2";
        let wanted = values![self.id.uuid(), self.org.uuid()];
        let Some(mut row) = batch.row("delivery", sql, wanted).await? else {
            return Err(not_found("delivery", self.id));
        };
        Err(StoreError::Conflict {
            kind: "delivery",
            id: self.id.to_string(),
            expected: self.expected,
            found: row.count("version")?,
        })
    }
}

/// Takes up a delivery that still has the version that was seen; tells whether it did.
async fn claim(
    batch: &mut Batch,
    (id, version): (DeliveryId, u64),
    lease: Lease,
) -> Result<bool, StoreError> {
    let sql = "update alert_deliveries set version = version + 1, leased_until = $3 \
         where id = $1 and version = $2 and state = 'waiting'";
    let row = values![id.uuid(), stored(version), micros(lease.until)];
    Ok(batch.execute(sql, row).await? == 1)
}

/// A delivery that can be taken up: the row of the delivery, then `body, secrets` of its route.
fn due(mut row: Row) -> Result<DueDelivery, StoreError> {
    let delivery = delivery(&mut row)?;
    let route: AlertRoute = body::decode("alert route", &row.text("body")?)?;
    let secrets: RouteSecrets = body::decode("route secrets", &row.text("secrets")?)?;
    Ok(DueDelivery {
        delivery,
        route,
        secrets,
    })
}

impl SqlStore {
    /// Those that can be taken up now, the one due longest first, one a route.
    async fn due_deliveries(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        let sql = "select d.id, d.org_id, d.route_id, d.kind, d.alert_id, d.state, d.version, \
             d.attempts, d.due_at, d.leased_until, d.created_at, d.body, d.last, r.body, r.secrets \
             from alert_deliveries d join alert_routes r on r.id = d.route_id \
             where d.state = 'waiting' and d.due_at <= $1 \
             and (d.leased_until is null or d.leased_until <= $1) \
             and not exists (select 1 from alert_deliveries o where o.route_id = d.route_id \
             and o.state = 'waiting' and o.id <> d.id and (o.leased_until > $1 \
             or (o.due_at <= $1 and (o.due_at < d.due_at or (o.due_at = d.due_at and o.id < d.id))))) \
             order by d.due_at, d.id limit $2";
        let rows = self.rows("delivery", sql, values![micros(now), limit(most)]);
        // One that nobody can read, such as that of a newer program, holds up no others.
        let readable = |row| {
            due(row)
                .inspect_err(|error| tracing::warn!(%error, "a delivery cannot be read"))
                .ok()
        };
        Ok(rows.await?.into_iter().filter_map(readable).collect())
    }
}

#[async_trait]
impl DeliveryStore for SqlStore {
    async fn claim_deliveries(
        &self,
        lease: Lease,
        most: u32,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        // Looked for without the writer, because mostly there is none.
        let mut found = self.due_deliveries(lease.now, most).await?;
        if found.is_empty() {
            return Ok(found);
        }
        let seen: Vec<_> = found
            .iter()
            .map(|due| (due.delivery.id, due.delivery.version))
            .collect();
        let claimed = self.write_plain(seen, move |batch, seen| {
            Box::pin(async move {
                let mut claimed = Vec::with_capacity(seen.len());
                for delivery in seen {
                    claimed.push(claim(batch, *delivery, lease).await?);
                }
                Ok(claimed)
            })
        });
        // What another one was faster to take up is that one's.
        let mut claimed = claimed.await?.into_iter();
        found.retain(|_| claimed.next().unwrap_or_default());
        for due in &mut found {
            due.delivery.version = due.delivery.version.saturating_add(1);
            due.delivery.leased_until = Some(lease.until);
        }
        Ok(found)
    }

    async fn report_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.write_plain(Next::of(delivery)?, |batch, next| Box::pin(next.put(batch)))
            .await
    }

    async fn update_delivery(&self, delivery: &Delivery, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, Next::of(delivery)?, |batch, next| {
            Box::pin(next.put(batch))
        })
        .await
    }

    async fn delivery(&self, org: OrgId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let sql = "select id, org_id, route_id, kind, alert_id, state, version, attempts, due_at, \
             leased_until, created_at, body, last from alert_deliveries \
             where id = $1 and org_id = $2";
        let wanted = values![id.uuid(), org.uuid()];
        let row = self.row("delivery", sql, wanted).await?;
        row.map(|mut row| delivery(&mut row)).transpose()
    }

    async fn deliveries(
        &self,
        org: OrgId,
        route: AlertRouteId,
        request: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError> {
        let after: Option<DeliveryId> = page::after(request)?;
        let sql = "select id, org_id, route_id, kind, alert_id, state, version, attempts, due_at, \
             leased_until, created_at, body, last from alert_deliveries \
             where route_id = $1 and org_id = $2 and ($3 is null or id < $3) \
             order by id desc limit $4";
        let wanted = values![
            route.uuid(),
            org.uuid(),
            after.map(DeliveryId::uuid),
            page::fetch(request),
        ];
        let rows = self.rows("delivery", sql, wanted).await?;
        let found = rows.into_iter().map(|mut row| delivery(&mut row));
        let found = found.collect::<Result<_, _>>()?;
        Ok(page::cut(found, request, |delivery: &Delivery| {
            delivery.id.to_string()
        }))
    }

    async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write_plain(before, |batch, before| {
            Box::pin(async move {
                let sql =
                    "delete from alert_deliveries where state <> 'waiting' and created_at < $1";
                batch.execute(sql, values![micros(*before)]).await
            })
        })
        .await
    }
}

use super::{SqlStore, page};
use crate::batch::Batch;
use crate::body;
use crate::fault::{already_exists, not_found};
use crate::row::{Row, stored};
use crate::sql::values;
use async_trait::async_trait;
use optibid_core::id::{AlertRouteId, OrgId};
use optibid_core::ports::{AlertRouteStore, Page, PageRequest, StoreError, Trail};
use optibid_core::webhook::{AlertRoute, RouteRecord, RouteSecrets};

/// A route with its last attempt, from `body, last`.
fn record(mut row: Row) -> Result<RouteRecord, StoreError> {
    let route = row.body()?;
    let last = row.opt_text("last")?;
    let last = last.map(|text| body::decode("delivery attempt", &text));
    Ok(RouteRecord {
        route,
        last: last.transpose()?,
    })
}

/// Why no row of a route was changed: it is not there, or has another version.
async fn refusal(
    batch: &mut Batch,
    (org, id): (OrgId, AlertRouteId),
    expected: u64,
) -> Result<StoreError, StoreError> {
    let sql = "select version from alert_routes where id = $1 and org_id = $2";
    let wanted = values![id.uuid(), org.uuid()];
    let Some(mut row) = batch.row("alert route", sql, wanted).await? else {
        return Ok(not_found("alert route", id));
    };
    Ok(StoreError::Conflict {
        kind: "alert route",
        id: id.to_string(),
        expected,
        found: row.count("version")?,
    })
}

async fn remove(
    batch: &mut Batch,
    (org, id): (OrgId, AlertRouteId),
    version: u64,
) -> Result<(), StoreError> {
    let sql = "select 1 from alert_routes where id = $1 and org_id = $2 and version = $3";
    let wanted = values![id.uuid(), org.uuid(), stored(version)];
    if batch.row("alert route", sql, wanted).await?.is_none() {
        return Err(refusal(batch, (org, id), version).await?);
    }
    for sql in [
        "delete from alert_deliveries where route_id = $1",
        "delete from alert_routes where id = $1",
    ] {
        batch.execute(sql, values![id.uuid()]).await?;
    }
    Ok(())
}

#[async_trait]
impl AlertRouteStore for SqlStore {
    async fn insert_alert_route(
        &self,
        route: &AlertRoute,
        secrets: &RouteSecrets,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let id = route.id;
        let row = values![
            id.uuid(),
            route.org.uuid(),
            stored(route.version),
            body::encode("alert route", route)?,
            body::encode("route secrets", secrets)?,
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "insert into alert_routes (id, org_id, version, body, secrets) \
                     values ($1, $2, $3, $4, $5) on conflict (id) do nothing";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(already_exists("alert route", id)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn update_alert_route(
        &self,
        route: &AlertRoute,
        secrets: Option<RouteSecrets>,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let (key, expected) = ((route.org, route.id), route.version.saturating_sub(1));
        let secrets = secrets.map(|secrets| body::encode("route secrets", &secrets));
        let row = values![
            route.id.uuid(),
            route.org.uuid(),
            stored(route.version),
            body::encode("alert route", route)?,
            secrets.transpose()?,
            stored(expected),
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "update alert_routes set version = $3, body = $4, \
                     secrets = coalesce($5, secrets) where id = $1 and org_id = $2 and version = $6";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(refusal(batch, key, expected).await?),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn remove_alert_route(
        &self,
        route: &AlertRoute,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let (key, version) = ((route.org, route.id), route.version);
        self.write(trail, (), move |batch, ()| {
            Box::pin(remove(batch, key, version))
        })
        .await
    }

    async fn alert_route(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteRecord>, StoreError> {
        let sql = "select body, (select last from alert_deliveries where route_id = r.id \
             and last_at is not null order by last_at desc limit 1) from alert_routes r \
             where id = $1 and org_id = $2";
        let wanted = values![id.uuid(), org.uuid()];
        let row = self.row("alert route", sql, wanted).await?;
        row.map(record).transpose()
    }

    async fn alert_routes(
        &self,
        org: OrgId,
        request: &PageRequest,
    ) -> Result<Page<RouteRecord>, StoreError> {
        let after: Option<AlertRouteId> = page::after(request)?;
        let sql = "select body, (select last from alert_deliveries where route_id = r.id \
             and last_at is not null order by last_at desc limit 1) from alert_routes r \
             where org_id = $1 and ($2 is null or id < $2) order by id desc limit $3";
        let wanted = values![
            org.uuid(),
            after.map(AlertRouteId::uuid),
            page::fetch(request)
        ];
        let rows = self.rows("alert route", sql, wanted).await?;
        let routes = rows.into_iter().map(record).collect::<Result<_, _>>()?;
        Ok(page::cut(routes, request, |kept: &RouteRecord| {
            kept.route.id.to_string()
        }))
    }

    async fn alert_route_secrets(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteSecrets>, StoreError> {
        let sql = "select secrets from alert_routes where id = $1 and org_id = $2";
        let wanted = values![id.uuid(), org.uuid()];
        let row = self.row("route secrets", sql, wanted).await?;
        row.map(|mut row| row.body()).transpose()
    }
}

use super::page;
use super::{SqlStore, limit};
use crate::batch::Batch;
use crate::body;
use crate::fault::{already_exists, not_found};
use crate::row::{Row, micros, stored};
use crate::sql::{Value, values};
use async_trait::async_trait;
use optibid_core::alert::{Alert, AlertRule, AlertStanding, WatchedRule};
use optibid_core::id::{AlertId, AlertRuleId, OrgId};
use optibid_core::ports::{
    AlertQuery, AlertRuleStore, AlertStore, Page, PageRequest, StoreError, Trail, WatchedPart,
};

fn watched(mut row: Row) -> Result<WatchedRule, StoreError> {
    let rule = row.body()?;
    let standing = row.body()?;
    Ok(WatchedRule { rule, standing })
}

/// Why no row of a rule was changed: it is not there, or has another version.
async fn rule_refusal(
    batch: &mut Batch,
    (org, id): (OrgId, AlertRuleId),
    versions: (u64, u64),
) -> Result<StoreError, StoreError> {
    let sql = "select version, standing_version from alert_rules where id = $1 and org_id = $2";
    let wanted = values![id.uuid(), org.uuid()];
    let Some(mut row) = batch.row("alert rule", sql, wanted).await? else {
        return Ok(not_found("alert rule", id));
    };
    let found = (row.count("version")?, row.count("standing_version")?);
    let (kind, expected, found) = if found.0 == versions.0 {
        ("alert standing", versions.1, found.1)
    } else {
        ("alert rule", versions.0, found.0)
    };
    Ok(StoreError::Conflict {
        kind,
        id: id.to_string(),
        expected,
        found,
    })
}

/// A standing, encoded before it waits for the writer.
struct NextStanding {
    key: (OrgId, AlertRuleId),
    expected: u64,
    row: Vec<Value>,
}

impl NextStanding {
    fn of(standing: &AlertStanding) -> Result<Self, StoreError> {
        let expected = standing.version.saturating_sub(1);
        Ok(Self {
            key: (standing.org, standing.rule),
            expected,
            row: values![
                standing.rule.uuid(),
                standing.org.uuid(),
                stored(standing.version),
                body::encode("alert standing", standing)?,
                stored(expected),
            ],
        })
    }

    async fn put(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let sql = "update alert_rules set standing_version = $3, standing = $4 \
             where id = $1 and org_id = $2 and standing_version = $5";
        if batch.execute(sql, self.row.clone()).await? == 1 {
            return Ok(());
        }
        let sql = "select version from alert_rules where id = $1 and org_id = $2";
        let wanted = self.row.iter().take(2).cloned().collect();
        let known = batch.row("alert rule", sql, wanted).await?;
        let version = known.map_or(Ok(0), |mut row| row.count("version"))?;
        Err(rule_refusal(batch, self.key, (version, self.expected)).await?)
    }
}

/// An alert, encoded before it waits for the writer.
struct NextAlert {
    id: AlertId,
    org: OrgId,
    version: u64,
    row: Vec<Value>,
}

impl NextAlert {
    fn of(alert: &Alert) -> Result<Self, StoreError> {
        Ok(Self {
            id: alert.id,
            org: alert.org,
            version: alert.version,
            row: values![
                alert.id.uuid(),
                alert.org.uuid(),
                alert.rule.uuid(),
                stored(alert.version),
                alert.severity.code(),
                alert.ended_at.map(micros),
                alert.acknowledged.is_some(),
                body::encode("alert", alert)?,
            ],
        })
    }

    fn all(alerts: &[Alert]) -> Result<Vec<Self>, StoreError> {
        alerts.iter().map(Self::of).collect()
    }

    async fn put(&self, batch: &mut Batch) -> Result<(), StoreError> {
        if self.version == 1 {
            self.insert(batch).await
        } else {
            self.update(batch).await
        }
    }

    async fn insert(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let sql = "insert into alerts (id, org_id, rule_id, version, severity, ended_at, \
             acknowledged, body) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing";
        match batch.execute(sql, self.row.clone()).await? {
            0 => Err(already_exists("alert", self.id)),
            _ => Ok(()),
        }
    }

    async fn update(&self, batch: &mut Batch) -> Result<(), StoreError> {
        let expected = self.version.saturating_sub(1);
        let mut row = self.row.clone();
        row.extend(values![stored(expected)]);
        let sql = "update alerts set rule_id = $3, version = $4, severity = $5, ended_at = $6, \
             acknowledged = $7, body = $8 where id = $1 and org_id = $2 and version = $9";
        if batch.execute(sql, row).await? == 1 {
            return Ok(());
        }
        let sql = "select version from alerts where id = $1 and org_id = $2";
        let wanted = values![self.id.uuid(), self.org.uuid()];
        let Some(mut row) = batch.row("alert", sql, wanted).await? else {
            return Err(not_found("alert", self.id));
        };
        Err(StoreError::Conflict {
            kind: "alert",
            id: self.id.to_string(),
            expected,
            found: row.count("version")?,
        })
    }
}

async fn put_all(batch: &mut Batch, alerts: &[NextAlert]) -> Result<(), StoreError> {
    for alert in alerts {
        alert.put(batch).await?;
    }
    Ok(())
}

#[async_trait]
impl AlertRuleStore for SqlStore {
    async fn insert_alert_rule(&self, rule: &WatchedRule, trail: &Trail) -> Result<(), StoreError> {
        let id = rule.rule.id;
        let row = values![
            id.uuid(),
            rule.rule.org.uuid(),
            stored(rule.rule.version),
            body::encode("alert rule", &rule.rule)?,
            stored(rule.standing.version),
            body::encode("alert standing", &rule.standing)?,
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "insert into alert_rules (id, org_id, version, body, standing_version, \
                     standing) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(already_exists("alert rule", id)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn update_alert_rule(&self, rule: &AlertRule, trail: &Trail) -> Result<(), StoreError> {
        let (key, expected) = ((rule.org, rule.id), rule.version.saturating_sub(1));
        let row = values![
            rule.id.uuid(),
            rule.org.uuid(),
            stored(rule.version),
            body::encode("alert rule", rule)?,
            stored(expected),
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "update alert_rules set version = $3, body = $4 \
                     where id = $1 and org_id = $2 and version = $5";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(rule_refusal(batch, key, (expected, 0)).await?),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn remove_alert_rule(
        &self,
        rule: &WatchedRule,
        ended: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let key = (rule.rule.org, rule.rule.id);
        let versions = (rule.rule.version, rule.standing.version);
        let ended = NextAlert::all(ended)?;
        self.write(trail, ended, move |batch, ended| {
            Box::pin(async move {
                let row = values![
                    key.1.uuid(),
                    key.0.uuid(),
                    stored(versions.0),
                    stored(versions.1)
                ];
                let sql = "delete from alert_rules where id = $1 and org_id = $2 and version = $3 \
                     and standing_version = $4";
                match batch.execute(sql, row).await? {
                    0 => Err(rule_refusal(batch, key, versions).await?),
                    _ => put_all(batch, ended).await,
                }
            })
        })
        .await
    }

    async fn alert_rule(
        &self,
        org: OrgId,
        id: AlertRuleId,
    ) -> Result<Option<WatchedRule>, StoreError> {
        let sql = "select body, standing from alert_rules where id = $1 and org_id = $2";
        let wanted = values![id.uuid(), org.uuid()];
        let row = self.row("alert rule", sql, wanted).await?;
        row.map(watched).transpose()
    }

    async fn alert_rules(
        &self,
        org: OrgId,
        request: &PageRequest,
    ) -> Result<Page<WatchedRule>, StoreError> {
        let after: Option<AlertRuleId> = page::after(request)?;
        let sql = "select body, standing from alert_rules where org_id = $1 \
             and ($2 is null or id < $2) order by id desc limit $3";
        let wanted = values![
            org.uuid(),
            after.map(AlertRuleId::uuid),
            page::fetch(request)
        ];
        let rows = self.rows("alert rule", sql, wanted).await?;
        let rules = rows.into_iter().map(watched).collect::<Result<_, _>>()?;
        Ok(page::cut(rules, request, |kept: &WatchedRule| {
            kept.rule.id.to_string()
        }))
    }

    async fn watched_rules(
        &self,
        after: Option<AlertRuleId>,
        most: u32,
    ) -> Result<WatchedPart, StoreError> {
        let sql = "select id, body, standing from alert_rules where ($1 is null or id > $1) \
             order by id limit $2";
        let wanted = values![after.map(AlertRuleId::uuid), limit(most)];
        let mut part = WatchedPart::default();
        for mut row in self.rows("alert rule", sql, wanted).await? {
            let id = AlertRuleId::from_uuid(row.id("id")?);
            part.last = Some(id);
            match watched(row) {
                Ok(rule) => part.rules.push(rule),
                Err(error) => {
                    tracing::warn!(rule = %id, %error, "an alert rule cannot be read");
                    part.unreadable.push(id);
                }
            }
        }
        Ok(part)
    }
}

#[async_trait]
impl AlertStore for SqlStore {
    async fn move_standing(
        &self,
        standing: &AlertStanding,
        alerts: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let next = (NextStanding::of(standing)?, NextAlert::all(alerts)?);
        self.write(trail, next, |batch, (standing, alerts)| {
            Box::pin(async move {
                standing.put(batch).await?;
                put_all(batch, alerts).await
            })
        })
        .await
    }

    async fn note_standing(&self, standing: &AlertStanding) -> Result<(), StoreError> {
        let next = NextStanding::of(standing)?;
        self.write_plain(next, |batch, standing| {
            Box::pin(async move { standing.put(batch).await })
        })
        .await
    }

    async fn update_alert(&self, alert: &Alert, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, NextAlert::of(alert)?, |batch, alert| {
            Box::pin(async move { alert.update(batch).await })
        })
        .await
    }

    async fn alert(&self, org: OrgId, id: AlertId) -> Result<Option<Alert>, StoreError> {
        let sql = "select body from alerts where id = $1 and org_id = $2";
        let wanted = values![id.uuid(), org.uuid()];
        let row = self.row("alert", sql, wanted).await?;
        row.map(|mut row| row.body()).transpose()
    }

    async fn alerts(&self, org: OrgId, query: &AlertQuery) -> Result<Page<Alert>, StoreError> {
        let after: Option<AlertId> = page::after(&query.page)?;
        let wanted = values![
            org.uuid(),
            query.rule.map(AlertRuleId::uuid),
            query.severity.map(|severity| severity.code().to_owned()),
            query.outstanding_since.map(micros),
            after.map(AlertId::uuid),
            page::fetch(&query.page),
        ];
        let sql = "select body from alerts where org_id = $1 and ($2 is null or rule_id = $2) \
             and ($3 is null or severity = $3) and ($4 is null or ended_at is null \
             or (not acknowledged and ended_at >= $4)) and ($5 is null or id < $5) \
             order by id desc limit $6";
        let alerts = self.bodies("alert", sql, wanted).await?;
        Ok(page::cut(alerts, &query.page, |alert: &Alert| {
            alert.id.to_string()
        }))
    }
}

//! One transaction that carries several acts.

use crate::dialect::Dialect;
use crate::fault::{SqlError, corrupt, defect};
use crate::row::{Row, micros, stored};
use crate::sql::{Connection, Value, values};
use crate::trail::EncodedTrail;
use optibid_core::ports::StoreError;
use serde_json::json;

/// The end of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Head {
    sequence: u64,
    hash: String,
}

/// A transaction under way: what an act works on.
pub(crate) struct Batch {
    connection: Box<dyn Connection>,
    dialect: &'static Dialect,
    head: Option<Head>,
    trails: Vec<std::sync::Arc<EncodedTrail>>,
}

impl Batch {
    /// Takes a connection for one transaction.
    pub(crate) fn new(connection: Box<dyn Connection>, dialect: &'static Dialect) -> Self {
        Self {
            connection,
            dialect,
            head: None,
            trails: Vec::new(),
        }
    }

    /// Gives the connection back.
    pub(crate) fn into_connection(self) -> Box<dyn Connection> {
        self.connection
    }

    /// Starts the transaction; an audited one locks the end of the audit chain before anything else,
    /// so that no two of them wait for each other's rows.
    pub(crate) async fn begin(&mut self, audited: bool) -> Result<(), StoreError> {
        self.execute(self.dialect.begin, Vec::new()).await?;
        if audited {
            let row = self
                .row("audit head", self.dialect.lock_head, Vec::new())
                .await?;
            let mut row = row.ok_or_else(|| corrupt("audit head", "the row is missing"))?;
            self.head = Some(Head {
                sequence: row.count("sequence")?,
                hash: row.text("hash")?,
            });
        }
        Ok(())
    }

    /// The statements of this database.
    pub(crate) const fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Runs a statement; answers how many rows it wrote.
    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        Ok(self.connection.execute(sql, values).await?)
    }

    /// Runs a query.
    pub(crate) async fn rows(
        &mut self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let rows = self.connection.rows(sql, values).await?;
        Ok(rows
            .into_iter()
            .map(|cells| Row::new(kind, cells))
            .collect())
    }

    /// Runs a query for at most one row.
    pub(crate) async fn row(
        &mut self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(kind, sql, values).await?.into_iter().next())
    }

    /// Leaves a trail: takes its idempotency key now, so that an act with a used key stops before it
    /// does anything; audit entry and events follow when the transaction commits.
    pub(crate) async fn leave(
        &mut self,
        trail: &std::sync::Arc<EncodedTrail>,
    ) -> Result<(), StoreError> {
        if let Some(answer) = &trail.answer {
            let written = self
                .execute(
                    "insert into idempotency_keys (org_id, key, operation, fingerprint, answer, at) \
                     values ($1, $2, $3, $4, $5, $6) on conflict (org_id, key) do nothing",
                    values![
                        answer.org.uuid(),
                        answer.key.as_str(),
                        answer.operation.as_str(),
                        answer.fingerprint.as_str(),
                        answer.answer.as_str(),
                        micros(answer.at),
                    ],
                )
                .await?;
            if written == 0 {
                return Err(StoreError::KeyTaken {
                    key: answer.key.clone(),
                });
            }
        }
        self.trails.push(trail.clone());
        Ok(())
    }

    /// How many trails were left so far: what [`forget_since`](Self::forget_since) goes back to.
    pub(crate) fn mark(&self) -> usize {
        self.trails.len()
    }

    /// Forgets the trails of an act that was rolled back.
    pub(crate) fn forget_since(&mut self, mark: usize) {
        self.trails.truncate(mark);
    }

    /// Writes the audit entries and events of all acts and moves the end of the chain.
    pub(crate) async fn flush(&mut self) -> Result<(), StoreError> {
        let trails = std::mem::take(&mut self.trails);
        if trails.is_empty() {
            return Ok(());
        }
        let mut head = self
            .head
            .take()
            .ok_or_else(|| defect("a trail outside the audited lane"))?;
        let mut entries = Vec::with_capacity(trails.len());
        let (mut messages, mut deliveries) = (Vec::new(), Vec::new());
        for trail in &trails {
            let entry = trail
                .audit
                .clone()
                .chain(head.sequence.saturating_add(1), &head.hash);
            head = Head {
                sequence: entry.sequence,
                hash: entry.hash.clone(),
            };
            let (actor_kind, actor_id) = crate::trail::actor_columns(entry.draft.actor);
            entries.push(json!([
                entry.sequence,
                entry.draft.org.map(|org| org.uuid().simple().to_string()),
                actor_kind,
                actor_id.map(|id| id.simple().to_string()),
                entry.draft.action,
                entry.draft.subject,
                entry.draft.at.to_string(),
                entry.draft.request_id,
                entry.draft.detail,
                entry.previous,
                entry.hash,
            ]));
            messages.extend(trail.messages.iter().cloned());
            deliveries.extend(trail.deliveries.iter().cloned());
        }
        let entries = serde_json::Value::Array(entries).to_string();
        self.execute(self.dialect.append_audit, values![entries])
            .await?;
        self.append(self.dialect.append_outbox, messages).await?;
        self.append(self.dialect.append_deliveries, deliveries)
            .await?;
        self.execute(
            "update audit_head set sequence = $1, hash = $2 where id = 1",
            values![stored(head.sequence), head.hash.as_str()],
        )
        .await?;
        Ok(())
    }

    /// Adds rows, if there are any.
    async fn append(
        &mut self,
        sql: &'static str,
        rows: Vec<serde_json::Value>,
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = serde_json::Value::Array(rows).to_string();
        self.execute(sql, values![rows]).await.map(|_| ())
    }

    /// Makes the transaction durable.
    pub(crate) async fn commit(&mut self) -> Result<(), SqlError> {
        self.connection
            .execute("commit", Vec::new())
            .await
            .map(|_| ())
    }

    /// Gives the transaction up; fails when there is none any more.
    pub(crate) async fn roll_back(&mut self) -> Result<(), SqlError> {
        self.trails.clear();
        self.connection
            .execute("rollback", Vec::new())
            .await
            .map(|_| ())
    }
}

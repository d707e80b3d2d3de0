use super::SqlStore;
use crate::row::micros;
use crate::sql::values;
use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::event::Event;
use optibid_core::id::OrgId;
use optibid_core::ports::{
    IdempotencyStore, KeyedAnswer, OutboxMessage, OutboxStore, SettingStore, StoreError, Trail,
};

#[async_trait]
impl SettingStore for SqlStore {
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "select value from settings where name = $1";
        let row = self.row("setting", sql, values![name]).await?;
        row.map(|mut row| row.text("value")).transpose()
    }

    async fn set_setting(&self, name: &str, value: &str, trail: &Trail) -> Result<(), StoreError> {
        self.write(
            trail,
            (name.to_owned(), value.to_owned()),
            |batch, (name, value)| {
                Box::pin(async move {
                    let sql = "insert into settings (name, value) values ($1, $2) \
                     on conflict (name) do update set value = excluded.value";
                    batch
                        .execute(sql, values![name.as_str(), value.as_str()])
                        .await
                        .map(|_| ())
                })
            },
        )
        .await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // A row that is always there: an answer shows that the schema can be read as well.
        let sql = "select sequence from audit_head where id = 1";
        self.row("audit head", sql, Vec::new()).await.map(|_| ())
    }
}

#[async_trait]
impl OutboxStore for SqlStore {
    async fn unpublished(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let sql = "select sequence, body from outbox order by sequence limit $1";
        let rows = self
            .rows("event", sql, values![super::limit(limit)])
            .await?;
        let message = |mut row: crate::row::Row| {
            let sequence = row.count("sequence")?;
            Ok(OutboxMessage {
                sequence,
                event: row.body::<Event>()?,
            })
        };
        rows.into_iter().map(message).collect()
    }

    async fn mark_published(&self, sequences: &[u64]) -> Result<(), StoreError> {
        if sequences.is_empty() {
            return Ok(());
        }
        // What the databases cannot count to was never given out.
        let known = sequences
            .iter()
            .filter(|sequence| i64::try_from(**sequence).is_ok());
        let list = serde_json::Value::from_iter(known.copied()).to_string();
        self.write_plain(list, |batch, list| {
            Box::pin(async move {
                let sql = batch.dialect().remove_outbox;
                batch.execute(sql, values![list.as_str()]).await.map(|_| ())
            })
        })
        .await
    }
}

#[async_trait]
impl IdempotencyStore for SqlStore {
    async fn answer(&self, org: OrgId, key: &str) -> Result<Option<KeyedAnswer>, StoreError> {
        let sql = "select key, operation, fingerprint, answer, at from idempotency_keys \
             where org_id = $1 and key = $2";
        let row = self.row("answer", sql, values![org.uuid(), key]).await?;
        row.map(|mut row| {
            Ok(KeyedAnswer {
                org,
                key: row.text("key")?,
                operation: row.text("operation")?,
                fingerprint: row.text("fingerprint")?,
                answer: row.text("answer")?,
                at: row.at("at")?,
            })
        })
        .transpose()
    }

    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.write_plain(before, |batch, before| {
            Box::pin(async move {
                let sql = "delete from idempotency_keys where at < $1";
                batch.execute(sql, values![micros(*before)]).await
            })
        })
        .await
    }
}

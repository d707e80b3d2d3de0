use super::page;
use super::{SqlStore, limit};
use crate::row::{Row, stored};
use crate::sql::values;
use crate::trail::actor;
use async_trait::async_trait;
use optibid_core::audit::{AuditDraft, AuditEntry};
use optibid_core::id::OrgId;
use optibid_core::ports::{AuditQuery, AuditStore, Page, StoreError, Trail};

/// An entry from all columns of the table in their order.
pub(crate) fn entry(mut row: Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        sequence: row.count("sequence")?,
        draft: AuditDraft {
            org: row.opt_id("org_id")?.map(OrgId::from_uuid),
            actor: {
                let kind = row.text("actor_kind")?;
                actor("audit entry", &kind, row.opt_id("actor_id")?)?
            },
            action: row.text("action")?,
            subject: row.text("subject")?,
            at: row.parse("at")?,
            request_id: row.opt_text("request_id")?,
            detail: row.text("detail")?,
        },
        previous: row.text("previous")?,
        hash: row.text("hash")?,
    })
}

/// The chain after `$1`, at most `$2`.
pub(crate) const CHAIN: &str = "select sequence, org_id, actor_kind, actor_id, action, subject, at, \
     request_id, detail, previous, hash from audit_log where sequence > $1 order by sequence limit $2";

#[async_trait]
impl AuditStore for SqlStore {
    async fn audit_entries(
        &self,
        org: OrgId,
        query: &AuditQuery,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let before: Option<u64> = page::after(&query.page)?;
        let sql = "select sequence, org_id, actor_kind, actor_id, action, subject, at, request_id, \
             detail, previous, hash from audit_log where org_id = $1 and ($2 is null or subject = $2) \
             and ($3 is null or action = $3) and ($4 is null or sequence < $4) \
             order by sequence desc limit $5";
        let wanted = values![
            org.uuid(),
            query.subject.clone(),
            query.action.clone(),
            before.map(stored),
            page::fetch(&query.page),
        ];
        let rows = self.rows("audit entry", sql, wanted).await?;
        let entries = rows.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(page::cut(entries, &query.page, |entry: &AuditEntry| {
            entry.sequence.to_string()
        }))
    }

    async fn audit_chain(&self, after: u64, most: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = self
            .rows("audit entry", CHAIN, values![stored(after), limit(most)])
            .await?;
        rows.into_iter().map(entry).collect()
    }

    async fn record(&self, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, (), |_, ()| Box::pin(async { Ok(()) }))
            .await
    }
}

//! The rows that one bid becomes, as the use case wrote them.

use sqlx::{Connection, PgConnection, SqliteConnection};
use uuid::Uuid;

/// Market, product, delivery day, state, version, body; ids are new for every copy.
pub(crate) type BidRow = (String, String, String, String, i64, String);
/// Former state, new state, kind and id of the actor, instant, reason.
pub(crate) type EventRow = (Option<String>, String, String, Option<Uuid>, i64, String);
/// Action, subject, instant, request, detail, previous hash, hash.
pub(crate) type AuditRow = (
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
);
/// Operation, fingerprint, answer, instant.
pub(crate) type AnswerRow = (String, String, String, i64);

/// All rows of one bid.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The organisation.
    pub(crate) org: Uuid,
    /// In `bids`.
    pub(crate) bid: BidRow,
    /// In `bid_events`.
    pub(crate) event: EventRow,
    /// In `audit_log`.
    pub(crate) audit: AuditRow,
    /// Topic and body in `outbox`.
    pub(crate) message: (String, String),
    /// In `idempotency_keys`.
    pub(crate) answer: AnswerRow,
}

/// Reads the rows of the first bid of a database.
pub(crate) async fn one_row(url: &str) -> anyhow::Result<Row> {
    macro_rules! read {
        ($connection:ty) => {{
            let mut source = <$connection>::connect(url).await?;
            let org = "select org_id from bids limit 1";
            let bid =
                "select market, product, delivery_day, state, version, body from bids limit 1";
            let event = "select from_state, to_state, actor_kind, actor_id, at, reason \
                 from bid_events limit 1";
            let audit = "select action, subject, at, request_id, detail, previous, hash \
                 from audit_log where action = 'bid.draft' limit 1";
            let message = "select topic, body from outbox limit 1";
            let answer = "select operation, fingerprint, answer, at from idempotency_keys limit 1";
            Row {
                org: sqlx::query_scalar(org).fetch_one(&mut source).await?,
                bid: sqlx::query_as(bid).fetch_one(&mut source).await?,
                event: sqlx::query_as(event).fetch_one(&mut source).await?,
                audit: sqlx::query_as(audit).fetch_one(&mut source).await?,
                message: sqlx::query_as(message).fetch_one(&mut source).await?,
                answer: sqlx::query_as(answer).fetch_one(&mut source).await?,
            }
        }};
    }
    Ok(if url.starts_with("sqlite") {
        read!(SqliteConnection)
    } else {
        read!(PgConnection)
    })
}

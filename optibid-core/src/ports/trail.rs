use super::StoreError;
use crate::audit::AuditDraft;
use crate::event::Event;
use crate::id::OrgId;
use crate::webhook::Delivery;
use async_trait::async_trait;
use jiff::Timestamp;

/// What a write leaves behind beside its row, in the same transaction: the audit entry, the events for
/// the outbox, the messages to send and, for a request that came with an idempotency key, its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// What to record.
    pub audit: AuditDraft,
    /// What to publish once it is committed.
    pub events: Vec<Event>,
    /// What to send to webhooks of the organisation. One whose route is gone is left out.
    pub deliveries: Vec<Delivery>,
    /// The answer to keep under the request's key.
    pub answer: Option<KeyedAnswer>,
}

/// The answer to a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedAnswer {
    /// Whose key it is.
    pub org: OrgId,
    /// The key, as the client sent it.
    pub key: String,
    /// The operation it was used for.
    pub operation: String,
    /// Hash of the request body.
    pub fingerprint: String,
    /// The answer, as JSON.
    pub answer: String,
    /// When it was given.
    pub at: Timestamp,
}

/// Answers kept under idempotency keys.
///
/// - A write whose trail brings an answer under a key that its organisation has used before answers
///   [`StoreError::KeyTaken`] and changes nothing. That is looked at before everything else, so that of
///   twin requests the later one is told that it is a twin, whatever the first has changed.
/// - The same key of two organisations is two keys.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait IdempotencyStore: Send + Sync + 'static {
    /// The answer kept under a key of the organisation.
    async fn answer(&self, org: OrgId, key: &str) -> Result<Option<KeyedAnswer>, StoreError>;

    /// Forgets answers given before `before`; returns how many.
    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError>;
}

use super::StoreError;
use crate::event::Event;
use async_trait::async_trait;

/// An event waiting to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Position in the outbox; grows with every message.
    pub sequence: u64,
    /// The event.
    pub event: Event,
}

/// Events that were committed with their rows and not yet published.
///
/// - A committed event is returned until it is marked as published: published at least once.
/// - Messages come in order of sequence, the events of one trail in the trail's order.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait OutboxStore: Send + Sync + 'static {
    /// The oldest messages that are not published.
    async fn unpublished(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Marks messages as published; unknown sequences are ignored.
    async fn mark_published(&self, sequences: &[u64]) -> Result<(), StoreError>;
}

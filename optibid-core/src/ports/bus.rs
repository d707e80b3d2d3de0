use crate::event::{Event, Topic};
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::sync::Arc;

/// Topics of a subscription; empty means all.
pub type Topics = Vec<Topic>;

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusMessage {
    /// An event with its position in the topic.
    Event {
        /// Position, growing by one with each event of the bus.
        sequence: u64,
        /// The event.
        event: Arc<Event>,
    },
    /// The subscriber was too slow: so many messages were dropped. What follows is newer.
    Gap {
        /// How many were lost.
        missed: u64,
        /// Position of the next message.
        next: u64,
    },
}

/// A subscription.
pub type EventStream = BoxStream<'static, BusMessage>;

/// Why a bus could not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// The broker cannot be reached; the event stays in the outbox.
    #[error("the event bus is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bus was shut down.
    #[error("the event bus is closed")]
    Closed,
}

/// Carries events from where they happen to whoever listens.
///
/// - A subscriber receives the events published after it subscribed, in order of sequence.
/// - A slow subscriber never holds up a publisher or another subscriber: it sees a
///   [`BusMessage::Gap`] with the number of messages it missed, never silence.
/// - An event may come twice; its id tells.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait EventBus: Send + Sync + 'static {
    /// Publishes an event.
    async fn publish(&self, event: Event) -> Result<(), BusError>;

    /// Listens to topics, from now or, with `after`, from the first kept message after that sequence.
    /// When messages after it are no longer kept the stream starts with a [`BusMessage::Gap`].
    async fn subscribe(&self, topics: Topics, after: Option<u64>) -> Result<EventStream, BusError>;
}

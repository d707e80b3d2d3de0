//! Carries committed events from the outbox to the bus.

use optibid_core::error::Result;
use optibid_core::ports::{EventBus, OutboxStore};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Most events of one round.
const BATCH: u32 = 500;
/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What a round of relaying did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RelayReport {
    /// Events published and marked.
    pub published: u64,
    /// Whether the outbox was emptied.
    pub drained: bool,
}

/// Publishes what the outbox holds, in order, at least once.
///
/// An event is marked only after the bus took it: a crash in between publishes it again, and its id
/// tells. When the bus is down nothing is lost; the relay pauses, longer each time, and goes on from the
/// same event.
pub struct Relay {
    outbox: Arc<dyn OutboxStore>,
    bus: Arc<dyn EventBus>,
    pause: Duration,
}

impl Relay {
    /// A relay that looks into the outbox every `pause` when it is empty.
    #[must_use]
    pub fn new(outbox: Arc<dyn OutboxStore>, bus: Arc<dyn EventBus>, pause: Duration) -> Self {
        Self { outbox, bus, pause }
    }

    /// Publishes one batch.
    ///
    /// # Errors
    /// When the outbox cannot be read or marked, or the bus refuses an event; what was published
    /// before that is marked.
    pub async fn round(&self) -> Result<RelayReport> {
        let messages = self.outbox.unpublished(BATCH).await?;
        let mut taken = Vec::with_capacity(messages.len());
        let mut refused = None;
        for message in messages {
            match self.bus.publish(message.event).await {
                Ok(()) => taken.push(message.sequence),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        if !taken.is_empty() {
            self.outbox.mark_published(&taken).await?;
        }
        match refused {
            Some(error) => Err(error.into()),
            None => Ok(RelayReport {
                published: taken.len() as u64,
                drained: taken.len() < BATCH as usize,
            }),
        }
    }

    /// Publishes until `stop` turns true, then once more so that nothing committed is left behind.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0_u32;
        while !*stop.borrow() {
            let pause = self.step(&mut failures).await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        if let Err(error) = self.round().await {
            tracing::warn!(%error, "events stay in the outbox until the next start");
        }
    }

    /// One round; answers how long to rest before the next, longer with each failure in a row.
    async fn step(&self, failures: &mut u32) -> Duration {
        match self.round().await {
            Ok(report) => {
                *failures = 0;
                if report.drained {
                    self.pause
                } else {
                    Duration::ZERO
                }
            }
            Err(error) => {
                *failures = failures.saturating_add(1);
                tracing::warn!(%error, failures, "events stay in the outbox");
                (self.pause * 2_u32.saturating_pow((*failures).min(16))).min(LONGEST_PAUSE)
            }
        }
    }
}

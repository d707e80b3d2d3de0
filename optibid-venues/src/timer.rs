//! The time that feeds wait by.

use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::ports::Clock;
use std::sync::Arc;

/// A clock that can be waited on.
#[async_trait]
pub trait Timer: Send + Sync + 'static {
    /// The current instant.
    fn now(&self) -> Timestamp;

    /// Returns when the instant has come; at once when it has passed. Dropping the future ends the
    /// wait without effect.
    async fn sleep_until(&self, instant: Timestamp);
}

/// Waits with tokio by the time of a [`Clock`]; needs a tokio runtime with its timer enabled.
pub struct TokioTimer {
    clock: Arc<dyn Clock>,
}

impl TokioTimer {
    /// A timer by that clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn sleep_until(&self, instant: Timestamp) {
        let wait = instant.duration_since(self.now());
        if let Ok(wait) = std::time::Duration::try_from(wait) {
            tokio::time::sleep(wait).await;
        }
    }
}

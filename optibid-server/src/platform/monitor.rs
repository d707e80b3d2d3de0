//! Looks after the services that the installation stands on.

use async_trait::async_trait;
use optibid_core::ports::{ServiceMonitor, ServiceReport, ServiceState, SettingStore};
use std::sync::Arc;
use std::time::Duration;

/// Optional services of the design; this build has none of them.
const OPTIONAL: [&str; 5] = ["clickhouse", "kafka", "mlflow", "rabbitmq", "redis"];
/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The services of a platform.
pub struct Monitor {
    settings: Arc<dyn SettingStore>,
}

impl Monitor {
    /// Looks after the database behind that store.
    pub fn new(settings: Arc<dyn SettingStore>) -> Self {
        Self { settings }
    }

    async fn database(&self) -> ServiceState {
        match tokio::time::timeout(PATIENCE, self.settings.ping()).await {
            Ok(Ok(())) => ServiceState::Available,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database does not answer");
                ServiceState::Unavailable
            }
            Err(_) => {
                tracing::warn!(?PATIENCE, "the database does not answer in time");
                ServiceState::Unavailable
            }
        }
    }
}

#[async_trait]
impl ServiceMonitor for Monitor {
    async fn services(&self) -> Vec<ServiceReport> {
        let database = ServiceReport {
            name: "database",
            needed: true,
            state: self.database().await,
        };
        let optional = OPTIONAL.map(|name| ServiceReport {
            name,
            needed: false,
            state: ServiceState::Unconfigured,
        });
        [database].into_iter().chain(optional).collect()
    }
}

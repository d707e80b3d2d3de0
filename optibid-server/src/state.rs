//! What every handler can reach.

use crate::config::Config;
use metrics_exporter_prometheus::PrometheusHandle;
use optibid_core::app::App;
use std::sync::Arc;
use tokio::sync::watch;

/// What every handler can reach: the use cases, the configuration, and the state of shutdown.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub app: App,
    /// The configuration in force.
    pub config: Arc<Config>,
    /// Renders metrics.
    pub metrics: PrometheusHandle,
    /// Turns true when the server is about to stop.
    pub stopping: watch::Receiver<bool>,
}

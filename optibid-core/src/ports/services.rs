use async_trait::async_trait;

/// How a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceState {
    /// It answers.
    Available,
    /// It is configured and does not answer.
    Unavailable,
    /// It is not configured.
    Unconfigured,
}

/// How one service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReport {
    /// Its name: `database`, `redis`.
    pub name: &'static str,
    /// Whether nothing works without it.
    pub needed: bool,
    /// How it is.
    pub state: ServiceState,
}

/// Looks after the services that the installation stands on.
///
/// - Every service that the installation knows is reported, configured or not.
/// - A report comes within seconds: a service that does not answer in time is unavailable.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait ServiceMonitor: Send + Sync + 'static {
    /// How every service is now.
    async fn services(&self) -> Vec<ServiceReport>;
}

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the installation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// All that is needed works.
    Healthy,
    /// Something optional does not.
    Degraded,
    /// Something needed does not.
    Unhealthy,
}

/// Whether a service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// It answers.
    Available,
    /// It does not answer, or is not configured.
    Unavailable,
}

/// What `/health` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Health {
    /// How the installation is.
    pub status: HealthStatus,
    /// Service by service.
    pub services: BTreeMap<String, Availability>,
    /// Version of the server.
    pub version: String,
}

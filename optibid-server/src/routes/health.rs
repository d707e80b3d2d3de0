//! Is it alive, is it ready, how is it, and its metrics.

use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{Health, HealthStatus, ServiceAvailability};
use optibid_core::error::{Code, Error};
use optibid_core::ports::ServiceState;
use std::collections::BTreeMap;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes outside `/api` that operators watch.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(metrics))
}

/// How the installation is, service by service. Optional services that are not configured are
/// `unavailable` and do not make it degraded.
#[utoipa::path(
    get, path = "/health", tag = "operations", operation_id = "health",
    responses(
        (status = 200, description = "It works, perhaps not in every part", body = Health),
        (status = 503, description = "Something needed does not work", body = Health),
    ),
)]
async fn health(State(state): State<AppState>) -> (StatusCode, Json<Health>) {
    let health = examine(&state).await;
    (status_of(&health), Json(health))
}

/// Whether the process answers at all.
#[utoipa::path(
    get, path = "/health/live", tag = "operations", operation_id = "live",
    responses((status = 200, description = "The process answers", body = Health)),
)]
async fn live() -> Json<Health> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Json(Health {
        status: HealthStatus::Healthy,
        services: BTreeMap::new(),
        version,
    })
}

/// Whether it takes requests: not before the database answers, not once it is about to stop.
#[utoipa::path(
    get, path = "/health/ready", tag = "operations", operation_id = "ready",
    responses(
        (status = 200, description = "It takes requests", body = Health),
        (status = 503, description = "It does not", body = Health),
    ),
)]
async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Health>) {
    let mut health = examine(&state).await;
    if *state.stopping.borrow() {
        health.status = HealthStatus::Unhealthy;
    }
    (status_of(&health), Json(health))
}

/// Metrics in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operations", operation_id = "metrics",
    responses((status = 200, description = "Metrics", body = String, content_type = "text/plain")),
)]
async fn metrics(State(state): State<AppState>) -> ApiResult<impl IntoResponse> {
    if !state.config.metrics {
        let error = Error::new(Code::NotFound, "metrics are switched off");
        return Err(ApiError::from(error));
    }
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, state.metrics.render()))
}

async fn examine(state: &AppState) -> Health {
    let mut services = BTreeMap::new();
    let mut status = HealthStatus::Healthy;
    for report in state.app.services().await {
        let availability = match report.state {
            ServiceState::Available => ServiceAvailability::Available,
            ServiceState::Unavailable | ServiceState::Unconfigured => {
                ServiceAvailability::Unavailable
            }
        };
        status = match (report.state, report.needed) {
            (ServiceState::Unavailable, true) => HealthStatus::Unhealthy,
            (ServiceState::Unavailable, false) if status == HealthStatus::Healthy => {
                HealthStatus::Degraded
            }
            _ => status,
        };
        services.insert(report.name.to_owned(), availability);
    }
    Health {
        status,
        services,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn status_of(health: &Health) -> StatusCode {
    match health.status {
        HealthStatus::Healthy | HealthStatus::Degraded => StatusCode::OK,
        HealthStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

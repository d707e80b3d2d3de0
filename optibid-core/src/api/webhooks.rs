//! Routes of alarms and their deliveries on the wire.

use crate::alert::Severity;
use crate::id::{AlertId, AlertRouteId, DeliveryId};
use crate::webhook::{Delivery, DeliveryAttempt, DeliveryState, RouteRecord, WebhookSecret};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address that is told of alarms. Its secret is shown once and is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertRouteView {
    /// Its id.
    pub id: AlertRouteId,
    /// What people call it.
    pub name: String,
    /// Where messages are sent.
    pub url: String,
    /// The least severity that is told.
    pub severity_at_least: Severity,
    /// Whether anything is sent.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, or its secret, was changed last.
    pub updated_at: Timestamp,
    /// Grows by one with each change: the `ETag`.
    pub version: u64,
    /// The last attempt to send anything there within the 30 days that deliveries are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_delivery: Option<DeliveryAttempt>,
}

impl From<RouteRecord> for AlertRouteView {
    fn from(record: RouteRecord) -> Self {
        let RouteRecord { route, last } = record;
        Self {
            id: route.id,
            name: route.content.name,
            url: route.content.url,
            severity_at_least: route.content.severity_at_least,
            enabled: route.content.enabled,
            created_at: route.created_at,
            updated_at: route.updated_at,
            version: route.version,
            last_delivery: last,
        }
    }
}

/// A route with a secret that was just made: keep it, it is not shown again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct AlertRouteSecretView {
    /// The route.
    pub route: AlertRouteView,
    /// What its messages are signed with: `whsec_` and 32 bytes in base64.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

impl From<(RouteRecord, WebhookSecret)> for AlertRouteSecretView {
    fn from((record, secret): (RouteRecord, WebhookSecret)) -> Self {
        Self {
            route: record.into(),
            secret: secret.expose().to_owned(),
        }
    }
}

/// One message to one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// Its id: the `webhook-id` of every attempt.
    pub id: DeliveryId,
    /// The route.
    pub route: AlertRouteId,
    /// The message's type: `alert.raised`, `alert_route.test`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The occurrence of an alarm that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts that were made since it was made or replayed.
    pub attempts: u32,
    /// When the next attempt is due; absent when it is not sent any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// The last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<DeliveryAttempt>,
    /// The message as it is sent and signed, to the byte.
    pub body: String,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            route: delivery.route,
            kind: delivery.kind,
            alert: delivery.alert,
            created_at: delivery.created_at,
            state: delivery.state,
            attempts: delivery.attempts,
            next_attempt_at: delivery.due_at,
            last_attempt: delivery.last,
            body: delivery.body,
        }
    }
}

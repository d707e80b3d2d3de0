//! What is sent: `{type, timestamp, data}`.

use super::route::AlertRoute;
use crate::alert::AlertEvent;
use crate::event::Event;
use crate::id::{AlertRouteId, EventId, OrgId};
use jiff::Timestamp;
use serde::Serialize;

/// A message about an alarm; its type is `alert.` and the change: `alert.raised`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertMessage<'a> {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, however late it is sent.
    pub timestamp: Timestamp,
    /// The alarm.
    pub data: AlertData<'a>,
}

/// What a message about an alarm holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertData<'a> {
    /// The organisation.
    pub organisation: Option<OrgId>,
    /// The event's id, the same as over the WebSocket.
    pub event: EventId,
    /// The change, as over the WebSocket.
    #[serde(flatten)]
    pub alert: &'a AlertEvent,
}

impl<'a> AlertMessage<'a> {
    /// The message about an event.
    #[must_use]
    pub fn of(event: &Event, alert: &'a AlertEvent) -> Self {
        Self {
            kind: format!("alert.{}", alert.change.code()),
            timestamp: event.at,
            data: AlertData {
                organisation: event.org,
                event: event.id,
                alert,
            },
        }
    }
}

/// A message that tries a route; its type is `alert_route.test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestMessage<'a> {
    /// Always `alert_route.test`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When it was asked for.
    pub timestamp: Timestamp,
    /// The route.
    pub data: TestData<'a>,
}

/// What a test message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestData<'a> {
    /// The organisation.
    pub organisation: OrgId,
    /// The route.
    pub route: AlertRouteId,
    /// Its name.
    pub name: &'a str,
    /// That it is a test, in words.
    pub message: &'static str,
}

impl<'a> TestMessage<'a> {
    /// The type of every test message.
    pub const KIND: &'static str = "alert_route.test";

    /// A message that tries that route.
    #[must_use]
    pub fn of(route: &'a AlertRoute, timestamp: Timestamp) -> Self {
        Self {
            kind: Self::KIND,
            timestamp,
            data: TestData {
                organisation: route.org,
                route: route.id,
                name: &route.content.name,
                message: "a test: no alarm has changed",
            },
        }
    }
}

//! Webhooks: who outside is told of alarms, with what, and what became of it.
//!
//! An [`AlertRoute`] is an address of an organisation that is told of alarms from a severity on. Each alarm event makes one
//! [`Delivery`] a route, which is committed together with the event and sent until the receiver takes it or it is given up.
//! A delivery has one id and one body however often it is sent, so that the receiver can drop repeats. Messages follow
//! Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>): the body is `{type, timestamp, data}`, and every attempt is
//! signed with the route's [`WebhookSecret`].
//!
//! ```
//! use optibid_core::webhook::{AlertRouteContent, DeliveryState};
//! use optibid_core::testing::fixtures;
//! let ours = fixtures::Tenant::numbered(1);
//! let route = fixtures::alert_route(&ours);
//! let delivery = fixtures::delivery(&route);
//! assert_eq!(delivery.state, DeliveryState::Waiting);
//! let failed = fixtures::attempt(fixtures::NOON, Some(503));
//! let again = delivery.attempted(failed);
//! assert_eq!(again.due_at, Some(fixtures::NOON + jiff::SignedDuration::from_secs(5)));
//! ```

mod delivery;
mod message;
mod route;
mod secret;

pub use delivery::{
    Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryState, NewDelivery, RETRY_AFTER,
};
pub use message::{AlertMessage, TestMessage};
pub use route::{AlertRoute, AlertRouteContent, NewAlertRoute, RouteRecord};
pub use secret::{PreviousSecret, RouteSecrets, WebhookSecret};

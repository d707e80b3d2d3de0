use super::{Lease, Page, PageRequest, StoreError, Trail};
use crate::id::{AlertRouteId, DeliveryId, OrgId};
use crate::webhook::{AlertRoute, Delivery, RouteRecord, RouteSecrets, WebhookSecret};
use async_trait::async_trait;
use jiff::Timestamp;

/// Addresses that are told of alarms, each with its secrets.
///
/// - Secrets are kept apart from the route: no reader of routes gets them.
/// - A route of another organisation is not found.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AlertRouteStore: Send + Sync + 'static {
    /// Stores a new route; [`StoreError::AlreadyExists`] when the id is taken.
    async fn insert_alert_route(
        &self,
        route: &AlertRoute,
        secrets: &RouteSecrets,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Replaces a route whose stored version is one below `route.version`, and its secrets where there are others.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such route of the
    /// organisation.
    async fn update_alert_route(
        &self,
        route: &AlertRoute,
        secrets: Option<RouteSecrets>,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Removes a route that has the version of `route`, with its secrets and all its deliveries.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such route of the
    /// organisation.
    async fn remove_alert_route(&self, route: &AlertRoute, trail: &Trail)
    -> Result<(), StoreError>;

    /// The route, if the organisation has it, with the last attempt of its deliveries.
    async fn alert_route(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteRecord>, StoreError>;

    /// Routes of the organisation, the newest first.
    async fn alert_routes(
        &self,
        org: OrgId,
        page: &PageRequest,
    ) -> Result<Page<RouteRecord>, StoreError>;

    /// The secrets of a route, if the organisation has it: for signing and for rotation.
    async fn alert_route_secrets(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteSecrets>, StoreError>;
}

/// A delivery to send now, with where to and what to sign it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// Its route as it is now.
    pub route: AlertRoute,
    /// The route's secrets.
    pub secrets: RouteSecrets,
}

/// Messages to routes: made by the trails of the other stores ([`Trail::deliveries`]), sent one attempt at a time.
///
/// - A delivery is replaced only by the one a version on: of two who send the same one the later is told that it lost it.
/// - A delivery of another organisation is not found.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait DeliveryStore: Send + Sync + 'static {
    /// Takes up deliveries that wait and are due, the one due longest first, until the lease ends: each is one version on
    /// then. Of one route there is one at a time, so that a receiver that hangs holds up no other and gets its messages in
    /// turn.
    async fn claim_deliveries(
        &self,
        lease: Lease,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, StoreError>;

    /// Replaces a delivery whose stored version is one below `delivery.version`; it leaves no trail.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when it is gone.
    async fn report_delivery(&self, delivery: &Delivery) -> Result<(), StoreError>;

    /// The same with a trail.
    async fn update_delivery(&self, delivery: &Delivery, trail: &Trail) -> Result<(), StoreError>;

    /// The delivery, if the organisation has it.
    async fn delivery(&self, org: OrgId, id: DeliveryId) -> Result<Option<Delivery>, StoreError>;

    /// Deliveries of a route of the organisation, the newest first.
    async fn deliveries(
        &self,
        org: OrgId,
        route: AlertRouteId,
        page: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError>;

    /// Forgets deliveries made before `before` that wait no more; returns how many.
    async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// One attempt to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// Where to.
    pub url: String,
    /// The message's id: the same in every attempt.
    pub id: DeliveryId,
    /// When the attempt is made.
    pub at: Timestamp,
    /// The message.
    pub body: String,
    /// What it is signed with: one signature each.
    pub secrets: Vec<WebhookSecret>,
}

/// What a receiver answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body: printable, at most 200 characters.
    pub excerpt: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Messages may not be sent there.
    #[error("not sent: {0}")]
    Refused(String),
    /// Nobody took the message.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// There was no answer in time.
    #[error("no answer within {0} seconds")]
    TimedOut(u64),
}

/// Sends messages to addresses that users name.
///
/// - A message is signed as Standard Webhooks 1.0.0 says: headers `webhook-id`, `webhook-timestamp` (seconds, of the
///   attempt) and `webhook-signature`, a `v1,` and the HMAC-SHA-256 of `id.timestamp.body` in base64 for each secret.
/// - Only public addresses are connected to, unless the installation says otherwise: every address of the host is looked
///   at, and the connection is made to an address that was looked at.
/// - No redirect is followed, and an attempt ends within seconds.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait WebhookSender: Send + Sync + 'static {
    /// A fresh secret of at least 192 random bits.
    fn new_secret(&self) -> WebhookSecret;

    /// What is wrong with an address, as far as its text tells; none where messages may be sent to it.
    fn check(&self, url: &str) -> Option<String>;

    /// Signs and sends a message, once.
    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError>;
}

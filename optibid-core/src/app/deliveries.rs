//! Tell those outside of alarms: make deliveries, send them, look at them, send them again.

use super::App;
use crate::alert::AlertEvent;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::id::{AlertRouteId, DeliveryId, OrgId};
use crate::ports::{
    DueDelivery, Lease, Page, PageRequest, StoreError, Trail, WebhookAnswer, WebhookError,
    WebhookRequest,
};
use crate::webhook::{
    AlertMessage, AlertRoute, Delivery, DeliveryAttempt, DeliveryOutcome, NewDelivery,
    RouteSecrets, TestMessage,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// How long one who sends holds a delivery: an attempt takes seconds.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

impl App {
    /// Adds what happened to alarms to a trail: the events, and a delivery for every route that takes them, all in the
    /// transaction of that trail.
    pub(super) async fn tell_alerts(
        &self,
        mut trail: Trail,
        org: OrgId,
        told: Vec<AlertEvent>,
    ) -> Result<Trail> {
        if told.is_empty() {
            return Ok(trail);
        }
        let routes = self.routes_of(org).await?;
        for alert in told {
            let event = self.event(Some(org), EventKind::Alert(alert.clone()));
            let message = AlertMessage::of(&event, &alert);
            let takers = routes.iter().filter(|route| route.takes(alert.severity));
            for route in takers {
                let new = self.new_delivery(route, &message.kind, written(&message)?);
                let alert = alert.alert;
                trail
                    .deliveries
                    .push(Delivery::new(NewDelivery { alert, ..new }));
            }
            trail = trail.with_event(event);
        }
        Ok(trail)
    }

    /// Sends a test message to a route now, whether it is switched on or not, and answers with how it went. It is sent once.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such route. A receiver that does not take it is no error.
    pub async fn test_alert_route(&self, who: &Principal, id: AlertRouteId) -> Result<Delivery> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let route = self.own_alert_route(who, id).await?.route;
        let secrets = self.route_secrets(&route).await?;
        let message = TestMessage::of(&route, self.environment.clock.now());
        let new = self.new_delivery(&route, TestMessage::KIND, written(&message)?);
        let delivery = Delivery::new(new);
        let attempt = self.attempt(&delivery, (&route, &secrets)).await;
        let delivery = delivery.attempted_once(attempt);
        let mut trail = self.route_trail(who, "alert_route.test", &route);
        trail.deliveries.push(delivery.clone());
        self.stores.audit.record(&trail).await?;
        Ok(delivery)
    }

    /// Deliveries of a route, the newest first; they are kept for 30 days.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such route.
    pub async fn deliveries(
        &self,
        who: &Principal,
        route: AlertRouteId,
        page: &PageRequest,
    ) -> Result<Page<Delivery>> {
        who.require(Permission::WriteAlertRules)?;
        self.own_alert_route(who, route).await?;
        let deliveries = &self.stores.deliveries;
        Ok(deliveries.deliveries(who.org, route, page).await?)
    }

    /// Sends a delivery again, under the same id, with all its attempts anew; one that waits is due now.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the route has no such delivery, [`Code::Conflict`] while it is being sent.
    pub async fn replay_delivery(
        &self,
        who: &Principal,
        (route, id): (AlertRouteId, DeliveryId),
    ) -> Result<Delivery> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let route = self.own_alert_route(who, route).await?.route;
        let delivery = self.stores.deliveries.delivery(who.org, id).await?;
        let delivery = delivery.filter(|delivery| delivery.route == route.id);
        let delivery = delivery.ok_or_else(|| Error::not_found("delivery", id))?;
        let delivery = delivery.replay(self.environment.clock.now())?;
        let trail = self
            .route_trail(who, "alert_route.replay", &route)
            .with_detail(&serde_json::json!({ "name": route.content.name, "delivery": id }));
        let deliveries = &self.stores.deliveries;
        deliveries.update_delivery(&delivery, &trail).await?;
        Ok(delivery)
    }

    /// Takes up deliveries that are due, for whoever sends them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim_deliveries(&self, limit: u32) -> Result<Vec<DueDelivery>> {
        let now = self.environment.clock.now();
        let lease = Lease {
            now,
            until: now.saturating_add(LEASE).unwrap_or(now),
        };
        let deliveries = &self.stores.deliveries;
        Ok(deliveries.claim_deliveries(lease, limit).await?)
    }

    /// Sends a delivery that was taken up, and keeps how it went. None when it was removed or replayed meanwhile: then how it
    /// went counts no more.
    ///
    /// # Errors
    /// When how it went cannot be kept: it is sent again then, under the same id.
    pub async fn deliver(&self, due: DueDelivery) -> Result<Option<Delivery>> {
        let DueDelivery {
            delivery,
            route,
            secrets,
        } = due;
        let delivery = if route.content.enabled {
            let attempt = self.attempt(&delivery, (&route, &secrets)).await;
            delivery.attempted(attempt)
        } else {
            let now = self.environment.clock.now();
            delivery.given_up("the route is switched off", now)
        };
        match self.stores.deliveries.report_delivery(&delivery).await {
            Ok(()) => Ok(Some(delivery)),
            Err(StoreError::Conflict { .. } | StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn attempt(
        &self,
        delivery: &Delivery,
        (route, secrets): (&AlertRoute, &RouteSecrets),
    ) -> DeliveryAttempt {
        let clock = &self.environment.clock;
        let at = clock.now();
        let request = WebhookRequest {
            url: route.content.url.clone(),
            id: delivery.id,
            at,
            body: delivery.body.clone(),
            secrets: secrets.signing(at),
        };
        let answer = self.webhooks.send(&request).await;
        let took = clock.now().duration_since(at).as_millis();
        attempt_of(answer, at, u64::try_from(took).unwrap_or_default())
    }

    fn new_delivery(&self, route: &AlertRoute, kind: &str, body: String) -> NewDelivery {
        NewDelivery {
            id: DeliveryId::from_uuid(self.environment.ids.uuid()),
            org: route.org,
            route: route.id,
            kind: kind.to_owned(),
            alert: None,
            body,
            at: self.environment.clock.now(),
        }
    }
}

fn attempt_of(
    answer: Result<WebhookAnswer, WebhookError>,
    at: Timestamp,
    milliseconds: u64,
) -> DeliveryAttempt {
    let (outcome, status, told, answer) = match answer {
        Ok(answer) => {
            let (outcome, told) = match answer.status {
                200..=299 => (DeliveryOutcome::Delivered, String::new()),
                300..=399 => (
                    DeliveryOutcome::Failed,
                    ": no redirect is followed".to_owned(),
                ),
                410 => (
                    DeliveryOutcome::Failed,
                    ": the receiver wants no more of it".to_owned(),
                ),
                _ => (DeliveryOutcome::Failed, String::new()),
            };
            let told = format!("answered {}{told}", answer.status);
            (outcome, Some(answer.status), told, answer.excerpt)
        }
        Err(error) => (
            DeliveryOutcome::Failed,
            None,
            error.to_string(),
            String::new(),
        ),
    };
    DeliveryAttempt {
        at,
        outcome,
        status,
        told,
        milliseconds,
        answer,
    }
}

fn written(message: &impl Serialize) -> Result<String> {
    let unwritten = |e| Error::new(Code::Internal, "a message cannot be written").with_source(e);
    serde_json::to_string(message).map_err(unwritten)
}

//! Keep the addresses that are told of alarms.

use super::App;
use super::assets::Versioned;
use super::versions::require_version;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result, Violation};
use crate::id::{AlertRouteId, OrgId};
use crate::ports::{Page, PageRequest, Trail};
use crate::webhook::{
    AlertRoute, AlertRouteContent, NewAlertRoute, RouteRecord, RouteSecrets, WebhookSecret,
};
use serde_json::{Map, Value, json};

/// Most routes of an organisation: every alarm goes to all of them.
pub(super) const MOST_ROUTES: u32 = 20;

impl App {
    /// Makes a route. The secret that its messages are signed with is shown now and never again.
    ///
    /// # Errors
    /// [`Code::Invalid`] with every broken rule, or when messages may not be sent to the address; [`Code::Conflict`] when the
    /// organisation has as many routes as it may.
    pub async fn create_alert_route(
        &self,
        who: &Principal,
        content: AlertRouteContent,
    ) -> Result<(RouteRecord, WebhookSecret)> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        self.check_route(&content)?;
        let new = NewAlertRoute {
            id: AlertRouteId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            at: self.environment.clock.now(),
        };
        let route = AlertRoute::create(new, content)?;
        if self.routes_of(who.org).await?.len() >= MOST_ROUTES as usize {
            let message = format!("an organisation has at most {MOST_ROUTES} alert routes");
            return Err(Error::new(Code::Conflict, message));
        }
        let secret = self.webhooks.new_secret();
        let secrets = RouteSecrets::new(secret.clone());
        let trail = self.route_trail(who, "alert_route.create", &route);
        let routes = &self.stores.alert_routes;
        routes.insert_alert_route(&route, &secrets, &trail).await?;
        Ok((RouteRecord { route, last: None }, secret))
    }

    /// Changes a route. What waits to be sent goes to the new address.
    ///
    /// # Errors
    /// As [`App::create_alert_route`]; [`Code::Conflict`] when another change came first.
    pub async fn edit_alert_route(
        &self,
        who: &Principal,
        id: AlertRouteId,
        change: Versioned<AlertRouteContent>,
    ) -> Result<RouteRecord> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let RouteRecord { route, last } = self.own_alert_route(who, id).await?;
        require_version("alert route", id, (route.version, change.expected))?;
        self.check_route(&change.value)?;
        let now = self.environment.clock.now();
        let next = route.clone().edit(change.value, now)?;
        let trail = self
            .route_trail(who, "alert_route.edit", &next)
            .with_detail(&changes(&route.content, &next.content));
        let routes = &self.stores.alert_routes;
        routes.update_alert_route(&next, None, &trail).await?;
        Ok(RouteRecord { route: next, last })
    }

    /// Gives a route another secret, which is shown now and never again. For a day messages are signed with the one before
    /// as well.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another change came at the same moment.
    pub async fn rotate_alert_route_secret(
        &self,
        who: &Principal,
        id: AlertRouteId,
    ) -> Result<(RouteRecord, WebhookSecret)> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let RouteRecord { route, last } = self.own_alert_route(who, id).await?;
        let secrets = self.route_secrets(&route).await?;
        let (now, secret) = (self.environment.clock.now(), self.webhooks.new_secret());
        let secrets = secrets.rotate(secret.clone(), now);
        let route = route.touched(now);
        let trail = self.route_trail(who, "alert_route.rotate_secret", &route);
        let routes = &self.stores.alert_routes;
        let stored = routes.update_alert_route(&route, Some(secrets), &trail);
        stored.await?;
        Ok((RouteRecord { route, last }, secret))
    }

    /// Removes a route with all its deliveries; what waits is not sent any more.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another change came at the same moment.
    pub async fn remove_alert_route(&self, who: &Principal, id: AlertRouteId) -> Result<()> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let route = self.own_alert_route(who, id).await?.route;
        let trail = self.route_trail(who, "alert_route.remove", &route);
        let routes = &self.stores.alert_routes;
        Ok(routes.remove_alert_route(&route, &trail).await?)
    }

    /// The route, and how its last attempt went.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such route.
    pub async fn alert_route(&self, who: &Principal, id: AlertRouteId) -> Result<RouteRecord> {
        who.require(Permission::WriteAlertRules)?;
        self.own_alert_route(who, id).await
    }

    /// The organisation's routes, the newest first. Their addresses may hold secrets of the receiver, so only those see
    /// them who may change them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn alert_routes(
        &self,
        who: &Principal,
        page: &PageRequest,
    ) -> Result<Page<RouteRecord>> {
        who.require(Permission::WriteAlertRules)?;
        Ok(self.stores.alert_routes.alert_routes(who.org, page).await?)
    }

    pub(super) async fn own_alert_route(
        &self,
        who: &Principal,
        id: AlertRouteId,
    ) -> Result<RouteRecord> {
        let found = self.stores.alert_routes.alert_route(who.org, id).await?;
        found.ok_or_else(|| Error::not_found("alert route", id))
    }

    pub(super) async fn route_secrets(&self, route: &AlertRoute) -> Result<RouteSecrets> {
        let routes = &self.stores.alert_routes;
        let secrets = routes.alert_route_secrets(route.org, route.id).await?;
        secrets.ok_or_else(|| Error::not_found("alert route", route.id))
    }

    /// All routes of an organisation.
    pub(super) async fn routes_of(&self, org: OrgId) -> Result<Vec<AlertRoute>> {
        let page = PageRequest {
            limit: MOST_ROUTES,
            after: None,
        };
        let found = self.stores.alert_routes.alert_routes(org, &page).await?;
        Ok(found.items.into_iter().map(|kept| kept.route).collect())
    }

    /// Passes when messages may be sent there.
    fn check_route(&self, content: &AlertRouteContent) -> Result<()> {
        let mut faults = content.violations();
        if let Some(rule) = self.webhooks.check(&content.url) {
            let shown: String = content.url.chars().take(200).collect();
            faults.push(Violation::new("url", "url", shown, rule));
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::invalid(faults)),
        }
    }

    pub(super) fn route_trail(&self, who: &Principal, action: &str, route: &AlertRoute) -> Trail {
        let detail = json!({ "name": route.content.name, "version": route.version });
        self.trail(who, action, format!("alert_route/{}", route.id))
            .with_detail(&detail)
    }
}

/// What changed, from what to what. What follows the host in an address is often a secret: it does not get into the trail.
fn changes(before: &AlertRouteContent, after: &AlertRouteContent) -> Value {
    let fields = |content: &AlertRouteContent| {
        [
            ("name", json!(content.name)),
            ("url", json!(origin(&content.url))),
            ("severity_at_least", json!(content.severity_at_least)),
            ("enabled", json!(content.enabled)),
        ]
    };
    let pairs = fields(before).into_iter().zip(fields(after));
    let mut changed: Map<_, _> = pairs
        .filter(|(from, to)| from.1 != to.1)
        .map(|((field, from), (_, to))| {
            let change = json!({ "from": from, "to": to });
            (field.to_owned(), change)
        })
        .collect();
    if before.url != after.url {
        changed
            .entry("url")
            .or_insert_with(|| "another path".into());
    }
    changed.into()
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..start + end).unwrap_or_default()
}

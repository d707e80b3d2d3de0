use super::{MemoryStore, State, already_exists, not_found, page, require_version};
use crate::id::{AlertRouteId, DeliveryId, OrgId};
use crate::ports::{
    AlertRouteStore, DeliveryStore, DueDelivery, Lease, Page, PageRequest, StoreError, Trail,
};
use crate::webhook::{AlertRoute, Delivery, DeliveryState, RouteRecord, RouteSecrets};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeSet;

impl State {
    /// Adds the deliveries whose routes are there.
    pub(super) fn enqueue(&mut self, deliveries: &[Delivery]) {
        for delivery in deliveries {
            if self.require_route(delivery.org, delivery.route).is_ok() {
                let entry = self.deliveries.entry(delivery.id);
                entry.or_insert_with(|| delivery.clone());
            }
        }
    }

    fn require_route(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<&(AlertRoute, RouteSecrets), StoreError> {
        let own = self.alert_routes.get(&id);
        let own = own.filter(|(route, _)| route.org == org);
        own.ok_or_else(|| not_found("alert route", id))
    }

    fn record(&self, route: &AlertRoute) -> RouteRecord {
        let own = self.deliveries.values().filter(|d| d.route == route.id);
        let last = own.filter_map(|delivery| delivery.last.as_ref());
        RouteRecord {
            route: route.clone(),
            last: last.max_by_key(|attempt| attempt.at).cloned(),
        }
    }

    /// Replaces a delivery by the one a version on.
    fn put_delivery(&mut self, next: &Delivery) -> Result<(), StoreError> {
        let kept = self.deliveries.get_mut(&next.id);
        let kept = kept.filter(|kept| kept.org == next.org);
        let kept = kept.ok_or_else(|| not_found("delivery", next.id))?;
        require_version("delivery", next.id, (kept.version, next.version))?;
        *kept = next.clone();
        Ok(())
    }

    /// Deliveries that can be taken up, the one due longest first, one a route.
    fn due(&self, now: Timestamp) -> Vec<DeliveryId> {
        let held = |delivery: &&Delivery| delivery.leased_until.is_some_and(|until| until > now);
        let waiting = || {
            let all = self.deliveries.values();
            all.filter(|delivery| delivery.state == DeliveryState::Waiting)
        };
        let mut busy: BTreeSet<_> = waiting().filter(held).map(|d| d.route).collect();
        let mut due: Vec<_> = waiting()
            .filter(|delivery| !held(delivery) && delivery.due_at.is_some_and(|due| due <= now))
            .collect();
        due.sort_by_key(|delivery| (delivery.due_at, delivery.id));
        due.retain(|delivery| busy.insert(delivery.route));
        due.into_iter().map(|delivery| delivery.id).collect()
    }

    fn claim(&mut self, id: DeliveryId, lease: Lease) -> Option<DueDelivery> {
        let delivery = self.deliveries.get_mut(&id)?;
        delivery.version = delivery.version.saturating_add(1);
        delivery.leased_until = Some(lease.until);
        let delivery = delivery.clone();
        let (route, secrets) = self.alert_routes.get(&delivery.route)?.clone();
        Some(DueDelivery {
            delivery,
            route,
            secrets,
        })
    }
}

#[async_trait]
impl AlertRouteStore for MemoryStore {
    async fn insert_alert_route(
        &self,
        route: &AlertRoute,
        secrets: &RouteSecrets,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.alert_routes.contains_key(&route.id) {
                return Err(already_exists("alert route", route.id));
            }
            let kept = (route.clone(), secrets.clone());
            state.alert_routes.insert(route.id, kept);
            Ok(())
        })
    }

    async fn update_alert_route(
        &self,
        route: &AlertRoute,
        secrets: Option<RouteSecrets>,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let (kept, _) = state.require_route(route.org, route.id)?;
            require_version("alert route", route.id, (kept.version, route.version))?;
            if let Some(kept) = state.alert_routes.get_mut(&route.id) {
                kept.0 = route.clone();
                kept.1 = secrets.unwrap_or_else(|| kept.1.clone());
            }
            Ok(())
        })
    }

    async fn remove_alert_route(
        &self,
        route: &AlertRoute,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let (kept, _) = state.require_route(route.org, route.id)?;
            let versions = (kept.version, route.version.saturating_add(1));
            require_version("alert route", route.id, versions)?;
            state.alert_routes.remove(&route.id);
            state.deliveries.retain(|_, d| d.route != route.id);
            Ok(())
        })
    }

    async fn alert_route(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteRecord>, StoreError> {
        Ok(self.read(|state| {
            let (route, _) = state.require_route(org, id).ok()?;
            Some(state.record(route))
        }))
    }

    async fn alert_routes(
        &self,
        org: OrgId,
        request: &PageRequest,
    ) -> Result<Page<RouteRecord>, StoreError> {
        self.read(|state| {
            let newest = state.alert_routes.values().rev();
            let own = newest.map(|(route, _)| route).filter(|r| r.org == org);
            let routes = page(own, request, |route| route.id)?;
            Ok(routes.map(|route| state.record(&route)))
        })
    }

    async fn alert_route_secrets(
        &self,
        org: OrgId,
        id: AlertRouteId,
    ) -> Result<Option<RouteSecrets>, StoreError> {
        Ok(self.read(|state| {
            let found = state.require_route(org, id).ok();
            found.map(|(_, secrets)| secrets.clone())
        }))
    }
}

#[async_trait]
impl DeliveryStore for MemoryStore {
    async fn claim_deliveries(
        &self,
        lease: Lease,
        limit: u32,
    ) -> Result<Vec<DueDelivery>, StoreError> {
        let mut state = self.lock();
        let mut due = state.due(lease.now);
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let claimed = due.into_iter().filter_map(|id| state.claim(id, lease));
        Ok(claimed.collect())
    }

    async fn report_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.lock().put_delivery(delivery)
    }

    async fn update_delivery(&self, delivery: &Delivery, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| state.put_delivery(delivery))
    }

    async fn delivery(&self, org: OrgId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        Ok(self.read(|state| {
            let found = state.deliveries.get(&id);
            found.filter(|delivery| delivery.org == org).cloned()
        }))
    }

    async fn deliveries(
        &self,
        org: OrgId,
        route: AlertRouteId,
        request: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError> {
        self.read(|state| {
            let newest = state.deliveries.values().rev();
            let own = newest.filter(|d| d.org == org && d.route == route);
            page(own, request, |delivery| delivery.id)
        })
    }

    async fn forget_deliveries(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut state = self.lock();
        let kept = state.deliveries.len();
        state.deliveries.retain(|_, delivery| {
            delivery.state == DeliveryState::Waiting || delivery.created_at >= before
        });
        Ok(u64::try_from(kept - state.deliveries.len()).unwrap_or(u64::MAX))
    }
}

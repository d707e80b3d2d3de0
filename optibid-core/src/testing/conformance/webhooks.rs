//! Rules of [`AlertRouteStore`] and [`DeliveryStore`].

mod deliveries;

pub use deliveries::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_exists, assert_key_taken, assert_left, assert_not_found,
    assert_nothing_left, full_trail, left, take_key, tenants, walk,
};
use crate::id::{AlertRouteId, DeliveryId};
use crate::ports::{AlertRouteStore, DeliveryStore, PageRequest, StoreError};
use crate::testing::fixtures::{self, NOON, Tenant, TrailBuilder};
use crate::webhook::{AlertRoute, Delivery, RouteRecord, RouteSecrets, WebhookSecret};
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for routes and deliveries.
pub trait Store: AlertRouteStore + DeliveryStore + Trailed {}
impl<S: AlertRouteStore + DeliveryStore + Trailed> Store for S {}

fn second(number: i64) -> Timestamp {
    NOON + SignedDuration::from_secs(number)
}

fn new_route<S: Store>(store: &Subject<S>, tenant: &Tenant) -> AlertRoute {
    AlertRoute {
        id: store.ids.next(AlertRouteId::from_uuid),
        ..fixtures::alert_route(tenant)
    }
}

async fn stored<S: Store>(store: &Subject<S>, tenant: &Tenant) -> AlertRoute {
    let route = new_route(store, tenant);
    let trail = fixtures::trail(&tenant.user, "alert_route.create");
    let secrets = fixtures::route_secrets();
    store
        .insert_alert_route(&route, &secrets, &trail)
        .await
        .unwrap();
    route
}

fn new_delivery<S: Store>(store: &Subject<S>, route: &AlertRoute) -> Delivery {
    Delivery {
        id: store.ids.next(DeliveryId::from_uuid),
        ..fixtures::delivery(route)
    }
}

/// Makes deliveries by the trail of an act that changes nothing else.
async fn enqueue<S: Store>(store: &Subject<S>, tenant: &Tenant, deliveries: &[Delivery]) {
    let mut trail = fixtures::trail(&tenant.user, "alert.raise");
    trail.deliveries = deliveries.to_vec();
    store.record(&trail).await.unwrap();
}

async fn enqueued<S: Store>(store: &Subject<S>, tenant: &Tenant, route: &AlertRoute) -> Delivery {
    let delivery = new_delivery(store, route);
    enqueue(store, tenant, std::slice::from_ref(&delivery)).await;
    delivery
}

fn renamed(route: &AlertRoute, name: &str) -> AlertRoute {
    let mut content = route.content.clone();
    content.name = name.to_owned();
    content.enabled = false;
    route.clone().edit(content, second(1)).unwrap()
}

fn other_secrets() -> RouteSecrets {
    fixtures::route_secrets().rotate(WebhookSecret::from_base64("b3RoZXI"), second(1))
}

async fn read<S: Store>(store: &Subject<S>, route: &AlertRoute) -> Option<RouteRecord> {
    store.alert_route(route.org, route.id).await.unwrap()
}

async fn secrets<S: Store>(store: &Subject<S>, route: &AlertRoute) -> RouteSecrets {
    let found = store.alert_route_secrets(route.org, route.id).await;
    found.unwrap().unwrap()
}

async fn delivery<S: Store>(store: &Subject<S>, delivery: &Delivery) -> Option<Delivery> {
    store.delivery(delivery.org, delivery.id).await.unwrap()
}

fn unsent(route: AlertRoute) -> RouteRecord {
    RouteRecord { route, last: None }
}

/// A new route is read back as written, its secrets apart from it, and leaves its trail.
pub async fn a_new_route_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let route = new_route(store, &ours);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("alert_route.create", "k-1")),
    );
    let kept = other_secrets();
    store
        .insert_alert_route(&route, &kept, &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(secrets(store, &route).await, kept);
    assert_eq!(read(store, &route).await, Some(unsent(route)));
}

/// An id that is taken is refused, whoever has it, and nothing is stored.
pub async fn a_taken_route_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let route = stored(store, &found.ours).await;
    for tenant in [&found.ours, &found.theirs] {
        let twin = AlertRoute {
            id: route.id,
            ..renamed(&fixtures::alert_route(tenant), "twin")
        };
        let (before, trail) = (left(store).await, full_trail(store, tenant, ("x.y", "k-1")));
        let secrets = other_secrets();
        let answer = store.insert_alert_route(&twin, &secrets, &trail).await;
        assert_exists(answer);
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    assert_eq!(secrets(store, &route).await, fixtures::route_secrets());
    assert_eq!(read(store, &route).await, Some(unsent(route)));
}

/// A change one version on replaces the route and leaves its trail; its secrets change only where others come with it.
pub async fn a_changed_route_keeps_its_secrets_unless_it_gets_others<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let edited = renamed(&route, "Leitstand süd");
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("alert_route.edit", "k-1")),
    );
    store
        .update_alert_route(&edited, None, &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(secrets(store, &route).await, fixtures::route_secrets());
    let rotated = edited.clone().touched(second(2));
    let trail = fixtures::trail(&ours.user, "alert_route.rotate_secret");
    let others = Some(other_secrets());
    store
        .update_alert_route(&rotated, others, &trail)
        .await
        .unwrap();
    assert_eq!(secrets(store, &route).await, other_secrets());
    assert_eq!(read(store, &route).await, Some(unsent(rotated)));
}

/// A change or a removal that builds on another version is a conflict, and nothing is stored.
pub async fn a_stale_change_of_a_route_is_a_conflict_and_nothing_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let ahead = renamed(&renamed(&route, "one"), "two");
    for stale in [&route, &ahead] {
        let others = Some(other_secrets());
        assert_conflict(store.update_alert_route(stale, others, &trail).await);
    }
    assert_conflict(store.remove_alert_route(&ahead, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(secrets(store, &route).await, fixtures::route_secrets());
    assert_eq!(read(store, &route).await, Some(unsent(route)));
}

/// A route and a delivery of another organisation are not found by any reader or writer.
pub async fn a_foreign_route_and_delivery_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let theirs = found.theirs.org.id;
    let route = stored(store, &found.ours).await;
    let sent = enqueued(store, &found.ours, &route).await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &found.theirs, ("x.y", "k-1")),
    );
    let foreign = AlertRoute {
        org: theirs,
        ..renamed(&route, "theirs")
    };
    let taken = Delivery {
        org: theirs,
        version: 2,
        ..sent.clone()
    };
    let now = AlertRoute {
        org: theirs,
        ..route.clone()
    };
    let answers = [
        store.update_alert_route(&foreign, None, &trail).await,
        store.remove_alert_route(&now, &trail).await,
        store.report_delivery(&taken).await,
        store.update_delivery(&taken, &trail).await,
    ];
    answers.into_iter().for_each(assert_not_found);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, &foreign).await, None);
    let hidden = store.alert_route_secrets(theirs, route.id).await.unwrap();
    assert_eq!(hidden, None);
    assert_eq!(delivery(store, &taken).await, None);
    let page = PageRequest::default();
    assert_eq!(store.alert_routes(theirs, &page).await.unwrap().items, []);
    let listed = store.deliveries(theirs, route.id, &page).await.unwrap();
    assert_eq!(listed.items, []);
    assert_eq!(read(store, &route).await, Some(unsent(route)));
    assert_eq!(delivery(store, &sent).await, Some(sent));
}

/// A removed route is gone with its secrets and all its deliveries, those of others stay; it cannot be removed twice.
pub async fn a_removed_route_is_gone_with_its_deliveries<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (route, other) = (stored(store, &ours).await, stored(store, &ours).await);
    let gone = enqueued(store, &ours, &route).await;
    let kept = enqueued(store, &ours, &other).await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("alert_route.remove", "k-1")),
    );
    store.remove_alert_route(&route, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(read(store, &route).await, None);
    let hidden = store.alert_route_secrets(route.org, route.id).await;
    assert_eq!(hidden.unwrap(), None);
    assert_eq!(delivery(store, &gone).await, None);
    assert_eq!(delivery(store, &kept).await, Some(kept));
    let again = fixtures::trail(&ours.user, "alert_route.remove");
    assert_not_found(store.remove_alert_route(&route, &again).await);
}

/// Routes come newest first, page by page; routes added between two pages hide none and repeat none.
pub async fn a_list_of_routes_is_newest_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let (ours, mut ids) = (&found.ours, Vec::new());
    for _ in 0..6 {
        ids.push(stored(store, ours).await.id);
        stored(store, &found.theirs).await;
    }
    let read = async |page| store.alert_routes(ours.org.id, &page).await;
    let listed = walk(3, read, async || drop(stored(store, ours).await)).await;
    ids.reverse();
    let listed: Vec<_> = listed.into_iter().map(|kept| kept.route.id).collect();
    assert_eq!(listed, ids);
}

/// A taken key refuses every write to routes and deliveries, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_routes<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let sent = enqueued(store, &ours, &route).await;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let (new, edited) = (new_route(store, &ours), renamed(&route, "again"));
    let replayed = sent.clone().replay(second(1)).unwrap();
    let answers: [Result<(), StoreError>; 4] = [
        store
            .insert_alert_route(&new, &other_secrets(), &trail)
            .await,
        store.update_alert_route(&edited, None, &trail).await,
        store.remove_alert_route(&route, &trail).await,
        store.update_delivery(&replayed, &trail).await,
    ];
    for answer in answers {
        assert_key_taken(answer, "k-1");
    }
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(read(store, &new).await, None);
    assert_eq!(read(store, &route).await, Some(unsent(route)));
    assert_eq!(delivery(store, &sent).await, Some(sent));
}

/// The trail of an act with deliveries.
fn telling(tenant: &Tenant, deliveries: &[Delivery]) -> TrailBuilder {
    let trail = TrailBuilder::by(&tenant.user, "alert.raise");
    let deliveries = deliveries.iter().cloned();
    deliveries.fold(trail, TrailBuilder::delivery)
}

//! Rules of [`DeliveryStore`](crate::ports::DeliveryStore): how deliveries are made, taken up, reported and forgotten.

use super::{
    Store, delivery, enqueue, enqueued, new_delivery, new_route, read, renamed, second, stored,
    telling,
};
use crate::id::DeliveryId;
use crate::ports::{DueDelivery, Lease, PageRequest};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_conflict, assert_key_taken, assert_left, assert_not_found, assert_nothing_left,
    full_trail, left, take_key, tenants, walk,
};
use crate::testing::fixtures::{self, Tenant, attempt};
use crate::webhook::{AlertRoute, Delivery, DeliveryState};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A lease of a minute from that second on.
fn lease(from: i64) -> Lease {
    Lease {
        now: second(from),
        until: second(from + 60),
    }
}

fn due_at(delivery: Delivery, at: Timestamp) -> Delivery {
    Delivery {
        due_at: Some(at),
        ..delivery
    }
}

/// The delivery as it is while it is held.
fn held(delivery: &Delivery, until: Timestamp) -> Delivery {
    Delivery {
        version: delivery.version + 1,
        leased_until: Some(until),
        ..delivery.clone()
    }
}

async fn claim<S: Store>(store: &Subject<S>, from: i64, limit: u32) -> Vec<DueDelivery> {
    store.claim_deliveries(lease(from), limit).await.unwrap()
}

fn ids(due: &[DueDelivery]) -> Vec<DeliveryId> {
    due.iter().map(|due| due.delivery.id).collect()
}

/// Deliveries are stored with the trail that brings them, each as it is there.
pub async fn deliveries_are_stored_with_the_trail_that_brings_them<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (stored(store, &ours).await, stored(store, &ours).await);
    let fresh = new_delivery(store, &one);
    let tried = new_delivery(store, &two).attempted(attempt(second(1), Some(503)));
    let ended = new_delivery(store, &two).attempted_once(attempt(second(2), Some(204)));
    let before = left(store).await;
    let all = [fresh, tried, ended];
    let trail = telling(&ours, &all).key("k-1").build();
    store.record(&trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    for wanted in all {
        assert_eq!(delivery(store, &wanted).await, Some(wanted));
    }
}

/// An act that is refused makes no delivery.
pub async fn a_refused_act_makes_no_delivery<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let sent = new_delivery(store, &route);
    let deliveries = std::slice::from_ref(&sent);
    let taken = telling(&ours, deliveries).key("k-1").build();
    assert_key_taken(store.record(&taken).await, "k-1");
    let refused = telling(&ours, deliveries).build();
    let stale = renamed(&renamed(&route, "one"), "two");
    assert_conflict(store.update_alert_route(&stale, None, &refused).await);
    assert_eq!(delivery(store, &sent).await, None);
}

/// A delivery to a route that is not there, any more or of the organisation, is left out; the others of the trail are stored.
pub async fn a_delivery_to_a_route_that_is_gone_is_left_out<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let ours = &found.ours;
    let (route, gone) = (stored(store, ours).await, stored(store, ours).await);
    let theirs = stored(store, &found.theirs).await;
    let trail = fixtures::trail(&ours.user, "alert_route.remove");
    store.remove_alert_route(&gone, &trail).await.unwrap();
    let never = new_route(store, ours);
    let stray = |route: &AlertRoute| Delivery {
        org: ours.org.id,
        ..new_delivery(store, route)
    };
    let strays = [stray(&gone), stray(&never), stray(&theirs)];
    let sent = new_delivery(store, &route);
    let all = [&strays[..], std::slice::from_ref(&sent)].concat();
    enqueue(store, ours, &all).await;
    for stray in strays {
        assert_eq!(delivery(store, &stray).await, None);
    }
    assert_eq!(delivery(store, &sent).await, Some(sent));
}

/// A due delivery is taken up one version on, with its route and secrets as they are now.
pub async fn a_due_delivery_is_taken_up_with_its_route_and_secrets<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let sent = enqueued(store, &ours, &route).await;
    let edited = renamed(&route, "now");
    let trail = fixtures::trail(&ours.user, "alert_route.edit");
    store
        .update_alert_route(&edited, None, &trail)
        .await
        .unwrap();
    let claimed = claim(store, 0, 5).await;
    let wanted = DueDelivery {
        delivery: held(&sent, second(60)),
        route: edited,
        secrets: fixtures::route_secrets(),
    };
    assert_eq!(claimed, [wanted]);
    let kept = delivery(store, &sent).await;
    assert_eq!(kept, Some(held(&sent, second(60))));
}

/// A delivery that is held, is not due yet or has ended is not taken up; one whose lease is over is.
pub async fn a_delivery_that_is_held_or_not_due_is_not_taken_up<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut routes = Vec::new();
    for _ in 0..3 {
        routes.push(stored(store, &ours).await);
    }
    let now = new_delivery(store, &routes[0]);
    let later = due_at(new_delivery(store, &routes[1]), second(30));
    let over = new_delivery(store, &routes[2]).attempted_once(attempt(second(0), Some(200)));
    let all = [now.clone(), later.clone(), over];
    enqueue(store, &ours, &all).await;
    assert_eq!(claim(store, -1, 5).await, []);
    assert_eq!(ids(&claim(store, 0, 5).await), [now.id]);
    assert_eq!(claim(store, 29, 5).await, []);
    assert_eq!(ids(&claim(store, 30, 5).await), [later.id]);
    // The first lease ends at 60, the second at 90.
    assert_eq!(claim(store, 59, 5).await, []);
    let again = claim(store, 60, 5).await;
    assert_eq!(ids(&again), [now.id]);
    assert_eq!(again[0].delivery.version, 3);
}

/// Of one route one delivery is taken up at a time, the one due longest first; those of other routes are not held up.
pub async fn of_one_route_one_delivery_is_taken_up_at_a_time<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (stored(store, &ours).await, stored(store, &ours).await);
    let second_one = due_at(new_delivery(store, &one), second(2));
    let first_one = due_at(new_delivery(store, &one), second(1));
    let first_two = due_at(new_delivery(store, &two), second(3));
    let last_two = due_at(new_delivery(store, &two), second(3));
    let all = [&second_one, &first_one, &first_two, &last_two].map(Clone::clone);
    enqueue(store, &ours, &all).await;
    let claimed = claim(store, 10, 1).await;
    assert_eq!(ids(&claimed), [first_one.id], "no more than asked for");
    assert_eq!(ids(&claim(store, 10, 5).await), [first_two.id]);
    assert_eq!(claim(store, 10, 5).await, []);
    let taken = claimed.into_iter().next().unwrap().delivery;
    let done = taken.attempted(attempt(second(11), Some(200)));
    store.report_delivery(&done).await.unwrap();
    assert_eq!(ids(&claim(store, 11, 5).await), [second_one.id]);
}

/// Of many who take up deliveries at the same time each gets others, and together they get all.
pub async fn of_concurrent_claims_each_delivery_goes_to_one<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut wanted = BTreeSet::new();
    for _ in 0..12 {
        let route = stored(store, &ours).await;
        wanted.insert(enqueued(store, &ours, &route).await.id);
    }
    let claims = store
        .at_once(0..8, |store, _| async move {
            let mut mine = Vec::new();
            loop {
                let claimed = store.claim_deliveries(lease(0), 2).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(ids(&claimed));
            }
        })
        .await
        .concat();
    let found: BTreeSet<_> = claims.iter().copied().collect();
    assert_eq!(claims.len(), found.len(), "one was taken up twice");
    // Who loses every race of a round takes that for the end; what is left can still be taken up.
    let rest = ids(&claim(store, 0, 50).await);
    assert_eq!(
        found.into_iter().chain(rest).collect::<BTreeSet<_>>(),
        wanted
    );
}

/// A report one version on replaces the delivery and leaves no trail; a stale one, such as that of one whose lease was over, is
/// a conflict.
pub async fn a_reported_delivery_is_read_back_and_a_stale_report_is_a_conflict<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let sent = enqueued(store, &ours, &route).await;
    let slow = claim(store, 0, 1).await.remove(0).delivery;
    let quick = claim(store, 60, 1).await.remove(0).delivery;
    let before = left(store).await;
    let late = slow.attempted(attempt(second(70), Some(200)));
    assert_conflict(store.report_delivery(&late).await);
    let failed = quick.attempted(attempt(second(61), Some(503)));
    store.report_delivery(&failed).await.unwrap();
    assert_eq!(left(store).await, before, "a report leaves no trail");
    assert_conflict(store.report_delivery(&failed).await);
    assert_eq!(failed.due_at, Some(second(66)));
    assert_eq!(delivery(store, &sent).await, Some(failed));
    let unknown = new_delivery(store, &route).attempted(attempt(second(1), None));
    assert_not_found(store.report_delivery(&unknown).await);
}

/// A replayed delivery is due again under its id and leaves its trail; the report of one who held it before is a conflict.
pub async fn a_replayed_delivery_leaves_its_trail_and_its_last_report_is_lost<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let sent = enqueued(store, &ours, &route).await;
    let slow = claim(store, 0, 1).await.remove(0).delivery;
    let replayed = slow.clone().replay(second(60)).unwrap();
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("alert_route.replay", "k-1")),
    );
    store.update_delivery(&replayed, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(delivery(store, &sent).await, Some(replayed.clone()));
    let late = slow.attempted(attempt(second(61), Some(200)));
    assert_conflict(store.report_delivery(&late).await);
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-2")));
    assert_conflict(store.update_delivery(&replayed, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(ids(&claim(store, 60, 5).await), [sent.id]);
}

/// A route tells the attempt that was made last, of whichever of its deliveries.
pub async fn a_route_tells_its_last_attempt<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (route, other) = (stored(store, &ours).await, stored(store, &ours).await);
    let tried = |route: &AlertRoute, at, status| {
        new_delivery(store, route).attempted_once(attempt(second(at), status))
    };
    let all = [
        tried(&route, 9, Some(503)),
        tried(&route, 4, Some(200)),
        new_delivery(store, &route),
        tried(&other, 20, None),
    ];
    enqueue(store, &ours, &all).await;
    let last = read(store, &route).await.unwrap().last;
    assert_eq!(last, Some(attempt(second(9), Some(503))));
    let page = PageRequest::default();
    let listed = store.alert_routes(ours.org.id, &page).await.unwrap();
    let told: Vec<_> = listed.items.into_iter().map(|kept| kept.last).collect();
    assert_eq!(told, [Some(attempt(second(20), None)), last]);
}

/// Deliveries come newest first, page by page, those of the route alone; ones added between two pages hide none and repeat none.
pub async fn a_list_of_deliveries_is_newest_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let (route, other) = (stored(store, &ours).await, stored(store, &ours).await);
    let mut wanted = Vec::new();
    for _ in 0..6 {
        wanted.push(enqueued(store, &ours, &route).await);
        enqueued(store, &ours, &other).await;
    }
    let read = async |page| store.deliveries(ours.org.id, route.id, &page).await;
    let late = async || drop(enqueued(store, &ours, &route).await);
    let listed = walk(3, read, late).await;
    wanted.reverse();
    assert_eq!(listed, wanted);
}

/// Deliveries made before an instant are forgotten, save those that wait.
pub async fn old_deliveries_are_forgotten_save_those_that_wait<S: Store>(store: &Subject<S>) {
    let ours: Tenant = tenants(store).await.ours;
    let route = stored(store, &ours).await;
    let ended = |at| Delivery {
        created_at: second(at),
        state: DeliveryState::GivenUp,
        due_at: None,
        ..new_delivery(store, &route)
    };
    let (old, new) = (ended(0), ended(10));
    let waiting = new_delivery(store, &route);
    let all = [old.clone(), new.clone(), waiting.clone()];
    enqueue(store, &ours, &all).await;
    assert_eq!(store.forget_deliveries(second(10)).await.unwrap(), 1);
    assert_eq!(delivery(store, &old).await, None);
    assert_eq!(delivery(store, &new).await, Some(new));
    assert_eq!(delivery(store, &waiting).await, Some(waiting));
}

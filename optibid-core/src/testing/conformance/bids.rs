//! Rules of [`BidStore`].

mod lists;

pub use lists::*;

use super::subject::{Subject, step_aside};
use super::world::{
    Trailed, assert_exists, assert_key_taken, assert_left, assert_not_found, assert_nothing_left,
    event_ids, full_trail, left, outbox, stored_bid, take_key, tenants, trail_of,
};
use crate::bid::{Bid, Transition};
use crate::id::{BidId, OrgId};
use crate::ports::{BidQuery, BidStore, Ids, StoreError};
use crate::testing::fixtures::{self, draft, ercot_dam_content, ercot_rtm_content, moved};
use jiff::civil::date;

/// All that a test needs of an adapter for bids.
pub trait Store: BidStore + Trailed {}
impl<S: BidStore + Trailed> Store for S {}

async fn list<S: Store>(store: &Subject<S>, org: OrgId, query: BidQuery) -> Vec<BidId> {
    let page = store.bids(org, &query).await.unwrap();
    page.items.iter().map(Bid::id).collect()
}

/// A new bid is read back as it was written, with its event, its audit entry, its outbox row and the
/// answer under its key.
pub async fn an_inserted_bid_is_read_back_with_its_event_and_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let content = ercot_dam_content(date(2024, 11, 3));
    assert_eq!(content.curves().len(), 25, "the fixture is the long day");
    let (bid, event) = draft(&ours, store.ids.next(BidId::from_uuid), content);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.draft", "k-1")),
    );
    store.insert_bid(&bid, &event, &trail).await.unwrap();
    assert_eq!(
        store.bid(ours.org.id, bid.id()).await.unwrap(),
        Some(bid.clone())
    );
    assert_eq!(
        store.bid_events(ours.org.id, bid.id()).await.unwrap(),
        [event]
    );
    assert_left(store, &before, &trail).await;
}

/// A moved bid is read back with its new state and content, and its events come in order of version.
pub async fn a_moved_bid_is_read_back_with_its_history_in_order<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (mut bid, first) = stored_bid(store, &ours).await;
    let mut history = vec![first];
    let acknowledge = Transition::Acknowledge {
        venue_reference: "QSE-7".to_owned(),
    };
    let edit = Transition::Edit(Box::new(ercot_dam_content(date(2024, 6, 5))));
    for step in [edit, Transition::Validate, Transition::Submit, acknowledge] {
        let (next, event) = moved(&bid, step);
        store
            .update_bid(&next, &event, &trail_of(store, &event))
            .await
            .unwrap();
        (bid, history) = (next, [history, vec![event]].concat());
    }
    let stored = store.bid(ours.org.id, bid.id()).await.unwrap().unwrap();
    assert_eq!(
        (stored.venue_reference(), stored.version()),
        (Some("QSE-7"), 5)
    );
    assert_eq!(stored, bid);
    assert_eq!(
        store.bid_events(ours.org.id, bid.id()).await.unwrap(),
        history
    );
}

/// A move leaves its whole trail.
pub async fn an_updated_bid_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, _) = stored_bid(store, &ours).await;
    let (next, event) = moved(&bid, Transition::Validate);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.validate", "k-1")),
    );
    store.update_bid(&next, &event, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
}

/// An id that is taken is refused, and neither bid, event nor trail is stored.
pub async fn a_taken_bid_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, first) = stored_bid(store, &found.ours).await;
    for tenant in [&found.ours, &found.theirs] {
        let (twin, event) = draft(tenant, bid.id(), ercot_rtm_content(date(2024, 7, 1)));
        let (before, trail) = (
            left(store).await,
            full_trail(store, tenant, ("bid.draft", "k-2")),
        );
        assert_exists(store.insert_bid(&twin, &event, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    let ours = found.ours.org.id;
    assert_eq!(store.bid(ours, bid.id()).await.unwrap(), Some(bid.clone()));
    assert_eq!(store.bid_events(ours, bid.id()).await.unwrap(), [first]);
}

/// A bid whose trail brings a taken key is not stored, and nothing of its trail is.
pub async fn a_taken_key_refuses_a_new_bid_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    take_key(store, &ours, "k-1").await;
    let (bid, event) = draft(
        &ours,
        store.ids.next(BidId::from_uuid),
        ercot_dam_content(date(2024, 6, 4)),
    );
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.draft", "k-1")),
    );
    assert_key_taken(store.insert_bid(&bid, &event, &trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), None);
    assert_eq!(store.bid_events(ours.org.id, bid.id()).await.unwrap(), []);
}

/// A move whose trail brings a taken key is not made, even where it would also be a conflict.
pub async fn a_taken_key_refuses_a_move_before_a_conflict_does<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, first) = stored_bid(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let (valid, event) = moved(&bid, Transition::Validate);
    let (late, late_event) = moved(&valid, Transition::Submit);
    let before = left(store).await;
    for (bid, event) in [(&valid, &event), (&late, &late_event)] {
        let trail = full_trail(store, &ours, ("bid.move", "k-1"));
        assert_key_taken(store.update_bid(bid, event, &trail).await, "k-1");
        assert_nothing_left(store, &before, (&trail, true)).await;
    }
    assert_eq!(
        store.bid(ours.org.id, bid.id()).await.unwrap(),
        Some(bid.clone())
    );
    assert_eq!(
        store.bid_events(ours.org.id, bid.id()).await.unwrap(),
        [first]
    );
}

/// A move from a version that is no longer stored, or not yet, is a conflict that stores nothing.
pub async fn a_stale_move_is_a_conflict_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, first) = stored_bid(store, &ours).await;
    let (valid, second) = moved(&bid, Transition::Validate);
    store
        .update_bid(&valid, &second, &trail_of(store, &second))
        .await
        .unwrap();
    let stale = moved(&bid, Transition::Withdraw);
    let (submitted, _) = moved(&valid, Transition::Submit);
    let ahead = moved(&submitted, Transition::Reject);
    for (number, (bid, event)) in [stale, ahead].iter().enumerate() {
        let key = format!("k-{number}");
        let (before, trail) = (
            left(store).await,
            full_trail(store, &ours, ("bid.move", &key)),
        );
        let answer = store.update_bid(bid, event, &trail).await;
        let versions = match &answer {
            Err(StoreError::Conflict {
                expected, found, ..
            }) => (*expected, *found),
            other => panic!("wanted Conflict, got {other:?}"),
        };
        assert_eq!(
            versions,
            (event.version - 1, 2),
            "expected and found version"
        );
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(valid));
    assert_eq!(
        store.bid_events(ours.org.id, bid.id()).await.unwrap(),
        [first, second]
    );
}

/// A move of a bid that was never stored is not found.
pub async fn a_move_of_an_unknown_bid_is_not_found<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, _) = draft(
        &ours,
        store.ids.next(BidId::from_uuid),
        ercot_dam_content(date(2024, 6, 4)),
    );
    let (valid, event) = moved(&bid, Transition::Validate);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.validate", "k-1")),
    );
    assert_not_found(store.update_bid(&valid, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), None);
    assert_eq!(store.bid_events(ours.org.id, bid.id()).await.unwrap(), []);
}

/// A bid of another organisation is not found by any method that names an organisation.
pub async fn a_foreign_bid_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, first) = stored_bid(store, &found.ours).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    assert_eq!(store.bid(theirs, bid.id()).await.unwrap(), None);
    assert_eq!(store.bid_events(theirs, bid.id()).await.unwrap(), []);
    assert_eq!(list(store, theirs, BidQuery::default()).await, []);
    let (twin, _) = draft(&found.theirs, bid.id(), ercot_dam_content(date(2024, 6, 4)));
    let (valid, event) = moved(&twin, Transition::Validate);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &found.theirs, ("bid.x", "k-1")),
    );
    assert_not_found(store.update_bid(&valid, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.bid(ours, bid.id()).await.unwrap(), Some(bid.clone()));
    assert_eq!(store.bid_events(ours, bid.id()).await.unwrap(), [first]);
}

/// Of many requests with one key at the same time exactly one stores its bid; all others are told
/// that the key is taken, and leave nothing.
pub async fn of_twins_with_one_key_exactly_one_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let before = left(store).await;
    let twins: Vec<_> = (0..16)
        .map(|_| {
            let id = store.ids.next(BidId::from_uuid);
            let (bid, event) = draft(&ours, id, ercot_dam_content(date(2024, 6, 4)));
            (bid, event, full_trail(store, &ours, ("bid.draft", "twin")))
        })
        .collect();
    let answers = store
        .at_once(twins.clone(), |store, (bid, event, trail)| async move {
            store.insert_bid(&bid, &event, &trail).await
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) = twins
        .iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "bids stored under one key");
    let ((winner, _, trail), _) = stored.into_iter().next().unwrap();
    for ((bid, ..), answer) in refused {
        assert_key_taken(answer, "twin");
        assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), None);
    }
    assert_left(store, &before, trail).await;
    assert_eq!(
        list(store, ours.org.id, BidQuery::default()).await,
        [winner.id()]
    );
}

/// 64 writers that read, move and try again on a conflict lose no update: every move is in the history,
/// the versions have no gap, and every event is in the outbox once.
pub async fn sixty_four_writers_of_one_bid_lose_no_update<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, _) = stored_bid(store, &ours).await;
    let (id, org) = (bid.id(), ours.org.id);
    let numbers = (0..64).map(|number| (number, store.ids.uuid()));
    let tries = store
        .at_once(numbers, |store, (number, event_id)| async move {
            for tries in 1..=2_000_u32 {
                let bid = store.bid(org, id).await.unwrap().unwrap();
                let mut content = bid.content().clone();
                content.note = Some(format!("writer {number}"));
                let (next, event) = moved(&bid, Transition::Edit(Box::new(content)));
                let trail = fixtures::bid_trail(&event, event_id).build();
                match store.update_bid(&next, &event, &trail).await {
                    Ok(()) => return tries,
                    Err(StoreError::Conflict { .. }) => step_aside().await,
                    Err(other) => panic!("writer {number}: {other:?}"),
                }
            }
            panic!("writer {number} never got through");
        })
        .await;
    assert_eq!(tries.len(), 64);
    assert_eq!(store.bid(org, id).await.unwrap().unwrap().version(), 65);
    let versions: Vec<_> = store
        .bid_events(org, id)
        .await
        .unwrap()
        .iter()
        .map(|event| event.version)
        .collect();
    assert_eq!(versions, (1..=65).collect::<Vec<u64>>());
    assert_eq!(event_ids(&outbox(&**store).await).len(), 65);
}

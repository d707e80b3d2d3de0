//! Rules of [`OutboxStore`].

use super::subject::{Subject, step_aside};
use super::world::{Trailed, event_ids, full_trail, outbox, tenants};
use crate::event::{Event, EventKind};
use crate::id::EventId;
use crate::ports::{Ids, OutboxStore};
use crate::testing::fixtures::{PriceSeries, Tenant, TrailBuilder, event};

/// All that a test needs of an adapter for the outbox.
pub trait Store: OutboxStore + Trailed {}
impl<S: OutboxStore + Trailed> Store for S {}

async fn waiting<S: Store>(store: &Subject<S>) -> Vec<Event> {
    outbox(&**store)
        .await
        .into_iter()
        .map(|message| message.event)
        .collect()
}

/// Writes `acts` trails of one event each; the events in their order.
async fn publish<S: Store>(store: &Subject<S>, acts: u32) -> Vec<Event> {
    let ours = tenants(store).await.ours;
    let mut events = Vec::new();
    for number in 0..acts {
        let trail = full_trail(store, &ours, ("test.act", &format!("k-{number}")));
        store.record(&trail).await.unwrap();
        events.extend(trail.events);
    }
    events
}

/// Events come in the order of their commits, those of one trail in its order, exactly as they were
/// written, with growing sequences.
pub async fn events_come_in_order_exactly_as_written<S: Store>(store: &Subject<S>) {
    let mut events = publish(store, 2).await;
    let ours = Tenant::numbered(1);
    let prices = PriceSeries::ercot_dam("2024-06-04T05:00:00Z").values(&["24.57", "-0.000001"]);
    let mut trail = TrailBuilder::by(&ours.user, "test.act");
    for price in prices {
        let published = event(store.ids.uuid(), ours.org.id, EventKind::Price(price));
        let public = Event {
            org: None,
            ..published.clone()
        };
        trail = trail.event(published).event(Event {
            id: store.ids.next(EventId::from_uuid),
            ..public
        });
    }
    let trail = trail.build();
    store.record(&trail).await.unwrap();
    events.extend(trail.events);
    assert_eq!(waiting(store).await, events);
    let messages = outbox(&**store).await;
    assert!(
        messages.is_sorted_by(|a, b| a.sequence < b.sequence),
        "{messages:?}"
    );
}

/// The oldest messages come first, no more than asked for.
pub async fn the_oldest_messages_come_within_the_limit<S: Store>(store: &Subject<S>) {
    let events = publish(store, 4).await;
    let some = store.unpublished(3).await.unwrap();
    let some: Vec<_> = some.into_iter().map(|message| message.event).collect();
    assert_eq!(some, events[..3]);
}

/// A message is returned until it is marked, however often it is read, and never again after.
pub async fn a_message_is_returned_until_it_is_marked<S: Store>(store: &Subject<S>) {
    let events = publish(store, 3).await;
    assert_eq!(waiting(store).await, events);
    assert_eq!(waiting(store).await, events);
    let sequences: Vec<_> = outbox(&**store).await.iter().map(|m| m.sequence).collect();
    store.mark_published(&sequences[1..2]).await.unwrap();
    let rest = [events[0].clone(), events[2].clone()];
    assert_eq!(waiting(store).await, rest);
    store.mark_published(&[]).await.unwrap();
    assert_eq!(waiting(store).await, rest);
    store.mark_published(&sequences).await.unwrap();
    assert_eq!(waiting(store).await, []);
}

/// Sequences that are unknown or were marked before are ignored; the others are marked all the same.
pub async fn unknown_sequences_are_ignored<S: Store>(store: &Subject<S>) {
    let events = publish(store, 2).await;
    let first = outbox(&**store).await[0].sequence;
    let beyond = outbox(&**store).await[1].sequence + 1_000;
    store.mark_published(&[beyond, first, first]).await.unwrap();
    store.mark_published(&[first]).await.unwrap();
    assert_eq!(waiting(store).await, events[1..]);
}

/// A message that comes later gets a higher sequence, also when the outbox was emptied meanwhile.
pub async fn sequences_grow_over_an_empty_outbox<S: Store>(store: &Subject<S>) {
    publish(store, 2).await;
    let before = outbox(&**store).await;
    let sequences: Vec<_> = before.iter().map(|message| message.sequence).collect();
    store.mark_published(&sequences).await.unwrap();
    let ours = Tenant::numbered(1);
    store
        .record(&full_trail(store, &ours, ("test.act", "later")))
        .await
        .unwrap();
    let after = outbox(&**store).await;
    assert_eq!(after.len(), 1);
    assert!(
        after[0].sequence > sequences[1],
        "{} after {}",
        after[0].sequence,
        sequences[1]
    );
}

/// While many write and a relay publishes, every event is returned, in the order of sequences, and
/// none is lost between a read and its mark.
pub async fn a_relay_beside_many_writers_misses_no_event<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let trails: Vec<_> = (0..60)
        .map(|n| full_trail(store, &ours, ("test.act", &format!("k-{n}"))))
        .collect();
    let wanted: std::collections::BTreeSet<_> = trails
        .iter()
        .flat_map(|trail| &trail.events)
        .map(|event| event.id)
        .collect();
    let work = trails.into_iter().map(Some).chain([None]);
    let published = store
        .at_once(work, |store, work| async move {
            if let Some(trail) = work {
                store.record(&trail).await.unwrap();
                return Vec::new();
            }
            let mut seen = Vec::new();
            for _ in 0..10_000 {
                let messages = store.unpublished(7).await.unwrap();
                assert!(
                    messages.is_sorted_by(|a, b| a.sequence < b.sequence),
                    "out of order"
                );
                let sequences: Vec<_> = messages.iter().map(|m| m.sequence).collect();
                store.mark_published(&sequences).await.unwrap();
                seen.extend(messages);
                if seen.len() >= 60 {
                    break;
                }
                step_aside().await;
            }
            seen
        })
        .await
        .concat();
    let rest = outbox(&**store).await;
    assert_eq!(event_ids(&[published, rest].concat()), wanted);
}

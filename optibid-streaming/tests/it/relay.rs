use super::support::numbered;
use async_trait::async_trait;
use futures::StreamExt;
use optibid_core::event::Event;
use optibid_core::ports::{
    BusError, BusMessage, EventBus, EventStream, OutboxMessage, OutboxStore, StoreError, Topics,
};
use optibid_streaming::{InProcessBus, Relay, RelayReport};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// An outbox that can be told to fail when messages are marked.
#[derive(Default)]
struct Outbox {
    waiting: Mutex<BTreeMap<u64, Event>>,
    cannot_mark: AtomicBool,
}

impl Outbox {
    fn holding(count: u64) -> Arc<Self> {
        let outbox = Self::default();
        outbox
            .waiting
            .lock()
            .unwrap()
            .extend((1..=count).map(|n| (n, numbered(n))));
        Arc::new(outbox)
    }

    fn left(&self) -> usize {
        self.waiting.lock().unwrap().len()
    }
}

#[async_trait]
impl OutboxStore for Outbox {
    async fn unpublished(&self, limit: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let waiting = self.waiting.lock().unwrap();
        let oldest = waiting.iter().take(limit as usize);
        Ok(oldest
            .map(|(s, e)| OutboxMessage {
                sequence: *s,
                event: e.clone(),
            })
            .collect())
    }

    async fn mark_published(&self, sequences: &[u64]) -> Result<(), StoreError> {
        if self.cannot_mark.load(Ordering::Relaxed) {
            return Err(StoreError::Timeout {
                maybe_applied: false,
            });
        }
        self.waiting
            .lock()
            .unwrap()
            .retain(|sequence, _| !sequences.contains(sequence));
        Ok(())
    }
}

/// A bus that refuses events until it is healed.
struct Broken {
    inner: InProcessBus,
    healed: AtomicBool,
}

#[async_trait]
impl EventBus for Broken {
    async fn publish(&self, event: Event) -> Result<(), BusError> {
        if self.healed.load(Ordering::Relaxed) {
            return self.inner.publish(event).await;
        }
        Err(BusError::Unavailable("the broker is down".into()))
    }

    async fn subscribe(&self, topics: Topics, after: Option<u64>) -> Result<EventStream, BusError> {
        self.inner.subscribe(topics, after).await
    }
}

async fn received(bus: &InProcessBus) -> Vec<Event> {
    let count = usize::try_from(bus.last_sequence()).unwrap();
    let stream = bus.subscribe(vec![], Some(0)).await.unwrap();
    let messages: Vec<_> = stream.take(count).collect().await;
    let event = |message| match message {
        BusMessage::Event { event, .. } => (*event).clone(),
        gap @ BusMessage::Gap { .. } => panic!("no gap was expected: {gap:?}"),
    };
    messages.into_iter().map(event).collect()
}

#[tokio::test]
async fn a_round_publishes_in_order_and_empties_the_outbox() {
    let (outbox, bus) = (Outbox::holding(20), InProcessBus::new(100));
    let relay = Relay::new(
        outbox.clone(),
        Arc::new(bus.clone()),
        Duration::from_millis(1),
    );
    assert_eq!(
        relay.round().await.unwrap(),
        RelayReport {
            published: 20,
            drained: true
        }
    );
    assert_eq!(outbox.left(), 0);
    assert_eq!(
        received(&bus).await,
        (1..=20).map(numbered).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_bus_that_is_down_loses_nothing() {
    let inner = InProcessBus::new(100);
    let bus = Arc::new(Broken {
        inner: inner.clone(),
        healed: AtomicBool::new(false),
    });
    let outbox = Outbox::holding(5);
    let relay = Relay::new(outbox.clone(), bus.clone(), Duration::from_millis(1));
    assert!(relay.round().await.is_err());
    assert_eq!(outbox.left(), 5);
    bus.healed.store(true, Ordering::Relaxed);
    relay.round().await.unwrap();
    assert_eq!(outbox.left(), 0);
    assert_eq!(received(&inner).await.len(), 5);
}

#[tokio::test]
async fn what_could_not_be_marked_comes_again_with_the_same_ids() {
    let (outbox, bus) = (Outbox::holding(2), InProcessBus::new(100));
    let relay = Relay::new(
        outbox.clone(),
        Arc::new(bus.clone()),
        Duration::from_millis(1),
    );
    outbox.cannot_mark.store(true, Ordering::Relaxed);
    assert!(relay.round().await.is_err());
    outbox.cannot_mark.store(false, Ordering::Relaxed);
    relay.round().await.unwrap();
    let ids: Vec<_> = received(&bus).await.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), 4);
    assert_eq!(ids[..2], ids[2..]);
}

#[tokio::test]
async fn running_publishes_until_it_is_stopped_and_then_what_is_left() {
    let (outbox, bus) = (Outbox::holding(1_200), InProcessBus::new(10_000));
    let relay = Relay::new(
        outbox.clone(),
        Arc::new(bus.clone()),
        Duration::from_secs(60),
    );
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(async move { relay.run(stopping).await });
    while outbox.left() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    outbox
        .waiting
        .lock()
        .unwrap()
        .insert(1_201, numbered(1_201));
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(outbox.left(), 0);
    assert_eq!(bus.last_sequence(), 1_201);
}

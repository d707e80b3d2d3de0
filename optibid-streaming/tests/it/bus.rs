use super::support::{numbered, price};
use futures::StreamExt;
use optibid_core::event::Topic;
use optibid_core::ports::{BusError, BusMessage, EventBus, EventStream};
use optibid_streaming::InProcessBus;
use std::time::Duration;

async fn next(stream: &mut EventStream) -> BusMessage {
    let waited = tokio::time::timeout(Duration::from_secs(5), stream.next()).await;
    waited
        .expect("a message in time")
        .expect("the stream goes on")
}

async fn sequences(stream: &mut EventStream, count: usize) -> Vec<u64> {
    let mut found = Vec::new();
    for _ in 0..count {
        match next(stream).await {
            BusMessage::Event { sequence, .. } => found.push(sequence),
            gap @ BusMessage::Gap { .. } => panic!("no gap was expected: {gap:?}"),
        }
    }
    found
}

#[tokio::test]
async fn a_subscriber_gets_what_comes_after_it_subscribed_in_order() {
    let bus = InProcessBus::new(16);
    bus.publish(numbered(1)).await.unwrap();
    let mut stream = bus.subscribe(vec![], None).await.unwrap();
    bus.publish(numbered(2)).await.unwrap();
    bus.publish(numbered(3)).await.unwrap();
    assert_eq!(sequences(&mut stream, 2).await, [2, 3]);
}

#[tokio::test]
async fn only_the_topics_asked_for_come() {
    let bus = InProcessBus::new(16);
    let mut prices = bus
        .subscribe(vec![Topic::MarketPrices], None)
        .await
        .unwrap();
    bus.publish(numbered(1)).await.unwrap();
    bus.publish(price(2)).await.unwrap();
    assert_eq!(sequences(&mut prices, 1).await, [2]);
}

#[tokio::test]
async fn a_subscriber_that_falls_behind_sees_a_gap_with_the_exact_number_missed() {
    let bus = InProcessBus::new(4);
    let mut slow = bus.subscribe(vec![], None).await.unwrap();
    for n in 1..=10 {
        bus.publish(numbered(n)).await.unwrap();
    }
    assert_eq!(
        next(&mut slow).await,
        BusMessage::Gap { missed: 6, next: 7 }
    );
    assert_eq!(sequences(&mut slow, 4).await, [7, 8, 9, 10]);
}

#[tokio::test]
async fn a_slow_subscriber_holds_up_neither_publisher_nor_others() {
    let bus = InProcessBus::new(8);
    let _never_read = bus.subscribe(vec![], None).await.unwrap();
    let mut quick = bus.subscribe(vec![], None).await.unwrap();
    for n in 1..=1_000 {
        bus.publish(numbered(n)).await.unwrap();
        assert_eq!(sequences(&mut quick, 1).await, [n]);
    }
}

#[tokio::test]
async fn resuming_after_a_sequence_repeats_and_loses_nothing() {
    let bus = InProcessBus::new(100);
    for n in 1..=20 {
        bus.publish(numbered(n)).await.unwrap();
    }
    for cut in 0..=20 {
        let mut stream = bus.subscribe(vec![], Some(cut)).await.unwrap();
        let rest = usize::try_from(20 - cut).unwrap();
        let expected: Vec<_> = (cut + 1..=20).collect();
        assert_eq!(sequences(&mut stream, rest).await, expected, "after {cut}");
    }
}

#[tokio::test]
async fn resuming_where_messages_are_no_longer_kept_starts_with_a_gap() {
    let bus = InProcessBus::new(5);
    for n in 1..=20 {
        bus.publish(numbered(n)).await.unwrap();
    }
    let mut stream = bus.subscribe(vec![], Some(3)).await.unwrap();
    assert_eq!(
        next(&mut stream).await,
        BusMessage::Gap {
            missed: 12,
            next: 16
        }
    );
    assert_eq!(sequences(&mut stream, 5).await, [16, 17, 18, 19, 20]);
}

#[tokio::test]
async fn a_sequence_from_before_a_restart_starts_with_a_gap() {
    let bus = InProcessBus::new(16);
    bus.publish(numbered(1)).await.unwrap();
    let mut stream = bus.subscribe(vec![], Some(900)).await.unwrap();
    assert_eq!(
        next(&mut stream).await,
        BusMessage::Gap {
            missed: 899,
            next: 1
        }
    );
    assert_eq!(sequences(&mut stream, 1).await, [1]);
}

#[tokio::test]
async fn closing_ends_subscriptions_after_what_is_kept_and_refuses_events() {
    let bus = InProcessBus::new(16);
    let mut stream = bus.subscribe(vec![], None).await.unwrap();
    bus.publish(numbered(1)).await.unwrap();
    bus.close();
    assert!(matches!(
        bus.publish(numbered(2)).await,
        Err(BusError::Closed)
    ));
    assert!(matches!(
        bus.subscribe(vec![], None).await.err(),
        Some(BusError::Closed)
    ));
    assert_eq!(sequences(&mut stream, 1).await, [1]);
    assert_eq!(stream.next().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_publishers_and_subscribers_agree_on_one_order() {
    const PUBLISHERS: u64 = 8;
    const EACH: u64 = 500;
    let bus = InProcessBus::new(10_000);
    let mut listeners = Vec::new();
    for _ in 0..4 {
        let mut stream = bus.subscribe(vec![], None).await.unwrap();
        listeners.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            for _ in 0..PUBLISHERS * EACH {
                let BusMessage::Event { sequence, event } = next(&mut stream).await else {
                    panic!("no gap was expected");
                };
                seen.push((sequence, event.id));
            }
            seen
        }));
    }
    let mut publishers = Vec::new();
    for p in 0..PUBLISHERS {
        let bus = bus.clone();
        publishers.push(tokio::spawn(async move {
            for n in 0..EACH {
                bus.publish(numbered(p * EACH + n + 1)).await.unwrap();
            }
        }));
    }
    for publisher in publishers {
        publisher.await.unwrap();
    }
    let mut orders = Vec::new();
    for listener in listeners {
        orders.push(listener.await.unwrap());
    }
    let positions: Vec<_> = orders[0].iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(positions, (1..=PUBLISHERS * EACH).collect::<Vec<_>>());
    assert!(orders.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn dropped_subscriptions_are_forgotten() {
    let bus = InProcessBus::new(4);
    let stream = bus.subscribe(vec![], None).await.unwrap();
    assert_eq!(bus.subscribers(), 1);
    drop(stream);
    assert_eq!(bus.subscribers(), 0);
}

#[tokio::test]
async fn a_sequence_of_a_run_before_shows_a_gap_even_where_this_run_has_come_further() {
    let before = InProcessBus::after(16, 1_000);
    before.publish(numbered(1)).await.unwrap();
    assert_eq!(before.last_sequence(), 1_001);
    let now = InProcessBus::after(16, 5_000);
    for n in 1..=3 {
        now.publish(numbered(n)).await.unwrap();
    }
    let mut stream = now.subscribe(vec![], Some(1_001)).await.unwrap();
    let gap = BusMessage::Gap {
        missed: 3_999,
        next: 5_001,
    };
    assert_eq!(next(&mut stream).await, gap);
    assert_eq!(sequences(&mut stream, 3).await, [5_001, 5_002, 5_003]);
}

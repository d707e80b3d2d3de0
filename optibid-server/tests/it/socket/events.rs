//! What a client hears: its topics, its market, its organisation, all of it and once.

use super::line::{Seen, World, limits};
use optibid_core::api::{ClientMessage, ServerMessage};
use optibid_core::auth::Role;
use optibid_core::event::Topic;
use std::time::Duration;

#[tokio::test]
async fn a_market_address_carries_its_market_alone() {
    let world = World::new().await;
    let user = world.analyst().await;
    let mut client = world.connect_as(&user, "/api/ws/market/ercot").await;
    let ServerMessage::Subscribed { market, .. } = client.message().await else {
        panic!()
    };
    assert_eq!(market.unwrap().as_str(), "ERCOT");
    world.price("CAISO", "50.00").await;
    world.price("ERCOT", "24.57").await;
    assert_eq!(client.event().await, (2, "ERCOT 24.57".to_owned()));
    let all = vec![Topic::BidEvents, Topic::MarketPrices];
    client
        .say(&ClientMessage::Subscribe {
            topics: all,
            after: None,
        })
        .await;
    assert!(client.error().await.contains("/api/ws/prices"));
    let mut nowhere = world.connect_as(&user, "/api/ws/market/ATLANTIS").await;
    assert_eq!(nowhere.see().await, Seen::Closed(4404));
}

#[tokio::test]
async fn the_older_spellings_answer_as_well() {
    let world = World::new().await;
    let user = world.analyst().await;
    for path in ["/api/ws/ws/market/ERCOT", "/api/ws/ws/prices"] {
        let mut client = world.connect_as(&user, path).await;
        assert_eq!(client.subscribed().await, ["market.prices"], "{path}");
        world.price("ERCOT", "3.00").await;
        assert_eq!(client.event().await.1, "ERCOT 3.00");
    }
}

#[tokio::test]
async fn events_of_others_are_never_seen() {
    let world = World::new().await;
    let (ours, theirs) = (
        world.analyst().await,
        world.user("other", Role::SuperAdmin).await,
    );
    let path = "/api/ws/prices?topics=market.prices,bids.events,jobs.events";
    let mut we = world.connect_as(&ours, path).await;
    let mut they = world.connect_as(&theirs, path).await;
    we.subscribed().await;
    they.subscribed().await;
    for round in 0..50 {
        world.bid(ours.org, &format!("ours {round}")).await;
        world.bid(theirs.org, &format!("theirs {round}")).await;
        world.price("ERCOT", &format!("{round}.00")).await;
    }
    for round in 0..50_u64 {
        assert_eq!(we.event().await, (3 * round + 1, format!("ours {round}")));
        assert_eq!(
            we.event().await,
            (3 * round + 3, format!("ERCOT {round}.00"))
        );
        assert_eq!(
            they.event().await,
            (3 * round + 2, format!("theirs {round}"))
        );
        assert_eq!(
            they.event().await,
            (3 * round + 3, format!("ERCOT {round}.00"))
        );
    }
}

/// Cut off again and again at any moment, a client that resumes gets everything once.
#[tokio::test]
async fn a_client_that_resumes_misses_nothing_and_hears_nothing_twice() {
    const EVENTS: u64 = 300;
    let world = World::new().await;
    let user = world.analyst().await;
    let mut heard = Vec::new();
    let mut published = 0;
    let mut last = 0;
    for cut in 0_u64.. {
        let path = format!("/api/ws/prices?after={last}");
        let mut client = world.connect_as(&user, &path).await;
        client.subscribed().await;
        // Some come before the cut, some while nobody listens.
        for _ in 0..(cut * 7) % 23 {
            if published < EVENTS {
                published += 1;
                world.price("ERCOT", &format!("{published}.00")).await;
            }
        }
        let take = (cut * 5) % 17;
        for _ in 0..take.min(published - last) {
            let (sequence, price) = client.event().await;
            last = sequence;
            heard.push((sequence, price));
        }
        drop(client);
        if last == EVENTS {
            break;
        }
    }
    let expected: Vec<_> = (1..=EVENTS).map(|n| (n, format!("ERCOT {n}.00"))).collect();
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn a_subscription_can_resume_on_an_open_line() {
    let world = World::new().await;
    let user = world.analyst().await;
    for price in ["1.00", "2.00", "3.00"] {
        world.price("ERCOT", price).await;
    }
    let mut client = world.connect_as(&user, "/api/ws/prices").await;
    client.subscribed().await;
    let again = ClientMessage::Subscribe {
        topics: vec![Topic::MarketPrices],
        after: Some(1),
    };
    client.say(&again).await;
    client.subscribed().await;
    assert_eq!(client.event().await, (2, "ERCOT 2.00".to_owned()));
    assert_eq!(client.event().await, (3, "ERCOT 3.00".to_owned()));
}

#[tokio::test]
async fn what_is_no_longer_kept_is_a_gap_with_its_size() {
    let world = World::with(limits(|_| ()), &[], 64).await;
    let user = world.analyst().await;
    for n in 1..=200 {
        world.price("ERCOT", &format!("{n}.00")).await;
    }
    let mut client = world.connect_as(&user, "/api/ws/prices?after=10").await;
    client.subscribed().await;
    assert_eq!(
        client.message().await,
        ServerMessage::Gap {
            missed: 126,
            next: 137
        }
    );
    for n in 137..=200_u64 {
        assert_eq!(client.event().await, (n, format!("ERCOT {n}.00")));
    }
}

/// A client that does not read is cut off; another that reads gets every event meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slow_client_is_cut_off_and_holds_up_nobody() {
    const EVENTS: u64 = 600;
    let patient = limits(|l| l.send = Duration::from_secs(2));
    let world = World::with(patient, &[], 1_024).await;
    let user = world.analyst().await;
    let path = "/api/ws/prices?topics=bids.events";
    let mut slow = world.connect_as(&user, path).await;
    let mut quick = world.connect_as(&user, path).await;
    slow.subscribed().await;
    quick.subscribed().await;
    // Large enough together (38 MB) to fill every buffer on the way.
    let reason = "x".repeat(64 * 1024);
    let started = std::time::Instant::now();
    for _ in 0..EVENTS {
        world.bid(user.org, &reason).await;
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "publishing waited for a client"
    );
    for n in 1..=EVENTS {
        assert_eq!(quick.event().await.0, n);
    }
    let cut_off = Duration::from_secs(3).saturating_sub(started.elapsed());
    tokio::time::sleep(cut_off).await;
    assert_eq!(slow.end().await, Seen::Closed(4429));
    world.bid(user.org, "after").await;
    assert_eq!(quick.event().await, (EVENTS + 1, "after".to_owned()));
}

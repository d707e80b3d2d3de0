//! Who may listen, and to what.

use super::line::{Seen, World, limits};
use optibid_core::api::{ClientMessage, ServerMessage};
use optibid_core::auth::Role;
use optibid_core::event::Topic;
use std::time::Duration;

const PRICES: &str = "/api/ws/prices";

#[tokio::test]
async fn a_token_comes_by_header_address_or_first_message() {
    let world = World::new().await;
    let user = world.analyst().await;
    let mut by_header = world.connect_as(&user, PRICES).await;
    assert_eq!(by_header.subscribed().await, ["market.prices"]);
    let mut by_address = world
        .connect(&format!("{PRICES}?token={}", user.token))
        .await;
    assert_eq!(by_address.subscribed().await, ["market.prices"]);
    let mut by_message = world.connect(PRICES).await;
    by_message
        .say(&ClientMessage::Auth {
            token: user.token.clone(),
        })
        .await;
    assert_eq!(by_message.subscribed().await, ["market.prices"]);
    world.price("ERCOT", "24.57").await;
    for client in [&mut by_header, &mut by_address, &mut by_message] {
        assert_eq!(client.event().await, (1, "ERCOT 24.57".to_owned()));
    }
}

/// A browser sends its cookies along whoever's page asks: only our own page may listen by them.
#[tokio::test]
async fn a_cookie_is_taken_from_our_own_page_alone() {
    let world = World::new().await;
    let user = world.analyst().await;
    assert_eq!(world.try_page(&user, Some("own")).await, Ok(()));
    for origin in [Some("https://evil.example.com"), Some("null"), None] {
        assert_eq!(world.try_page(&user, origin).await, Err(403), "{origin:?}");
    }
}

#[tokio::test]
async fn who_cannot_sign_in_is_told_4401() {
    let quick = limits(|l| l.sign_in = Duration::from_millis(200));
    let world = World::with(quick, &[], 64).await;
    let mut wrong = world.connect(&format!("{PRICES}?token=nonsense")).await;
    assert_eq!(wrong.end().await, Seen::Closed(4401));
    let mut late = world.connect(PRICES).await;
    assert_eq!(late.see().await, Seen::Closed(4401));
    let mut chatty = world.connect(PRICES).await;
    chatty.say(&ClientMessage::Ping {}).await;
    assert_eq!(chatty.see().await, Seen::Closed(4401));
    let mut forged = world.connect(PRICES).await;
    forged
        .say(&ClientMessage::Auth {
            token: "nonsense".to_owned(),
        })
        .await;
    assert_eq!(forged.see().await, Seen::Closed(4401));
}

/// An address may ask for what is one's own before the first message says who one is.
#[tokio::test]
async fn topics_of_the_address_wait_for_the_first_message() {
    for public in ["true", "false"] {
        let settings = [("PUBLIC_MARKET_DATA", public)];
        let world = World::with(limits(|_| ()), &settings, 64).await;
        let user = world.analyst().await;
        let address = format!("{PRICES}?topics=market.prices,bids.events");
        let mut line = world.connect(&address).await;
        line.say(&ClientMessage::Auth {
            token: user.token.clone(),
        })
        .await;
        assert_eq!(line.subscribed().await, ["market.prices", "bids.events"]);
        world.bid(user.org, "secret").await;
        assert_eq!(line.event().await, (1, "secret".to_owned()));
    }
}

#[tokio::test]
async fn where_prices_are_public_they_are_all_that_a_stranger_gets() {
    let public = [("PUBLIC_MARKET_DATA", "true")];
    let world = World::with(limits(|_| ()), &public, 64).await;
    let user = world.analyst().await;
    let mut stranger = world.connect(PRICES).await;
    assert_eq!(stranger.subscribed().await, ["market.prices"]);
    for topic in [Topic::BidEvents, Topic::JobEvents] {
        stranger
            .say(&ClientMessage::Subscribe {
                topics: vec![topic],
                after: None,
            })
            .await;
        assert!(stranger.error().await.contains("sign in"));
    }
    world.bid(user.org, "secret").await;
    world.price("ERCOT", "1.00").await;
    assert_eq!(stranger.event().await, (2, "ERCOT 1.00".to_owned()));
    // Who signs in later may ask for more.
    stranger
        .say(&ClientMessage::Auth {
            token: user.token.clone(),
        })
        .await;
    assert_eq!(stranger.subscribed().await, ["market.prices"]);
    stranger
        .say(&ClientMessage::Subscribe {
            topics: vec![Topic::BidEvents],
            after: Some(0),
        })
        .await;
    assert_eq!(stranger.subscribed().await, ["bids.events"]);
    assert_eq!(stranger.event().await, (1, "secret".to_owned()));
}

#[tokio::test]
async fn a_role_that_may_not_read_bids_does_not_hear_of_them() {
    let world = World::new().await;
    let clerk = world.user("clerk", Role::BillingAdmin).await;
    let mut client = world.connect_as(&clerk, PRICES).await;
    client.subscribed().await;
    client
        .say(&ClientMessage::Subscribe {
            topics: vec![Topic::BidEvents],
            after: None,
        })
        .await;
    assert!(client.error().await.contains("billing_admin"));
    let mut asked_at_once = world
        .connect_as(&clerk, "/api/ws/prices?topics=bids.events")
        .await;
    assert_eq!(asked_at_once.end().await, Seen::Closed(4403));
}

#[tokio::test]
async fn a_connection_does_not_change_its_organisation() {
    let world = World::new().await;
    let (ours, theirs) = (
        world.analyst().await,
        world.user("other", Role::Analyst).await,
    );
    let mut client = world
        .connect_as(&ours, "/api/ws/prices?topics=bids.events")
        .await;
    client.subscribed().await;
    client
        .say(&ClientMessage::Auth {
            token: theirs.token.clone(),
        })
        .await;
    assert!(client.error().await.contains("another organisation"));
    world.bid(theirs.org, "theirs").await;
    world.bid(ours.org, "ours").await;
    assert_eq!(client.event().await, (2, "ours".to_owned()));
}

#[tokio::test]
async fn a_line_ends_when_its_token_or_session_does() {
    let quick = limits(|l| l.heartbeat = Duration::from_millis(50));
    let world = World::with(quick, &[], 64).await;
    let user = world.analyst().await;
    let mut expired = world.connect_as(&user, PRICES).await;
    expired.subscribed().await;
    world.clock.advance(jiff::SignedDuration::from_mins(16));
    assert_eq!(expired.end().await, Seen::Closed(4401));

    let user = world.user("second", Role::Viewer).await;
    let mut revoked = world.connect_as(&user, PRICES).await;
    revoked.subscribed().await;
    let who = world.app.authenticate(&user.token, None).await.unwrap();
    world.app.logout(&who).await.unwrap();
    assert_eq!(revoked.end().await, Seen::Closed(4401));
}

#[tokio::test]
async fn a_new_token_keeps_the_line_open() {
    let quick = limits(|l| l.heartbeat = Duration::from_millis(100));
    let world = World::with(quick, &[], 64).await;
    let user = world.analyst().await;
    let who = world.app.authenticate(&user.token, None).await.unwrap();
    let mut client = world.connect_as(&user, PRICES).await;
    client.subscribed().await;
    world.clock.advance(jiff::SignedDuration::from_mins(14));
    let credentials = optibid_core::app::Credentials {
        email: "analyst@analyst.example".to_owned(),
        password: "merit order of a windy day".to_owned(),
    };
    let fresh = world.app.login(credentials).await.unwrap();
    assert_eq!(fresh.user.id, who.user);
    client
        .say(&ClientMessage::Auth {
            token: fresh.access_token,
        })
        .await;
    client.subscribed().await;
    world.clock.advance(jiff::SignedDuration::from_mins(2));
    for _ in 0..4 {
        assert!(matches!(
            client.see().await,
            Seen::Message(ServerMessage::Heartbeat { .. })
        ));
    }
}

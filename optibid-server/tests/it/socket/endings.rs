//! Signs of life, bad messages and the end of a connection.

use super::line::{Seen, World, limits};
use optibid_core::api::{ClientMessage, CloseCode, ServerMessage};
use std::time::Duration;

const PRICES: &str = "/api/ws/prices";

#[tokio::test]
async fn a_quiet_line_beats_and_a_ping_is_answered() {
    let quick = limits(|l| l.heartbeat = Duration::from_millis(100));
    let world = World::with(quick, &[], 64).await;
    let user = world.analyst().await;
    let mut client = world.connect_as(&user, PRICES).await;
    client.subscribed().await;
    // Ten beats: a client that answers pings stays, although it sends nothing else.
    for _ in 0..10 {
        let Seen::Message(ServerMessage::Heartbeat { at }) = client.see().await else {
            panic!()
        };
        assert_eq!(at, optibid_core::testing::fixtures::NOON);
    }
    client.say(&ClientMessage::Ping {}).await;
    assert!(matches!(client.message().await, ServerMessage::Pong { .. }));
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_cut_off() {
    let quick = limits(|l| l.heartbeat = Duration::from_millis(150));
    let world = World::with(quick, &[], 64).await;
    let user = world.analyst().await;
    let mut client = world.connect_as(&user, PRICES).await;
    client.subscribed().await;
    // Nothing is read, so no ping is answered.
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(client.end().await, Seen::Closed(4408));
}

#[tokio::test]
async fn messages_that_are_not_understood_are_named_and_end_it_when_they_go_on() {
    let world = World::new().await;
    let user = world.analyst().await;
    let mut client = world.connect_as(&user, PRICES).await;
    client.subscribed().await;
    client.text("{").await;
    assert!(client.error().await.contains("EOF"));
    client
        .text(r#"{"type":"subscribe","topics":["market.weather"]}"#)
        .await;
    assert!(client.error().await.contains("market.weather"));
    client.text(r#"{"type":"ping","extra":1}"#).await;
    assert!(client.error().await.contains("extra"));
    client.binary(b"\x00\x01").await;
    assert!(client.error().await.contains("text frames"));
    // What is understood but refused does not count.
    client
        .say(&ClientMessage::Subscribe {
            topics: vec![],
            after: None,
        })
        .await;
    assert!(client.error().await.contains("topic"));
    client.text("nonsense").await;
    assert_eq!(client.see().await, Seen::Closed(4400));
}

#[tokio::test]
async fn a_message_of_more_than_64_kib_ends_it() {
    let world = World::new().await;
    let user = world.analyst().await;
    let mut fits = world.connect_as(&user, PRICES).await;
    fits.subscribed().await;
    let padding = " ".repeat(64 * 1024 - r#"{"type":"ping"}"#.len());
    fits.text(&format!(r#"{{"type":"ping"}}{padding}"#)).await;
    assert!(matches!(fits.message().await, ServerMessage::Pong { .. }));
    fits.text(&format!(r#"{{"type":"ping"}}{padding} "#)).await;
    assert_eq!(fits.see().await, Seen::Closed(1009));
}

#[tokio::test]
async fn a_server_that_stops_says_so_on_every_line() {
    let world = World::new().await;
    let user = world.analyst().await;
    let mut listening = world.connect_as(&user, PRICES).await;
    listening.subscribed().await;
    let mut signing_in = world.connect(PRICES).await;
    world.stop.send_replace(true);
    assert_eq!(listening.see().await, Seen::Closed(1001));
    assert_eq!(signing_in.see().await, Seen::Closed(1001));
}

#[tokio::test]
async fn an_address_that_asks_for_nonsense_is_refused_before_the_upgrade() {
    let world = World::new().await;
    let user = world.analyst().await;
    for query in ["?topics=weather", "?after=soon", "?until=5"] {
        let outcome = world.try_connect(&user, &format!("{PRICES}{query}")).await;
        assert_eq!(outcome.unwrap_err(), 422, "{query}");
    }
}

/// Every close code that the protocol names is one that a test above has seen, or is documented.
#[test]
fn the_protocol_page_lists_every_close_code() {
    let page = include_str!("../../../../docs/src/api/websocket.md");
    for code in CloseCode::ALL {
        assert!(page.contains(&format!("| {} |", code.number())), "{code:?}");
    }
}

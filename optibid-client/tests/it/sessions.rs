//! Tokens: carried, renewed once, forgotten.

use crate::harness::{PASSWORD, World};
use optibid_client::{Client, Error, Tokens};
use optibid_core::api::ListParams;
use optibid_core::error::Code;

#[tokio::test]
async fn a_session_renews_itself_once_for_all_calls_under_way() {
    let world = World::new().await;
    let before = world.client.tokens().await.unwrap();
    // The server never gave out this token: it refuses it, and the client exchanges the refresh token.
    let stale = Tokens {
        access: "no.token.at-all".to_owned(),
        ..before.clone()
    };
    world.client.set_tokens(Some(stale)).await;
    let params = ListParams::default();
    let calls = (0..8).map(|_| world.client.list_assets(&params).into_future());
    for answer in futures::future::join_all(calls).await {
        answer.unwrap();
    }
    let after = world.client.tokens().await.unwrap();
    assert_ne!(
        after.refresh, before.refresh,
        "a refresh token is good once"
    );
    // A token known to end soon is exchanged before the call.
    let ending = Tokens {
        expires_at: Some(jiff::Timestamp::now()),
        ..after.clone()
    };
    world.client.set_tokens(Some(ending)).await;
    world.client.me().await.unwrap();
    assert_ne!(world.client.tokens().await.unwrap().refresh, after.refresh);
}

#[tokio::test]
async fn who_signs_out_is_nobody_and_a_token_from_outside_is_not_renewed() {
    let world = World::new().await;
    let token = world.client.tokens().await.unwrap().access;
    let me = world.client.me().await.unwrap();
    assert_eq!(me.user.email, "ann@example.com");
    world.client.sign_out().await.unwrap();
    assert!(world.client.tokens().await.is_none());
    let error = world.client.me().await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Unauthenticated));
    world.client.set_tokens(Some(Tokens::access(token))).await;
    let error = world.client.me().await.unwrap_err();
    assert_eq!(
        error.code(),
        Some(Code::Unauthenticated),
        "the session has ended"
    );
    let wrong = world
        .client
        .sign_in("ann@example.com", "a wrong password")
        .await;
    assert_eq!(
        wrong.err().and_then(|error| error.code()),
        Some(Code::Unauthenticated)
    );
    world
        .client
        .sign_in("ann@example.com", PASSWORD)
        .await
        .unwrap();
    world.client.me().await.unwrap();
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let tokens = Tokens {
        refresh: Some("secret-refresh".to_owned()),
        ..Tokens::access("secret-access")
    };
    let client = Client::builder("http://127.0.0.1:9")
        .tokens(tokens.clone())
        .build()
        .unwrap();
    for text in [
        format!("{tokens:?}"),
        format!("{client:?}"),
        format!("{:?}", client.me()),
    ] {
        assert!(!text.contains("secret"), "{text}");
    }
    let ended = Tokens {
        expires_at: Some(jiff::Timestamp::UNIX_EPOCH),
        ..Tokens::access("t")
    };
    client.set_tokens(Some(ended)).await;
    let error = client.me().await.unwrap_err();
    assert!(matches!(error, Error::SignedOut(_)), "{error}");
}

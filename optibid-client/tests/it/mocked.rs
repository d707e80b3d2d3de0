//! A program's own tests, against the server in memory.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use optibid_client::RetryPolicy;
use optibid_client::mock::{Mock, fixtures};
use optibid_core::api::{BidParams, ListParams};
use optibid_core::error::Code;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[tokio::test]
async fn answers_come_once_or_always_and_what_was_asked_is_kept() {
    let mock = Mock::new();
    let client = mock.client();
    mock.answer("listBids", &json!({ "items": [] }));
    mock.refuse("listBids", Code::Forbidden, "not today");
    let asked = BidParams {
        market: Some("ERCOT".parse().unwrap()),
        ..BidParams::default()
    };
    let error = client.list_bids(&asked).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Forbidden));
    client.list_bids(&asked).await.unwrap();
    client.list_bids(&BidParams::default()).await.unwrap();
    let queries: Vec<_> = mock
        .asked("listBids")
        .into_iter()
        .map(|asked| asked.query)
        .collect();
    assert_eq!(
        queries,
        [
            Some("market=ERCOT".to_owned()),
            Some("market=ERCOT".to_owned()),
            None
        ]
    );
    let error = client
        .list_assets(&ListParams::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(Code::NotFound));
    assert!(
        error.to_string().contains("no answer to listAssets"),
        "{error}"
    );
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_with_the_same_key() {
    let mock = Mock::new();
    let quick = RetryPolicy {
        first_pause: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let client = mock.builder().retry(quick).build().unwrap();
    mock.break_once("submitBid");
    mock.refuse("submitBid", Code::Conflict, "withdrawn");
    let id = "0199c7a0-0000-7000-8000-000000000001".parse().unwrap();
    let error = client.submit_bid(id).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Conflict));
    let asked = mock.asked("submitBid");
    assert_eq!(asked.len(), 2);
    assert!(asked[0].key.is_some() && asked[0].key == asked[1].key);
    assert_eq!(asked[0].path, format!("/api/bids/{id}/submit"));
}

/// A path that is named goes before one with a place that would take it as well.
#[tokio::test]
async fn operations_are_told_apart_by_method_and_path() {
    let mock = Mock::new();
    let client = mock.client();
    let draft = json!({ "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": "2026-06-01",
        "currency": "USD", "periods": [] });
    let draft = serde_json::from_value(draft).unwrap();
    client.check_bid(&draft).await.unwrap_err();
    assert_eq!(mock.asked("checkBid").len(), 1);
    assert_eq!(
        mock.asked("checkBid")[0].body.as_ref().unwrap()["market"],
        "ERCOT"
    );
    assert!(mock.asked("getBid").is_empty());
}

/// The clock of the mock decides when a token has ended, so that a test need not wait for it.
#[tokio::test]
async fn a_token_ends_by_the_clock_of_the_mock() {
    let mock = Mock::new();
    let noon: Timestamp = "2024-06-03T12:00:00Z".parse().unwrap();
    mock.set_now(noon);
    let token = |access: &str, ends: Timestamp| {
        json!({
            "access_token": access, "token_type": "Bearer", "refresh_token": "r", "expires_at": ends,
            "session_expires_at": ends,
            "user": {
                "id": "0199a0a0-0000-7000-8000-000000000001", "org": "0199a0a0-0000-7000-8000-000000000002",
                "email": "ann@example.com", "name": "Ann", "role": "analyst", "disabled": false,
                "created_at": noon, "version": 1,
            },
            "organisation": {
                "id": "0199a0a0-0000-7000-8000-000000000002", "name": "Wind & Co", "created_at": noon, "version": 1,
            },
        })
    };
    mock.answer("login", &token("first", noon + 15.minutes()));
    mock.answer("refresh", &token("second", noon + 30.minutes()));
    mock.answer("listAssets", &json!({ "items": [] }));
    let client = mock.client();
    client.sign_in("ann@example.com", "x").await.unwrap();
    mock.advance(SignedDuration::from_mins(14));
    client.list_assets(&ListParams::default()).await.unwrap();
    assert!(mock.asked("refresh").is_empty());
    mock.advance(SignedDuration::from_secs(31));
    client.list_assets(&ListParams::default()).await.unwrap();
    assert_eq!(mock.asked("refresh").len(), 1);
    assert_eq!(client.tokens().await.unwrap().access, "second");
}

/// A program that lays a day out in hours is tested on the days that have 23 and 25 of them.
#[tokio::test]
async fn the_mock_has_the_days_on_which_clocks_change() {
    let mock = Mock::new();
    let client = mock.client();
    let (market, product) = ("ERCOT".parse().unwrap(), "DAM".parse().unwrap());
    for (day, hours) in [(fixtures::SHORT_DAY, 23), (fixtures::LONG_DAY, 25)] {
        let view = fixtures::delivery_day("ERCOT".parse().unwrap(), "DAM".parse().unwrap(), day);
        mock.answer("deliveryDay", &view.unwrap());
        let view = client.delivery_day(&market, &product, day).await.unwrap();
        assert_eq!((view.periods.len(), view.day), (hours, day));
    }
    let quarters = [
        (fixtures::SHORT_DAY_IN_EUROPE, 92),
        (fixtures::LONG_DAY_IN_EUROPE, 100),
    ];
    for (day, count) in quarters {
        let view = fixtures::delivery_day("EPEX".parse().unwrap(), "DAM".parse().unwrap(), day);
        assert_eq!(view.unwrap().periods.len(), count);
    }
}

/// A writer that keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_is_a_span_that_tells_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mock = Mock::new();
    let quick = RetryPolicy {
        first_pause: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    let client = mock.builder().retry(quick).build().unwrap();
    let tokens = optibid_client::Tokens::access("very-secret");
    client.set_tokens(Some(tokens)).await;
    mock.break_once("submitBid");
    mock.refuse("submitBid", Code::Conflict, "withdrawn");
    let id = "0199c7a0-0000-7000-8000-000000000001".parse().unwrap();
    client.submit_bid(id).await.unwrap_err();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ended = text.lines().find(|line| line.contains("ended")).unwrap();
    for part in [
        "optibid_call",
        "operation=\"submitBid\"",
        "attempts=2",
        "outcome=\"409\"",
    ] {
        assert!(ended.contains(part), "{part} in {ended}");
    }
    assert!(!text.contains("very-secret"), "{text}");
}

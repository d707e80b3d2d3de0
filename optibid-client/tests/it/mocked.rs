//! A program's own tests, against the server in memory.

use optibid_client::RetryPolicy;
use optibid_client::mock::Mock;
use optibid_core::api::{BidParams, ListParams};
use optibid_core::error::Code;
use serde_json::json;
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

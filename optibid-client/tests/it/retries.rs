//! When a call is made again, and with what key.

use crate::harness::{Script, Step};
use http::StatusCode;
use optibid_client::{Error, RetryPolicy, TransportError};
use optibid_core::api::{ListParams, Problem, WithdrawRequest};
use optibid_core::error::{Code, Error as CoreError};
use std::time::Duration;

const QUICK: RetryPolicy = RetryPolicy {
    attempts: 4,
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_secs(2),
};

fn problem(code: Code) -> Step {
    let problem = Problem::of(&CoreError::new(code, "scripted"), "/api/x", "r-1");
    let status = StatusCode::from_u16(problem.status).unwrap();
    Ok((status, serde_json::to_string(&problem).unwrap()))
}

fn broken() -> Step {
    Err(TransportError::Broken("reset".to_owned()))
}

fn not_sent() -> Step {
    Err(TransportError::NotSent("refused".to_owned()))
}

fn empty() -> Step {
    Ok((StatusCode::OK, r#"{"items":[]}"#.to_owned()))
}

#[tokio::test]
async fn a_read_is_made_again_until_it_succeeds_or_the_attempts_are_used_up() {
    let script = Script::of([broken(), problem(Code::Unavailable), empty()]);
    let client = script.client().retry(QUICK).build().unwrap();
    let list = client.list_assets(&ListParams::default()).await.unwrap();
    assert!(list.items.is_empty());
    assert_eq!(script.seen.lock().unwrap().len(), 3);

    let script = Script::of([broken(), broken(), broken(), broken()]);
    let client = script.client().retry(QUICK).build().unwrap();
    let error = client.list_markets().await.unwrap_err();
    assert!(
        matches!(error, Error::Transport(TransportError::Broken(_))),
        "{error}"
    );
    assert!(error.is_retryable() && !error.certainly_not_applied());
}

#[tokio::test]
async fn a_keyed_call_keeps_its_key_and_two_calls_have_two() {
    let job = r#"{"kind":"optimisation","asset":"0199c7a0-0000-7000-8000-000000000001","product":"DAM",
                  "from":"2024-08-01","to":"2024-08-02"}"#;
    let spec = serde_json::from_str(job).unwrap();
    let script = Script::of([
        broken(),
        problem(Code::Timeout),
        problem(Code::Forbidden),
        broken(),
        problem(Code::Forbidden),
    ]);
    let client = script.client().retry(QUICK).build().unwrap();
    for _ in 0..2 {
        let error = client.start_job(&spec).await.unwrap_err();
        assert_eq!(error.code(), Some(Code::Forbidden));
        assert_eq!(error.request_id(), Some("r-1"));
    }
    let keys = script.header("idempotency-key");
    assert_eq!(keys.len(), 5);
    assert!(
        keys[..3]
            .iter()
            .all(|key| *key == keys[0] && key.len() == 36)
    );
    assert!(keys[3..].iter().all(|key| *key == keys[3]));
    assert_ne!(keys[0], keys[3]);
    let script = Script::of([broken(), problem(Code::Forbidden)]);
    let client = script.client().retry(QUICK).build().unwrap();
    let own = client.start_job(&spec).idempotency_key("monday").await;
    assert!(own.is_err());
    assert_eq!(script.header("idempotency-key"), ["monday", "monday"]);
}

/// A withdrawal has no key: what may have had its effect is not made again, what certainly had none is.
#[tokio::test]
async fn a_call_without_a_key_is_made_again_only_where_nothing_can_have_happened() {
    let id = "0199c7a0-0000-7000-8000-000000000001".parse().unwrap();
    let request = WithdrawRequest::default();
    let script = Script::of([broken()]);
    let client = script.client().retry(QUICK).build().unwrap();
    let error = client.withdraw_bid(id, &request).await.unwrap_err();
    assert!(error.is_retryable() && !error.certainly_not_applied());

    let script = Script::of([
        not_sent(),
        problem(Code::RateLimited),
        problem(Code::Conflict),
    ]);
    let client = script.client().retry(QUICK).build().unwrap();
    let begun = tokio::time::Instant::now();
    let error = client.withdraw_bid(id, &request).await.unwrap_err();
    assert_eq!(error.code(), Some(Code::Conflict));
    assert!(!error.is_retryable());
    assert_eq!(script.seen.lock().unwrap().len(), 3);
    assert!(
        begun.elapsed() >= Duration::from_secs(1),
        "Retry-After is waited for"
    );
}

#[tokio::test]
async fn a_server_that_asks_for_too_long_a_pause_is_not_called_again() {
    let script = Script::of([problem(Code::RateLimited)]);
    let hasty = RetryPolicy {
        longest_pause: Duration::from_millis(500),
        ..QUICK
    };
    let client = script.client().retry(hasty).build().unwrap();
    let error = client.list_markets().await.unwrap_err();
    assert_eq!(error.code(), Some(Code::RateLimited));
}

#[tokio::test]
async fn what_no_optibid_server_says_is_told_as_it_is() {
    let page = "<html>Bad gateway</html>".to_owned();
    let script = Script::of([
        Ok((StatusCode::NOT_FOUND, page)),
        Ok((StatusCode::OK, "[]".to_owned())),
    ]);
    let client = script.client().retry(QUICK).build().unwrap();
    let error = client.me().await.unwrap_err();
    assert!(error.to_string().contains("<html>Bad gateway"), "{error}");
    let error = client.me().await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Decode {
                operation: "me",
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn addresses_and_headers_that_cannot_be_sent_are_refused_before() {
    for address in [
        "optibid.example.com",
        "ftp://optibid.example.com",
        "http://a/?b",
    ] {
        let error = optibid_client::Client::new(address).unwrap_err();
        assert!(error.to_string().contains(address), "{error}");
    }
    let script = Script::of([]);
    let client = script.client().build().unwrap();
    let id = "0199c7a0-0000-7000-8000-000000000001".parse().unwrap();
    let error = client
        .submit_bid(id)
        .idempotency_key("a\nb")
        .await
        .unwrap_err();
    assert!(error.certainly_not_applied(), "{error}");
    assert!(script.seen.lock().unwrap().is_empty());
}

//! What travels and what is stored: views, problems, events and messages, pinned by fixtures. Stored
//! events are read back for ever: a fixture here is never edited, only added to.

use super::app_world::{TOMORROW, World};
use optibid_core::api::{
    AuditView, BidView, CloseCode, DayView, HistoryView, ImportView, ListView, MarketView, MeView,
    PriceView, Problem, ProductView, ServerMessage, TokenView, UserView,
};
use optibid_core::app::{Registration, SignedIn};
use optibid_core::error::{Code, Error, Violation};
use optibid_core::event::{Event, EventKind, Topic};
use optibid_core::market::MarketId;
use optibid_core::ports::{AppendReport, Page, StoreError};
use optibid_core::testing::fixtures::PriceSeries;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PRICE_EVENT: &str = r#"{"id":"0199a0a0-0000-7000-8000-000000000009","at":"2024-06-03T12:00:00.123456Z","org":null,"kind":{"type":"price","data":{"market":"ERCOT","product":"DAM","location":"HB_SOUTH","period":{"start":"2024-06-04T05:00:00Z","resolution":"PT60M"},"price":"24.57","components":{"energy":"20.00","congestion":"4.00","loss":"0.57","greenhouse_gas":"0.00"},"known_at":"2024-06-03T12:00:00.123456Z"}}}"#;
const BID_EVENT: &str = r#"{"id":"0199a0a0-0000-7000-8000-000000000009","at":"2024-06-03T12:00:00.123456Z","org":"0199a0a0-0000-7000-8000-000000000002","kind":{"type":"bid","data":{"bid":"0199a0a0-0000-7000-8000-000000000001","org":"0199a0a0-0000-7000-8000-000000000002","version":4,"from":"submitted","to":"acknowledged","actor":{"kind":"venue"},"at":"2024-06-03T12:00:00.123456Z","reason":"acknowledged as QSE-1"}}}"#;
const DRAFT_EVENT: &str = r#"{"id":"0199a0a0-0000-7000-8000-000000000009","at":"2024-06-03T12:00:00.123456Z","org":"0199a0a0-0000-7000-8000-000000000002","kind":{"type":"bid","data":{"bid":"0199a0a0-0000-7000-8000-000000000001","org":"0199a0a0-0000-7000-8000-000000000002","version":1,"from":null,"to":"draft","actor":{"kind":"user","id":"0199a0a0-0000-7000-8000-000000000003"},"at":"2024-06-03T12:00:00.123456Z","reason":"drafted"}}}"#;
const JOB_EVENT: &str = r#"{"id":"0199a0a0-0000-7000-8000-000000000009","at":"2024-06-03T12:00:00.123456Z","org":"0199a0a0-0000-7000-8000-000000000002","kind":{"type":"job","data":{"job":"0199a0a0-0000-7000-8000-000000000004","state":"running","done":3,"total":10}}}"#;

const ALERT_EVENT: &str = r#"{"id":"0199a0a0-0000-7000-8000-000000000009","at":"2024-06-03T12:00:00.123456Z","org":"0199a0a0-0000-7000-8000-000000000002","kind":{"type":"alert","data":{"change":"raised","rule":"0199a0a0-0000-7000-8000-000000000005","name":"price spike","severity":"critical","state":"active","alert":"0199a0a0-0000-7000-8000-000000000006","message":"ERCOT RTM HB_SOUTH at 212.00 per MWh; above 200.00 per MWh"}}}"#;

/// Reads the text and writes it back byte for byte.
fn pinned<T: DeserializeOwned + Serialize>(text: &str) -> T {
    let value: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
    value
}

fn round_trip<T: DeserializeOwned + Serialize>(value: &T) -> Value {
    let json = serde_json::to_value(value).unwrap();
    let read: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
    json
}

#[test]
fn stored_events_are_read_back_for_ever() {
    let cases = [
        (PRICE_EVENT, Topic::MarketPrices, Some("ERCOT")),
        (BID_EVENT, Topic::BidEvents, None),
        (DRAFT_EVENT, Topic::BidEvents, None),
        (JOB_EVENT, Topic::JobEvents, None),
        (ALERT_EVENT, Topic::MarketAlerts, None),
    ];
    for (text, topic, market) in cases {
        let event: Event = pinned(text);
        assert_eq!(
            (event.topic(), event.market().map(MarketId::as_str)),
            (topic, market)
        );
    }
    let bare = PRICE_EVENT.replace(r#""components":{"energy":"20.00","congestion":"4.00","loss":"0.57","greenhouse_gas":"0.00"},"#, "");
    let EventKind::Price(price) = pinned::<Event>(&bare).kind else {
        panic!("a price")
    };
    assert_eq!(price.components, None);
}

#[test]
fn topics_are_named_as_brokers_know_them() {
    for (topic, name) in Topic::ALL.into_iter().zip([
        "market.prices",
        "market.alerts",
        "bids.events",
        "jobs.events",
    ]) {
        assert_eq!((topic.name(), topic.to_string().as_str()), (name, name));
        assert_eq!(serde_json::to_value(topic).unwrap(), json!(name));
    }
}

#[test]
fn server_messages_are_as_clients_know_them() {
    let event = format!(r#"{{"type":"event","sequence":42,"event":{BID_EVENT}}}"#);
    for text in [
        r#"{"type":"subscribed","topics":["market.prices"],"market":"ERCOT"}"#,
        r#"{"type":"subscribed","topics":["bids.events","jobs.events"]}"#,
        &event,
        r#"{"type":"gap","missed":3,"next":46}"#,
        r#"{"type":"heartbeat","at":"2024-06-03T12:00:00Z"}"#,
        r#"{"type":"pong","at":"2024-06-03T12:00:00Z"}"#,
        r#"{"type":"error","detail":"no such topic"}"#,
    ] {
        pinned::<ServerMessage>(text);
    }
}

#[test]
fn close_codes_are_numbered_as_documented() {
    let numbers = CloseCode::ALL.map(CloseCode::number);
    assert_eq!(numbers, [1001, 1009, 4400, 4401, 4403, 4404, 4408, 4429]);
}

#[test]
fn every_code_has_its_status_title_and_name() {
    let cases = [
        (Code::Invalid, 422, "invalid"),
        (Code::NotFound, 404, "not_found"),
        (Code::AlreadyExists, 409, "already_exists"),
        (Code::Conflict, 409, "conflict"),
        (Code::KeyReused, 422, "key_reused"),
        (Code::Unauthenticated, 401, "unauthenticated"),
        (Code::Forbidden, 403, "forbidden"),
        (Code::RateLimited, 429, "rate_limited"),
        (Code::Unavailable, 503, "unavailable"),
        (Code::Timeout, 504, "timeout"),
        (Code::OutcomeUnknown, 504, "outcome_unknown"),
        (Code::Internal, 500, "internal"),
    ];
    for (code, status, name) in cases {
        let problem = Problem::of(&Error::new(code, "what happened"), "/api/bids", "req-1");
        assert_eq!((problem.status, problem.code), (status, code));
        assert_eq!(problem.type_, format!("/api/problems#{name}"));
        assert_eq!(problem.title, Problem::title_of(code));
        let json = round_trip(&problem);
        assert_eq!(json["code"], json!(name));
        assert_eq!(
            (&json["instance"], &json["request_id"]),
            (&json!("/api/bids"), &json!("req-1"))
        );
        assert_eq!(json["certainly_not_applied"], json!(true));
        assert!(
            json.get("violations").is_none(),
            "absent when there are none"
        );
    }
}

#[test]
fn a_problem_tells_nothing_of_what_broke_inside() {
    let secret = "postgres://optibid:hunter2@db/optibid";
    let broken = Violation::new("column", "password_hash", secret, secret);
    for error in [
        Error::from(StoreError::Internal(secret.into())),
        Error::from(StoreError::Corrupt {
            kind: "bid",
            detail: secret.to_owned(),
        }),
        Error::from(StoreError::Unavailable {
            maybe_applied: true,
            source: secret.into(),
        }),
        Error::new(Code::Internal, secret).with_violations(vec![broken]),
    ] {
        let text = serde_json::to_string(&Problem::of(&error, "/", "req-1")).unwrap();
        assert!(
            !text.contains("hunter2") && !text.contains("password_hash"),
            "{text}"
        );
        assert!(text.contains("req-1"));
    }
}

#[test]
fn a_problem_lists_every_violation_and_whether_it_may_have_taken_effect() {
    let sourced = Violation::new(
        "price_off_tick",
        "periods[0].curve.points[1].price",
        "20.005",
        "must be a multiple of 0.01",
    )
    .with_source("EWS XSD");
    let error = Error::invalid(vec![
        sourced,
        Violation::new("note_too_long", "note", "x", "short"),
    ]);
    let json = round_trip(&Problem::of(&error.maybe_applied(), "/api/bids", "r"));
    assert_eq!(json["violations"][0]["source"], json!("EWS XSD"));
    assert_eq!(
        json["violations"][1],
        json!({ "code": "note_too_long", "field": "note", "value": "x", "rule": "short" })
    );
    assert_eq!(json["certainly_not_applied"], json!(false));
    let detail = json["detail"].as_str().unwrap();
    assert!(
        detail.ends_with("must be a multiple of 0.01; and 1 more"),
        "{detail}"
    );
}

async fn signed_in(world: &World) -> SignedIn {
    let new = Registration {
        org_name: "Storage".to_owned(),
        email: "ann@example.com".to_owned(),
        name: "Ann".to_owned(),
        password: "merit order of a windy day".to_owned(),
    };
    world.app.register(new).await.unwrap()
}

#[tokio::test]
async fn views_of_people_leave_secrets_out() {
    let world = World::new();
    let ann = signed_in(&world).await;
    let organisation = ann.org.clone();
    let me = round_trip(&MeView {
        user: UserView::from(ann.user.clone()),
        organisation,
    });
    let tokens = round_trip(&TokenView::from(ann));
    for json in [&me, &tokens] {
        assert!(!json.to_string().contains("merit order"), "{json}");
        assert_eq!(
            (&json["user"]["email"], &json["user"]["role"]),
            (&json!("ann@example.com"), &json!("org_admin"))
        );
        assert_eq!(json["organisation"]["name"], json!("Storage"));
    }
    assert_eq!(
        (&tokens["token_type"], &tokens["refresh_token"]),
        (&json!("Bearer"), &json!("refresh-0"))
    );
    assert_eq!(tokens["expires_at"], json!("2024-06-03T12:15:00.123456Z"));
    assert_eq!(
        tokens["session_expires_at"],
        json!("2024-06-10T12:00:00.123456Z")
    );
}

#[tokio::test]
async fn a_bid_travels_with_state_version_and_findings() {
    let world = World::new();
    let bid = world.draft().await;
    let plain = round_trip(&BidView::from(bid.clone()));
    assert_eq!(
        (&plain["state"], &plain["version"]),
        (&json!("draft"), &json!(1))
    );
    assert!(plain.get("validation").is_none() && plain.get("venue_reference").is_none());
    assert_eq!(
        plain["content"],
        serde_json::to_value(bid.content()).unwrap()
    );
    let drafted = world
        .app
        .validate_bid(&world.who(), bid.id())
        .await
        .unwrap();
    let view = round_trip(&BidView::from(drafted));
    assert_eq!(view["validation"]["verdict"], json!("accept"));
    let entry = world.chain().await.remove(0);
    let audit = round_trip(&AuditView::from(entry.clone()));
    assert_eq!(
        (&audit["hash"], &audit["detail"]),
        (&json!(entry.hash), &json!(entry.draft.detail))
    );
    let list = ListView::from(Page {
        items: vec![1, 2],
        next: Some("n".to_owned()),
    });
    assert_eq!(round_trip(&list), json!({ "items": [1, 2], "next": "n" }));
}

#[tokio::test]
async fn markets_and_days_travel_in_market_time() {
    let world = World::new();
    for overview in world.app.markets().unwrap() {
        round_trip(&MarketView::from(overview));
    }
    let (market, product) = ("ERCOT".parse().unwrap(), "DAM".parse().unwrap());
    let rules = world.app.market_rules(&market, &product, TOMORROW).unwrap();
    let view = round_trip(&ProductView::from(rules));
    assert_eq!(
        view["next_gate"]["closes_at"],
        json!("2024-06-03T15:00:00Z")
    );
    let local = "2024-06-03T10:00:00-05:00[America/Chicago]";
    assert_eq!(view["next_gate"]["closes_at_market_time"], json!(local));
    let spring = jiff::civil::date(2024, 3, 10);
    let grid = world.app.delivery_grid(&market, &product, spring).unwrap();
    let day = round_trip(&DayView::from(grid));
    assert_eq!(day["periods"].as_array().unwrap().len(), 23);
    let times = [
        &day["periods"][1]["market_time"],
        &day["periods"][2]["market_time"],
    ];
    assert_eq!(
        times[0],
        &json!("2024-03-10T01:00:00-06:00[America/Chicago]")
    );
    assert_eq!(
        times[1],
        &json!("2024-03-10T03:00:00-05:00[America/Chicago]")
    );
}

#[test]
fn prices_travel_with_unit_and_market_time_where_they_are_known() {
    let world = World::new();
    let price = PriceSeries::ercot_dam("2024-06-04T05:00:00Z")
        .values(&["-3.10"])
        .remove(0);
    let terms = world
        .app
        .price_terms(&price.market, &price.product)
        .unwrap();
    let known = round_trip(&PriceView::new(price.clone(), Some(&terms)));
    assert_eq!(
        (&known["price"], &known["currency"]),
        (&json!("-3.10"), &json!("USD"))
    );
    assert_eq!(
        known["market_time"],
        json!("2024-06-04T00:00:00-05:00[America/Chicago]")
    );
    let view = PriceView::new(price, None);
    let unknown = round_trip(&view);
    assert_eq!(
        (&unknown["market_time"], unknown.get("currency")),
        (&json!("2024-06-04T05:00:00Z"), None)
    );
    round_trip(&HistoryView {
        items: vec![view],
        next_from: None,
    });
    let report = AppendReport {
        inserted: 1,
        restated: 2,
        unchanged: 3,
    };
    let import = round_trip(&ImportView::new(
        "csv",
        (6, 4),
        report,
        vec!["n".to_owned()],
    ));
    let expected = json!({ "format": "csv", "read": 6, "inserted": 1, "restated": 2, "unchanged": 3, "rounded": 4, "notes": ["n"] });
    assert_eq!(import, expected);
}

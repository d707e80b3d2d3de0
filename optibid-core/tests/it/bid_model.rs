//! Form and stored form of a bid.

use crate::bid_samples::{content, curve, hours, timestamp, user};
use jiff::civil::date;
use optibid_core::audit::Actor;
use optibid_core::bid::{
    Bid, BidContent, BidEvent, BidState, CurvePoint, CurveShape, CurveSide, OfferCurve,
};
use optibid_core::error::Code;
use optibid_core::unit::{Currency, Power, Price};
use serde::{Deserialize, Serialize};

fn codes(content: &BidContent) -> Vec<(String, String, String)> {
    match content.check_form() {
        Ok(()) => Vec::new(),
        Err(error) => {
            assert_eq!(error.code(), Code::Invalid);
            let told = |v: &optibid_core::error::Violation| {
                (v.code.clone(), v.field.clone(), v.value.clone())
            };
            error.violations().iter().map(told).collect()
        }
    }
}

fn long_curve(points: i64) -> OfferCurve {
    let point = |i| CurvePoint::new(Power::from_kilowatts(i * 100), Price::from_units(20));
    OfferCurve::sell(CurveShape::Step, (1..=points).map(point).collect()).unwrap()
}

#[test]
fn form_is_limited_in_every_market() {
    let mut content = content();
    assert_eq!(codes(&content), []);
    let first = content.curves()[0].clone();
    *content.curves_mut().unwrap() = vec![first.clone(); 300];
    content.curves_mut().unwrap()[7].curve = long_curve(300);
    content.note = Some("é".repeat(2_000));
    assert_eq!(codes(&content), [], "the limits themselves are within");
    content.curves_mut().unwrap().push(first);
    content.curves_mut().unwrap()[7].curve = long_curve(301);
    content.note = Some("é".repeat(2_001));
    let told = |code: &str, field: &str, value: &str| {
        (code.to_owned(), field.to_owned(), value.to_owned())
    };
    let expected = [
        told("too_many_periods", "periods", "301"),
        told("curve_too_long", "periods[7].curve.points", "301"),
        told("note_too_long", "note", "2001 characters"),
    ];
    assert_eq!(codes(&content), expected);
}

#[test]
fn content_refuses_unknown_fields() {
    let json = serde_json::to_string(&content()).unwrap();
    assert_eq!(
        serde_json::from_str::<BidContent>(&json).unwrap(),
        content()
    );
    for field in ["\"market\"", "\"period\"", "\"start\"", "\"quantity\""] {
        let bad = json.replacen(field, &format!("\"colour\":1,{field}"), 1);
        let error = serde_json::from_str::<BidContent>(&bad)
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `colour`"), "{error}");
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    bid: Bid,
    events: Vec<BidEvent>,
}

/// Bids stored by the first version are read for ever: the fixture is never edited.
#[test]
fn the_first_stored_form_is_read_back() {
    let text = include_str!("../fixtures/bid_v1.json");
    let stored: Stored = serde_json::from_str(text).unwrap();
    let bid = &stored.bid;
    assert_eq!(bid.id().to_string(), "0199a0a0-0000-7000-8000-000000000001");
    assert_eq!(
        bid.org().to_string(),
        "0199a0a0-0000-7000-8000-000000000002"
    );
    assert_eq!(bid.author(), user());
    assert_eq!((bid.state(), bid.version()), (BidState::Acknowledged, 4));
    assert_eq!(bid.venue_reference(), Some("QSE.20261121.TPO.BAT1"));
    assert_eq!(
        (bid.created_at(), bid.updated_at()),
        (timestamp(0), timestamp(30))
    );
    assert_first_content(bid.content());
    let actors: Vec<Actor> = stored.events.iter().map(|e| e.actor).collect();
    assert_eq!(
        actors,
        [
            Actor::User(user()),
            Actor::System,
            Actor::User(user()),
            Actor::Venue
        ]
    );
    assert_eq!(stored.events[0].from, None);
    assert_eq!(stored.events[3].to, BidState::Acknowledged);
    let again: serde_json::Value = serde_json::to_value(&stored).unwrap();
    assert_eq!(
        again,
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
}

fn assert_first_content(content: &BidContent) {
    assert_eq!(
        (content.market.as_str(), content.product.as_str()),
        ("ERCOT", "DAM")
    );
    assert_eq!(
        (content.location.as_str(), content.currency),
        ("HB_SOUTH", Currency::Usd)
    );
    assert_eq!(content.delivery_day, date(2026, 11, 21));
    assert_eq!(content.note.as_deref(), Some("morning ramp"));
    assert_eq!(
        content.asset.unwrap().to_string(),
        "0199a0a0-0000-7000-8000-000000000004"
    );
    let curves = [
        curve(
            CurveSide::Storage,
            CurveShape::Linear,
            &[("-10", "15"), ("10", "40.01")],
        ),
        curve(
            CurveSide::Sell,
            CurveShape::Step,
            &[("0.1", "-250"), ("2.5", "5000")],
        ),
        curve(
            CurveSide::Buy,
            CurveShape::Step,
            &[("1", "30"), ("2", "0.123456")],
        ),
    ];
    for (i, curve) in curves.into_iter().enumerate() {
        assert_eq!(content.curves()[i], hours(content.delivery_day, &curve)[i]);
    }
}

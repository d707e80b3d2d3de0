//! One bid of each kind for the description of the API; a test reads them all.

use serde_json::{Value, json};

/// The head of a bid at ERCOT with the rest of its fields.
fn ercot(rest: Value) -> Value {
    let head = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "delivery_day": "2026-11-21", "currency": "USD"
    });
    joined(head, rest)
}

fn joined(mut head: Value, rest: Value) -> Value {
    if let (Some(head), Value::Object(rest)) = (head.as_object_mut(), rest) {
        head.extend(rest);
    }
    head
}

/// The evening hour of that day with one curve.
fn periods(side: &str, shape: &str, points: &Value) -> Value {
    json!([{
        "period": { "start": "2026-11-21T23:00:00Z", "resolution": "PT60M" },
        "curve": { "side": side, "shape": shape, "points": points }
    }])
}

pub(super) fn curve() -> Value {
    let points = json!([
        { "quantity": "5", "price": "24.57" }, { "quantity": "10", "price": "31.00" }
    ]);
    ercot(json!({ "periods": periods("sell", "linear", &points) }))
}

pub(super) fn three_part() -> Value {
    let points = json!([
        { "quantity": "20", "price": "28.00" }, { "quantity": "80", "price": "41.00" }
    ]);
    ercot(json!({
        "kind": "three_part",
        "asset": "0199a0a0-0000-7000-8000-000000000004",
        "commitment": {
            "start_up": [
                { "state": "hot", "after_hours": 0, "cost": "1200.00" },
                { "state": "intermediate", "after_hours": 6, "cost": "2400.00" },
                { "state": "cold", "after_hours": 24, "cost": "4500.00" }
            ],
            "minimum_energy": "32.50", "minimum_power": "20",
            "min_up_minutes": 240, "min_down_minutes": 120
        },
        "periods": periods("sell", "linear", &points)
    }))
}

pub(super) fn virtual_bid() -> Value {
    let points = json!([{ "quantity": "10", "price": "45.00" }]);
    ercot(json!({ "kind": "virtual", "periods": periods("buy", "linear", &points) }))
}

pub(super) fn spread() -> Value {
    ercot(json!({
        "kind": "spread", "sink": "HB_NORTH",
        "spreads": [{
            "period": { "start": "2026-11-21T23:00:00Z", "resolution": "PT60M" },
            "quantity": "5", "max_price": "12.50"
        }]
    }))
}

pub(super) fn service() -> Value {
    let points = json!([
        { "quantity": "5", "price": "8.00" }, { "quantity": "15", "price": "12.00" }
    ]);
    ercot(json!({
        "kind": "ancillary_service", "service": "ECRS",
        "asset": "0199a0a0-0000-7000-8000-000000000004",
        "periods": periods("sell", "step", &points)
    }))
}

pub(super) fn blocks() -> Value {
    let quarter = |minute: &str, quantity: &str| {
        json!({
            "period": { "start": format!("2026-11-22T16:{minute}:00Z"), "resolution": "PT15M" },
            "quantity": quantity
        })
    };
    let head = json!({
        "market": "NORDPOOL", "product": "DAM", "location": "SE3",
        "delivery_day": "2026-11-22", "currency": "EUR"
    });
    let blocks = json!([
        {
            "name": "evening", "price": "65.00", "min_acceptance": "0.5",
            "profile": [quarter("00", "10"), quarter("15", "8")]
        },
        { "name": "more", "price": "60.00", "linked_to": "evening", "profile": [quarter("30", "5")] },
        { "name": "charge", "price": "20.00", "loop_with": "battery", "profile": [quarter("00", "-9")] },
        { "name": "discharge", "price": "70.00", "loop_with": "battery", "profile": [quarter("45", "7")] }
    ]);
    joined(head, json!({ "kind": "block", "blocks": blocks }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bid::{BidContent, BidDraft, OfferKind};

    #[test]
    fn every_kind_has_an_example_that_becomes_content() {
        let examples = [
            curve(),
            three_part(),
            virtual_bid(),
            spread(),
            service(),
            blocks(),
        ];
        let kinds = examples.map(|json| {
            let draft: BidDraft = serde_json::from_value(json).unwrap();
            BidContent::try_from(draft).unwrap().offer.kind()
        });
        assert_eq!(kinds, OfferKind::ALL);
    }
}

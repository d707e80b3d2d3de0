//! What becomes of a bid as drafted, over HTTP and with the real engine.

use super::call::post;
use super::world::{World, content};
use serde_json::{Value, json};

const PATH: &str = "/api/optimisations/what-if";

fn number(value: &Value) -> f64 {
    let text = value.as_str().or_else(|| value["amount"].as_str());
    text.unwrap().parse().unwrap()
}

async fn ask(world: &World, body: &Value) -> Value {
    world.trade(post(PATH).json(body)).await.expect(200).body
}

/// The bid sells 5 MW from 40.00 on, rising to 10 MW at 44.50: the three evening hours clear alone, at 78, 79 and 80 and some cents.
#[tokio::test]
async fn a_bid_at_the_day_s_known_prices() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut bid = content("2024-06-04");
    bid["asset"] = json!(asset);
    let body = json!({
        "bid": bid, "basis": { "kind": "known" }, "initial_soc": "15", "scenarios": { "count": 0 },
    });
    let found = ask(&world, &body).await;
    let rows = found["outcome"]["periods"].as_array().unwrap();
    assert_eq!(rows.len(), 24);
    let cleared: Vec<f64> = rows.iter().map(|row| number(&row["cleared"])).collect();
    assert!(cleared[..18].iter().all(|mw| *mw == 0.0));
    assert_eq!(cleared[18..21], [10.0, 10.0, 10.0]);
    // 15 MWh in store are 14.25 at the grid, less a kW s that rounding keeps: the second hour gets what the first left, the third nothing.
    let power: Vec<f64> = rows[18..21]
        .iter()
        .map(|row| number(&row["delivery"]["power"]))
        .collect();
    assert_eq!(power, [10.0, 4.25, 0.0]);
    assert_eq!(rows[18]["delivery"].get("shortfall"), None);
    assert_eq!(
        rows[19]["delivery"]["shortfall"],
        json!({ "energy": "5.750000278", "cause": "empty" })
    );
    let totals = &found["outcome"]["totals"];
    let by_hand: f64 = [(18, 10.0), (19, 4.25)]
        .iter()
        .map(|(hour, mwh)| number(&rows[*hour]["price"]) * mwh)
        .sum();
    assert!(
        (number(&totals["revenue"]) - by_hand).abs() < 0.006,
        "{totals}"
    );
    assert_eq!(totals["wear"]["amount"], "28.50");
    assert_eq!(totals["shortfall"], "15.750000278");
    assert_eq!(found["outcome"].get("risk"), None);
}

#[tokio::test]
async fn a_bid_on_price_paths_and_held_against_another() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut bid = content("2024-06-06");
    bid["asset"] = json!(asset);
    let mut other = bid.clone();
    for row in other["periods"].as_array_mut().unwrap() {
        row["curve"]["points"] = json!([{ "quantity": "2", "price": "40" }]);
    }
    let body = json!({
        "bid": bid, "against": other, "initial_soc": "20", "scenarios": { "count": 60, "seed": 3 },
    });
    let found = ask(&world, &body).await;
    let risk = &found["outcome"]["risk"];
    assert_eq!(risk["nets"].as_array().unwrap().len(), 60);
    let [cvar, p5, p50, p95] = ["cvar", "p5", "p50", "p95"].map(|name| number(&risk[name]));
    assert!(cvar <= p5 && p5 <= p50 && p50 <= p95, "{risk}");
    assert_eq!(
        number(&risk["shortfall_probability"]),
        1.0,
        "19 MWh are not 30"
    );
    let evening = &found["outcome"]["periods"][19]["paths"];
    assert_eq!(number(&evening["clears"]), 1.0, "{evening}");
    let difference = &found["difference"];
    let net =
        number(&found["outcome"]["totals"]["net"]) - number(&found["against"]["totals"]["net"]);
    assert!((number(&difference["net"]) - net).abs() < 0.001);
    assert_eq!(number(&difference["risk"]["better"]), 1.0, "{difference}");
    assert!(found["against"].get("periods").is_none());
    // The answer's scenarios ask the same question again, now and later.
    let mut again = body.clone();
    again["scenarios"] = found["scenarios"].clone();
    assert_eq!(ask(&world, &again).await, found);
    world.clock.advance(jiff::SignedDuration::from_mins(11));
    assert_eq!(ask(&world, &again).await, found);
    let mut reseeded = again;
    reseeded["scenarios"]["seed"] = json!(4);
    assert_ne!(ask(&world, &reseeded).await["outcome"]["risk"], *risk);
}

#[tokio::test]
async fn a_bid_without_an_asset_is_revenue_alone() {
    let world = World::new().await;
    let found = ask(&world, &json!({ "bid": content("2024-06-06") })).await;
    let rows = found["outcome"]["periods"].as_array().unwrap();
    assert!(rows.iter().all(|row| row.get("delivery").is_none()));
    let sold: f64 = rows
        .iter()
        .map(|row| number(&row["price"]) * number(&row["cleared"]))
        .sum();
    assert!(sold > 1_000.0);
    assert!((number(&found["outcome"]["totals"]["net"]) - sold).abs() < 0.006);
    assert_eq!(
        found["outcome"]["risk"]["nets"].as_array().unwrap().len(),
        100
    );
    assert!(
        found["outcome"]["risk"]
            .get("shortfall_probability")
            .is_none()
    );
}

#[tokio::test]
async fn what_is_wrong_is_named_where_it_stands() {
    let world = World::new().await;
    let bid = content("2024-06-06");
    let named = async |body: Value| world.trade(post(PATH).json(&body)).await.named(422);
    let mut broken = bid.clone();
    broken["periods"][3]["curve"]["points"][1]["price"] = json!("39");
    let faults = named(json!({ "bid": broken })).await;
    assert_eq!(faults, ["bid.periods[3].curve.points[1].price=39.00"]);
    let mut strange = bid.clone();
    strange["periods"][2]["period"]["start"] = json!("2024-06-07T17:00:00Z");
    let faults = named(json!({ "bid": bid, "against": strange })).await;
    assert_eq!(
        faults,
        ["against.periods[2].period=2024-06-07T17:00:00Z/PT60M"]
    );
    let faults =
        named(json!({ "bid": bid, "scenarios": { "known_at": "2030-01-01T00:00:00Z" } })).await;
    assert_eq!(faults, ["scenarios.known_at=2030-01-01T00:00:00Z"]);
    let faults = named(json!({ "bid": bid, "basis": { "kind": "known" } })).await;
    assert_eq!(faults, ["basis=2024-06-06T05:00:00Z/PT60M"]);
    let virtual_bid = json!({ "bid": {
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": "2024-06-06",
        "currency": "USD", "kind": "virtual", "periods": bid["periods"],
    }});
    assert_eq!(named(virtual_bid).await, ["bid.kind=virtual"]);
}

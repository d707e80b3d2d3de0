use super::call::{get, post};
use super::world::World;
use serde_json::{Value, json};

const DAY: &str = "market=ERCOT&product=DAM&from=2024-06-04&to=2024-06-04";

fn settle() -> Value {
    json!({ "market": "ERCOT", "location": "HB_SOUTH", "day": "2024-06-04", "day_ahead": "DAM" })
}

/// The bid sells 10 MW at 44.50 or more; the day's prices are 78.21, 79.21 and 80.21 from 18:00 to
/// 21:00 and below 34 else.
const SOLD: usize = 3;

#[tokio::test]
async fn awards_are_listed_read_on_and_netted() {
    let world = World::new().await;
    let bid = world.awarded().await;
    let awards = world
        .trade(get(format!("/api/awards?{DAY}")))
        .await
        .expect(200)
        .body;
    let items = awards["items"].as_array().unwrap();
    assert_eq!(items.len(), SOLD, "{awards:#}");
    assert_eq!(
        (&items[0]["quantity"], &items[0]["price"]),
        (&json!("10"), &json!("78.21"))
    );
    let of_bid = world
        .trade(get(format!("/api/awards?bid={bid}")))
        .await
        .expect(200)
        .body;
    assert_eq!(&of_bid["items"], &awards["items"]);
    let part = world
        .trade(get("/api/awards?limit=2"))
        .await
        .expect(200)
        .body;
    assert_eq!(part["items"].as_array().unwrap().len(), 2);
    let rest = format!("/api/awards?from={}", part["next_from"].as_str().unwrap());
    let rest = world.trade(get(rest)).await.expect(200).body;
    assert_eq!(rest["items"].as_array().unwrap().len(), SOLD - 2);
    let net = world
        .trade(get(format!("/api/positions?{DAY}")))
        .await
        .expect(200)
        .body;
    assert_eq!(net["items"].as_array().unwrap().len(), SOLD);
    assert_eq!(net["items"][0]["energy"], "10");
}

#[tokio::test]
async fn a_day_is_settled_once_and_its_profit_counted() {
    let world = World::new().await;
    let bid = world.awarded().await;
    let settled = world
        .trade(post("/api/settlements").json(&settle()))
        .await
        .expect(201);
    // 10 MWh at each of 78.21, 79.21 and 80.21.
    let total = "2376.30";
    assert_eq!(
        settled.body["total"]["amount"], total,
        "{}",
        settled.body["total"]
    );
    let id = settled.id();
    assert_eq!(settled.header("location"), format!("/api/settlements/{id}"));
    let read = world
        .trade(get(format!("/api/settlements/{id}")))
        .await
        .expect(200)
        .body;
    assert_eq!(read, settled.body);
    let bid = world
        .trade(get(format!("/api/bids/{bid}")))
        .await
        .expect(200)
        .body;
    assert_eq!(bid["state"], "settled");
    let list = world
        .trade(get("/api/settlements?from=2024-06-04&to=2024-06-04"))
        .await
        .expect(200);
    assert_eq!(list.body["items"][0]["id"], json!(id));
    let profit = world
        .trade(get("/api/pnl?from=2024-06-01&to=2024-06-30"))
        .await
        .expect(200)
        .body;
    assert_eq!(profit["items"][0]["day"], "2024-06-04");
    assert_eq!(profit["items"][0]["net"]["amount"], total);
    let again = world.trade(post("/api/settlements").json(&settle())).await;
    assert_eq!(again.named(422), ["day=2024-06-04"]);
}

#[tokio::test]
async fn a_settlement_needs_awards_and_prices() {
    let world = World::new().await;
    let none = world.trade(post("/api/settlements").json(&settle())).await;
    assert_eq!(none.named(422), ["day=2024-06-04"]);
    let mut mars = settle();
    mars["market"] = json!("MARS");
    assert_eq!(
        world
            .trade(post("/api/settlements").json(&mars))
            .await
            .named(404),
        ["market=MARS"]
    );
    let mut unknown = settle();
    unknown["force"] = json!(true);
    let named = world
        .trade(post("/api/settlements").json(&unknown))
        .await
        .named(422);
    assert!(named[0].starts_with("force="), "{named:?}");
    world.awarded().await;
    let mut metered = settle();
    let energy = json!({ "period": { "start": "2024-06-04T05:00:00Z", "resolution": "PT15M" }, "energy": "1,5" });
    metered["metered"] = json!([energy]);
    let named = world
        .trade(post("/api/settlements").json(&metered))
        .await
        .named(422);
    assert_eq!(named, ["metered[0].energy=1,5"]);
    let list = world.trade(get("/api/settlements")).await.expect(200);
    assert_eq!(list.body["items"], json!([]), "nothing is half applied");
}

#[tokio::test]
async fn a_span_that_cannot_be_is_named() {
    let world = World::new().await;
    for (path, named) in [
        ("/api/awards?from=2024-06-04", "from=2024-06-04"),
        ("/api/awards?limit=0", "limit=0"),
        ("/api/awards?bid=x", "bid=x"),
        ("/api/awards?day=2024-06-04", "day=2024-06-04"),
        ("/api/positions?from=2024-06-04T00:00:00Z", "to="),
        ("/api/settlements?after=x", "after=x"),
        ("/api/settlements?from=x", "from=x"),
        ("/api/pnl?from=2024-06-04", "to="),
        ("/api/pnl?from=2024-06-04&to=2024-06-03", "to=2024-06-03"),
        ("/api/pnl?from=2023-01-01&to=2024-06-03", "to=2024-06-03"),
    ] {
        assert_eq!(world.trade(get(path)).await.named(422), [named], "{path}");
    }
}

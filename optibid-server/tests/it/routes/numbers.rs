//! Forecasts, schedules and offers.

use super::call::{get, post};
use super::world::World;
use serde_json::{Value, json};

const SERIES: &str = "market=ERCOT&product=DAM&location=HB_SOUTH";

#[tokio::test]
async fn a_forecast_has_a_band_for_every_hour() {
    let world = World::new().await;
    let call = get(format!("/api/forecasts?{SERIES}&day=2024-06-06"));
    let forecast = world.trade(call).await.expect(200).body;
    let points = forecast["points"].as_array().unwrap();
    assert_eq!(points.len(), 24);
    let number = |point: &Value, name: &str| point[name].as_str().unwrap().parse::<f64>().unwrap();
    for point in points {
        assert!(number(point, "lower") <= number(point, "median"));
        assert!(number(point, "median") <= number(point, "upper"));
    }
    // The evening of every day before was dear: so is that of the forecast.
    assert!(number(&points[19], "median") > number(&points[3], "median") + 40.0);
}

#[tokio::test]
async fn a_forecast_that_cannot_be_made_says_why() {
    let world = World::new().await;
    let early = format!("/api/forecasts?{SERIES}&day=2024-06-06&made_at=2024-06-01T00:00:00Z");
    assert_eq!(world.trade(get(early)).await.named(422), ["history=0 days"]);
    for (query, named) in [
        ("day=2024-06-31", "day=2024-06-31"),
        ("day=2024-06-06&made_at=soon", "made_at=soon"),
        ("day=2024-06-06&horizon=2", "horizon=2"),
    ] {
        let answer = world
            .trade(get(format!("/api/forecasts?{SERIES}&{query}")))
            .await;
        assert_eq!(answer.named(422), [named]);
    }
}

#[tokio::test]
async fn a_schedule_buys_low_and_sells_high() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-04" });
    let schedule = world
        .trade(post("/api/optimisations/schedule").json(&body))
        .await
        .expect(200)
        .body;
    let power: Vec<f64> = schedule["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["power"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(power.len(), 24);
    assert!(
        power[..18].iter().all(|p| *p <= 0.0),
        "buys before the evening: {power:?}"
    );
    assert!(
        power[18..21].iter().sum::<f64>() > 15.0,
        "sells in the evening: {power:?}"
    );
    let own = json!({
        "asset": asset, "product": "DAM", "day": "2024-06-04",
        "prices": [
            { "period": { "start": "2024-06-04T05:00:00Z", "resolution": "PT60M" }, "price": "NaN" },
        ],
    });
    let named = world
        .trade(post("/api/optimisations/schedule").json(&own))
        .await
        .named(422);
    assert_eq!(named, ["prices[0].price=NaN"]);
}

#[tokio::test]
async fn an_offer_is_a_bid_that_passes_the_rules() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-06" });
    let offer = world
        .trade(post("/api/optimisations/offer").json(&body))
        .await
        .expect(200)
        .body;
    let drafted = world
        .trade(post("/api/bids").key("o").json(&offer["content"]))
        .await
        .expect(201);
    assert_eq!(drafted.body["validation"]["verdict"], "accept");
    assert_eq!(drafted.body["content"]["asset"], json!(asset));
}

#[tokio::test]
async fn another_organisations_battery_is_not_found() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-04" });
    for path in ["/api/optimisations/schedule", "/api/optimisations/offer"] {
        world
            .send(post(path).json(&body).by(world.foreign()))
            .await
            .problem(404);
    }
}

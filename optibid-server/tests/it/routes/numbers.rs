//! Forecasts, schedules and offers.

use super::call::{get, post};
use super::world::{World, battery, plain_battery};
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
async fn the_accuracy_of_forecasts_is_told_by_model() {
    let world = World::new().await;
    let path = "/api/forecasts/accuracy";
    let whole = format!("{path}?{SERIES}&from=2024-06-03&to=2024-06-05&horizon=2");
    let report = world.trade(get(whole)).await.expect(200).body;
    // Prices are known since noon of 3 June: the gate of that day was before.
    assert_eq!(report["days"], 2);
    assert_eq!(report["skipped"][0]["day"], "2024-06-03");
    let models = report["models"].as_array().unwrap();
    let names: Vec<&str> = models
        .iter()
        .map(|m| m["model"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["similar_days", "blended", "naive_week", "naive_day"]
    );
    // Each day is a cent dearer than the one before: a week before is 7 cents too low, the day before one.
    assert_eq!(models[2]["bias"], "-0.07");
    assert_eq!(models[2]["rmae"], "1");
    assert_eq!(models[3]["mae"], "0.01");
    assert_eq!(models[3]["rmae"], "0.142857");
    assert_eq!(models[0]["by_hour"].as_array().unwrap().len(), 24);
    assert_eq!(models[0]["calibration"][1]["nominal"], "0.5");
    assert!(models[2].get("pinball").is_none());
    let one = format!("{path}?{SERIES}&from=2024-06-05&to=2024-06-05&model=blended");
    let report = world.trade(get(one)).await.expect(200).body;
    assert_eq!(report["models"].as_array().unwrap().len(), 1);
    for (query, named) in [
        ("from=2024-06-05&to=2024-06-04", "to=2024-06-04"),
        ("from=2024-03-01&to=2024-06-01", "to=2024-06-01"),
        ("from=2024-06-05&to=2024-06-05&horizon=8", "horizon=8"),
        ("from=2024-06-05&to=2024-06-05&model=oracle", "model=oracle"),
        ("from=2024-06-02&to=2024-06-03", "to=2024-06-03"),
    ] {
        let answer = world.trade(get(format!("{path}?{SERIES}&{query}"))).await;
        assert_eq!(answer.named(422), [named]);
    }
    let nowhere =
        format!("{path}?market=ERCOT&product=DAM&location=NOWHERE&from=2024-06-05&to=2024-06-05");
    assert_eq!(
        world.trade(get(nowhere)).await.named(422),
        ["location=NOWHERE"]
    );
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
async fn an_offer_is_built_by_the_method_that_is_asked_for() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = |method: Value| json!({ "asset": asset, "product": "DAM", "day": "2024-06-06", "method": method });
    let path = "/api/optimisations/offer";
    let mut contents = Vec::new();
    for method in [
        json!({ "kind": "opportunity_cost" }),
        json!({ "kind": "scenarios", "count": 20, "seed": 1 }),
        json!({ "kind": "scenarios", "count": 20, "seed": 1 }),
        json!({ "kind": "policy", "count": 20, "states": 5 }),
    ] {
        let offer = world
            .trade(post(path).json(&body(method)))
            .await
            .expect(200)
            .body;
        let key = format!("m{}", contents.len());
        let drafted = world
            .trade(post("/api/bids").key(&key).json(&offer["content"]))
            .await;
        assert_eq!(drafted.expect(201).body["validation"]["verdict"], "accept");
        contents.push(offer["content"].clone());
    }
    assert_ne!(contents[0], contents[1]);
    assert_eq!(contents[1], contents[2]);
    let method = json!({ "kind": "scenarios", "count": 1 });
    let named = world.trade(post(path).json(&body(method))).await.named(422);
    assert_eq!(named, ["method.count=1"]);
    assert_ne!(contents[3], contents[1]);
    let method = json!({ "kind": "policy", "count": 20, "states": 22 });
    let named = world.trade(post(path).json(&body(method))).await.named(422);
    assert_eq!(named, ["method.states=22"]);
    let method = json!({ "kind": "blocks" });
    let named = world.trade(post(path).json(&body(method))).await.named(422);
    assert_eq!(named, ["rules=ERCOT DAM"]);
}

#[tokio::test]
async fn what_would_be_ignored_is_refused() {
    let world = World::new().await;
    let asset = world.battery().await;
    let offer = json!({ "asset": asset, "product": "DAM", "day": "2024-06-06",
        "method": { "kind": "opportunity_cost", "paths": 3 } });
    let named = world
        .trade(post("/api/optimisations/offer").json(&offer))
        .await
        .named(422);
    assert!(named[0].starts_with("method"), "{named:?}");
    let late = json!({ "asset": asset, "product": "DAM", "day": "2024-06-06", "made_at": "2030-01-01T00:00:00Z" });
    let named = world
        .trade(post("/api/optimisations/offer").json(&late))
        .await
        .named(422);
    assert_eq!(named, ["made_at=2030-01-01T00:00:00Z"]);
    let elsewhere = json!({ "asset": asset, "product": "DAM", "day": "2024-06-04",
        "prices": [{ "period": { "start": "2030-01-20T05:00:00Z", "resolution": "PT15M" }, "price": "20" }] });
    let named = world
        .trade(post("/api/optimisations/schedule").json(&elsewhere))
        .await
        .named(422);
    assert_eq!(named, ["prices[0].period=2030-01-20T05:00:00Z/PT15M"]);
    let backtest = |settings: Value| {
        json!({ "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "from": "2024-06-01", "to": "2024-06-02", "battery": plain_battery(), "settings": settings })
    };
    for (settings, field) in [
        (
            json!({ "strategy": { "kind": "top_bottom", "hours": 13 } }),
            "settings.strategy.hours=13",
        ),
        (json!({ "balancing": "DAM" }), "settings.balancing=DAM"),
    ] {
        let call = post("/api/backtests").key("x").json(&backtest(settings));
        assert_eq!(world.trade(call).await.named(422), [field]);
    }
    let unknown = backtest(json!({ "strategy": { "kind": "policy", "states": 99 } }));
    let named = world
        .trade(post("/api/backtests").key("y").json(&unknown))
        .await
        .named(422);
    assert!(named[0].starts_with("settings.strategy"), "{named:?}");
}

#[tokio::test]
async fn an_offer_of_blocks_is_a_bid_where_the_market_takes_them() {
    let world = World::new().await;
    let mut battery = battery();
    battery["market"] = json!("NORDPOOL");
    battery["location"] = json!("SE3");
    let asset = world
        .trade(post("/api/assets").json(&battery))
        .await
        .expect(201)
        .id();
    let mut file = "market,product,location,start,resolution,price,known_at\n".to_owned();
    let first: jiff::Timestamp = "2024-05-20T22:00:00Z".parse().unwrap();
    for hour in 0..15 * 24 {
        let start = first + jiff::SignedDuration::from_hours(hour);
        let price = 20 + (hour * 7) % 24 + if hour % 24 > 17 { 60 } else { 0 };
        let known = start - jiff::SignedDuration::from_hours(40);
        file += &format!("NORDPOOL,DAM,SE3,{start},PT60M,{price},{known}\n");
    }
    world
        .trade(post("/api/market-data/import").text("text/csv", file))
        .await
        .expect(200);
    let body = json!({
        "asset": asset, "product": "DAM", "day": "2024-06-05", "method": { "kind": "blocks" }
    });
    let offer = world
        .trade(post("/api/optimisations/offer").json(&body))
        .await;
    let offer = offer.expect(200).body;
    assert!(
        offer["content"]["blocks"].as_array().unwrap().len() >= 2,
        "{offer}"
    );
    assert_eq!(offer["safety"]["breach"], Value::Null);
    let drafted = world
        .trade(post("/api/bids").key("blocks").json(&offer["content"]))
        .await;
    assert_eq!(drafted.expect(201).body["validation"]["verdict"], "accept");
}

#[tokio::test]
async fn another_organisations_battery_is_not_found() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-04" });
    for path in [
        "/api/optimisations/schedule",
        "/api/optimisations/explain",
        "/api/optimisations/offer",
    ] {
        world
            .send(post(path).json(&body).by(world.foreign()))
            .await
            .problem(404);
    }
}

/// Minor units of a decimal with two digits after the point.
fn cents(value: &Value) -> i64 {
    value["amount"]
        .as_str()
        .unwrap()
        .replace('.', "")
        .parse()
        .unwrap()
}

#[tokio::test]
async fn the_reasons_of_a_day_add_up_to_its_revenue() {
    let world = World::new().await;
    let asset = world.battery().await;
    let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-04" });
    let plain = world
        .trade(post("/api/optimisations/schedule").json(&body))
        .await
        .expect(200)
        .body;
    let told = world
        .trade(post("/api/optimisations/explain").json(&body))
        .await
        .expect(200)
        .body;
    assert_eq!(told["schedule"], plain);
    let moves = told["moves"].as_array().unwrap();
    for made in moves {
        let parts = made["parts"].as_array().unwrap();
        let sum: i64 = parts.iter().map(|part| cents(&part["amount"])).sum();
        assert_eq!(sum, cents(&made["revenue"]), "{made}");
    }
    let revenue: i64 = moves.iter().map(|made| cents(&made["revenue"])).sum();
    let rounding = i64::try_from(moves.len()).unwrap();
    assert!((revenue - cents(&plain["revenue"])).abs() <= rounding);
    assert!(moves.len() >= 4, "{moves:?}");
}

/// Two hours from eleven at night on, at 20 and at 90.
fn two_hours(asset: &str) -> Value {
    json!({
        "asset": asset, "product": "DAM", "day": "2024-06-04",
        "prices": [
            { "period": { "start": "2024-06-05T03:00:00Z", "resolution": "PT60M" }, "price": "20" },
            { "period": { "start": "2024-06-05T04:00:00Z", "resolution": "PT60M" }, "price": "90" },
        ],
    })
}

#[tokio::test]
async fn a_desk_plans_from_now_with_limits_that_move() {
    let world = World::new().await;
    let asset = world.battery().await;
    let path = "/api/optimisations/schedule";
    let mut body = two_hours(&asset);
    body["initial_soc"] = json!("12");
    body["initial_power"] = json!("-4");
    body["soc_limits"] = json!([{ "min": "0", "max": "12" }, { "min": "5", "max": "20" }]);
    let points = world.trade(post(path).json(&body)).await.expect(200).body;
    let stored: Vec<&str> = points["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["state_of_charge"].as_str().unwrap())
        .collect();
    // Full up to the first limit already, it sells in the second hour what the second limit leaves.
    assert_eq!(stored, ["12", "5"]);
    for (field, value, named) in [
        ("initial_soc", json!("21"), "initial_soc=21"),
        ("initial_soc", json!("much"), "initial_soc=much"),
        (
            "soc_limits",
            json!([{ "min": "0", "max": "12" }]),
            "soc_limits=1",
        ),
        (
            "soc_limits",
            json!([{ "min": "0", "max": "12" }, { "min": "0", "max": "99" }]),
            "soc_limits[1].max=99",
        ),
    ] {
        let mut broken = body.clone();
        broken[field] = value;
        for path in [path, "/api/optimisations/explain"] {
            let answer = world.trade(post(path).json(&broken)).await;
            assert_eq!(answer.named(422), [named], "{path}");
        }
    }
}

#[tokio::test]
async fn limits_that_contradict_each_other_come_with_ways_out_that_work() {
    let world = World::new().await;
    let asset = world.battery().await;
    let path = "/api/optimisations/explain";
    let mut body = two_hours(&asset);
    body["initial_soc"] = json!("0");
    body["soc_limits"] = json!([{ "min": "15", "max": "20" }, { "min": "0", "max": "20" }]);
    let problem = world.trade(post(path).json(&body)).await.problem(422).body;
    // 10 MW for an hour at 0.95 store 9.5 MWh, not 15.
    let fields: Vec<&str> = problem["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|violation| violation["field"].as_str().unwrap())
        .collect();
    assert!(fields.contains(&"soc_limits[0].min"), "{fields:?}");
    assert!(fields.contains(&"initial_soc"), "{fields:?}");
    assert!(!fields.contains(&"battery.initial_soc"), "{fields:?}");
    let fixes = problem["fixes"].as_array().unwrap();
    let costs: Vec<i64> = fixes.iter().map(|fix| cents(&fix["cost"])).collect();
    assert!(costs.is_sorted(), "the cheapest first: {costs:?}");
    let mut tried = 0;
    for change in fixes
        .iter()
        .flat_map(|fix| fix["changes"].as_array().unwrap())
    {
        let mut fixed = body.clone();
        match change["field"].as_str().unwrap() {
            "initial_soc" => fixed["initial_soc"] = change["to"].clone(),
            "soc_limits[0].min" => fixed["soc_limits"][0]["min"] = change["to"].clone(),
            _ => continue,
        }
        world.trade(post(path).json(&fixed)).await.expect(200);
        tried += 1;
    }
    assert!(tried >= 2, "{fixes:?}");
}

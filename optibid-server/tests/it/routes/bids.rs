use super::call::{get, post, put};
use super::world::{World, content};
use optibid_core::auth::Role;
use serde_json::{Value, json};

const DAY: &str = "2024-06-05";

#[tokio::test]
async fn a_bid_goes_from_draft_to_award() {
    let world = World::new().await;
    let drafted = world
        .trade(post("/api/bids").key("a").json(&content("2024-06-04")))
        .await;
    let drafted = drafted.expect(201);
    let id = drafted.id();
    assert_eq!(drafted.header("location"), format!("/api/bids/{id}"));
    assert_eq!(drafted.header("etag"), "\"1\"");
    assert_eq!(drafted.body["state"], "draft");
    assert_eq!(drafted.body["validation"]["verdict"], "accept");
    let validated = world
        .trade(post(format!("/api/bids/{id}/validate")))
        .await
        .expect(200);
    assert_eq!(
        (validated.body["state"].as_str(), validated.header("etag")),
        (Some("validated"), "\"2\"")
    );
    let submit = post(format!("/api/bids/{id}/submit")).key("s").if_match(2);
    let submitted = world.trade(submit.clone()).await.expect(200);
    assert_eq!(submitted.body["state"], "acknowledged");
    let again = world.trade(submit).await.expect(200);
    assert_eq!(again.body["version"], submitted.body["version"]);
    let refreshed = world
        .trade(post(format!("/api/bids/{id}/refresh")))
        .await
        .expect(200);
    assert_eq!(refreshed.body["state"], "partly_cleared");
    let history = world
        .trade(get(format!("/api/bids/{id}/history")))
        .await
        .expect(200);
    let moves: Vec<_> = history.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["to"])
        .collect();
    assert_eq!(
        moves,
        [
            "draft",
            "validated",
            "submitted",
            "acknowledged",
            "partly_cleared"
        ]
    );
}

#[tokio::test]
async fn a_draft_needs_a_key_and_the_key_gives_the_same_answer() {
    let world = World::new().await;
    let bare = world.trade(post("/api/bids").json(&content(DAY))).await;
    assert_eq!(bare.named(400), ["Idempotency-Key="]);
    let long = "k".repeat(256);
    let bad = world
        .trade(post("/api/bids").key(&long).json(&content(DAY)))
        .await;
    assert_eq!(bad.named(400), [format!("Idempotency-Key={long}")]);
    let first = world
        .trade(post("/api/bids").key("k1").json(&content(DAY)))
        .await
        .expect(201);
    let twin = world
        .trade(post("/api/bids").key("k1").json(&content(DAY)))
        .await
        .expect(201);
    assert_eq!(first.body, twin.body);
    let mut other = content(DAY);
    other["note"] = json!("another");
    let reused = world
        .trade(post("/api/bids").key("k1").json(&other))
        .await
        .problem(422);
    assert_eq!(reused.body["code"], "key_reused");
    let kept = world
        .trade(post("/api/bids?draft=true").key("k1").json(&content(DAY)))
        .await;
    assert_eq!(kept.problem(422).body["code"], "key_reused");
    let list = world.trade(get("/api/bids")).await.expect(200);
    assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_with_its_source() {
    let world = World::new().await;
    let mut bad = content(DAY);
    bad["periods"][0]["curve"]["points"][0]["price"] = json!("40.005");
    bad["location"] = json!("HB_NOWHERE");
    let refused = world
        .trade(post("/api/bids").key("x").json(&bad))
        .await
        .problem(422);
    let found = refused.body["violations"].as_array().unwrap().clone();
    let of = |code: &str| found.iter().find(|v| v["code"] == code).cloned().unwrap();
    assert_eq!(of("unknown_location")["value"], "HB_NOWHERE");
    let tick = of("price_off_tick");
    assert_eq!(tick["field"], "periods[0].curve.points[0].price");
    assert_eq!(tick["value"], "40.005");
    assert!(tick["source"].as_str().is_some_and(|s| !s.is_empty()));
    let none = world.trade(get("/api/bids")).await.expect(200);
    assert_eq!(none.body["items"], json!([]), "nothing is half applied");
    let checked = world
        .trade(post("/api/bids/validate").json(&bad))
        .await
        .expect(200);
    assert_eq!(checked.body["verdict"], "reject");
    let kept = world
        .trade(post("/api/bids?draft=true").key("y").json(&bad))
        .await
        .expect(201);
    assert_eq!(kept.body["validation"]["verdict"], "reject");
    let submit = world
        .trade(post(format!("/api/bids/{}/submit", kept.id())))
        .await;
    assert!(
        submit
            .named(422)
            .contains(&"location=HB_NOWHERE".to_owned())
    );
}

#[tokio::test]
async fn a_closed_gate_is_named_in_market_time() {
    let world = World::new().await;
    let late = world
        .trade(post("/api/bids").key("x").json(&content("2024-06-03")))
        .await
        .problem(422);
    let gate = &late.body["violations"][0];
    assert_eq!(gate["code"], "gate_closed");
    assert!(
        gate["rule"]
            .as_str()
            .unwrap()
            .contains("2024-06-02T10:00:00-05:00"),
        "{gate}"
    );
}

#[tokio::test]
async fn an_eleventh_point_a_falling_curve_and_a_missing_hour_are_refused() {
    let world = World::new().await;
    let points = |count: usize| -> Value {
        (0..count)
            .map(|i| json!({ "quantity": (i + 1).to_string(), "price": (i + 20).to_string() }))
            .collect()
    };
    let with = |points: Value| {
        let mut content = content(DAY);
        content["periods"][2]["curve"] =
            json!({ "side": "sell", "shape": "linear", "points": points });
        content
    };
    let check = async |content: &Value| world.trade(post("/api/bids/validate").json(content)).await;
    let ten = check(&with(points(10))).await.expect(200).body;
    assert_eq!(ten["verdict"], "accept", "{ten}");
    let eleven = check(&with(points(11))).await.expect(200);
    assert_eq!(eleven.body["findings"][0]["code"], "too_many_points");
    let falling = json!([{ "quantity": "1", "price": "30" }, { "quantity": "2", "price": "20" }]);
    let falling = check(&with(falling)).await.named(422);
    assert!(falling[0].starts_with("periods[2].curve"), "{falling:?}");
    // The clocks go forward over 02:00 on 10 March 2024: an hour more belongs to the next day.
    let mut short = content("2024-03-10");
    let hours = short["periods"].as_array_mut().unwrap();
    assert_eq!(hours.len(), 23);
    let mut extra = hours[22].clone();
    extra["period"]["start"] = json!("2024-03-11T05:00:00Z");
    hours.push(extra);
    let found = check(&short).await.expect(200).body["findings"].clone();
    let outside = found
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["code"] == "period_outside_day");
    assert!(
        outside.unwrap()["field"]
            .as_str()
            .unwrap()
            .starts_with("periods[23]"),
        "{found}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_names_the_field() {
    let world = World::new().await;
    let with = |path: &str, value: Value| {
        let mut content = content(DAY);
        *content.pointer_mut(path).unwrap() = value;
        content
    };
    let price = "/periods/1/curve/points/0/price";
    for (content, field) in [
        (with(price, json!("18,25")), "periods[1].curve"),
        (with(price, json!("NaN")), "periods[1].curve"),
        (with(price, json!(18.25)), "periods[1].curve"),
        (with("/delivery_day", json!("2024-02-30")), "delivery_day"),
        (with("/currency", json!("USX")), "currency"),
        (with("/market", json!("er cot")), "market"),
        (
            with("/periods/0/period/start", json!("2024-06-05T05:07:00Z")),
            "periods[0].period",
        ),
    ] {
        let named = world
            .trade(post("/api/bids").key("x").json(&content))
            .await
            .named(422);
        assert!(named[0].starts_with(field), "{named:?} for {field}");
    }
    let mut unknown = content(DAY);
    unknown["colour"] = json!("red");
    let named = world
        .trade(post("/api/bids").key("x").json(&unknown))
        .await
        .named(422);
    assert!(named[0].starts_with("colour="), "{named:?}");
    let euro = with("/currency", json!("EUR"));
    let named = world
        .trade(post("/api/bids").key("x").json(&euro))
        .await
        .named(422);
    assert!(named.contains(&"currency=EUR".to_owned()), "{named:?}");
    let cut = content(DAY).to_string();
    let cut = post("/api/bids")
        .key("x")
        .text("application/json", &cut[..cut.len() / 2]);
    world.trade(cut).await.problem(400);
    let plain = post("/api/bids").key("x").text("text/plain", "hello");
    assert_eq!(
        world.trade(plain).await.named(415),
        ["Content-Type=text/plain"]
    );
}

#[tokio::test]
async fn an_edit_needs_the_version_it_builds_on() {
    let world = World::new().await;
    let id = world.draft(DAY).await;
    let path = format!("/api/bids/{id}");
    let mut changed = content(DAY);
    changed["note"] = json!("more at noon");
    let missing = world.trade(put(&path).json(&changed)).await;
    assert_eq!(missing.named(428), ["If-Match="]);
    let garbled = put(&path).header("if-match", "W/x").json(&changed);
    assert_eq!(world.trade(garbled).await.named(400), ["If-Match=W/x"]);
    let edited = world
        .trade(put(&path).if_match(1).json(&changed))
        .await
        .expect(200);
    assert_eq!(
        (edited.header("etag"), &edited.body["content"]["note"]),
        ("\"2\"", &json!("more at noon"))
    );
    world
        .trade(put(&path).if_match(1).json(&changed))
        .await
        .problem(412);
    let read = world.trade(get(&path)).await.expect(200);
    assert_eq!(read.header("etag"), "\"2\"");
    let stale = post(format!("{path}/submit")).if_match(1);
    world.trade(stale).await.problem(412);
    let stale = post(format!("{path}/withdraw")).if_match(1);
    world.trade(stale).await.problem(412);
    let withdrawn = post(format!("{path}/withdraw"))
        .if_match(2)
        .json(&json!({ "reason": "storm" }));
    let withdrawn = world.trade(withdrawn).await.expect(200);
    assert_eq!(withdrawn.body["state"], "withdrawn");
    // The version is right, the state is not: that is a conflict, not a failed precondition.
    world
        .trade(put(&path).if_match(3).json(&changed))
        .await
        .problem(409);
    world
        .trade(post(format!("{path}/withdraw")))
        .await
        .problem(409);
}

#[tokio::test]
async fn a_list_is_filtered_and_read_on() {
    let world = World::new().await;
    let first = world.draft("2024-06-04").await;
    let second = world.draft(DAY).await;
    let third = world.draft("2024-06-06").await;
    world
        .trade(post(format!("/api/bids/{first}/withdraw")))
        .await
        .expect(200);
    let ids = async |query: &str| {
        let list = world
            .trade(get(format!("/api/bids?{query}")))
            .await
            .expect(200);
        let ids = list.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["id"].clone());
        (
            ids.collect::<Vec<_>>(),
            list.body["next"].as_str().map(str::to_owned),
        )
    };
    assert_eq!(
        ids("").await,
        (vec![json!(third), json!(second), json!(first)], None)
    );
    assert_eq!(ids("day=2024-06-05").await.0, [json!(second)]);
    assert_eq!(ids("state=withdrawn").await.0, [json!(first)]);
    assert_eq!(ids("state=withdrawn,draft").await.0.len(), 3);
    assert_eq!(ids("state=withdrawn&state=draft").await.0.len(), 3);
    assert_eq!(ids("market=CAISO").await.0.len(), 0);
    assert_eq!(ids("product=RTM").await.0.len(), 0);
    let (part, next) = ids("limit=2").await;
    assert_eq!(part, [json!(third), json!(second)]);
    let (rest, end) = ids(&format!("limit=2&after={}", next.unwrap())).await;
    assert_eq!((rest, end), (vec![json!(first)], None));
    for (query, named) in [
        ("limit=0", "limit=0"),
        ("limit=201", "limit=201"),
        ("limit=x", "limit=x"),
        ("after=nonsense", "after=nonsense"),
        ("state=gone", "state=gone"),
        ("day=2024-13-01", "day=2024-13-01"),
        ("colour=red", "colour=red"),
    ] {
        let answer = world.trade(get(format!("/api/bids?{query}"))).await;
        assert_eq!(answer.named(422), [named]);
    }
}

#[tokio::test]
async fn an_asset_behind_a_bid_must_be_ones_own() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut bid = content(DAY);
    bid["asset"] = json!(asset);
    let own = world
        .trade(post("/api/bids/validate").json(&bid))
        .await
        .expect(200);
    assert_eq!(own.body["verdict"], "accept");
    let foreign = post("/api/bids/validate").json(&bid).by(world.foreign());
    assert_eq!(
        world.send(foreign).await.named(422),
        [format!("asset={asset}")]
    );
}

#[tokio::test]
async fn maintenance_stops_writing_but_not_reading() {
    let world = World::new().await;
    let id = world.draft(DAY).await;
    let on = json!({ "enabled": true, "message": "moving house" });
    let on = put("/api/maintenance")
        .json(&on)
        .by(world.token(Role::SuperAdmin));
    world.send(on).await.expect(200);
    let refused = world
        .trade(post(format!("/api/bids/{id}/validate")))
        .await
        .problem(503);
    assert!(
        refused.body["detail"]
            .as_str()
            .unwrap()
            .contains("moving house")
    );
    assert_eq!(refused.header("retry-after"), "1");
    world
        .trade(get(format!("/api/bids/{id}")))
        .await
        .expect(200);
}

/// A battery's block orders at Nord Pool, an hour each.
fn blocks() -> Value {
    let volume = |hour: &str, quantity: &str| {
        let period = json!({ "start": format!("{DAY}T{hour}:00:00Z"), "resolution": "PT60M" });
        json!([{ "period": period, "quantity": quantity }])
    };
    json!({
        "market": "NORDPOOL", "product": "DAM", "location": "SE3", "delivery_day": DAY,
        "currency": "EUR", "kind": "block",
        "blocks": [
            { "name": "charge", "price": "20.00", "loop_with": "battery", "profile": volume("02", "-10") },
            { "name": "discharge", "price": "60.00", "loop_with": "battery", "profile": volume("17", "9") },
        ],
    })
}

#[tokio::test]
async fn block_orders_are_checked_drafted_and_read_back() {
    let world = World::new().await;
    let checked = world
        .trade(post("/api/bids/validate").json(&blocks()))
        .await
        .expect(200);
    assert_eq!(checked.body["verdict"], "accept", "{}", checked.body);
    let drafted = world
        .trade(post("/api/bids").key("b").json(&blocks()))
        .await
        .expect(201);
    let read = world
        .trade(get(format!("/api/bids/{}", drafted.id())))
        .await
        .expect(200);
    assert_eq!(read.body["content"], blocks());
}

#[tokio::test]
async fn every_fault_of_a_kind_of_offer_is_named_by_its_field() {
    let world = World::new().await;
    let with = |change: fn(&mut Value)| {
        let mut bid = blocks();
        change(&mut bid);
        bid
    };
    let cases = [
        (
            with(|b| b["blocks"][0]["price"] = json!("20,5")),
            "blocks[0].price=20,5",
        ),
        (
            with(|b| b["blocks"][1]["min_acceptance"] = json!("2")),
            "blocks[1].min_acceptance=2",
        ),
        (
            with(|b| b["blocks"][1]["profile"][0]["quantity"] = json!("-9")),
            "blocks[0].loop_with=battery",
        ),
        (with(|b| b["periods"] = json!([])), "periods=…"),
        (with(|b| b["kind"] = json!("virtual")), "blocks=…"),
        (
            with(|b| b["blocks"][0]["price"] = json!("4000.01")),
            "blocks[0].price=4000.01",
        ),
    ];
    for (bid, expected) in cases {
        let named = world
            .trade(post("/api/bids").key("x").json(&bid))
            .await
            .named(422);
        assert!(
            named.iter().any(|n| n == expected),
            "{named:?} for {expected}"
        );
    }
    let mut elsewhere = content(DAY);
    elsewhere["kind"] = json!("virtual");
    elsewhere["product"] = json!("RTM");
    let named = world
        .trade(post("/api/bids").key("x").json(&elsewhere))
        .await
        .named(422);
    assert!(named.contains(&"kind=virtual".to_owned()), "{named:?}");
}

use super::call::{get, post, put};
use super::world::{World, battery};
use optibid_core::auth::Role;
use serde_json::{Value, json};

const SPAN: &str = "from=2024-06-03T00:00:00Z&to=2024-06-04T00:00:00Z";

fn sample(at: &str, power: &str) -> Value {
    json!({ "at": at, "power": power, "state_of_charge": "5", "source": "scada" })
}

#[tokio::test]
async fn an_asset_is_added_read_edited_and_listed() {
    let world = World::new().await;
    let added = world
        .trade(post("/api/assets").key("a").json(&battery()))
        .await
        .expect(201);
    let id = added.id();
    assert_eq!(added.header("location"), format!("/api/assets/{id}"));
    let twin = world
        .trade(post("/api/assets").key("a").json(&battery()))
        .await
        .expect(201);
    assert_eq!(twin.id(), id);
    let path = format!("/api/assets/{id}");
    let mut larger = battery();
    larger["kind"]["discharge_limit"] = json!("12");
    assert_eq!(
        world.trade(put(&path).json(&larger)).await.named(428),
        ["If-Match="]
    );
    let edited = world
        .trade(put(&path).if_match(1).json(&larger))
        .await
        .expect(200);
    assert_eq!(
        (edited.header("etag"), &edited.body["version"]),
        ("\"2\"", &json!(2))
    );
    world
        .trade(put(&path).if_match(1).json(&larger))
        .await
        .problem(412);
    let read = world.trade(get(&path)).await.expect(200);
    assert_eq!(read.body["kind"]["discharge_limit"], "12");
    let second = world.battery().await;
    let part = world
        .trade(get("/api/assets?limit=1"))
        .await
        .expect(200)
        .body;
    assert_eq!(part["items"][0]["id"], json!(second));
    let next = part["next"].as_str().unwrap();
    let rest = world
        .trade(get(format!("/api/assets?after={next}")))
        .await
        .expect(200)
        .body;
    assert_eq!(rest["items"][0]["id"], json!(id));
    assert_eq!(
        world.trade(get("/api/assets?after=x")).await.named(422),
        ["after=x"]
    );
}

#[tokio::test]
async fn limits_that_cannot_be_are_all_named() {
    let world = World::new().await;
    let mut bad = battery();
    bad["kind"]["max_soc"] = json!("25");
    bad["location"] = json!("HB_SOUTH");
    bad["name"] = json!(" ");
    let named = world.trade(post("/api/assets").json(&bad)).await.named(422);
    assert!(named.iter().any(|n| n.starts_with("name=")), "{named:?}");
    assert!(
        named.iter().any(|n| n.starts_with("kind.max_soc=25")),
        "{named:?}"
    );
    for (path, value, field) in [
        ("/location", json!("HB_NOWHERE"), "location=HB_NOWHERE"),
        ("/kind/charge_limit", json!("ten"), "kind"),
        ("/kind/charge_limit", json!("1,5"), "kind"),
        ("/kind/charge_limit", json!(10), "kind"),
        ("/kind/type", json!("perpetuum mobile"), "kind"),
    ] {
        let mut bad = battery();
        *bad.pointer_mut(path).unwrap() = value;
        let named = world.trade(post("/api/assets").json(&bad)).await.named(422);
        assert!(named[0].starts_with(field), "{named:?} for {path}");
    }
    let mut unknown = battery();
    unknown["colour"] = json!("red");
    let named = world
        .trade(post("/api/assets").json(&unknown))
        .await
        .named(422);
    assert!(named[0].starts_with("colour="), "{named:?}");
    let list = world.trade(get("/api/assets")).await.expect(200);
    assert_eq!(list.body["items"], json!([]));
}

#[tokio::test]
async fn telemetry_is_recorded_wholly_or_not_at_all() {
    let world = World::new().await;
    let id = world.battery().await;
    let path = format!("/api/assets/{id}/telemetry");
    let samples = |list: Vec<Value>| post(&path).json(&json!({ "samples": list }));
    let two = vec![
        sample("2024-06-03T10:00:00Z", "-9.5"),
        sample("2024-06-03T11:00:00Z", "3"),
    ];
    let done = world.trade(samples(two.clone())).await.expect(200).body;
    assert_eq!(done, json!({ "received": 2, "inserted": 2 }));
    let again = world.trade(samples(two)).await.expect(200).body;
    assert_eq!(again, json!({ "received": 2, "inserted": 0 }));
    let bad = vec![
        sample("2024-06-03T09:00:00Z", "1"),
        sample("2024-06-03T09:05:00Z", "400"),
    ];
    assert_eq!(
        world.trade(samples(bad)).await.named(422),
        ["samples[1].power=400"]
    );
    let future = vec![sample("2024-06-03T13:00:00Z", "1")];
    let named = world.trade(samples(future)).await.named(422);
    assert_eq!(named, ["samples[0].at=2024-06-03T13:00:00Z"]);
    let part = world
        .trade(get(format!("{path}?{SPAN}&limit=1")))
        .await
        .expect(200)
        .body;
    assert_eq!(part["items"].as_array().unwrap().len(), 1);
    assert_eq!(part["next_from"], "2024-06-03T11:00:00Z");
    let rest = "from=2024-06-03T11:00:00Z&to=2024-06-04T00:00:00Z";
    let rest = world
        .trade(get(format!("{path}?{rest}")))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&rest["items"][0]["power"], rest.get("next_from")),
        (&json!("3"), None)
    );
    let empty = "from=2024-06-04T00:00:00Z&to=2024-06-03T00:00:00Z";
    let named = world.trade(get(format!("{path}?{empty}"))).await.named(422);
    assert_eq!(named, ["to=2024-06-03T00:00:00Z"]);
    let missing = world.trade(get(&path)).await.named(422);
    assert_eq!(missing, ["from="]);
    let foreign = json!({ "samples": [], "asset": id });
    let named = world.trade(post(&path).json(&foreign)).await.named(422);
    assert!(named[0].starts_with("asset="), "{named:?}");
}

#[tokio::test]
async fn availability_is_replaced_as_a_whole() {
    let world = World::new().await;
    let id = world.battery().await;
    let path = format!("/api/assets/{id}/availability");
    let window = |from: &str, until: &str, limit: &str| json!({ "from": from, "until": until, "limit": limit, "reason": "inverter" });
    let half = window("2024-06-05T00:00:00Z", "2024-06-06T00:00:00Z", "0.5");
    let set = put(&path).json(&json!({ "windows": [half] }));
    world.trade(set).await.expect(200);
    let read = world.trade(get(&path)).await.expect(200).body;
    assert_eq!(read["windows"][0]["limit"], "0.5");
    let backwards = window("2024-06-06T00:00:00Z", "2024-06-05T00:00:00Z", "1.5");
    let bad = put(&path).json(&json!({ "windows": [half, backwards] }));
    let named = world.trade(bad).await.named(422);
    assert!(
        named.contains(&"windows[1].until=2024-06-05T00:00:00Z".to_owned()),
        "{named:?}"
    );
    assert!(
        named.iter().any(|n| n.starts_with("windows[1].limit=1.5")),
        "{named:?}"
    );
    let kept = world.trade(get(&path)).await.expect(200).body;
    assert_eq!(kept, read);
}

#[tokio::test]
async fn the_latest_sample_is_that_measured_last() {
    let world = World::new().await;
    let id = world.battery().await;
    let latest = get(format!("/api/assets/{id}/telemetry/latest"));
    let none = world.trade(latest.clone()).await.expect(200);
    assert_eq!(none.body, json!({}));
    for at in [
        "2024-06-03T10:00:00Z",
        "2024-06-03T11:00:00Z",
        "2024-06-03T09:00:00Z",
    ] {
        let body = json!({ "samples": [sample(at, "1")] });
        let path = format!("/api/assets/{id}/telemetry");
        world.trade(post(path).json(&body)).await.expect(200);
    }
    let seen = world.trade(latest).await.expect(200).body;
    assert_eq!(seen["sample"]["at"], "2024-06-03T11:00:00Z");
}

#[tokio::test]
async fn assets_near_a_place_come_with_their_distance() {
    let world = World::new().await;
    let token = world.token(Role::OrgAdmin);
    let mut content = battery();
    content["latitude"] = json!("30.2672");
    content["longitude"] = json!("-97.7431");
    world
        .send(post("/api/assets").by(token).json(&content))
        .await
        .expect(201);
    let near = "/api/assets/nearby?latitude=29.7604&longitude=-95.3698";
    let list = world
        .send(get(format!("{near}&radius_km=300")).by(token))
        .await
        .expect(200);
    assert_eq!(list.body["items"][0]["distance_km"], "235.352");
    let none = world.send(get(near).by(token)).await.expect(200);
    assert_eq!(none.body["items"], json!([]));
    for (query, named) in [
        ("latitude=91&longitude=0", "latitude=91"),
        ("latitude=0&longitude=0&radius_km=0", "radius_km=0"),
        ("longitude=0", "latitude="),
    ] {
        let path = format!("/api/assets/nearby?{query}");
        assert_eq!(world.send(get(path).by(token)).await.named(422), [named]);
    }
}

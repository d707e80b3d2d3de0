use super::call::get;
use super::world::World;
use optibid_core::auth::Role;
use serde_json::{Value, json};

async fn read(path: &str) -> Value {
    World::new().await.trade(get(path)).await.expect(200).body
}

#[tokio::test]
async fn markets_come_with_products_rules_and_sources() {
    let all = read("/api/markets").await;
    let names: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["market"])
        .collect();
    for known in [
        "ERCOT", "CAISO", "NYISO", "NORDPOOL", "EPEX", "IEX", "PJM", "MISO", "AEMO",
    ] {
        assert!(names.iter().any(|name| *name == known), "{known}");
    }
    let rules = read("/api/markets/ERCOT/rules?product=DAM&day=2024-06-05").await;
    assert_eq!(
        (&rules["currency"], &rules["resolution"]),
        (&"USD".into(), &"PT60M".into())
    );
    let rows = rules["rules"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|row| !row["source"].as_str().unwrap().is_empty())
    );
    let places = read("/api/markets/ERCOT/locations").await;
    let places = places["items"].as_array().unwrap();
    assert!(places.iter().any(|place| place["code"] == "HB_SOUTH"));
}

#[tokio::test]
async fn a_day_has_the_hours_it_has() {
    for (day, hours, first, last) in [
        (
            "2024-03-10",
            23,
            "2024-03-10T06:00:00Z",
            "2024-03-11T04:00:00Z",
        ),
        (
            "2024-06-05",
            24,
            "2024-06-05T05:00:00Z",
            "2024-06-06T04:00:00Z",
        ),
        (
            "2024-11-03",
            25,
            "2024-11-03T05:00:00Z",
            "2024-11-04T05:00:00Z",
        ),
    ] {
        let grid = read(&format!("/api/markets/ERCOT/products/DAM/days/{day}")).await;
        let periods = grid["periods"].as_array().unwrap();
        assert_eq!(periods.len(), hours, "{day}");
        assert_eq!(periods[0]["start"], first);
        assert_eq!(periods[hours - 1]["start"], last);
        assert_eq!(periods[hours - 1]["index"], hours - 1);
    }
    let autumn = read("/api/markets/ERCOT/products/DAM/days/2024-11-03").await;
    let label = |index: usize| {
        autumn["periods"][index]["market_time"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(label(1), "2024-11-03T01:00:00-05:00[America/Chicago]");
    assert_eq!(label(2), "2024-11-03T01:00:00-06:00[America/Chicago]");
    // ERCOT's day-ahead market closes at 10:00 Central on the day before: 15:00 UTC in summer time.
    assert_eq!(
        autumn["periods"][0]["gate_closes_at"],
        "2024-11-02T15:00:00Z"
    );
    // The European auction went from hours to quarters with delivery on 1 October 2025.
    for (day, periods) in [("2024-03-31", 23), ("2026-03-29", 92), ("2026-10-25", 100)] {
        let grid = read(&format!("/api/markets/NORDPOOL/products/DAM/days/{day}")).await;
        assert_eq!(grid["periods"].as_array().unwrap().len(), periods, "{day}");
    }
}

#[tokio::test]
async fn what_is_not_known_is_named() {
    let world = World::new().await;
    for (path, named) in [
        ("/api/markets/MARS", "market=MARS"),
        (
            "/api/markets/MARS/rules?product=DAM&day=2024-06-05",
            "market=MARS",
        ),
        (
            "/api/markets/ERCOT/rules?product=XYZ&day=2024-06-05",
            "product=XYZ",
        ),
        (
            "/api/markets/ERCOT/products/XYZ/days/2024-06-05",
            "product=XYZ",
        ),
    ] {
        assert_eq!(world.trade(get(path)).await.named(404), [named], "{path}");
    }
    world
        .trade(get("/api/markets/MARS/locations"))
        .await
        .problem(404);
    world
        .trade(get("/api/markets/er cot".replace(' ', "%20")))
        .await
        .problem(404);
    world
        .trade(get("/api/markets/ERCOT/products/DAM/days/2024-02-30"))
        .await
        .problem(404);
    let missing = world
        .trade(get("/api/markets/ERCOT/rules?product=DAM"))
        .await;
    assert_eq!(missing.named(422), ["day="]);
    let unknown = world
        .trade(get(
            "/api/markets/ERCOT/rules?product=DAM&day=2024-06-05&x=1",
        ))
        .await;
    assert_eq!(unknown.named(422), ["x=1"]);
}

#[tokio::test]
async fn locations_come_as_geojson_with_their_prices() {
    let world = World::new().await;
    let path = "/api/markets/ERCOT/geojson?product=DAM";
    let token = world.token(Role::Viewer);
    let all = world.send(get(path).by(token)).await.expect(200).body;
    assert_eq!(all["type"], "FeatureCollection");
    let features = all["features"].as_array().unwrap();
    let south = features.iter().find(|f| f["id"] == "HB_SOUTH").unwrap();
    assert_eq!(south["type"], "Feature");
    // Longitude comes first (RFC 7946, 3.1.1).
    let point = json!({ "type": "Point", "coordinates": [-97.3964, 27.8006] });
    assert_eq!(south["geometry"], point);
    let average = features.iter().find(|f| f["id"] == "HB_BUSAVG").unwrap();
    assert_eq!(average["geometry"], Value::Null);
    let said = &south["properties"];
    assert_eq!(
        (&said["product"], &said["currency"]),
        (&json!("DAM"), &json!("USD"))
    );
    assert!(said["price"].is_string(), "{said}");
    let wrong = format!("{path}&at=yesterday");
    assert_eq!(
        world.send(get(wrong).by(token)).await.named(422),
        ["at=yesterday"]
    );
    world
        .send(get("/api/markets/ATLANTIS/geojson").by(token))
        .await
        .problem(404);
    world.send(get(path)).await.problem(401);
}

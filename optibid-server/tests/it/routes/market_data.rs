use super::call::{Call, get, post};
use super::world::{PASSWORD, World, private_series};
use optibid_core::auth::Role;
use optibid_core::market::DataOwner;
use optibid_core::ports::PriceStore;
use optibid_core::testing::fixtures::{PriceSeries, Tenant};
use serde_json::json;

const SERIES: &str = "market=ERCOT&product=DAM&location=HB_SOUTH";
const HEADER: &str = "market,product,location,start,resolution,price\n";

fn history(rest: &str) -> Call {
    get(format!("/api/market-data/history?{SERIES}&{rest}"))
}

fn import(query: &str, file: impl Into<String>) -> Call {
    post(format!("/api/market-data/import{query}")).text("text/csv", file.into())
}

#[tokio::test]
async fn the_latest_price_comes_with_currency_and_market_time() {
    let world = World::new().await;
    let latest = world
        .trade(get("/api/market-data/latest?product=DAM"))
        .await
        .expect(200);
    let price = &latest.body["items"][0];
    assert_eq!(price["start"], "2024-06-06T04:00:00Z");
    assert_eq!(
        price["market_time"],
        "2024-06-05T23:00:00-05:00[America/Chicago]"
    );
    assert_eq!(
        (&price["currency"], &price["price"]),
        (&json!("USD"), &json!("33.22"))
    );
}

#[tokio::test]
async fn the_latest_price_is_open_only_where_configured_and_then_public_alone() {
    let closed = World::new().await;
    closed
        .send(get("/api/market-data/latest"))
        .await
        .problem(401);
    let open = World::with(&[("PUBLIC_MARKET_DATA", "true")]).await;
    let own = PriceSeries::new(private_series(), "2024-06-04T05:00:00Z".parse().unwrap());
    let owner = DataOwner::Org(Tenant::numbered(2).org.id);
    open.store
        .append_prices(owner, &own.values(&["99"]))
        .await
        .unwrap();
    let seen = async |call: Call| {
        open.send(call).await.expect(200).body["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(seen(get("/api/market-data/latest")).await, 2);
    assert_eq!(
        seen(get("/api/market-data/latest").by(open.token(Role::Viewer))).await,
        2
    );
    assert_eq!(
        seen(get("/api/market-data/latest").by(open.foreign())).await,
        3
    );
    open.send(history("from=2024-06-04&to=2024-06-04"))
        .await
        .problem(401);
    open.send(get("/api/market-data/latest").by("garbled"))
        .await
        .problem(401);
}

#[tokio::test]
async fn history_is_read_on_without_repeats_or_gaps() {
    let world = World::new().await;
    let mut starts = Vec::new();
    let mut from = "2024-06-04".to_owned();
    for _ in 0..3 {
        let call = history(&format!("from={from}&to=2024-06-04&limit=10"));
        let part = world.trade(call).await.expect(200).body;
        starts.extend(
            part["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| p["start"].clone()),
        );
        let Some(next) = part["next_from"].as_str() else {
            break;
        };
        from = next.to_owned();
    }
    assert_eq!(starts.len(), 24);
    assert_eq!(starts[0], "2024-06-04T05:00:00Z");
    assert!(
        starts
            .windows(2)
            .all(|two| two[0].as_str() < two[1].as_str())
    );
    let instants = history("from=2024-06-04T05:00:00Z&to=2024-06-04T07:00:00Z&resolution=PT60M");
    let two = world.trade(instants).await.expect(200);
    assert_eq!(two.body["items"].as_array().unwrap().len(), 2);
    assert_eq!(two.body["items"][1]["price"], "11.21");
    let before = history("from=2024-06-04&to=2024-06-04&as_of=2024-06-01T00:00:00Z");
    assert_eq!(
        world.trade(before).await.expect(200).body["items"],
        json!([])
    );
}

#[tokio::test]
async fn a_series_that_is_asked_for_wrongly_is_named() {
    let world = World::new().await;
    for (query, named) in [
        ("from=2024-06-04", "to="),
        ("from=2024-06-05&to=2024-06-04", "to=2024-06-05T05:00:00Z"),
        ("from=yesterday&to=2024-06-04", "from=yesterday"),
        (
            "from=2024-06-04T05:00:00&to=2024-06-05",
            "from=2024-06-04T05:00:00",
        ),
        (
            "from=2024-06-04&to=2024-06-04&resolution=PT7M",
            "resolution=PT7M",
        ),
        ("from=2024-06-04&to=2024-06-04&limit=10001", "limit=10001"),
        ("from=2024-06-04&to=2024-06-04&as_of=now", "as_of=now"),
        ("from=2024-06-04&to=2024-06-04&page=2", "page=2"),
        (
            "from=2024-06-04&to=2024-06-04&market=CAISO",
            "market=ERCOT,CAISO",
        ),
    ] {
        assert_eq!(
            world.trade(history(query)).await.named(422),
            [named],
            "{query}"
        );
    }
    let mars =
        "/api/market-data/history?market=MARS&product=DAM&location=X&from=2024-06-04&to=2024-06-05";
    assert_eq!(world.trade(get(mars)).await.named(404), ["market=MARS"]);
}

#[tokio::test]
async fn a_summary_counts_what_is_there() {
    let world = World::new().await;
    let call = get(format!(
        "/api/market-data/summary?{SERIES}&from=2024-06-04&to=2024-06-04"
    ));
    let body = world.trade(call).await.expect(200).body;
    let figures = &body["summary"];
    assert_eq!(
        (&figures["count"], &body["currency"]),
        (&json!(24), &json!("USD"))
    );
    assert_eq!(
        (&figures["min"], &figures["max"]),
        (&json!("10.21"), &json!("80.21"))
    );
    // 24 hours of 10.21 + hour, and 50 more in three of them: 10.21 + 11.5 + 6.25.
    assert_eq!(figures["mean"], "27.96");
    let empty = get(format!(
        "/api/market-data/summary?{SERIES}&from=2023-06-04&to=2023-06-04"
    ));
    assert!(
        world
            .trade(empty)
            .await
            .expect(200)
            .body
            .get("summary")
            .is_none()
    );
}

#[tokio::test]
async fn a_file_is_imported_for_ones_own_and_exported_again() {
    let world = World::new().await;
    let file = format!(
        "{HEADER}ERCOT,DAM,HB_NORTH,2024-06-01T05:00:00Z,PT60M,24.57\n\
         ERCOT,DAM,HB_NORTH,2024-06-01T06:00:00Z,PT60M,-3.1234567\n"
    );
    let done = world.trade(import("", file.clone())).await.expect(200).body;
    assert_eq!(done["format"], "generic");
    assert_eq!(
        (&done["read"], &done["inserted"], &done["rounded"]),
        (&json!(2), &json!(2), &json!(1))
    );
    let again = world
        .trade(import("?format=generic", file))
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&again["inserted"], &again["unchanged"]),
        (&json!(0), &json!(2))
    );
    let path = "/api/market-data/export?market=ERCOT&product=DAM&location=HB_NORTH\
                &from=2024-06-01&to=2024-06-01";
    let out = world.trade(get(path)).await.expect(200);
    assert_eq!(out.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(out.text.lines().count(), 3);
    assert!(
        out.text
            .contains("ERCOT,DAM,HB_NORTH,2024-06-01T06:00:00Z,PT60M,-3.123457"),
        "{}",
        out.text
    );
    let theirs = world.send(get(path).by(world.foreign())).await.expect(200);
    assert_eq!(
        theirs.text.lines().count(),
        1,
        "another organisation sees the header alone"
    );
    let back = world
        .send(import("", out.text).by(world.foreign()))
        .await
        .expect(200)
        .body;
    assert_eq!(back["inserted"], 2);
}

#[tokio::test]
async fn a_bad_cell_is_named_with_row_and_column_and_nothing_is_applied() {
    let world = World::new().await;
    for (line, place) in [
        (
            "ERCOT,DAM,HB_NORTH,2024-06-01T06:00:00Z,PT60M,\"24,57\"",
            "row 3, column price=24,57",
        ),
        (
            "ERCOT,DAM,HB_NORTH,2024-06-01T06:00:00Z,PT60M,NaN",
            "row 3, column price=NaN",
        ),
        (
            "ERCOT,DAM,HB_NORTH,yesterday,PT60M,1",
            "row 3, column start=yesterday",
        ),
        (
            "er cot,DAM,HB_NORTH,2024-06-01T06:00:00Z,PT60M,1",
            "row 3, column market=er cot",
        ),
    ] {
        let good = "ERCOT,DAM,HB_NORTH,2024-06-01T05:00:00Z,PT60M,24.57\n";
        let answer = world
            .trade(import("", format!("{HEADER}{good}{line}\n")))
            .await;
        assert_eq!(answer.named(422), [place]);
    }
    let cut = world
        .trade(import("", format!("{HEADER}ERCOT,DAM,HB_NORTH,2024-06-0")))
        .await;
    assert!(
        cut.named(422)[0].starts_with("row 2"),
        "a row that is cut off"
    );
    world.trade(import("", "a,b,c\n1,2,3\n")).await.problem(422);
    world.trade(import("", "")).await.problem(422);
    let path = "/api/market-data/export?market=ERCOT&product=DAM&location=HB_NORTH\
                &from=2024-06-01&to=2024-06-01";
    assert_eq!(
        world
            .trade(get(path))
            .await
            .expect(200)
            .text
            .lines()
            .count(),
        1
    );
}

#[tokio::test]
async fn an_import_says_what_it_does_not_take() {
    let world = World::new().await;
    let file = format!("{HEADER}MARS,DAM,X,2024-06-01T05:00:00Z,PT60M,1\n");
    let named = world
        .trade(import("?format=xml", file.clone()))
        .await
        .named(422);
    assert_eq!(named, ["format=xml"]);
    let noted = world.trade(import("", file.clone())).await.expect(200).body;
    assert!(
        noted["notes"]
            .to_string()
            .contains("no rules are known of MARS DAM"),
        "{noted}"
    );
    world
        .trade(import("?public=true", file.clone()))
        .await
        .problem(403);
    let public = import("?public=true", file).by(world.token(Role::SuperAdmin));
    world.send(public).await.expect(200);
    let json = post("/api/market-data/import").json(&json!({}));
    assert_eq!(
        world.trade(json).await.named(415),
        ["Content-Type=application/json"]
    );
}

#[tokio::test]
async fn long_answers_are_packed_for_who_takes_that_and_none_with_a_secret() {
    let world = World::new().await;
    let path = "/api/market-data/history?market=ERCOT&product=DAM&location=HB_SOUTH\
                &from=2024-05-06T05:00:00Z&to=2024-06-03T05:00:00Z";
    let coding = async |call: Call| {
        let answer = world.send(call.header("accept-encoding", "gzip, br")).await;
        assert!(answer.status.is_success());
        answer.header("content-encoding").to_owned()
    };
    let token = world.token(Role::Viewer);
    assert_eq!(coding(get(path).by(token)).await, "gzip");
    let login = json!({ "email": "viewer@storage1.example", "password": PASSWORD });
    assert_eq!(coding(post("/api/auth/login").json(&login)).await, "");
}

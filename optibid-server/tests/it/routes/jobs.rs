use super::call::{get, post};
use super::world::{World, plain_battery};
use optibid_core::job::JobResult;
use optibid_core::market::DataOwner;
use optibid_core::ports::Flow;
use serde_json::{Value, json};

fn backtest() -> Value {
    json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "from": "2024-06-20", "to": "2024-06-22", "battery": plain_battery(),
    })
}

fn optimisation(asset: &str) -> Value {
    json!({ "asset": asset, "product": "DAM", "from": "2024-06-01", "to": "2024-06-02" })
}

/// Runs the next job as a worker does.
async fn work(world: &World) -> JobResult {
    let job = world.app.claim_job().await.unwrap().unwrap();
    let work = world.app.prepare_job(&job).await.unwrap();
    let result = work.run(&mut |_, _| Flow::Continue).unwrap();
    world
        .app
        .finish_job(&job, Ok(Some(result.clone())))
        .await
        .unwrap();
    result
}

#[tokio::test]
async fn a_backtest_is_queued_run_and_read_with_its_report() {
    let world = World::new().await;
    let prices = optibid_venues::sample::ercot_hb_south_2024()
        .unwrap()
        .prices;
    let stored = world
        .app
        .stores
        .prices
        .append_prices(DataOwner::Public, &prices);
    stored.await.unwrap();
    let started = world
        .trade(post("/api/backtests").key("b").json(&backtest()))
        .await
        .expect(202);
    let id = started.id();
    assert_eq!(started.header("location"), format!("/api/backtests/{id}"));
    assert_eq!(started.body["state"], "queued");
    let twin = world
        .trade(post("/api/backtests").key("b").json(&backtest()))
        .await
        .expect(202);
    assert_eq!(twin.id(), id);
    let JobResult::Backtest(report) = work(&world).await else {
        panic!("a backtest was asked for")
    };
    assert_eq!(report.days.len(), 3);
    let done = world
        .trade(get(format!("/api/backtests/{id}")))
        .await
        .expect(200)
        .body;
    assert_eq!(done["state"], "done");
    assert_eq!(done["result"]["kind"], "backtest");
    assert_eq!(
        done["result"]["value"],
        serde_json::to_value(report).unwrap()
    );
    let list = world.trade(get("/api/backtests")).await.expect(200).body;
    assert!(
        list["items"][0].get("result").is_none(),
        "a list has no results"
    );
}

#[tokio::test]
async fn an_optimisation_is_a_job_but_no_backtest() {
    let world = World::new().await;
    let asset = world.battery().await;
    let started = world
        .trade(post("/api/optimisations").json(&optimisation(&asset)))
        .await;
    let started = started.expect(202);
    let id = started.id();
    assert_eq!(started.header("location"), format!("/api/jobs/{id}"));
    world
        .trade(get(format!("/api/backtests/{id}")))
        .await
        .problem(404);
    world
        .trade(post(format!("/api/backtests/{id}/cancel")))
        .await
        .problem(404);
    let JobResult::Optimisation(schedule) = work(&world).await else {
        panic!("not an optimisation")
    };
    assert_eq!(schedule.points.len(), 48);
    let done = world
        .trade(get(format!("/api/jobs/{id}")))
        .await
        .expect(200)
        .body;
    assert_eq!(done["state"], "done");
    let kinds = async |query: &str| {
        let list = world
            .trade(get(format!("/api/jobs?{query}")))
            .await
            .expect(200)
            .body;
        list["items"].as_array().unwrap().len()
    };
    assert_eq!(
        (
            kinds("kind=optimisation").await,
            kinds("kind=backtest").await
        ),
        (1, 0)
    );
    assert_eq!(
        world.trade(get("/api/jobs?kind=nap")).await.named(422),
        ["kind=nap"]
    );
    assert_eq!(
        world.trade(get("/api/jobs?after=x")).await.named(422),
        ["after=x"]
    );
    assert_eq!(
        world.trade(get("/api/backtests?after=x")).await.named(422),
        ["after=x"]
    );
}

#[tokio::test]
async fn a_queued_job_is_cancelled_at_once() {
    let world = World::new().await;
    let id = world
        .trade(post("/api/backtests").json(&backtest()))
        .await
        .expect(202)
        .id();
    let cancelled = world
        .trade(post(format!("/api/backtests/{id}/cancel")))
        .await
        .expect(200);
    assert_eq!(cancelled.body["state"], "cancelled");
    assert!(world.app.claim_job().await.unwrap().is_none());
    let again = world
        .trade(post(format!("/api/jobs/{id}/cancel")))
        .await
        .expect(200);
    assert_eq!(again.body["state"], "cancelled");
}

#[tokio::test]
async fn a_job_that_cannot_be_is_refused_before_it_is_queued() {
    let world = World::new().await;
    let asset = world.battery().await;
    let with = |name: &str, value: Value| {
        let mut request = backtest();
        request[name] = value;
        post("/api/backtests").json(&request)
    };
    let named = world
        .trade(with("to", json!("2024-05-01")))
        .await
        .named(422);
    assert_eq!(named, ["to=2024-05-01"]);
    let named = world.trade(with("market", json!("MARS"))).await.named(404);
    assert_eq!(named, ["market=MARS"]);
    let named = world.trade(with("speed", json!(1))).await.named(422);
    assert!(named[0].starts_with("speed="), "{named:?}");
    let mut weak = plain_battery();
    weak["charge_efficiency"] = json!("1.5");
    let named = world.trade(with("battery", weak)).await.named(422);
    assert!(
        named[0].starts_with("battery.charge_efficiency=1.5"),
        "{named:?}"
    );
    let foreign = post("/api/optimisations")
        .json(&optimisation(&asset))
        .by(world.foreign());
    world.send(foreign).await.problem(404);
    let jobs = world.trade(get("/api/jobs")).await.expect(200).body;
    assert_eq!(jobs["items"], json!([]));
}

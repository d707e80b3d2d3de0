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

fn job(kind: &str, asset: &str) -> Value {
    let mut spec = json!({ "kind": kind, "asset": asset, "product": "DAM" });
    match kind {
        "offer" => spec["day"] = json!("2024-06-06"),
        _ => {
            spec["from"] = json!("2024-06-03");
            spec["to"] = json!("2024-06-04");
        }
    }
    spec
}

#[tokio::test]
async fn any_kind_of_job_is_started_in_one_place_and_answers_as_the_call_at_once() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut replay = backtest();
    replay = json!({ "kind": "backtest", "request": replay });
    for (kind, spec) in [
        ("explanation", job("explanation", &asset)),
        ("offer", job("offer", &asset)),
        ("optimisation", job("optimisation", &asset)),
        ("backtest", replay),
    ] {
        let call = || post("/api/jobs").key(kind).json(&spec);
        let started = world.trade(call()).await.expect(202);
        let id = started.id();
        assert_eq!(started.header("location"), format!("/api/jobs/{id}"));
        assert_eq!(world.trade(call()).await.expect(202).id(), id);
        let listed = world
            .trade(get(format!("/api/jobs?kind={kind}")))
            .await
            .expect(200)
            .body;
        assert_eq!(listed["items"][0]["id"], json!(id));
        let path = format!("/api/jobs/{id}/cancel");
        if kind == "backtest" {
            world.trade(post(path)).await.expect(200);
            continue;
        }
        let result = work(&world).await;
        let done = world
            .trade(get(format!("/api/jobs/{id}")))
            .await
            .expect(200)
            .body;
        assert_eq!(done["state"], "done");
        assert_eq!(done["result"], serde_json::to_value(&result).unwrap());
        match result {
            JobResult::Explanation(told) => {
                assert_eq!(told.schedule.points.len(), 48);
                assert!(!told.moves.is_empty() && told.moves.iter().all(|m| m.adds_up()));
            }
            JobResult::Offer(offer) => {
                let body = json!({ "asset": asset, "product": "DAM", "day": "2024-06-06" });
                let at_once = world
                    .trade(post("/api/optimisations/offer").json(&body))
                    .await
                    .expect(200)
                    .body;
                assert_eq!(serde_json::to_value(&offer).unwrap(), at_once);
                let bid = post("/api/bids").key("of-a-job").json(&at_once["content"]);
                world.trade(bid).await.expect(201);
            }
            JobResult::Optimisation(schedule) => assert_eq!(schedule.points.len(), 48),
            JobResult::Backtest(_) | JobResult::Backtests(_) => panic!("it was cancelled"),
        }
    }
}

#[tokio::test]
async fn a_job_of_another_kind_or_with_a_field_too_many_is_refused() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut unknown = job("explanation", &asset);
    unknown["speed"] = json!("9");
    let named = world.trade(post("/api/jobs").json(&unknown)).await;
    assert_eq!(named.named(422), ["speed=9"]);
    let mut short = job("offer", &asset);
    short.as_object_mut().unwrap().remove("day");
    let named = world.trade(post("/api/jobs").json(&short)).await;
    assert_eq!(named.named(422), ["day="]);
    let nap = post("/api/jobs").json(&job("nap", &asset));
    world.trade(nap).await.problem(422);
    let mut reversed = job("explanation", &asset);
    reversed["to"] = json!("2024-06-01");
    let named = world.trade(post("/api/jobs").json(&reversed)).await;
    assert_eq!(named.named(422), ["to=2024-06-01"]);
    for kind in ["explanation", "offer"] {
        let foreign = post("/api/jobs")
            .json(&job(kind, &asset))
            .by(world.foreign());
        world.send(foreign).await.problem(404);
    }
    let jobs = world.trade(get("/api/jobs")).await.expect(200).body;
    assert_eq!(jobs["items"], json!([]));
}

/// Starts what workers do in the background.
fn worker(world: &World) -> tokio::sync::watch::Sender<bool> {
    let (stop, stopping) = tokio::sync::watch::channel(false);
    tokio::spawn(optibid_server::platform::work_off(
        world.app.clone(),
        stopping,
    ));
    stop
}

/// The job once it has ended.
async fn ended(world: &World, id: &str) -> Value {
    for _ in 0..400 {
        let job = world
            .trade(get(format!("/api/jobs/{id}")))
            .await
            .expect(200)
            .body;
        if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the job did not end")
}

#[tokio::test]
async fn a_worker_keeps_what_made_a_job_fail_for_programs() {
    let world = World::new().await;
    let mut weak = super::world::battery();
    // 10 MW for two days at most fill the store, but nothing is available.
    weak["kind"]["target_soc"] = json!("20");
    let asset = world
        .trade(post("/api/assets").json(&weak))
        .await
        .expect(201)
        .id();
    let outage = json!({ "windows": [{
        "from": "2024-06-03T05:00:00Z", "until": "2024-06-05T05:00:00Z", "limit": "0",
        "reason": "transformer",
    }] });
    let path = format!("/api/assets/{asset}/availability");
    world
        .trade(super::call::put(path).json(&outage))
        .await
        .expect(200);
    let id = world
        .trade(post("/api/jobs").json(&job("explanation", &asset)))
        .await
        .expect(202)
        .id();
    let _stop = worker(&world);
    let failed = ended(&world, &id).await;
    assert_eq!(failed["state"], "failed");
    let violations = failed["problem"]["violations"].as_array().unwrap();
    let target = |v: &&Value| v["field"] == "battery.target_soc";
    assert!(violations.iter().any(|v| target(&v)), "{failed}");
    let fixes = failed["problem"]["fixes"].as_array().unwrap();
    assert!(!fixes.is_empty(), "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("target_soc"));
    let list = world.trade(get("/api/jobs")).await.expect(200).body;
    assert!(list["items"][0].get("problem").is_none(), "{list}");
}

#[tokio::test]
async fn a_worker_tells_the_last_step() {
    let world = World::new().await;
    let asset = world.battery().await;
    let call = post("/api/jobs").json(&job("offer", &asset));
    let id = world.trade(call).await.expect(202).id();
    let _stop = worker(&world);
    let done = ended(&world, &id).await;
    assert_eq!(
        (&done["state"], &done["done"], &done["total"]),
        (&json!("done"), &json!(2), &json!(2))
    );
}

#[tokio::test]
async fn a_job_that_is_cancelled_while_it_computes_ends_cancelled() {
    let mut world = World::new().await;
    let asset = world.battery().await;
    // An engine that waits until it is told to go on.
    let (told, asked) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    let engine = world.app.engine.optimizer.clone();
    let mut slow = optibid_core::testing::mocks::MockOptimizer::new();
    slow.expect_explain().returning(move |request| {
        told.send(()).unwrap();
        wait.lock().unwrap().recv().unwrap();
        engine.explain(request)
    });
    world.app.engine.optimizer = std::sync::Arc::new(slow);
    let call = post("/api/jobs").json(&job("explanation", &asset));
    let id = world.trade(call).await.expect(202).id();
    let _stop = worker(&world);
    tokio::task::spawn_blocking(move || asked.recv().unwrap())
        .await
        .unwrap();
    let asked = world
        .trade(post(format!("/api/jobs/{id}/cancel")))
        .await
        .expect(200)
        .body;
    assert_eq!(asked["state"], "running");
    go_on.send(()).unwrap();
    let cancelled = ended(&world, &id).await;
    assert_eq!(cancelled["state"], "cancelled");
    assert!(cancelled.get("result").is_none(), "{cancelled}");
}

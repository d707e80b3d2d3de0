use super::call::{delete, get, post, put};
use super::world::World;
use serde_json::{Value, json};

const URL: &str = "https://hooks.example.com/optibid?key=hidden";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

impl World {
    /// Sends what is due.
    async fn deliver(&self) {
        for due in self.app.claim_deliveries(50).await.unwrap() {
            self.app.deliver(due).await.unwrap();
        }
    }

    fn will_answer(&self, status: u16) {
        self.receivers.answers.lock().unwrap().push_back(status);
    }
}

#[tokio::test]
async fn a_route_is_made_changed_and_removed_and_shows_its_secret_once() {
    let world = World::new().await;
    let body = json!({ "name": "control room", "url": URL });
    let made = world.trade(post("/api/alert-routes").json(&body)).await;
    let made = made.expect(201);
    let path = made.header("location").to_owned();
    let secret = text(&made.body, "secret").to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let route = &made.body["route"];
    assert_eq!(
        (
            &route["severity_at_least"],
            &route["enabled"],
            &route["version"]
        ),
        (&json!("info"), &json!(true), &json!(1))
    );
    let edit =
        json!({ "name": "pager", "url": URL, "severity_at_least": "critical", "enabled": false });
    let missing = world.trade(put(&path).json(&edit)).await;
    assert_eq!(missing.named(428), ["If-Match="]);
    let edited = world.trade(put(&path).if_match(1).json(&edit)).await;
    let edited = edited.expect(200);
    assert_eq!(edited.header("etag"), "\"2\"");
    assert_eq!(edited.body["severity_at_least"], "critical");
    world
        .trade(put(&path).if_match(1).json(&edit))
        .await
        .problem(412);
    let rotated = world.trade(post(format!("{path}/rotate-secret"))).await;
    let rotated = rotated.expect(200);
    assert_eq!(rotated.header("etag"), "\"3\"");
    let other = text(&rotated.body, "secret").to_owned();
    assert_ne!(other, secret);
    for call in [get(&path), get("/api/alert-routes"), get("/api/audit")] {
        let root = world.token(optibid_core::auth::Role::OrgAdmin);
        let shown = world.send(call.by(root)).await.expect(200).text;
        assert!(!shown.contains("whsec_"), "{shown}");
    }
    world.trade(delete(&path)).await.expect(204);
    world.trade(get(&path)).await.problem(404);
}

#[tokio::test]
async fn an_address_that_leads_inside_is_refused_by_name() {
    let world = World::new().await;
    for (url, rule) in [
        ("http://hooks.example.com/", "must begin with https://"),
        ("https://127.0.0.1/", "must not lead to a loopback address"),
        (
            "https://169.254.169.254/latest/meta-data/",
            "must not lead to the metadata of a cloud",
        ),
        ("https://[::1]/", "must not lead to a loopback address"),
        ("https://hooks.example.com:22/", "must be at port 443"),
        (
            "https://user:secret@hooks.example.com/",
            "must hold no user and no password",
        ),
    ] {
        let body = json!({ "name": "x", "url": url });
        let refused = world.trade(post("/api/alert-routes").json(&body)).await;
        let refused = refused.problem(422);
        let violation = &refused.body["violations"][0];
        assert_eq!(
            (text(violation, "field"), text(violation, "rule")),
            ("url", rule),
            "{url}"
        );
    }
    let unknown = json!({ "name": "x", "url": URL, "secret": "whsec_mine" });
    let refused = world.trade(post("/api/alert-routes").json(&unknown)).await;
    assert!(refused.named(422)[0].starts_with("secret="));
}

#[tokio::test]
async fn an_alarm_is_delivered_and_its_deliveries_tell_how_it_went() {
    let world = World::new().await;
    let route = world.route(URL).await;
    let path = format!("/api/alert-routes/{route}");
    let (_, alert) = world.alarmed().await;
    world.will_answer(500);
    world.deliver().await;
    let list = format!("{path}/deliveries");
    let listed = world.trade(get(&list)).await.expect(200).body;
    let delivery = &listed["items"][0];
    assert_eq!(
        (&delivery["type"], &delivery["state"], &delivery["alert"]),
        (&json!("alert.raised"), &json!("waiting"), &json!(alert))
    );
    assert_eq!(delivery["last_attempt"]["told"], "answered 500");
    assert_eq!(delivery["next_attempt_at"], "2024-06-03T12:00:05.123456Z");
    let read = world.trade(get(&path)).await.expect(200).body;
    assert_eq!(read["last_delivery"]["outcome"], "failed");
    world.clock.advance(jiff::SignedDuration::from_secs(5));
    world.deliver().await;
    let listed = world.trade(get(&list)).await.expect(200).body;
    assert_eq!(listed["items"][0]["state"], "delivered");
    let id = text(&listed["items"][0], "id").to_owned();
    let replay = post(format!("{path}/deliveries/{id}/replay"));
    let replayed = world.trade(replay.clone()).await.expect(202).body;
    assert_eq!(
        (&replayed["state"], &replayed["attempts"], &replayed["id"]),
        (&json!("waiting"), &json!(0), &json!(id))
    );
    world.deliver().await;
    let sent = world.receivers.sent.lock().unwrap().clone();
    let ids: Vec<_> = sent.iter().map(|sent| sent.id.to_string()).collect();
    assert_eq!(ids, [&*id; 3], "one id, however often it is sent");
    let bodies: Vec<Value> = sent
        .iter()
        .map(|sent| serde_json::from_str(&sent.body).unwrap())
        .collect();
    assert_eq!(bodies[0]["type"], "alert.raised");
    assert_eq!(bodies[0]["data"]["alert"], json!(alert));
    assert_eq!(bodies[0], bodies[2]);
    // A second page follows the first.
    let first = world.trade(post(format!("{path}/test"))).await.expect(200);
    assert_eq!(first.body["state"], "delivered");
    let part = world
        .trade(get(format!("{list}?limit=1")))
        .await
        .expect(200);
    let next = format!("{list}?limit=1&after={}", text(&part.body, "next"));
    let rest = world.trade(get(next)).await.expect(200).body;
    assert_eq!(rest["items"][0]["id"], json!(id));
    assert_eq!(rest["next"], Value::Null);
}

#[tokio::test]
async fn a_test_tells_how_it_went_also_when_nobody_takes_it() {
    let world = World::new().await;
    let route = world.route(URL).await;
    world.will_answer(302);
    let test = post(format!("/api/alert-routes/{route}/test"));
    let told = world.trade(test).await.expect(200).body;
    assert_eq!(
        (&told["type"], &told["state"], &told["attempts"]),
        (&json!("alert_route.test"), &json!("given_up"), &json!(1))
    );
    assert_eq!(
        told["last_attempt"]["told"],
        "answered 302: no redirect is followed"
    );
    assert_eq!(told["next_attempt_at"], Value::Null);
}

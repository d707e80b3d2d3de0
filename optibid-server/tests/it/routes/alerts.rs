use super::call::{delete, get, post, put};
use super::world::World;
use jiff::SignedDuration;
use optibid_core::app::WatchScope;
use optibid_core::event::Topic;
use optibid_core::market::{DataOwner, DeliveryPeriod, PriceObservation, Resolution};
use optibid_core::ports::{Clock, OutboxStore, PriceStore};
use optibid_core::testing::fixtures::ercot_rtm_series;
use optibid_core::unit::Price;
use serde_json::{Value, json};

fn spike() -> Value {
    json!({
        "name": "price spike", "severity": "critical", "condition": {
            "kind": "price", "when": "above", "limit": "200", "reset": "150",
            "series": { "market": "ERCOT", "product": "RTM", "location": "HB_SOUTH" },
        },
    })
}

impl World {
    /// The price of the quarter hour that has just ended becomes known, and all rules are read.
    async fn price(&self, units: i32) {
        let now = self.clock.now();
        let series = ercot_rtm_series();
        let start = now.as_second().div_euclid(900) * 900 - 900;
        let start = jiff::Timestamp::from_second(start).unwrap();
        let price = PriceObservation {
            market: series.market,
            product: series.product,
            location: series.location,
            period: DeliveryPeriod::new(start, Resolution::Min15).unwrap(),
            price: Price::from_units(units),
            components: None,
            known_at: now,
        };
        let appended = self.store.append_prices(DataOwner::Public, &[price]).await;
        appended.unwrap();
        self.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    }

    fn later(&self, minutes: i64) {
        let now = self.clock.now();
        self.clock.set(now + SignedDuration::from_mins(minutes));
    }

    /// What was told of alarms, in order: change, state, message.
    async fn told(&self) -> Vec<(String, String, String)> {
        let messages = self.store.unpublished(1_000).await.unwrap();
        let alerts = messages
            .into_iter()
            .filter(|m| m.event.topic() == Topic::MarketAlerts);
        alerts
            .map(|m| {
                let data = serde_json::to_value(&m.event).unwrap();
                let data = &data["kind"]["data"];
                let text = |field: &str| data[field].as_str().unwrap().to_owned();
                (text("change"), text("state"), text("message"))
            })
            .collect()
    }
}

#[tokio::test]
async fn an_alarm_is_raised_answered_silenced_and_ended() {
    let world = World::new().await;
    let made = world
        .trade(post("/api/alert-rules").key("a").json(&spike()))
        .await
        .expect(201);
    let twin = world
        .trade(post("/api/alert-rules").key("a").json(&spike()))
        .await
        .expect(201);
    assert_eq!(made.body, twin.body);
    let path = made.header("location").to_owned();
    world.price(199).await;
    assert_eq!(world.told().await, []);
    world.later(2);
    world.price(212).await;
    let listed = world.trade(get("/api/alerts?outstanding=true")).await;
    let alert = &listed.expect(200).body["items"][0];
    assert_eq!(
        (&alert["status"], &alert["severity"], &alert["message"]),
        (
            &json!("unacknowledged"),
            &json!("critical"),
            &json!(
                "ERCOT RTM HB_SOUTH at 212.00 per MWh from 2024-06-03 06:45 CDT; above 200.00 per MWh"
            )
        )
    );
    let one = format!("/api/alerts/{}", alert["id"].as_str().unwrap());
    let answer = post(format!("{one}/acknowledge")).json(&json!({ "note": "selling" }));
    let answered = world.trade(answer.clone()).await.expect(200).body;
    assert_eq!(answered["status"], "acknowledged");
    assert_eq!(answered["acknowledged"]["note"], "selling");
    world.trade(answer).await.problem(409);
    // Back in the dead band it goes on; below it, it ends once five minutes have passed.
    world.later(2);
    world.price(180).await;
    world.later(2);
    world.price(149).await;
    let standing = world.trade(get(&path)).await.expect(200).body;
    assert_eq!(standing["standing"]["state"], "active");
    assert_eq!(standing["standing"]["pending"]["state"], "normal");
    world.later(5);
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    let ended = world.trade(get(&one)).await.expect(200).body;
    assert_eq!(ended["status"], "closed");
    let changes: Vec<_> = world.told().await.into_iter().map(|t| (t.0, t.1)).collect();
    let change = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        changes,
        [
            change("raised", "active"),
            change("acknowledged", "active"),
            change("ended", "normal")
        ]
    );
}

#[tokio::test]
async fn what_is_shelved_is_kept_and_told_only_when_the_silence_ends() {
    let world = World::new().await;
    let made = world.trade(post("/api/alert-rules").json(&spike())).await;
    let path = made.expect(201).header("location").to_owned();
    let silence = |until: &str| {
        let body = json!({ "until": until, "reason": "line works" });
        post(format!("{path}/shelve")).json(&body)
    };
    let past = world.trade(silence("2024-06-03T11:00:00Z")).await;
    assert!(past.named(422)[0].starts_with("until=2024-06-03T11:00:00Z"));
    world
        .trade(silence("2024-07-04T11:00:00Z"))
        .await
        .named(422);
    world
        .trade(silence("2024-06-03T12:04:00Z"))
        .await
        .expect(200);
    world.later(2);
    world.price(300).await;
    let kept = world.trade(get("/api/alerts")).await.expect(200).body;
    assert_eq!(kept["items"][0]["shelved"], true);
    assert_eq!(world.told().await.len(), 1);
    world.later(3);
    world.price(300).await;
    let told = world.told().await;
    assert_eq!(
        (told.len(), &*told[1].0, &*told[1].1),
        (2, "unshelved", "active")
    );
    assert!(told[1].2.contains("300.00"), "{told:?}");
    let again = world.trade(post(format!("{path}/unshelve"))).await;
    assert_eq!(again.expect(200).body["standing"]["shelved"], Value::Null);
    assert_eq!(world.told().await.len(), 2, "nothing was silenced");
}

#[tokio::test]
async fn no_data_is_a_state_of_its_own() {
    let world = World::new().await;
    let made = world.trade(post("/api/alert-rules").json(&spike())).await;
    let path = made.expect(201).header("location").to_owned();
    let reading = world.trade(get(format!("{path}/reading"))).await;
    assert_eq!(
        reading.expect(200).body,
        json!({
            "points_to": "no_data",
            "told": "ERCOT RTM HB_SOUTH has no price of the last two hours",
        })
    );
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    world.later(1);
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    let listed = world.trade(get("/api/alerts")).await.expect(200).body;
    assert_eq!(listed["items"][0]["state"], "no_data");
    assert_eq!(world.told().await[0].1, "no_data");
}

#[tokio::test]
async fn a_rule_is_edited_by_version_and_removed_with_its_alarm() {
    let world = World::new().await;
    let (rule, alert) = world.alarmed().await;
    let path = format!("/api/alert-rules/{rule}");
    let edited = spike();
    let missing = world.trade(put(&path).json(&edited)).await;
    assert_eq!(missing.named(428), ["If-Match="]);
    let done = world.trade(put(&path).if_match(1).json(&edited)).await;
    let done = done.expect(200);
    assert_eq!(done.header("etag"), "\"2\"");
    world
        .trade(put(&path).if_match(1).json(&edited))
        .await
        .problem(412);
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    let ended = world.trade(get(format!("/api/alerts/{alert}"))).await;
    let ended = ended.expect(200).body;
    assert_eq!(
        (&ended["status"], &ended["ended_by"]),
        (&json!("returned"), &json!("the rule was changed"))
    );
    world.later(2);
    world.price(300).await;
    world.trade(delete(&path)).await.expect(204);
    world.trade(get(&path)).await.problem(404);
    let listed = world.trade(get(format!("/api/alerts?rule={rule}"))).await;
    let listed = listed.expect(200).body;
    let ended: Vec<_> = listed["items"].as_array().unwrap().iter().collect();
    assert_eq!(ended.len(), 2);
    assert_eq!(ended[0]["ended_by"], "the rule was removed");
}

/// Rules that cannot be watched, each with what is wrong.
fn wrong_rules() -> Vec<(Value, &'static str)> {
    let series = json!({ "market": "ERCOT", "product": "RTM", "location": "HB_SOUTH" });
    let with = |change: &dyn Fn(&mut Value)| {
        let mut rule = spike();
        change(&mut rule);
        rule
    };
    let condition = |condition: Value| with(&|rule| rule["condition"] = condition.clone());
    vec![
        (with(&|r| r["name"] = json!(" spike")), "name= spike"),
        (
            with(&|r| r["clear_after_seconds"] = json!(59)),
            "clear_after_seconds=59",
        ),
        (
            with(&|r| r["raise_after_seconds"] = json!(86_401)),
            "raise_after_seconds=86401",
        ),
        (
            with(&|r| r["condition"]["reset"] = json!("200")),
            "condition.reset=200.00",
        ),
        (
            with(&|r| r["condition"]["when"] = json!("below")),
            "condition.reset=150.00",
        ),
        (
            with(&|r| r["condition"]["series"]["product"] = json!("RTX")),
            "condition.series.product=RTX",
        ),
        (
            condition(
                json!({ "kind": "spread", "series": series, "less": series, "when": "above", "limit": "1" }),
            ),
            "condition.less=ERCOT RTM HB_SOUTH",
        ),
        (
            condition(json!({ "kind": "data_age", "series": series, "older_than_minutes": 0 })),
            "condition.older_than_minutes=0",
        ),
        (
            condition(json!({ "kind": "job", "job_kind": "backup" })),
            "condition.job_kind=backup",
        ),
        (
            condition(json!({ "kind": "service", "service": "fax" })),
            "condition.service=fax",
        ),
        (
            condition(json!({
                "kind": "profit", "market": "ERCOT", "days": 0, "when": "below",
                "limit": { "amount": "0.00", "currency": "USD" },
            })),
            "condition.days=0",
        ),
    ]
}

#[tokio::test]
async fn a_rule_that_cannot_be_watched_is_refused_by_name() {
    let world = World::new().await;
    for (rule, wanted) in wrong_rules() {
        let answer = world.trade(post("/api/alert-rules").json(&rule)).await;
        assert_eq!(answer.named(422), [wanted], "{rule}");
    }
    let listed = world.trade(get("/api/alert-rules")).await.expect(200).body;
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn a_reading_tells_what_a_rule_sees_now() {
    let world = World::new().await;
    let made = world.trade(post("/api/alert-rules").json(&spike())).await;
    let path = made.expect(201).header("location").to_owned();
    world.price(-3).await;
    let reading = world.trade(get(format!("{path}/reading"))).await;
    assert_eq!(
        reading.expect(200).body,
        json!({
            "points_to": "normal", "value": "-3.00", "unit": "per MWh",
            "told": "ERCOT RTM HB_SOUTH at -3.00 per MWh from 2024-06-03 06:45 CDT",
        })
    );
}

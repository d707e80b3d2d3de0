//! Who outside is told of alarms: routes, what is sent when, and that nothing is lost.

use super::app_world::{World, code, codes};
use async_trait::async_trait;
use jiff::SignedDuration;
use optibid_core::alert::{AlertRuleContent, Severity, WatchedRule};
use optibid_core::app::{Maintenance, Versioned, WatchScope};
use optibid_core::auth::Role;
use optibid_core::error::{Code, Result};
use optibid_core::event::EventKind;
use optibid_core::id::AlertRouteId;
use optibid_core::ports::{
    AlertRouteStore, DeliveryStore, PageRequest, WebhookAnswer, WebhookError, WebhookRequest,
    WebhookSender,
};
use optibid_core::webhook::{
    AlertRouteContent, Delivery, DeliveryOutcome, DeliveryState, RETRY_AFTER, RouteRecord,
    WebhookSecret,
};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// Answers what it was told; 200 when it was told nothing. Addresses with `inside` in them are refused.
#[derive(Default)]
struct Receivers {
    sent: Mutex<Vec<WebhookRequest>>,
    answers: Mutex<VecDeque<Result<u16, WebhookError>>>,
    secrets: AtomicU32,
}

#[async_trait]
impl WebhookSender for Receivers {
    fn new_secret(&self) -> WebhookSecret {
        let number = self.secrets.fetch_add(1, Ordering::Relaxed);
        WebhookSecret::from_base64(&format!("secret{number}"))
    }

    fn check(&self, url: &str) -> Option<String> {
        url.contains("inside").then(|| "must be outside".to_owned())
    }

    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError> {
        self.sent.lock().unwrap().push(request.clone());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or(Ok(200)).map(|status| WebhookAnswer {
            status,
            excerpt: "thanks".to_owned(),
        })
    }
}

/// A world with receivers.
struct Hooks {
    world: World,
    receivers: Arc<Receivers>,
}

fn content(severity_at_least: Severity) -> AlertRouteContent {
    AlertRouteContent {
        name: "control room".to_owned(),
        url: "https://hooks.example.com/optibid?key=hidden".to_owned(),
        severity_at_least,
        enabled: true,
    }
}

fn all() -> PageRequest {
    PageRequest::default()
}

impl Hooks {
    fn new() -> Self {
        let mut world = World::new();
        let receivers = Arc::new(Receivers::default());
        world.app.webhooks = receivers.clone();
        Self { world, receivers }
    }

    async fn route(&self, content: AlertRouteContent) -> RouteRecord {
        let (app, who) = (&self.world.app, self.world.who());
        app.create_alert_route(&who, content).await.unwrap().0
    }

    /// A rule whose alarm is raised with the next watch: a gate that closes within two days.
    async fn rule(&self, severity: Severity) -> WatchedRule {
        let condition = json!({
            "kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 2_880,
        });
        let condition = serde_json::from_value(condition).unwrap();
        let mut rule = AlertRuleContent::new("gate ahead", condition);
        rule.severity = severity;
        let app = &self.world.app;
        let made = app.create_alert_rule(&self.world.who(), rule, None).await;
        made.unwrap()
    }

    async fn watch(&self) {
        let round = self.world.app.watch_alerts(WatchScope::All, 10).await;
        assert_eq!(round.unwrap().failed, 0);
    }

    async fn deliveries(&self, id: AlertRouteId) -> Vec<Delivery> {
        let app = &self.world.app;
        let listed = app.deliveries(&self.world.who(), id, &all()).await;
        listed.unwrap().items
    }

    /// Sends whatever is due; answers what became of it.
    async fn send(&self) -> Vec<Delivery> {
        let mut done = Vec::new();
        for due in self.world.app.claim_deliveries(50).await.unwrap() {
            done.extend(self.world.app.deliver(due).await.unwrap());
        }
        done
    }

    fn will_answer(&self, answers: impl IntoIterator<Item = Result<u16, WebhookError>>) {
        self.receivers.answers.lock().unwrap().extend(answers);
    }

    fn sent(&self) -> Vec<WebhookRequest> {
        self.receivers.sent.lock().unwrap().clone()
    }
}

fn kinds(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|d| d.kind.as_str()).collect()
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn every_change_of_an_alarm_is_sent_to_every_route_that_takes_it() {
    let hooks = Hooks::new();
    let (world, who) = (&hooks.world, hooks.world.who());
    let all_of_it = hooks.route(content(Severity::Info)).await.route;
    let critical = hooks.route(content(Severity::Critical)).await.route;
    let off = AlertRouteContent {
        enabled: false,
        ..content(Severity::Info)
    };
    let off = hooks.route(off).await.route;
    let rule = hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    let raised = hooks.deliveries(all_of_it.id).await;
    assert_eq!(kinds(&raised), ["alert.raised"]);
    let alert = raised[0].alert.unwrap();
    let app = &world.app;
    app.acknowledge_alert(&who, alert, "on it".to_owned())
        .await
        .unwrap();
    app.remove_alert_rule(&who, rule.rule.id).await.unwrap();
    let told = hooks.deliveries(all_of_it.id).await;
    assert_eq!(
        kinds(&told),
        ["alert.ended", "alert.acknowledged", "alert.raised"]
    );
    for silent in [critical.id, off.id] {
        assert_eq!(hooks.deliveries(silent).await, []);
    }
    // Each delivery tells the very event that is published.
    let events = world.outbox().await;
    for (delivery, event) in told.iter().rev().zip(events) {
        let EventKind::Alert(alert) = &event.kind else {
            panic!("{event:?}")
        };
        let mut data = serde_json::to_value(alert).unwrap();
        data["event"] = json!(event.id);
        data["organisation"] = json!(event.org);
        let wanted = json!({ "type": delivery.kind, "timestamp": event.at, "data": data });
        assert_eq!(body(&delivery.body), wanted);
    }
}

#[tokio::test]
async fn an_alarm_goes_to_its_own_organisation_alone() {
    let hooks = Hooks::new();
    let theirs = hooks.world.stranger();
    let app = &hooks.world.app;
    let made = app.create_alert_route(&theirs, content(Severity::Info));
    let foreign = made.await.unwrap().0.route;
    let ours = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Critical).await;
    hooks.watch().await;
    assert_eq!(hooks.deliveries(ours.id).await.len(), 1);
    let listed = app.deliveries(&theirs, foreign.id, &all()).await.unwrap();
    assert_eq!(listed.items, []);
    let who = hooks.world.who();
    let refused = app.deliveries(&who, foreign.id, &all()).await;
    assert_eq!(code(refused), Code::NotFound);
}

#[tokio::test]
async fn a_failed_message_is_sent_again_under_its_id_until_it_is_given_up() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    hooks.will_answer([
        Ok(500),
        Err(WebhookError::Unreachable("no connection".to_owned())),
        Err(WebhookError::TimedOut(10)),
        Ok(302),
        Ok(404),
        Ok(503),
    ]);
    let mut told = Vec::new();
    for wait in RETRY_AFTER {
        let done = hooks.send().await.remove(0);
        assert_eq!(done.state, DeliveryState::Waiting);
        assert_eq!(done.due_at, Some(hooks.world.now() + wait));
        told.push(done.last.unwrap().told);
        assert_eq!(hooks.send().await, [], "not before its time");
        hooks.world.clock.advance(wait);
    }
    let last = hooks.send().await.remove(0);
    told.push(last.last.clone().unwrap().told);
    assert_eq!((last.state, last.attempts), (DeliveryState::GivenUp, 6));
    assert_eq!(
        told,
        [
            "answered 500",
            "not reached: no connection",
            "no answer within 10 seconds",
            "answered 302: no redirect is followed",
            "answered 404",
            "answered 503",
        ]
    );
    hooks
        .world
        .clock
        .advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(hooks.send().await, []);
    let sent = hooks.sent();
    assert_eq!(sent.len(), 6);
    assert!(
        sent.iter()
            .all(|s| (s.id, &s.body) == (last.id, &last.body))
    );
    let times: Vec<_> = sent.iter().map(|s| s.at).collect();
    assert!(
        times.is_sorted_by(|a, b| a < b),
        "each attempt is dated anew"
    );
    let who = hooks.world.who();
    let kept = hooks.world.app.alert_route(&who, route.id).await;
    assert_eq!(kept.unwrap().last, last.last);
}

#[tokio::test]
async fn a_message_that_was_taken_is_not_sent_again_and_one_that_is_not_wanted_neither() {
    let hooks = Hooks::new();
    hooks.route(content(Severity::Info)).await;
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    let done = hooks.send().await.remove(0);
    assert_eq!(done.state, DeliveryState::Delivered);
    let last = done.last.unwrap();
    assert_eq!(
        (last.outcome, last.status, last.answer.as_str()),
        (DeliveryOutcome::Delivered, Some(200), "thanks")
    );
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    hooks.will_answer([Ok(410)]);
    let gone = hooks.send().await.remove(0);
    assert_eq!((gone.state, gone.attempts), (DeliveryState::GivenUp, 1));
    assert_eq!(hooks.sent().len(), 2);
}

/// What was under way when a server went down is sent again once its lease is over, under the same id.
#[tokio::test]
async fn a_message_whose_sender_went_down_is_sent_again() {
    let hooks = Hooks::new();
    hooks.route(content(Severity::Info)).await;
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    let app = &hooks.world.app;
    let lost = app.claim_deliveries(10).await.unwrap().remove(0);
    assert_eq!(hooks.send().await, []);
    hooks.world.wait(60);
    let done = hooks.send().await.remove(0);
    assert_eq!(done.id, lost.delivery.id);
    // The first one comes back after all: how it went counts no more.
    assert_eq!(app.deliver(lost).await.unwrap(), None);
    let kept = hooks.deliveries(done.route).await;
    assert_eq!(kept, [done]);
}

#[tokio::test]
async fn what_waits_for_a_route_that_is_switched_off_is_given_up() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    let change = Versioned {
        expected: 1,
        value: AlertRouteContent {
            enabled: false,
            ..content(Severity::Info)
        },
    };
    let (app, who) = (&hooks.world.app, hooks.world.who());
    let edited = app.edit_alert_route(&who, route.id, change).await;
    edited.unwrap();
    let done = hooks.send().await.remove(0);
    assert_eq!(done.state, DeliveryState::GivenUp);
    assert_eq!(done.last.unwrap().told, "the route is switched off");
    assert_eq!(hooks.sent(), []);
}

#[tokio::test]
async fn a_replayed_message_is_sent_anew_under_its_id() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Warning).await;
    hooks.watch().await;
    let done = hooks.send().await.remove(0);
    let (app, who) = (&hooks.world.app, hooks.world.who());
    let replayed = app.replay_delivery(&who, (route.id, done.id)).await;
    let replayed = replayed.unwrap();
    assert_eq!(
        (replayed.id, replayed.state, replayed.attempts),
        (done.id, DeliveryState::Waiting, 0)
    );
    let held = app.claim_deliveries(1).await.unwrap().remove(0);
    let busy = app.replay_delivery(&who, (route.id, done.id)).await;
    assert_eq!(code(busy), Code::Conflict);
    app.deliver(held).await.unwrap();
    let ids: Vec<_> = hooks.sent().into_iter().map(|sent| sent.id).collect();
    assert_eq!(ids, [done.id; 2]);
    let actions = hooks.world.actions().await;
    assert_eq!(actions.last().unwrap(), "alert_route.replay");
    let other = hooks.route(content(Severity::Info)).await.route;
    for (id, delivery) in [
        (other.id, done.id),
        (AlertRouteId::from_uuid(uuid::Uuid::nil()), done.id),
    ] {
        let unknown = app.replay_delivery(&who, (id, delivery)).await;
        assert_eq!(
            code(unknown),
            Code::NotFound,
            "not a delivery of that route"
        );
    }
}

#[tokio::test]
async fn a_test_is_sent_once_at_once_and_is_kept() {
    let hooks = Hooks::new();
    let off = AlertRouteContent {
        enabled: false,
        ..content(Severity::Critical)
    };
    let route = hooks.route(off).await.route;
    let (app, who) = (&hooks.world.app, hooks.world.who());
    hooks.will_answer([Ok(500), Ok(204)]);
    let failed = app.test_alert_route(&who, route.id).await.unwrap();
    assert_eq!(
        (failed.state, failed.due_at),
        (DeliveryState::GivenUp, None)
    );
    let taken = app.test_alert_route(&who, route.id).await.unwrap();
    assert_eq!(taken.state, DeliveryState::Delivered);
    assert_eq!(hooks.deliveries(route.id).await, [taken.clone(), failed]);
    assert_eq!(hooks.send().await, [], "it is not sent again");
    let message = body(&taken.body);
    assert_eq!(
        (&message["type"], &message["data"]["name"]),
        (&json!("alert_route.test"), &json!("control room"))
    );
    assert_eq!(hooks.sent()[1].body, taken.body);
    let actions = hooks.world.actions().await;
    assert_eq!(actions.last().unwrap(), "alert_route.test");
}

#[tokio::test]
async fn for_a_day_after_a_rotation_both_secrets_sign() {
    let hooks = Hooks::new();
    let (app, who) = (&hooks.world.app, hooks.world.who());
    let made = app.create_alert_route(&who, content(Severity::Info)).await;
    let (record, first) = made.unwrap();
    let id = record.route.id;
    let (rotated, second) = app.rotate_alert_route_secret(&who, id).await.unwrap();
    assert_eq!(rotated.route.version, 2);
    assert_ne!(first, second);
    for (wait, wanted) in [
        (0, vec![second.clone(), first.clone()]),
        (86_399, vec![second.clone(), first]),
        (1, vec![second.clone()]),
    ] {
        hooks.world.wait(wait);
        app.test_alert_route(&who, id).await.unwrap();
        assert_eq!(hooks.sent().last().unwrap().secrets, wanted);
    }
    let chain = serde_json::to_string(&hooks.world.chain().await).unwrap();
    assert!(!chain.contains("whsec_"), "no secret is audited");
    assert_eq!(format!("{second:?}"), "WebhookSecret(…)");
}

#[tokio::test]
async fn a_route_is_changed_by_version_and_the_trail_hides_what_may_be_secret() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    let (app, who) = (&hooks.world.app, hooks.world.who());
    let change = |expected, value| Versioned { expected, value };
    let moved = AlertRouteContent {
        url: "https://hooks.example.com/other?key=hidden2".to_owned(),
        severity_at_least: Severity::Critical,
        ..content(Severity::Info)
    };
    let edited = app.edit_alert_route(&who, route.id, change(1, moved.clone()));
    let edited = edited.await.unwrap();
    assert_eq!((edited.route.version, &edited.route.content), (2, &moved));
    let entry = hooks.world.chain().await.pop().unwrap().draft;
    let told = json!({
        "url": "another path",
        "severity_at_least": { "from": "info", "to": "critical" },
    });
    assert_eq!(body(&entry.detail), told);
    let stale = app.edit_alert_route(&who, route.id, change(1, moved.clone()));
    assert_eq!(code(stale.await), Code::Conflict);
    let elsewhere = AlertRouteContent {
        url: "https://elsewhere.example.com/x".to_owned(),
        ..moved
    };
    app.edit_alert_route(&who, route.id, change(2, elsewhere))
        .await
        .unwrap();
    let chain = hooks.world.chain().await;
    let entry = &chain.last().unwrap().draft;
    let told = json!({ "url": {
        "from": "https://hooks.example.com", "to": "https://elsewhere.example.com",
    } });
    assert_eq!(body(&entry.detail), told);
    let chain = serde_json::to_string(&chain).unwrap();
    assert!(!chain.contains("hidden"), "{chain}");
    app.remove_alert_route(&who, route.id).await.unwrap();
    let gone = app.alert_route(&who, route.id).await;
    assert_eq!(code(gone), Code::NotFound);
}

#[tokio::test]
async fn a_route_that_cannot_be_is_refused_by_name() {
    let hooks = Hooks::new();
    let (app, who) = (&hooks.world.app, hooks.world.who());
    let wrong = AlertRouteContent {
        name: " room".to_owned(),
        url: format!("https://inside.example.com/{}", "x".repeat(2_000)),
        ..content(Severity::Info)
    };
    let refused = app.create_alert_route(&who, wrong).await.err().unwrap();
    assert_eq!(codes(&refused), ["name", "url", "url"]);
    for _ in 0..20 {
        hooks.route(content(Severity::Info)).await;
    }
    let full = app.create_alert_route(&who, content(Severity::Info)).await;
    assert_eq!(code(full), Code::Conflict);
}

/// An address may hold a secret of the receiver: who may not change routes does not see them either.
#[tokio::test]
async fn routes_are_for_those_who_write_alert_rules() {
    let hooks = Hooks::new();
    let id = hooks.route(content(Severity::Info)).await.route.id;
    let app = &hooks.world.app;
    for role in [Role::BillingAdmin, Role::Viewer] {
        let who = hooks.world.as_role(role);
        let delivery = (
            id,
            optibid_core::id::DeliveryId::from_uuid(uuid::Uuid::nil()),
        );
        let change = Versioned {
            expected: 1,
            value: content(Severity::Info),
        };
        let refused = [
            code(app.create_alert_route(&who, content(Severity::Info)).await),
            code(app.edit_alert_route(&who, id, change).await),
            code(app.remove_alert_route(&who, id).await),
            code(app.rotate_alert_route_secret(&who, id).await),
            code(app.alert_route(&who, id).await),
            code(app.alert_routes(&who, &all()).await),
            code(app.deliveries(&who, id, &all()).await),
            code(app.test_alert_route(&who, id).await),
            code(app.replay_delivery(&who, delivery).await),
        ];
        assert_eq!(refused, [Code::Forbidden; 9], "{role}");
    }
    assert_eq!(hooks.sent(), []);
}

/// In maintenance nothing about routes is changed, but alarms are told all the same.
#[tokio::test]
async fn maintenance_refuses_changes_and_goes_on_telling() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Warning).await;
    let app = &hooks.world.app;
    let on = Maintenance {
        enabled: true,
        message: String::new(),
    };
    let operator = hooks.world.as_role(Role::SuperAdmin);
    app.set_maintenance(&operator, on).await.unwrap();
    let who = hooks.world.who();
    let refused = app.test_alert_route(&who, route.id).await;
    assert_eq!(code(refused), Code::Unavailable);
    hooks.watch().await;
    assert_eq!(hooks.send().await.len(), 1);
}

/// The move, its event and its deliveries are one: where the move is refused nothing is sent.
#[tokio::test]
async fn a_move_that_came_second_tells_nobody() {
    let hooks = Hooks::new();
    let route = hooks.route(content(Severity::Info)).await.route;
    hooks.rule(Severity::Warning).await;
    let (one, two) = (hooks.world.app.clone(), hooks.world.app.clone());
    let (first, second) = futures::join!(
        one.watch_alerts(WatchScope::All, 10),
        two.watch_alerts(WatchScope::All, 10)
    );
    let moved = first.unwrap().moved + second.unwrap().moved;
    assert_eq!(moved, 1);
    assert_eq!(hooks.deliveries(route.id).await.len(), 1);
    let store = &hooks.world.store;
    let kept = store.alert_routes(hooks.world.ours.org.id, &all()).await;
    assert_eq!(kept.unwrap().items.len(), 1);
    let due = store.claim_deliveries(
        optibid_core::ports::Lease {
            now: hooks.world.now(),
            until: hooks.world.now(),
        },
        9,
    );
    assert_eq!(due.await.unwrap().len(), 1);
}

//! A server over the in-memory store, with two organisations and a month of prices.

use super::call::{Answer, Call, post};
use async_trait::async_trait;
use axum::Router;
use metrics_exporter_prometheus::PrometheusBuilder;
use optibid_core::app::{App, Engine, Environment, Outlooks, Policy, Stores, WatchScope};
use optibid_core::auth::{Password, Role};
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{DataOwner, MarketZone, Resolution, locations};
use optibid_core::ports::{
    AccountStore, HashError, PasswordHasher, PriceStore, SeriesKey, WebhookAnswer, WebhookError,
    WebhookRequest, WebhookSender,
};
use optibid_core::testing::MemoryStore;
use optibid_core::testing::fixtures::{
    FixedClock, PriceSeries, SequentialIds, Tenant, trail, user_with_role,
};
use optibid_core::webhook::WebhookSecret;
use optibid_engine::{
    BatteryOffers, BatteryOptimizer, GateAssessor, GateBacktester, PriceTakingEvaluator,
    SimilarDayForecaster,
};
use optibid_server::config::Source;
use optibid_server::platform::Monitor;
use optibid_server::security::JwtIssuer;
use optibid_server::state::AppState;
use optibid_server::webhooks::{HttpSender, WebhookPolicy};
use optibid_server::{Config, http};
use optibid_streaming::InProcessBus;
use optibid_venues::venue::SimulatedVenue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

pub(super) const PASSWORD: &str = "merit order of a windy day";

/// A password "hash" that costs nothing, for tests alone.
struct PlainText;

#[async_trait]
impl PasswordHasher for PlainText {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        Ok(password.expose().to_owned())
    }

    async fn verify(&self, attempt: &str, hash: Option<&str>) -> Result<bool, HashError> {
        Ok(hash == Some(attempt))
    }
}

/// Receivers of webhooks: they answer what they are told, and what was sent to them is kept.
#[derive(Default)]
pub(super) struct Receivers {
    /// What was sent.
    pub(super) sent: Mutex<Vec<WebhookRequest>>,
    /// What is answered; 200 when nothing is told.
    pub(super) answers: Mutex<VecDeque<u16>>,
}

#[async_trait]
impl WebhookSender for Receivers {
    fn new_secret(&self) -> WebhookSecret {
        HttpSender::new(WebhookPolicy::default())
            .unwrap()
            .new_secret()
    }

    fn check(&self, url: &str) -> Option<String> {
        HttpSender::new(WebhookPolicy::default())
            .unwrap()
            .check(url)
    }

    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError> {
        self.sent.lock().unwrap().push(request.clone());
        let status = self.answers.lock().unwrap().pop_front();
        Ok(WebhookAnswer {
            status: status.unwrap_or(200),
            excerpt: String::new(),
        })
    }
}

/// The server and who may call it.
pub(super) struct World {
    pub(super) router: Router,
    pub(super) app: App,
    pub(super) clock: Arc<FixedClock>,
    pub(super) store: Arc<MemoryStore>,
    pub(super) receivers: Arc<Receivers>,
    tokens: BTreeMap<&'static str, String>,
    _stop: watch::Sender<bool>,
}

impl World {
    /// With default settings.
    pub(super) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With further settings.
    pub(super) async fn with(settings: &[(&str, &str)]) -> Self {
        let store = Arc::new(MemoryStore::default());
        let clock = Arc::new(FixedClock::default());
        fill(&store).await;
        let receivers = Arc::new(Receivers::default());
        let app = App {
            webhooks: receivers.clone(),
            ..app(&store, &clock)
        };
        let config = Config::from_source(&Source::of(settings.iter().copied())).unwrap();
        let (stop, stopping) = watch::channel(false);
        let state = AppState {
            app: app.clone(),
            config: Arc::new(config),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            stopping,
        };
        let router = http::router(state);
        let mut tokens = BTreeMap::new();
        for role in Role::ALL {
            let email = format!("{}@storage1.example", role.code());
            tokens.insert(role.code(), sign_in(&router, &email).await);
        }
        tokens.insert(
            "foreign",
            sign_in(&router, "org_admin@storage2.example").await,
        );
        Self {
            router,
            app,
            clock,
            store,
            receivers,
            tokens,
            _stop: stop,
        }
    }

    /// The token of our user with that role.
    pub(super) fn token(&self, role: Role) -> &str {
        &self.tokens[role.code()]
    }

    /// The token of the other organisation's administrator.
    pub(super) fn foreign(&self) -> &str {
        &self.tokens["foreign"]
    }

    /// Sends a request as our trader.
    pub(super) async fn trade(&self, call: Call) -> Answer {
        self.send(call.by(self.token(Role::Analyst))).await
    }

    /// Sends a request as it is.
    pub(super) async fn send(&self, call: Call) -> Answer {
        call.send(&self.router).await
    }

    /// All that our organisation has, as its trader sees it.
    pub(super) async fn store_snapshot(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for path in [
            "/api/bids",
            "/api/assets",
            "/api/jobs",
            "/api/awards",
            "/api/settlements",
            "/api/alert-rules",
            "/api/alerts",
            "/api/alert-routes",
        ] {
            seen.push(self.trade(super::call::get(path)).await.expect(200).body);
        }
        seen
    }

    /// Our battery.
    pub(super) async fn battery(&self) -> String {
        self.trade(post("/api/assets").json(&battery()))
            .await
            .expect(201)
            .id()
    }

    /// The id of our user of that name, as our administrator sees it.
    pub(super) async fn user(&self, name: &str) -> String {
        let listed = super::call::get("/api/users").by(self.token(Role::OrgAdmin));
        let listed = self.send(listed).await.expect(200).body;
        let users = listed["items"].as_array().unwrap();
        let user = users.iter().find(|user| user["name"] == name).unwrap();
        user["id"].as_str().unwrap().to_owned()
    }

    /// The id of the session of our user with that role.
    pub(super) async fn session(&self, role: Role) -> String {
        let listed = super::call::get("/api/auth/sessions").by(self.token(role));
        let listed = self.send(listed).await.expect(200).body;
        listed["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// A webhook of ours.
    pub(super) async fn route(&self, url: &str) -> String {
        let body = json!({ "name": "control room", "url": url });
        let made = self.trade(post("/api/alert-routes").json(&body)).await;
        let made = made.expect(201).body;
        made["route"]["id"].as_str().unwrap().to_owned()
    }

    /// The id of the newest message to a webhook of ours.
    pub(super) async fn delivery(&self, route: &str) -> String {
        let path = format!("/api/alert-routes/{route}/deliveries");
        let listed = self.trade(super::call::get(path)).await.expect(200);
        listed.body["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// An alert rule of ours on the next gate, and the alarm that it raises at once.
    pub(super) async fn alarmed(&self) -> (String, String) {
        let rule = json!({
            "name": "gate ahead", "condition": {
                "kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 2_880,
            },
        });
        let made = self.trade(post("/api/alert-rules").json(&rule)).await;
        let made = made.expect(201).body;
        let round = self.app.watch_alerts(WatchScope::All, 10).await.unwrap();
        assert_eq!((round.moved, round.failed), (1, 0));
        let alerts = self
            .trade(super::call::get("/api/alerts"))
            .await
            .expect(200);
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        (id(&made["rule"]["id"]), id(&alerts.body["items"][0]["id"]))
    }

    /// A bid of ours for a day, as a draft.
    pub(super) async fn draft(&self, day: &str) -> String {
        let call = post("/api/bids")
            .key(&format!("draft-{day}"))
            .json(&content(day));
        self.trade(call).await.expect(201).id()
    }

    /// A bid of ours for the fourth of June that has been submitted and awarded.
    pub(super) async fn awarded(&self) -> String {
        let id = self.draft("2024-06-04").await;
        self.trade(post(format!("/api/bids/{id}/submit")))
            .await
            .expect(200);
        self.trade(post(format!("/api/bids/{id}/refresh")))
            .await
            .expect(200);
        id
    }
}

async fn sign_in(router: &Router, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = post("/api/auth/login")
        .json(&body)
        .send(router)
        .await
        .expect(200);
    answer.body["access_token"].as_str().unwrap().to_owned()
}

fn app(store: &Arc<MemoryStore>, clock: &Arc<FixedClock>) -> App {
    let rules = RuleBook::builtin();
    let venue = SimulatedVenue::new(rules.markets(), store.clone(), clock.clone());
    App {
        stores: Stores::of(store.clone()),
        engine: Engine {
            optimizer: Arc::new(BatteryOptimizer::new()),
            forecaster: Arc::new(SimilarDayForecaster::new()),
            offers: Arc::new(BatteryOffers::new()),
            evaluator: Arc::new(PriceTakingEvaluator::new()),
            assessor: Arc::new(GateAssessor::new()),
            backtester: Arc::new(GateBacktester::new()),
        },
        environment: Environment {
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::default()),
            passwords: Arc::new(PlainText),
            tokens: Arc::new(JwtIssuer::new(&[7; 32]).unwrap()),
        },
        bus: Arc::new(InProcessBus::new(64)),
        venues: vec![Arc::new(venue)],
        webhooks: Arc::new(Receivers::default()),
        services: Arc::new(Monitor::new(store.clone())),
        rules: Arc::new(rules),
        locations: Arc::new(locations::builtin()),
        policy: Policy::default(),
        outlooks: Arc::new(Outlooks::default()),
    }
}

/// Two organisations with a user a role, and public ERCOT prices from 14 May to 5 June.
async fn fill(store: &MemoryStore) {
    for number in [1, 2] {
        let tenant = Tenant::numbered(number);
        store
            .insert_org(&tenant.org, &tenant.user, &trail(&tenant.user, "org.found"))
            .await
            .unwrap();
        for role in Role::ALL {
            let mut user = user_with_role(&tenant, role);
            user.password_hash = PASSWORD.to_owned();
            store
                .insert_user(&user, &trail(&user, "user.add"))
                .await
                .unwrap();
        }
    }
    let texts: Vec<String> = (0..23 * 24).map(price).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let series = PriceSeries::ercot_dam("2024-05-14T05:00:00Z");
    store
        .append_prices(DataOwner::Public, &series.values(&texts))
        .await
        .unwrap();
    let real_time: Vec<String> = (0..96).map(|quarter| price(quarter / 4 + 1)).collect();
    let real_time: Vec<&str> = real_time.iter().map(String::as_str).collect();
    let series = PriceSeries::ercot_dam("2024-06-04T05:00:00Z").of_product("RTM");
    let series = series.every(Resolution::Min15);
    store
        .append_prices(DataOwner::Public, &series.values(&real_time))
        .await
        .unwrap();
}

/// The price of an hour counted from a midnight: 10 to 33 through the day, 50 more in the evening, and
/// a little more each day.
fn price(hour: usize) -> String {
    let (day, hour) = (hour / 24, hour % 24);
    let evening = if (18..21).contains(&hour) { 50 } else { 0 };
    format!("{}.{:02}", 10 + hour + evening, day)
}

/// Prices of another organisation alone, at a location of their own.
pub(super) fn private_series() -> SeriesKey {
    PriceSeries::ercot_dam("2024-06-04T05:00:00Z")
        .at_location("HB_NORTH")
        .key()
        .clone()
}

/// A battery of 10 MW and 20 MWh at ERCOT's `HB_SOUTH`.
pub(super) fn battery() -> Value {
    json!({
        "name": "Hill Country 1", "market": "ERCOT", "location": "HB_SOUTH",
        "kind": {
            "type": "battery", "charge_limit": "10", "discharge_limit": "10",
            "energy_capacity": "20", "min_soc": "0", "max_soc": "20",
            "charge_efficiency": "0.95", "discharge_efficiency": "0.95",
            "initial_soc": "0", "degradation_cost": "2", "standing_loss": "0",
        },
    })
}

/// The battery's part of [`battery`], as a backtest takes it.
pub(super) fn plain_battery() -> Value {
    let mut kind = battery()["kind"].clone();
    kind.as_object_mut().unwrap().remove("type");
    kind
}

/// A bid for every hour of a day: sell 5 MW at 40.00 or more, rising to 10 MW at 44.50 or more.
pub(super) fn content(day: &str) -> Value {
    let date: jiff::civil::Date = day.parse().unwrap();
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let hours = zone.day(date).unwrap().periods(Resolution::Hour);
    let curve = json!({
        "side": "sell", "shape": "linear",
        "points": [{ "quantity": "5", "price": "40" }, { "quantity": "10", "price": "44.50" }],
    });
    let periods = hours.map(|period| json!({ "period": period, "curve": curve }));
    json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": day,
        "currency": "USD", "periods": periods.collect::<Vec<_>>(),
    })
}

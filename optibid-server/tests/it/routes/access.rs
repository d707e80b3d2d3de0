//! Who may call what: every operation of the description, with every role.

use super::call::{Call, delete, get, post, put};
use super::world::{PASSWORD, World, battery, content, plain_battery};
use optibid_core::auth::Role;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who may.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Also those who are not signed in.
    Everybody,
    /// All five roles.
    SignedIn,
    /// All but billing admins.
    Desk,
    /// Super admins, org admins, analysts.
    Traders,
    /// Super admins and org admins.
    Admins,
    /// Super admins.
    Super,
}

impl Who {
    fn allows(self, role: Option<Role>) -> bool {
        let Some(role) = role else {
            return self == Self::Everybody;
        };
        match self {
            Self::Everybody | Self::SignedIn => true,
            Self::Desk => role != Role::BillingAdmin,
            Self::Traders => matches!(role, Role::SuperAdmin | Role::OrgAdmin | Role::Analyst),
            Self::Admins => matches!(role, Role::SuperAdmin | Role::OrgAdmin),
            Self::Super => role == Role::SuperAdmin,
        }
    }
}

/// The things of our organisation that requests are about.
struct Things {
    draft: String,
    asset: String,
    job: String,
    settlement: String,
    rule: String,
    alert: String,
    user: String,
    session: String,
    route: String,
    delivery: String,
}

impl Things {
    /// Those of our organisation; the session is the caller's.
    async fn of(world: &World, caller: Option<Role>) -> Self {
        world.awarded().await;
        let route = world.route("https://hooks.example.com/optibid").await;
        let (rule, alert) = world.alarmed().await;
        let settlement = world
            .trade(post("/api/settlements").json(&settlement()))
            .await;
        let job = world.trade(post("/api/backtests").json(&backtest())).await;
        Self {
            draft: world.draft("2024-06-05").await,
            asset: world.battery().await,
            job: job.expect(202).id(),
            settlement: settlement.expect(201).id(),
            rule,
            alert,
            delivery: world.delivery(&route).await,
            route,
            user: world.user("viewer").await,
            session: world.session(caller.unwrap_or(Role::Analyst)).await,
        }
    }

    /// Ids that nobody has.
    fn random() -> Self {
        let id = || Uuid::now_v7().to_string();
        Self {
            draft: id(),
            asset: id(),
            job: id(),
            settlement: id(),
            rule: id(),
            alert: id(),
            user: id(),
            session: id(),
            route: id(),
            delivery: id(),
        }
    }

    fn hide(&self, text: &str) -> String {
        let ids = [
            &self.draft,
            &self.asset,
            &self.job,
            &self.settlement,
            &self.rule,
            &self.alert,
            &self.user,
            &self.session,
            &self.route,
            &self.delivery,
        ];
        ids.iter()
            .fold(text.to_owned(), |text, id| text.replace(id.as_str(), "ID"))
    }
}

fn settlement() -> serde_json::Value {
    json!({ "market": "ERCOT", "location": "HB_SOUTH", "day": "2024-06-04", "day_ahead": "DAM" })
}

fn backtest() -> serde_json::Value {
    json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "from": "2024-05-28", "to": "2024-05-30", "battery": plain_battery(),
    })
}

type Row = (&'static str, Who, u16, Call);

/// One row an operation: method and path, who may, the status when it goes well, a request.
fn table(t: &Things) -> Vec<Row> {
    [
        bids(t),
        prices(),
        assets(t),
        numbers(t),
        books(t),
        files(),
        alerts(t),
        alert_routes(t),
        sign_in(),
        account(t),
        people(t),
        house(),
    ]
    .concat()
}

fn bids(t: &Things) -> Vec<Row> {
    let bid = |rest: &str| format!("/api/bids/{}{rest}", t.draft);
    let day = content("2024-06-06");
    vec![
        (
            "POST /api/bids",
            Who::Traders,
            201,
            post("/api/bids").key("z").json(&day),
        ),
        ("GET /api/bids", Who::Desk, 200, get("/api/bids")),
        (
            "POST /api/bids/validate",
            Who::Desk,
            200,
            post("/api/bids/validate").json(&day),
        ),
        ("GET /api/bids/{id}", Who::Desk, 200, get(bid(""))),
        (
            "PUT /api/bids/{id}",
            Who::Traders,
            200,
            put(bid("")).if_match(1).json(&day),
        ),
        (
            "POST /api/bids/{id}/validate",
            Who::Traders,
            200,
            post(bid("/validate")),
        ),
        (
            "POST /api/bids/{id}/submit",
            Who::Traders,
            200,
            post(bid("/submit")),
        ),
        (
            "POST /api/bids/{id}/withdraw",
            Who::Traders,
            200,
            post(bid("/withdraw")),
        ),
        (
            "POST /api/bids/{id}/refresh",
            Who::Traders,
            200,
            post(bid("/refresh")),
        ),
        (
            "GET /api/bids/{id}/history",
            Who::Desk,
            200,
            get(bid("/history")),
        ),
    ]
}

fn prices() -> Vec<Row> {
    let series = "market=ERCOT&product=DAM&location=HB_SOUTH";
    let span = format!("{series}&from=2024-06-04&to=2024-06-04");
    let data = |path: &str| get(format!("/api/market-data/{path}?{span}"));
    let file = "market,product,location,start,resolution,price\n\
                ERCOT,DAM,HB_SOUTH,2024-06-04T05:00:00Z,PT60M,1\n";
    let import = post("/api/market-data/import").text("text/csv", file);
    let rules = "/api/markets/ERCOT/rules?product=DAM&day=2024-06-05";
    let forecast = format!("/api/forecasts?{series}&day=2024-06-05");
    let accuracy = format!("/api/forecasts/accuracy?{span}");
    let all = Who::SignedIn;
    vec![
        ("GET /api/markets", all, 200, get("/api/markets")),
        (
            "GET /api/markets/{market}",
            all,
            200,
            get("/api/markets/ERCOT"),
        ),
        ("GET /api/markets/{market}/rules", all, 200, get(rules)),
        (
            "GET /api/markets/{market}/locations",
            all,
            200,
            get("/api/markets/ERCOT/locations"),
        ),
        (
            "GET /api/markets/{market}/geojson",
            all,
            200,
            get("/api/markets/ERCOT/geojson"),
        ),
        (
            "GET /api/markets/{market}/products/{product}/days/{day}",
            all,
            200,
            get("/api/markets/ERCOT/products/DAM/days/2024-06-05"),
        ),
        (
            "GET /api/market-data/latest",
            all,
            200,
            get("/api/market-data/latest"),
        ),
        ("GET /api/market-data/history", all, 200, data("history")),
        ("GET /api/market-data/summary", all, 200, data("summary")),
        ("GET /api/market-data/export", all, 200, data("export")),
        ("POST /api/market-data/import", Who::Traders, 200, import),
        ("GET /api/forecasts", all, 200, get(forecast)),
        ("GET /api/forecasts/accuracy", all, 200, get(accuracy)),
    ]
}

fn assets(t: &Things) -> Vec<Row> {
    let asset = |rest: &str| format!("/api/assets/{}{rest}", t.asset);
    let sample =
        json!({ "samples": [{ "at": "2024-06-03T11:00:00Z", "power": "1", "source": "scada" }] });
    let span = "?from=2024-06-03T00:00:00Z&to=2024-06-04T00:00:00Z";
    vec![
        (
            "POST /api/assets",
            Who::Traders,
            201,
            post("/api/assets").json(&battery()),
        ),
        ("GET /api/assets", Who::Desk, 200, get("/api/assets")),
        ("GET /api/assets/{id}", Who::Desk, 200, get(asset(""))),
        (
            "PUT /api/assets/{id}",
            Who::Traders,
            200,
            put(asset("")).if_match(1).json(&battery()),
        ),
        (
            "POST /api/assets/{id}/telemetry",
            Who::Traders,
            200,
            post(asset("/telemetry")).json(&sample),
        ),
        (
            "GET /api/assets/{id}/telemetry",
            Who::Desk,
            200,
            get(asset("/telemetry") + span),
        ),
        (
            "GET /api/assets/{id}/telemetry/latest",
            Who::Desk,
            200,
            get(asset("/telemetry/latest")),
        ),
        (
            "GET /api/assets/nearby",
            Who::Desk,
            200,
            get("/api/assets/nearby?latitude=29.7604&longitude=-95.3698"),
        ),
        (
            "GET /api/assets/{id}/availability",
            Who::Desk,
            200,
            get(asset("/availability")),
        ),
        (
            "PUT /api/assets/{id}/availability",
            Who::Traders,
            200,
            put(asset("/availability")).json(&json!({ "windows": [] })),
        ),
    ]
}

fn numbers(t: &Things) -> Vec<Row> {
    let day = json!({ "asset": t.asset, "product": "DAM", "day": "2024-06-05" });
    let days =
        json!({ "asset": t.asset, "product": "DAM", "from": "2024-06-01", "to": "2024-06-02" });
    vec![
        (
            "POST /api/optimisations/schedule",
            Who::Desk,
            200,
            post("/api/optimisations/schedule").json(&day),
        ),
        (
            "POST /api/optimisations/explain",
            Who::Desk,
            200,
            post("/api/optimisations/explain").json(&day),
        ),
        (
            "POST /api/optimisations/offer",
            Who::Desk,
            200,
            post("/api/optimisations/offer").json(&day),
        ),
        (
            "POST /api/optimisations/what-if",
            Who::Desk,
            200,
            post("/api/optimisations/what-if").json(&json!({ "bid": content("2024-06-05") })),
        ),
        (
            "POST /api/optimisations",
            Who::Traders,
            202,
            post("/api/optimisations").json(&days),
        ),
    ]
}

fn books(t: &Things) -> Vec<Row> {
    let job = |base: &str, rest: &str| format!("/api/{base}/{}{rest}", t.job);
    let all = Who::SignedIn;
    let span = "from=2024-06-04&to=2024-06-04";
    let positions = format!("/api/positions?market=ERCOT&product=DAM&{span}");
    // The day is settled already: whoever may settle learns that, the others do not.
    let again = post("/api/settlements").json(&settlement());
    vec![
        (
            "POST /api/backtests",
            Who::Traders,
            202,
            post("/api/backtests").json(&backtest()),
        ),
        ("GET /api/backtests", Who::Desk, 200, get("/api/backtests")),
        (
            "GET /api/backtests/{id}",
            Who::Desk,
            200,
            get(job("backtests", "")),
        ),
        (
            "POST /api/backtests/{id}/cancel",
            Who::Traders,
            200,
            post(job("backtests", "/cancel")),
        ),
        (
            "POST /api/jobs",
            Who::Traders,
            202,
            post("/api/jobs").json(&json!({
                "kind": "explanation", "asset": t.asset, "product": "DAM",
                "from": "2024-06-04", "to": "2024-06-05",
            })),
        ),
        ("GET /api/jobs", Who::Desk, 200, get("/api/jobs")),
        ("GET /api/jobs/{id}", Who::Desk, 200, get(job("jobs", ""))),
        (
            "POST /api/jobs/{id}/cancel",
            Who::Traders,
            200,
            post(job("jobs", "/cancel")),
        ),
        ("GET /api/awards", all, 200, get("/api/awards")),
        ("GET /api/positions", all, 200, get(positions)),
        ("POST /api/settlements", Who::Traders, 422, again),
        ("GET /api/settlements", all, 200, get("/api/settlements")),
        (
            "GET /api/settlements/{id}",
            all,
            200,
            get(format!("/api/settlements/{}", t.settlement)),
        ),
        ("GET /api/pnl", all, 200, get(format!("/api/pnl?{span}"))),
    ]
}

fn files() -> Vec<Row> {
    let span = "from=2024-06-04&to=2024-06-04";
    let file = |what: &str| get(format!("/api/{what}/export?{span}"));
    let all = Who::SignedIn;
    vec![
        ("GET /api/settlements/export", all, 200, file("settlements")),
        ("GET /api/pnl/export", all, 200, file("pnl")),
    ]
}

fn alerts(t: &Things) -> Vec<Row> {
    let rule = |rest: &str| format!("/api/alert-rules/{}{rest}", t.rule);
    let alert = |rest: &str| format!("/api/alerts/{}{rest}", t.alert);
    let content = json!({ "name": "any service", "condition": { "kind": "service" } });
    let silence = json!({ "until": "2024-06-03T18:00:00Z" });
    vec![
        (
            "POST /api/alert-rules",
            Who::Traders,
            201,
            post("/api/alert-rules").json(&content),
        ),
        (
            "GET /api/alert-rules",
            Who::Desk,
            200,
            get("/api/alert-rules"),
        ),
        ("GET /api/alert-rules/{id}", Who::Desk, 200, get(rule(""))),
        (
            "PUT /api/alert-rules/{id}",
            Who::Traders,
            200,
            put(rule("")).if_match(1).json(&content),
        ),
        (
            "DELETE /api/alert-rules/{id}",
            Who::Traders,
            204,
            delete(rule("")),
        ),
        (
            "GET /api/alert-rules/{id}/reading",
            Who::Desk,
            200,
            get(rule("/reading")),
        ),
        (
            "POST /api/alert-rules/{id}/shelve",
            Who::Traders,
            200,
            post(rule("/shelve")).json(&silence),
        ),
        (
            "POST /api/alert-rules/{id}/unshelve",
            Who::Traders,
            200,
            post(rule("/unshelve")),
        ),
        ("GET /api/alerts", Who::Desk, 200, get("/api/alerts")),
        ("GET /api/alerts/{id}", Who::Desk, 200, get(alert(""))),
        (
            "POST /api/alerts/{id}/acknowledge",
            Who::Traders,
            200,
            post(alert("/acknowledge")).json(&json!({ "note": "seen" })),
        ),
    ]
}

fn alert_routes(t: &Things) -> Vec<Row> {
    let route = |rest: &str| format!("/api/alert-routes/{}{rest}", t.route);
    let content = json!({ "name": "pager", "url": "https://hooks.example.com/pager" });
    let replay = route(&format!("/deliveries/{}/replay", t.delivery));
    vec![
        (
            "POST /api/alert-routes",
            Who::Traders,
            201,
            post("/api/alert-routes").json(&content),
        ),
        (
            "GET /api/alert-routes",
            Who::Traders,
            200,
            get("/api/alert-routes"),
        ),
        (
            "GET /api/alert-routes/{id}",
            Who::Traders,
            200,
            get(route("")),
        ),
        (
            "PUT /api/alert-routes/{id}",
            Who::Traders,
            200,
            put(route("")).if_match(1).json(&content),
        ),
        (
            "DELETE /api/alert-routes/{id}",
            Who::Traders,
            204,
            delete(route("")),
        ),
        (
            "POST /api/alert-routes/{id}/test",
            Who::Traders,
            200,
            post(route("/test")),
        ),
        (
            "POST /api/alert-routes/{id}/rotate-secret",
            Who::Traders,
            200,
            post(route("/rotate-secret")),
        ),
        (
            "GET /api/alert-routes/{id}/deliveries",
            Who::Traders,
            200,
            get(route("/deliveries")),
        ),
        (
            "POST /api/alert-routes/{id}/deliveries/{delivery}/replay",
            Who::Traders,
            202,
            post(replay),
        ),
    ]
}

fn sign_in() -> Vec<Row> {
    let login = json!({ "email": "viewer@storage1.example", "password": PASSWORD });
    let found = json!({
        "organisation": "New", "email": "new@example.com", "name": "N",
        "password": "ramp rate of a spring dawn",
    });
    let token = json!({ "refresh_token": "not one" });
    let anyone = Who::Everybody;
    vec![
        (
            "POST /api/auth/register",
            anyone,
            201,
            post("/api/auth/register").json(&found),
        ),
        (
            "POST /api/auth/login",
            anyone,
            200,
            post("/api/auth/login").json(&login),
        ),
        ("GET /api/auth/me", Who::SignedIn, 200, get("/api/auth/me")),
        (
            "POST /api/auth/logout",
            Who::SignedIn,
            204,
            post("/api/auth/logout"),
        ),
        // An unknown refresh token answers 401 to everybody: tested with the other sign-in routes.
        (
            "POST /api/auth/refresh",
            anyone,
            401,
            post("/api/auth/refresh").json(&token),
        ),
    ]
}

fn account(t: &Things) -> Vec<Row> {
    let all = Who::SignedIn;
    let password = json!({ "current_password": PASSWORD, "new_password": "ramp rate of a dawn" });
    let session = delete(format!("/api/auth/sessions/{}", t.session));
    vec![
        (
            "PUT /api/auth/profile",
            all,
            200,
            put("/api/auth/profile").json(&json!({ "name": "New name" })),
        ),
        (
            "POST /api/auth/password",
            all,
            204,
            post("/api/auth/password").json(&password),
        ),
        (
            "GET /api/auth/sessions",
            all,
            200,
            get("/api/auth/sessions"),
        ),
        ("DELETE /api/auth/sessions/{id}", all, 204, session),
    ]
}

fn people(t: &Things) -> Vec<Row> {
    let user = json!({
        "email": "eve@storage1.example", "name": "Eve", "password": "ramp rate of a spring dawn",
        "role": "viewer",
    });
    let one = format!("/api/users/{}", t.user);
    let edit = json!({ "name": "Vic", "role": "analyst", "disabled": false });
    let name = json!({ "name": "Storage One" });
    vec![
        (
            "POST /api/users",
            Who::Admins,
            201,
            post("/api/users").json(&user),
        ),
        ("GET /api/users", Who::Admins, 200, get("/api/users")),
        ("GET /api/users/{id}", Who::Admins, 200, get(&one)),
        (
            "PUT /api/users/{id}",
            Who::Admins,
            200,
            put(&one).if_match(1).json(&edit),
        ),
        ("GET /api/roles", Who::SignedIn, 200, get("/api/roles")),
        (
            "GET /api/organisation",
            Who::SignedIn,
            200,
            get("/api/organisation"),
        ),
        (
            "PUT /api/organisation",
            Who::Admins,
            200,
            put("/api/organisation").if_match(1).json(&name),
        ),
    ]
}

fn house() -> Vec<Row> {
    let off = json!({ "enabled": false });
    let anyone = Who::Everybody;
    vec![
        ("GET /api/audit", Who::Admins, 200, get("/api/audit")),
        (
            "GET /api/audit/verify",
            Who::Super,
            200,
            get("/api/audit/verify"),
        ),
        (
            "GET /api/maintenance",
            Who::SignedIn,
            200,
            get("/api/maintenance"),
        ),
        (
            "PUT /api/maintenance",
            Who::Super,
            200,
            put("/api/maintenance").json(&off),
        ),
        ("GET /health", anyone, 200, get("/health")),
        ("GET /health/live", anyone, 200, get("/health/live")),
        ("GET /health/ready", anyone, 200, get("/health/ready")),
        ("GET /metrics", anyone, 200, get("/metrics")),
    ]
}

/// Operations of the description as `GET /api/bids`.
pub(super) fn described() -> BTreeSet<String> {
    let description = optibid_server::http::description();
    let paths = description["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    operations.collect()
}

/// Whether an operation opens a WebSocket: those have their own tests.
fn is_socket(operation: &str) -> bool {
    operation.contains("/api/ws/")
}

#[test]
fn every_operation_of_the_description_is_in_the_table() {
    let rows = table(&Things::random());
    let listed: BTreeSet<String> = rows.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "an operation is listed twice");
    let described: BTreeSet<String> = described().into_iter().filter(|o| !is_socket(o)).collect();
    let missing: Vec<_> = described.difference(&listed).collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "not described: {gone:?}");
}

#[tokio::test]
async fn every_role_may_what_the_table_says_and_nothing_else() {
    let roles = Role::ALL.map(Some).into_iter().chain([None]);
    for role in roles {
        let world = World::new().await;
        let count = table(&Things::random()).len();
        for index in 0..count {
            // Each request in a world of its own, so that none sees what another one did.
            let world = if index == 0 {
                &world
            } else {
                &World::new().await
            };
            let things = Things::of(world, role).await;
            let (operation, who, status, call) = table(&things).swap_remove(index);
            let call = match role {
                Some(role) => call.by(world.token(role)),
                None => call,
            };
            let answer = world.send(call).await;
            let wanted = match (who.allows(role), role) {
                (true, _) => status,
                (false, None) => 401,
                (false, Some(_)) => 403,
            };
            assert_eq!(
                answer.status.as_u16(),
                wanted,
                "{operation} by {role:?}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn nobody_sees_or_changes_what_another_organisation_has() {
    let world = World::new().await;
    let ours = Things::of(&world, None).await;
    let random = Things::random();
    let before = world.store_snapshot().await;
    let mut tried = 0;
    for (known, unknown) in table(&ours).into_iter().zip(table(&random)) {
        if !known.0.contains("{id}") {
            continue;
        }
        let theirs = world.send(known.3.by(world.foreign())).await.problem(404);
        let nobodys = world.send(unknown.3.by(world.foreign())).await.problem(404);
        let plain =
            |things: &Things, text: &str, id: &str| things.hide(text).replace(id, "REQUEST");
        let id =
            |answer: &super::call::Answer| answer.body["request_id"].as_str().unwrap().to_owned();
        assert_eq!(
            plain(&ours, &theirs.text, &id(&theirs)),
            plain(&random, &nobodys.text, &id(&nobodys)),
            "{}",
            known.0
        );
        tried += 1;
    }
    let with_id = described().iter().filter(|o| o.contains("{id}")).count();
    assert_eq!(tried, with_id);
    assert_eq!(
        world.store_snapshot().await,
        before,
        "something of ours has changed"
    );
}

#[tokio::test]
async fn lists_hold_only_what_is_ones_own() {
    let world = World::new().await;
    Things::of(&world, None).await;
    for path in [
        "/api/bids",
        "/api/assets",
        "/api/jobs",
        "/api/backtests",
        "/api/awards",
        "/api/settlements",
        "/api/alert-rules",
        "/api/alerts",
        "/api/alert-routes",
    ] {
        let ours = world.trade(get(path)).await.expect(200);
        assert!(!ours.body["items"].as_array().unwrap().is_empty(), "{path}");
        let theirs = world.send(get(path).by(world.foreign())).await.expect(200);
        assert_eq!(theirs.body["items"], json!([]), "{path}");
    }
    let audit = world
        .send(get("/api/audit?limit=200").by(world.foreign()))
        .await
        .expect(200);
    let entries = audit.body["items"].as_array().unwrap();
    let own = &entries[0]["org"];
    assert!(entries.iter().all(|entry| &entry["org"] == own));
    assert!(entries.iter().all(|entry| entry["action"] != "bid.draft"));
}

//! Bodies written by every format are read back for ever: `tests/fixtures/<format>/<kind>.json` holds what
//! a program of that format stored, and must give the same values today.
//!
//! A fixture is never altered. A new format adds a folder and a test like the one below.

use crate::databases::{Raw, sqlite_file};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use optibid_core::alert::{
    Acknowledgement, Alert, AlertState, NewAlert, Pending, Shelving, WatchedRule,
};
use optibid_core::asset::{
    Asset, AssetContent, AssetKind, Availability, Battery, NewAsset, Telemetry,
};
use optibid_core::audit::Actor;
use optibid_core::bid::{
    Bid, BidContent, BidEvent, BidOffer, BidPeriod, CurvePoint, CurveShape, CurveSide, NewBid,
    OfferCurve, OfferKind, Transition,
};
use optibid_core::event::{Event, EventKind};
use optibid_core::id::{
    AlertId, AlertRouteId, AlertRuleId, AssetId, AwardId, BidId, DeliveryId, JobId, OrgId,
    SettlementId, UserId,
};
use optibid_core::job::{Job, JobResult, JobSpec, JobState};
use optibid_core::market::{DeliveryPeriod, LocationCode, MarketId, ProductId, Resolution};
use optibid_core::portfolio::{Award, LineKind, SettlementLine, SettlementStatement};
use optibid_core::ports::*;
use optibid_core::schedule::{Schedule, ScheduleMethod, SchedulePoint};
use optibid_core::testing::fixtures::{self, Tenant};
use optibid_core::unit::{Currency, Degrees, Energy, Money, Power, Price, Ratio};
use optibid_core::webhook::{AlertRoute, Delivery, DeliveryAttempt, RouteSecrets, WebhookSecret};
use optibid_storage::{Database, Options};
use std::path::Path;
use uuid::Uuid;

/// One of everything that has a body.
struct World {
    tenant: Tenant,
    draft: Bid,
    drafted: BidEvent,
    bid: Bid,
    validated: BidEvent,
    event: Event,
    asset: Asset,
    telemetry: Telemetry,
    availability: Availability,
    award: Award,
    statement: SettlementStatement,
    job: Job,
}

const NOON: Timestamp = Timestamp::constant(1_717_416_000, 123_456_000);

/// Ids that stay whatever else changes.
fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x018f_ddf8_7a7b_7000_8000_0000_0000_0000 + number)
}

fn tenant() -> Tenant {
    let mut tenant = Tenant::numbered(1);
    tenant.org.id = OrgId::from_uuid(uuid(1_000));
    tenant.user.id = UserId::from_uuid(uuid(1_001));
    tenant.user.org = tenant.org.id;
    tenant
}

fn world() -> World {
    let tenant = tenant();
    let id = BidId::from_uuid(uuid(1));
    let new = NewBid {
        id,
        org: tenant.org.id,
        author: tenant.user.id,
        at: NOON,
    };
    let (draft, drafted) = Bid::draft(new, content());
    let actor = Actor::User(tenant.user.id);
    let (bid, validated) = draft
        .clone()
        .apply(Transition::Validate, actor, NOON, "fits")
        .unwrap();
    let event = fixtures::event(uuid(99), tenant.org.id, EventKind::Bid(drafted.clone()));
    let asset = asset(&tenant, AssetId::from_uuid(uuid(2)));
    let telemetry = Telemetry {
        asset: asset.id,
        at: NOON,
        power: Power::from_kilowatts(-1_250),
        state_of_charge: Some(Energy::from_mwh(7)),
        available: Some(true),
        source: "plant controller".to_owned(),
    };
    let availability = Availability {
        asset: asset.id,
        from: NOON,
        until: NOON + SignedDuration::from_hours(6),
        limit: Ratio::from_ppm(500_000),
        reason: "inverter 2 is out".to_owned(),
    };
    let award = award(&bid, AwardId::from_uuid(uuid(3)));
    let statement = statement(&award, SettlementId::from_uuid(uuid(4)));
    let job = job(&tenant, &asset, &award, JobId::from_uuid(uuid(5)));
    World {
        tenant,
        draft,
        drafted,
        bid,
        validated,
        event,
        asset,
        telemetry,
        availability,
        award,
        statement,
        job,
    }
}

/// One hour of a seller's line and one of a storage's steps.
fn content() -> BidContent {
    let at = |mw, cents| CurvePoint::new(Power::from_megawatts(mw), Price::from_cents(cents));
    let line = OfferCurve::new(
        CurveSide::Sell,
        CurveShape::Linear,
        vec![at(1, 1_825), at(10, 4_450)],
    );
    let steps = OfferCurve::storage(CurveShape::Step, vec![at(-10, 1_825), at(10, 4_450)]);
    let period = |start: &str, curve| BidPeriod {
        period: DeliveryPeriod::new(start.parse().unwrap(), Resolution::Hour).unwrap(),
        curve,
    };
    BidContent {
        market: MarketId::new("ERCOT").unwrap(),
        product: ProductId::new("DAM").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        delivery_day: date(2024, 6, 4),
        currency: Currency::Usd,
        asset: None,
        offer: BidOffer::Curve(vec![
            period("2024-06-04T05:00:00Z", line.unwrap()),
            period("2024-06-04T06:00:00Z", steps.unwrap()),
        ]),
        note: Some("evening peak – Abendspitze".to_owned()),
    }
}

fn asset(tenant: &Tenant, id: AssetId) -> Asset {
    let kind = AssetKind::Battery(Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        min_soc: Energy::from_mwh(1),
        max_soc: Energy::from_mwh(19),
        charge_efficiency: Ratio::from_ppm(900_000),
        discharge_efficiency: Ratio::from_ppm(950_000),
        initial_soc: Energy::from_mwh(10),
        target_soc: Some(Energy::from_mwh(10)),
        cycle_budget: Some(Ratio::from_ppm(1_500_000)),
        degradation_cost: Price::from_cents(425),
        standing_loss: Ratio::from_ppm(50),
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    });
    let content = AssetContent {
        name: "Río Bravo storage".to_owned(),
        market: MarketId::new("ERCOT").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        latitude: Some(Degrees::from_e7(275_806_123)),
        longitude: Some(Degrees::from_e7(-983_963_456)),
        kind,
    };
    Asset::create(
        NewAsset {
            id,
            org: tenant.org.id,
            at: NOON,
        },
        content,
    )
    .unwrap()
}

fn award(bid: &Bid, id: AwardId) -> Award {
    let content = bid.content();
    Award {
        id,
        org: bid.org(),
        bid: bid.id(),
        market: content.market.clone(),
        product: content.product.clone(),
        location: content.location.clone(),
        period: content.curves()[1].period,
        quantity: Power::from_megawatts(10),
        price: Price::from_micros(61_234_567),
        currency: Currency::Usd,
        awarded_at: NOON,
    }
}

fn statement(award: &Award, id: SettlementId) -> SettlementStatement {
    let amount = Money::from_minor(61_235, Currency::Usd);
    SettlementStatement {
        id,
        org: award.org,
        bids: vec![award.bid],
        asset: None,
        market: award.market.clone(),
        location: award.location.clone(),
        day: date(2024, 6, 4),
        currency: Currency::Usd,
        lines: vec![SettlementLine {
            kind: LineKind::DayAheadEnergy,
            product: Some(award.product.clone()),
            award: Some(award.id),
            name: None,
            period: award.period,
            energy: Energy::from_mwh(10),
            price: award.price,
            amount,
        }],
        total: amount,
        created_at: NOON,
    }
}

fn job(tenant: &Tenant, asset: &Asset, award: &Award, id: JobId) -> Job {
    let money = |minor| Money::from_minor(minor, Currency::Usd);
    Job {
        id,
        org: tenant.org.id,
        author: tenant.user.id,
        spec: JobSpec::Optimisation {
            asset: asset.id,
            product: ProductId::new("DAM").unwrap(),
            from: date(2024, 6, 1),
            to: date(2024, 6, 30),
        },
        state: JobState::Done,
        done: 30,
        total: 30,
        attempts: 1,
        cancel_requested: false,
        leased_until: None,
        error: None,
        problem: None,
        result: Some(JobResult::Optimisation(Schedule {
            points: vec![SchedulePoint {
                period: award.period,
                power: Power::from_megawatts(10),
                energy: Energy::from_mwh(10),
                state_of_charge: Energy::from_mwh(1),
                stored_value: Price::from_cents(3_100),
            }],
            revenue: money(61_235),
            wear: money(4_250),
            fees: None,
            shortfall: None,
            value: money(56_985),
            cycles: Ratio::from_ppm(526_316),
            budgets: Vec::new(),
            method: ScheduleMethod::DynamicProgram,
            gap: None,
        })),
        created_at: NOON,
        updated_at: NOON,
    }
}

async fn store_all(database: &Database, world: &World) {
    let (store, tenant) = (database.store(), &world.tenant);
    let trail = fixtures::trail(&tenant.user, "test");
    store
        .insert_org(&tenant.org, &tenant.user, &trail)
        .await
        .unwrap();
    let mut first = trail.clone();
    first.events.push(world.event.clone());
    store
        .insert_bid(&world.draft, &world.drafted, &first)
        .await
        .unwrap();
    let awards = std::slice::from_ref(&world.award);
    store
        .record_awards(awards, &world.bid, &world.validated, &trail)
        .await
        .unwrap();
    store
        .record_settlement(&world.statement, &[], &trail)
        .await
        .unwrap();
    store.insert_asset(&world.asset, &trail).await.unwrap();
    let (org, asset) = (tenant.org.id, world.asset.id);
    let samples = std::slice::from_ref(&world.telemetry);
    store.record_telemetry(org, samples, &trail).await.unwrap();
    let windows = std::slice::from_ref(&world.availability);
    store
        .replace_availability(org, asset, windows, &trail)
        .await
        .unwrap();
    store.insert_job(&world.job, &trail).await.unwrap();
}

async fn assert_read_back(database: &Database, world: &World) {
    let (store, org) = (database.store(), world.tenant.org.id);
    assert_eq!(
        store.bid(org, world.bid.id()).await.unwrap().as_ref(),
        Some(&world.bid)
    );
    let message = store.unpublished(1).await.unwrap().remove(0);
    assert_eq!(message.event, world.event);
    let span = (world.award.period.start(), world.award.period.end());
    let query = AwardQuery {
        bid: None,
        market: None,
        product: None,
        from: span.0,
        until: span.1,
        limit: 9,
    };
    let awards = store.awards(org, &query).await.unwrap();
    assert_eq!(awards, std::slice::from_ref(&world.award));
    let statement = store.settlement(org, world.statement.id).await.unwrap();
    assert_eq!(statement.as_ref(), Some(&world.statement));
    assert_eq!(
        store.asset(org, world.asset.id).await.unwrap().as_ref(),
        Some(&world.asset)
    );
    let (asset, from) = (world.asset.id, world.telemetry.at);
    let query = TelemetryQuery {
        asset,
        from,
        until: from + SignedDuration::from_secs(1),
        limit: 9,
    };
    let samples = store.telemetry(org, &query).await.unwrap();
    assert_eq!(samples, std::slice::from_ref(&world.telemetry));
    let windows = store.availability(org, asset).await.unwrap();
    assert_eq!(windows, std::slice::from_ref(&world.availability));
    assert_eq!(
        store.job(org, world.job.id).await.unwrap().as_ref(),
        Some(&world.job)
    );
}

/// Where each kind of body lies.
const PLACES: [(&str, &str); 9] = [
    ("bid", "update bids set body = $1"),
    ("event", "update outbox set body = $1"),
    ("award", "update awards set body = $1"),
    ("settlement", "update settlements set body = $1"),
    ("asset", "update assets set body = $1"),
    ("telemetry", "update telemetry set body = $1"),
    ("availability", "update availability set body = $1"),
    ("job_spec", "update jobs set spec = $1"),
    ("job_result", "update jobs set result = $1"),
];

#[tokio::test]
async fn bodies_of_format_1_are_read_back() {
    let (_folder, url) = sqlite_file();
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let world = world();
    store_all(&database, &world).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/1");
    let mut raw = Raw::connect(&url).await;
    for (kind, put) in PLACES {
        let file = folder.join(format!("{kind}.json"));
        let body = std::fs::read_to_string(&file).unwrap();
        assert!(body.starts_with(r#"{"format":1,"#), "{kind}: {body}");
        assert_eq!(raw.execute_with(put, body.trim_end()).await, 1, "{kind}");
    }
    assert_read_back(&database, &world).await;
    database.close().await;
}

/// Format 2 of bids has every kind of offer: each is read as it was written, and written so today.
#[tokio::test]
async fn bids_of_format_2_are_read_back() {
    let (_folder, url) = sqlite_file();
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let world = world();
    store_all(&database, &world).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/2");
    let mut raw = Raw::connect(&url).await;
    for kind in OfferKind::ALL {
        let file = folder.join(format!("bid_{kind}.json"));
        let body = std::fs::read_to_string(&file).unwrap();
        assert!(body.starts_with(r#"{"format":2,"#), "{kind}: {body}");
        let put = "update bids set body = $1";
        assert_eq!(raw.execute_with(put, body.trim_end()).await, 1, "{kind}");
        let store = database.store();
        let read = store.bid(world.tenant.org.id, world.bid.id());
        let bid = read.await.unwrap().unwrap();
        assert_eq!(bid.content().offer.kind(), kind);
        let stored: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            serde_json::to_value(&bid).unwrap(),
            stored["value"],
            "{kind}"
        );
    }
    database.close().await;
}

/// A rule in its last moment of silence, and an alarm that was answered and has ended.
fn alarmed(tenant: &Tenant) -> (WatchedRule, Alert) {
    let mut watched = fixtures::watched_rule(tenant, AlertRuleId::from_uuid(uuid(20)));
    let later = NOON + SignedDuration::from_secs(60);
    let new = NewAlert {
        id: AlertId::from_uuid(uuid(21)),
        state: AlertState::Active,
        told: "212.50 – süd".to_owned(),
        shelved: true,
        at: NOON,
    };
    let answer = Acknowledgement {
        by: tenant.user.id,
        at: NOON,
        note: "seen".to_owned(),
    };
    let alert = Alert::raise(&watched.rule, new).acknowledge(answer);
    let alert = alert.unwrap().end("190.00", later);
    watched.standing.state = AlertState::Active;
    watched.standing.alert = Some(alert.id);
    watched.standing.pending = Some(Pending {
        state: AlertState::Normal,
        since: NOON,
    });
    watched.standing.shelved = Some(Shelving {
        until: later,
        by: tenant.user.id,
        at: NOON,
        reason: "line works".to_owned(),
    });
    (watched, alert)
}

/// Alerts came with the second migration; their bodies have format 1 as well.
#[tokio::test]
async fn alerts_of_format_1_are_read_back() {
    let (_folder, url) = sqlite_file();
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let (tenant, store) = (tenant(), database.store());
    let (watched, mut alert) = alarmed(&tenant);
    let trail = fixtures::trail(&tenant.user, "alert_rule.create");
    store.insert_alert_rule(&watched, &trail).await.unwrap();
    let mut next = watched.standing.clone();
    next.version += 1;
    alert.version = 1;
    let alerts = [alert.clone()];
    store.move_standing(&next, &alerts, &trail).await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/1");
    let mut raw = Raw::connect(&url).await;
    for (kind, column, put) in [
        (
            "alert_rule",
            "select body from alert_rules",
            "update alert_rules set body = $1",
        ),
        (
            "alert_standing",
            "select standing from alert_rules",
            "update alert_rules set standing = $1",
        ),
        (
            "alert",
            "select body from alerts",
            "update alerts set body = $1",
        ),
    ] {
        let body = std::fs::read_to_string(folder.join(format!("{kind}.json"))).unwrap();
        assert_eq!(
            raw.texts(column).await,
            [body.trim_end()],
            "{kind} is written so today"
        );
        assert_eq!(raw.execute_with(put, body.trim_end()).await, 1, "{kind}");
    }
    let org = tenant.org.id;
    let read = store
        .alert_rule(org, watched.rule.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((read.rule, read.standing), (watched.rule, next));
    assert_eq!(store.alert(org, alert.id).await.unwrap(), Some(alert));
    // One that nobody can read, of a newer program, holds up no others.
    let mut other = fixtures::watched_rule(&tenant, AlertRuleId::from_uuid(uuid(30)));
    store.insert_alert_rule(&other, &trail).await.unwrap();
    let newer = r#"{"format":9,"value":{}}"#;
    let put = "update alert_rules set body = $1 where version = 1";
    assert_eq!(raw.execute_with(put, newer).await, 2);
    other.rule.id = AlertRuleId::from_uuid(uuid(31));
    other.standing.rule = other.rule.id;
    store.insert_alert_rule(&other, &trail).await.unwrap();
    let part = store.watched_rules(None, 10).await.unwrap();
    assert_eq!(part.rules, [other.clone()]);
    assert_eq!((part.unreadable.len(), part.last), (2, Some(other.rule.id)));
    database.close().await;
}

/// A route whose secret was changed, and a delivery that failed once.
fn told(tenant: &Tenant) -> (AlertRoute, RouteSecrets, Delivery) {
    let route = AlertRoute {
        id: AlertRouteId::from_uuid(uuid(40)),
        ..fixtures::alert_route(tenant)
    };
    let secrets = fixtures::route_secrets().rotate(WebhookSecret::from_base64("b3RoZXI"), NOON);
    let attempt = DeliveryAttempt {
        answer: "später – süd".to_owned(),
        ..fixtures::attempt(NOON, Some(503))
    };
    let delivery = Delivery {
        id: DeliveryId::from_uuid(uuid(41)),
        ..fixtures::delivery(&route)
    };
    (route, secrets, delivery.attempted(attempt))
}

/// Routes came with the fourth migration; their bodies have format 1 as well.
#[tokio::test]
async fn routes_of_format_1_are_read_back() {
    let (_folder, url) = sqlite_file();
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let (tenant, store) = (tenant(), database.store());
    let (route, secrets, delivery) = told(&tenant);
    let mut trail = fixtures::trail(&tenant.user, "alert_route.create");
    let inserted = store.insert_alert_route(&route, &secrets, &trail).await;
    inserted.unwrap();
    trail.deliveries.push(delivery.clone());
    store.record(&trail).await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/1");
    let mut raw = Raw::connect(&url).await;
    for (kind, column, put) in [
        (
            "alert_route",
            "select body from alert_routes",
            "update alert_routes set body = $1",
        ),
        (
            "route_secrets",
            "select secrets from alert_routes",
            "update alert_routes set secrets = $1",
        ),
        (
            "delivery_attempt",
            "select last from alert_deliveries",
            "update alert_deliveries set last = $1",
        ),
    ] {
        let file = folder.join(format!("{kind}.json"));
        let body = std::fs::read_to_string(&file).unwrap();
        assert_eq!(
            raw.texts(column).await,
            [body.trim_end()],
            "{kind} is written so today"
        );
        assert_eq!(raw.execute_with(put, body.trim_end()).await, 1, "{kind}");
    }
    let org = tenant.org.id;
    let read = store.alert_route(org, route.id).await.unwrap().unwrap();
    assert_eq!((&read.route, &read.last), (&route, &delivery.last));
    let kept = store.alert_route_secrets(org, route.id).await.unwrap();
    assert_eq!(kept, Some(secrets));
    let kept = store.delivery(org, delivery.id).await.unwrap();
    assert_eq!(kept, Some(delivery));
    database.close().await;
}

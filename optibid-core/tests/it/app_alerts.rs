//! What rules see, and that what moved is told once, with its trail.

use super::app_world::{TOMORROW, World, code};
use jiff::{SignedDuration, Timestamp, ToSpan};
use optibid_core::alert::{
    AlertChange, AlertCondition, AlertRuleContent, AlertSide, AlertState, Figure, Reading,
    WatchedRule,
};
use optibid_core::app::{AlertFilter, SeriesInput, ShelveInput, WatchScope};
use optibid_core::asset::Telemetry;
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_core::event::EventKind;
use optibid_core::id::{AssetId, JobId, OrgId};
use optibid_core::job::{Job, JobFailure, JobSpec, JobState};
use optibid_core::market::{DataOwner, DeliveryPeriod, PriceObservation, Resolution, SeriesKey};
use optibid_core::ports::{
    AlertRuleStore, AlertStore, AssetStore, JobStore, Lease, PriceStore, ServiceReport,
    ServiceState,
};
use optibid_core::testing::fixtures::{self, battery, ercot_rtm_series};
use optibid_core::testing::mocks::MockServiceMonitor;
use optibid_core::unit::{Currency, Energy, Money, Power, Price};
use std::sync::Arc;
use uuid::Uuid;

/// The full hour at which the tests begin.
const NOON: Timestamp = Timestamp::constant(1_717_416_000, 0);

fn series(product: &str) -> SeriesKey {
    SeriesKey {
        product: product.parse().unwrap(),
        ..ercot_rtm_series()
    }
}

fn above(limit: i32) -> AlertCondition {
    AlertCondition::Price {
        series: ercot_rtm_series(),
        when: AlertSide::Above,
        limit: Price::from_units(limit),
        reset: None,
    }
}

impl World {
    fn at_noon() -> Self {
        let world = Self::new();
        world.clock.set(NOON);
        world
    }

    async fn rule(&self, condition: AlertCondition) -> WatchedRule {
        let content = AlertRuleContent::new("rule", condition);
        let made = self.app.create_alert_rule(&self.who(), content, None).await;
        made.unwrap()
    }

    /// What a rule with that condition sees.
    async fn sees(&self, condition: AlertCondition) -> Reading {
        let rule = self.rule(condition).await.rule.id;
        self.app.read_alert_rule(&self.who(), rule).await.unwrap().1
    }

    async fn price(
        &self,
        series: &SeriesKey,
        (minutes, resolution): (i64, Resolution),
        units: i32,
    ) {
        let price = PriceObservation {
            market: series.market.clone(),
            product: series.product.clone(),
            location: series.location.clone(),
            period: DeliveryPeriod::new(NOON + minutes.minutes(), resolution).unwrap(),
            price: Price::from_units(units),
            components: None,
            known_at: self.now(),
        };
        let appended = self.store.append_prices(DataOwner::Public, &[price]).await;
        appended.unwrap();
    }

    async fn told(&self) -> Vec<(AlertChange, AlertState, String)> {
        let events = self.outbox().await.into_iter();
        let alerts = events.filter_map(|event| match event.kind {
            EventKind::Alert(alert) => Some((alert.change, alert.state, alert.message)),
            _ => None,
        });
        alerts.collect()
    }

    async fn battery(&self) -> AssetId {
        let asset = battery(&self.ours, AssetId::from_uuid(Uuid::from_u128(99)));
        let trail = fixtures::trail(&self.ours.user, "asset.create");
        self.store.insert_asset(&asset, &trail).await.unwrap();
        asset.id
    }

    async fn charge(&self, asset: AssetId, at: Timestamp, charge: Option<i32>) {
        let sample = Telemetry {
            asset,
            at,
            power: Power::ZERO,
            state_of_charge: charge.map(Energy::from_mwh),
            available: None,
            source: "scada".to_owned(),
        };
        let trail = fixtures::trail(&self.ours.user, "asset.measure");
        let org = self.ours.org.id;
        self.store
            .record_telemetry(org, &[sample], &trail)
            .await
            .unwrap();
    }
}

fn units(units: i32) -> Figure {
    Figure::Level(Price::from_units(units).micros())
}

#[tokio::test]
async fn a_price_is_that_of_the_newest_period_that_has_begun() {
    let world = World::at_noon();
    let (rtm, dam) = (series("RTM"), series("DAM"));
    world.price(&rtm, (-30, Resolution::Min15), 20).await;
    world.price(&rtm, (-15, Resolution::Min15), 21).await;
    world.price(&dam, (0, Resolution::Hour), 30).await;
    world.price(&dam, (60, Resolution::Hour), 99).await;
    let newest = |series: SeriesKey| AlertCondition::Price {
        series,
        when: AlertSide::Above,
        limit: Price::from_units(50),
        reset: None,
    };
    let seen = world.sees(newest(rtm)).await;
    assert_eq!(seen.figure, units(21));
    assert_eq!(
        seen.told,
        "ERCOT RTM HB_SOUTH at 21.00 per MWh from 2024-06-03 06:45 CDT"
    );
    let seen = world.sees(newest(dam.clone())).await;
    assert_eq!(
        seen.figure,
        units(30),
        "the price of a later hour is not yet the market's"
    );
    // Two hours after its end a price no longer tells how the market is.
    world.wait(7_200);
    assert_eq!(world.sees(above(50)).await.figure, units(21));
    world.wait(1);
    assert_eq!(world.sees(above(50)).await.figure, Figure::Missing);
}

#[tokio::test]
async fn a_spread_is_taken_where_both_prices_hold() {
    let world = World::at_noon();
    let (rtm, dam) = (series("RTM"), series("DAM"));
    let spread = AlertCondition::Spread {
        series: rtm.clone(),
        less: dam.clone(),
        when: AlertSide::Above,
        limit: Price::from_units(50),
        reset: None,
    };
    world.price(&dam, (-60, Resolution::Hour), 30).await;
    assert_eq!(world.sees(spread.clone()).await.figure, Figure::Missing);
    world.price(&rtm, (-30, Resolution::Min15), 120).await;
    world.price(&rtm, (-15, Resolution::Min15), 150).await;
    world.price(&dam, (0, Resolution::Hour), 40).await;
    // The hour that has just begun has no real-time price yet.
    let seen = world.sees(spread).await;
    assert_eq!(seen.figure, units(120));
    assert_eq!(
        seen.told,
        "ERCOT RTM HB_SOUTH at 150.00 less ERCOT DAM HB_SOUTH at 30.00 is 120.00 per MWh from 2024-06-03 06:45 CDT"
    );
}

#[tokio::test]
async fn a_state_of_charge_is_of_the_last_hour() {
    let world = World::at_noon();
    let asset = world.battery().await;
    let low = AlertCondition::StateOfCharge {
        asset,
        when: AlertSide::Below,
        limit: Energy::from_mwh(2),
        reset: None,
    };
    assert_eq!(world.sees(low.clone()).await.figure, Figure::Missing);
    world.charge(asset, NOON, Some(5)).await;
    world.wait(3_600);
    let level = Figure::Level(Energy::from_mwh(5).kilowatt_seconds());
    assert_eq!(world.sees(low.clone()).await.figure, level);
    world.wait(1);
    assert_eq!(world.sees(low.clone()).await.figure, Figure::Missing);
    world.charge(asset, world.now(), None).await;
    assert_eq!(world.sees(low).await.figure, Figure::Missing);
    let age = AlertCondition::TelemetryAge {
        asset,
        older_than_minutes: 5,
    };
    world.wait(61);
    let seen = world.sees(age).await;
    assert_eq!(seen.figure, Figure::Level(61));
    assert!(seen.told.ends_with("1 min ago"), "{}", seen.told);
}

#[tokio::test]
async fn the_age_of_data_counts_from_when_they_became_known() {
    let world = World::at_noon();
    let age = AlertCondition::DataAge {
        series: series("DAM"),
        older_than_minutes: 60,
    };
    assert_eq!(world.sees(age.clone()).await.figure, Figure::Missing);
    world
        .price(&series("DAM"), (600, Resolution::Hour), 30)
        .await;
    world.wait(90);
    assert_eq!(world.sees(age).await.figure, Figure::Level(90));
}

#[tokio::test]
async fn a_gate_alarms_while_no_bid_is_at_the_venue() {
    let world = World::at_noon();
    let gate = |within_minutes, unless_submitted| AlertCondition::GateClosure {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        within_minutes,
        unless_submitted,
    };
    // The gate of the fourth of June closes at 15:00 UTC, in three hours.
    let holds = async |condition| world.sees(condition).await.figure;
    assert_eq!(holds(gate(179, false)).await, Figure::Holds(false));
    assert_eq!(holds(gate(180, false)).await, Figure::Holds(true));
    assert_eq!(holds(gate(180, true)).await, Figure::Holds(true));
    world.submitted(Ok("QSE-1")).await;
    let seen = world.sees(gate(180, true)).await;
    assert_eq!(seen.figure, Figure::Holds(false));
    assert_eq!(
        seen.told,
        format!(
            "the gate of ERCOT DAM for delivery from {TOMORROW} 00:00 CDT closes 2024-06-03 10:00 CDT; a bid is at the venue"
        )
    );
    assert_eq!(holds(gate(180, false)).await, Figure::Holds(true));
}

fn job(org: OrgId, number: u128, at: Timestamp) -> Job {
    let spec = JobSpec::Optimisation {
        asset: AssetId::from_uuid(Uuid::from_u128(99)),
        product: "DAM".parse().unwrap(),
        from: TOMORROW,
        to: TOMORROW,
    };
    Job {
        id: JobId::from_uuid(Uuid::from_u128(number)),
        org,
        author: fixtures::Tenant::numbered(1).user.id,
        spec,
        state: JobState::Queued,
        done: 0,
        total: 0,
        attempts: 0,
        cancel_requested: false,
        leased_until: None,
        error: None,
        problem: None,
        result: None,
        created_at: at,
        updated_at: at,
    }
}

#[tokio::test]
async fn a_job_alarms_while_the_one_that_ended_last_failed_or_one_runs_too_long() {
    let world = World::at_noon();
    let watched = |kind: Option<&str>, longer_than_minutes| AlertCondition::Job {
        job_kind: kind.map(str::to_owned),
        longer_than_minutes,
    };
    let seen = async |condition| world.sees(condition).await;
    assert_eq!(seen(watched(None, None)).await.figure, Figure::Holds(false));
    let trail = fixtures::trail(&world.ours.user, "job.start");
    let ends = async |number, failed: bool| {
        world.wait(60);
        let now = world.now();
        let job = job(world.ours.org.id, number, now);
        world.store.insert_job(&job, &trail).await.unwrap();
        let until = now + SignedDuration::from_mins(1);
        world.store.claim_job(Lease { now, until }).await.unwrap();
        let outcome = match failed {
            true => Err(JobFailure::new("no price")),
            false => Ok(None),
        };
        let mut end = trail.clone();
        end.audit.at = now;
        world
            .store
            .finish_job(job.id, 1, outcome, &end)
            .await
            .unwrap();
    };
    ends(1, true).await;
    let told = seen(watched(Some("optimisation"), None)).await;
    assert_eq!(told.figure, Figure::Holds(true));
    assert!(told.told.ends_with("failed: no price"), "{}", told.told);
    let others = seen(watched(Some("backtest"), None)).await;
    assert_eq!(others.figure, Figure::Holds(false));
    ends(2, false).await;
    assert_eq!(seen(watched(None, None)).await.figure, Figure::Holds(false));
    let waits = job(world.ours.org.id, 3, world.now());
    world.store.insert_job(&waits, &trail).await.unwrap();
    world.wait(601);
    assert_eq!(
        seen(watched(None, Some(10))).await.figure,
        Figure::Holds(true)
    );
    assert_eq!(
        seen(watched(None, Some(11))).await.figure,
        Figure::Holds(false)
    );
}

#[tokio::test]
async fn profit_is_no_data_until_a_day_is_settled() {
    let world = World::at_noon();
    let loss = AlertCondition::Profit {
        market: "ERCOT".parse().unwrap(),
        days: 7,
        when: AlertSide::Below,
        limit: Money::zero(Currency::Usd),
        reset: None,
    };
    let seen = world.sees(loss).await;
    assert_eq!(seen.figure, Figure::Missing);
    assert_eq!(
        seen.told,
        "no day of ERCOT from 2024-05-28 to 2024-06-03 is settled in USD"
    );
}

#[tokio::test]
async fn a_service_alarms_only_when_it_is_configured() {
    let mut world = World::at_noon();
    let mut monitor = MockServiceMonitor::new();
    monitor.expect_services().returning(|| {
        let report = |name, state| ServiceReport {
            name,
            needed: name == "database",
            state,
        };
        vec![
            report("database", ServiceState::Available),
            report("redis", ServiceState::Unavailable),
            report("kafka", ServiceState::Unconfigured),
        ]
    });
    world.app.services = Arc::new(monitor);
    let service = |name: Option<&str>| AlertCondition::Service {
        service: name.map(str::to_owned),
    };
    let any = world.sees(service(None)).await;
    assert_eq!(any, Reading::holds(true, "redis does not answer"));
    for (name, figure) in [("redis", Figure::Holds(true)), ("kafka", Figure::Missing)] {
        let seen = world.sees(service(Some(name))).await;
        assert_eq!(seen.figure, figure, "{name}");
    }
}

#[tokio::test]
async fn a_move_is_told_once_whoever_watches_and_leaves_its_trail() {
    let world = World::at_noon();
    let rule = world.rule(above(50)).await.rule.id;
    world
        .price(&series("RTM"), (-15, Resolution::Min15), 51)
        .await;
    let rounds =
        futures::future::join_all((0..4).map(|_| world.app.watch_alerts(WatchScope::All, 1))).await;
    let moved: u64 = rounds.into_iter().map(|round| round.unwrap().moved).sum();
    assert_eq!(moved, 1);
    assert_eq!(
        world.told().await,
        [(
            AlertChange::Raised,
            AlertState::Active,
            "ERCOT RTM HB_SOUTH at 51.00 per MWh from 2024-06-03 06:45 CDT; above 50.00 per MWh"
                .to_owned()
        )]
    );
    assert_eq!(world.actions().await, ["alert_rule.create", "alert.raise"]);
    let last = world.chain().await.pop().unwrap().draft;
    assert_eq!(last.subject, format!("alert_rule/{rule}"));
}

#[tokio::test]
async fn a_store_that_fails_is_not_no_data() {
    use optibid_core::ports::StoreError;
    use optibid_core::testing::mocks::MockPriceStore;
    let mut world = World::at_noon();
    world.rule(above(50)).await;
    let mut prices = MockPriceStore::new();
    prices.expect_prices().returning(|_| {
        Err(StoreError::Timeout {
            maybe_applied: false,
        })
    });
    world.app.stores.prices = Arc::new(prices);
    for _ in 0..3 {
        let round = world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
        assert_eq!((round.watched, round.moved, round.failed), (1, 0, 1));
        world.wait(600);
    }
    assert_eq!(world.told().await, []);
}

#[tokio::test]
async fn an_answer_given_while_the_alarm_ends_is_kept() {
    let world = World::at_noon();
    world.rule(above(50)).await;
    world
        .price(&series("RTM"), (-15, Resolution::Min15), 51)
        .await;
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    let all = world.app.alerts(&world.who(), AlertFilter::default()).await;
    let alert = all.unwrap().items.remove(0);
    let who = world.who();
    let answer = world
        .app
        .acknowledge_alert(&who, alert.id, "seen".to_owned());
    assert_eq!(answer.await.unwrap().version, 2);
    let again = world
        .app
        .acknowledge_alert(&who, alert.id, "seen".to_owned())
        .await;
    assert_eq!(code(again), Code::Conflict);
    let long = "x".repeat(501);
    let refused = world.app.acknowledge_alert(&who, alert.id, long).await;
    assert_eq!(code(refused), Code::Invalid);
}

#[tokio::test]
async fn a_tenant_has_a_room_of_its_own() {
    let world = World::at_noon();
    let made = world.rule(above(50)).await;
    let id = made.rule.id;
    let stranger = world.stranger();
    assert_eq!(
        code(world.app.alert_rule(&stranger, id).await),
        Code::NotFound
    );
    let gone = world.app.remove_alert_rule(&stranger, id).await;
    assert_eq!(code(gone), Code::NotFound);
    let foreign = AlertCondition::TelemetryAge {
        asset: world.battery().await,
        older_than_minutes: 5,
    };
    let content = AlertRuleContent::new("theirs", foreign);
    let refused = world.app.create_alert_rule(&stranger, content, None).await;
    assert_eq!(code(refused), Code::NotFound);
    let billing = world.as_role(Role::BillingAdmin);
    assert_eq!(
        code(world.app.alert_rule(&billing, id).await),
        Code::Forbidden
    );
    let viewer = world.as_role(Role::Viewer);
    let silence = ShelveInput {
        until: world.now() + SignedDuration::from_mins(1),
        reason: String::new(),
    };
    let refused = world.app.shelve_alert_rule(&viewer, id, silence).await;
    assert_eq!(code(refused), Code::Forbidden);
    // The last rule that there is room for is made, the next one is not.
    let trail = fixtures::trail(&world.ours.user, "alert_rule.create");
    for number in 0..498 {
        let id = Uuid::from_u128(10_000 + number);
        let rule =
            fixtures::watched_rule(&world.ours, optibid_core::id::AlertRuleId::from_uuid(id));
        world.store.insert_alert_rule(&rule, &trail).await.unwrap();
    }
    world.rule(above(60)).await;
    let content = AlertRuleContent::new("one too many", above(70));
    let refused = world
        .app
        .create_alert_rule(&world.who(), content, None)
        .await;
    assert_eq!(code(refused), Code::Conflict);
    let none = optibid_core::ports::AlertQuery::default();
    assert_eq!(
        world
            .store
            .alerts(world.theirs.org.id, &none)
            .await
            .unwrap()
            .items,
        []
    );
}

/// A market with a gate for each hour: each has an alarm of its own, and only a bid for its hour silences it.
#[tokio::test]
async fn each_gate_has_an_alarm_of_its_own() {
    let world = World::at_noon();
    let gate = AlertCondition::GateClosure {
        market: "ERCOT".parse().unwrap(),
        product: "RTM".parse().unwrap(),
        within_minutes: 10,
        unless_submitted: true,
    };
    world.rule(gate).await;
    let mut changes = Vec::new();
    for _ in 0..240 {
        world.wait(30);
        world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    }
    for (change, _, message) in world.told().await {
        let of = message.split_once(" closes ").unwrap().1.to_owned();
        changes.push((change, of.split(';').next().unwrap().to_owned()));
    }
    let at = |change, clock: &str| (change, format!("2024-06-03 {clock} CDT"));
    assert_eq!(
        changes,
        [
            at(AlertChange::Raised, "08:00"),
            at(AlertChange::Ended, "09:00"),
            at(AlertChange::Raised, "09:00"),
            at(AlertChange::Ended, "10:00"),
        ]
    );
}

/// A rule that looks ahead further than the time to the next gate is never normal: the alarm of one gate ends at that
/// gate, and the next one has its own.
#[tokio::test]
async fn an_alarm_ends_with_its_gate_when_the_next_is_as_near() {
    let world = World::at_noon();
    let gate = AlertCondition::GateClosure {
        market: "ERCOT".parse().unwrap(),
        product: "RTM".parse().unwrap(),
        within_minutes: 90,
        unless_submitted: false,
    };
    let rule = world.rule(gate).await.rule.id;
    for _ in 0..240 {
        world.wait(30);
        world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    }
    let told = world.told().await;
    let changes: Vec<_> = told.iter().map(|t| t.0).collect();
    use AlertChange::{Ended, Raised};
    assert_eq!(changes, [Raised, Ended, Raised, Ended, Raised]);
    for (pair, closes) in told.chunks(2).zip(["08:00", "09:00", "10:00"]) {
        let closes = format!("closes 2024-06-03 {closes} CDT");
        assert!(pair[0].2.contains(&closes), "{:?}", pair[0]);
    }
    // What ends it is the next gate.
    assert!(told[1].2.contains("09:00 CDT"), "{:?}", told[1]);
    let kept = world.app.alert_rule(&world.who(), rule).await.unwrap();
    let ten: Timestamp = "2024-06-03T15:00:00Z".parse().unwrap();
    assert_eq!(kept.standing.occasion, Some(ten));
}

#[tokio::test]
async fn a_misspelt_location_is_refused_and_one_with_a_price_is_known() {
    let world = World::at_noon();
    let misspelt = SeriesKey {
        location: "HB_HOUSTN".parse().unwrap(),
        ..ercot_rtm_series()
    };
    let refused = |condition| {
        let content = AlertRuleContent::new("rule", condition);
        async {
            world
                .app
                .create_alert_rule(&world.who(), content, None)
                .await
        }
    };
    let age = AlertCondition::DataAge {
        series: misspelt.clone(),
        older_than_minutes: 30,
    };
    let spread = AlertCondition::Spread {
        series: ercot_rtm_series(),
        less: misspelt.clone(),
        when: AlertSide::Above,
        limit: Price::from_units(5),
        reset: None,
    };
    for (condition, field) in [
        (age.clone(), "condition.series.location"),
        (spread, "condition.less.location"),
    ] {
        let error = refused(condition).await.unwrap_err();
        let [violation] = error.violations() else {
            panic!("{error:?}")
        };
        assert_eq!(violation.code, "unknown_location");
        assert_eq!((&*violation.field, &*violation.value), (field, "HB_HOUSTN"));
    }
    let history = || {
        let input = SeriesInput {
            series: misspelt.clone(),
            resolution: None,
            from: NOON - SignedDuration::from_hours(1),
            until: NOON,
            as_of: None,
            limit: 10,
        };
        async { world.app.price_history(&world.who(), input).await }
    };
    let error = history().await.unwrap_err();
    assert_eq!(error.violations()[0].field, "location");
    world.price(&misspelt, (-45, Resolution::Min15), 51).await;
    assert_eq!(history().await.unwrap().len(), 1);
    refused(age).await.unwrap();
}

/// Whatever keeps a rule from seeing, but a store that does not answer, is told as no data.
#[tokio::test]
async fn a_rule_that_cannot_see_is_no_data() {
    let mut world = World::at_noon();
    world.rule(above(50)).await;
    let gate = AlertCondition::GateClosure {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        within_minutes: 10,
        unless_submitted: false,
    };
    world.rule(gate).await;
    // A rule book without the market, as after a downgrade.
    world.app.rules = Arc::new(optibid_core::market::rules::RuleBook::from_rows(Vec::new()));
    for _ in 0..2 {
        world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
        world.wait(60);
    }
    let told = world.told().await;
    assert!(told.iter().all(|t| t.1 == AlertState::NoData), "{told:?}");
    assert!(
        told.iter().any(|t| t
            .2
            .starts_with("no data: it could not be read: no rules for market ERCOT")),
        "{told:?}"
    );
}

#[tokio::test]
async fn what_was_silent_is_told_once_the_silence_is_over_and_so_is_its_end() {
    let world = World::at_noon();
    let rule = world.rule(above(50)).await.rule.id;
    let silence = ShelveInput {
        until: world.now() + SignedDuration::from_mins(30),
        reason: String::new(),
    };
    let who = world.who();
    world
        .app
        .shelve_alert_rule(&who, rule, silence)
        .await
        .unwrap();
    world
        .price(&series("RTM"), (-15, Resolution::Min15), 51)
        .await;
    world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
    world.app.unshelve_alert_rule(&who, rule).await.unwrap();
    world
        .price(&series("RTM"), (0, Resolution::Min15), 10)
        .await;
    for _ in 0..2 {
        world.app.watch_alerts(WatchScope::All, 10).await.unwrap();
        world.wait(300);
    }
    let told = world.told().await;
    let changes: Vec<_> = told.iter().map(|t| t.0).collect();
    use AlertChange::{Ended, Shelved, Unshelved};
    assert_eq!(changes, [Shelved, Unshelved, Ended]);
    assert!(told[1].2.contains("51.00"), "{told:?}");
}

#[tokio::test]
async fn amounts_of_two_currencies_are_not_compared() {
    let world = World::at_noon();
    let indian = SeriesKey {
        market: "IEX".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "N1".parse().unwrap(),
    };
    let spread = AlertCondition::Spread {
        series: series("DAM"),
        less: indian,
        when: AlertSide::Above,
        limit: Price::from_units(50),
        reset: None,
    };
    let profit = AlertCondition::Profit {
        market: "ERCOT".parse().unwrap(),
        days: 7,
        when: AlertSide::Below,
        limit: Money::zero(Currency::Eur),
        reset: None,
    };
    let database = AlertCondition::Service {
        service: Some("database".to_owned()),
    };
    for (condition, field) in [
        (spread, "condition.less"),
        (profit, "condition.limit.currency"),
        (database, "condition.service"),
    ] {
        let content = AlertRuleContent::new("rule", condition);
        let refused = world
            .app
            .create_alert_rule(&world.who(), content, None)
            .await;
        assert_eq!(refused.unwrap_err().violations()[0].field, field);
    }
}

//! Prices: import, visibility, feeds, forecasts; and listening to what happens.

use super::app_world::{TOMORROW, World, code, codes};
use futures::StreamExt;
use optibid_core::app::{ForecastInput, ImportTarget, Listening, SeriesInput};
use optibid_core::auth::{Principal, Role};
use optibid_core::error::Code;
use optibid_core::event::{Event, EventKind, Topic};
use optibid_core::forecast::{Forecast, ForecastRequest};
use optibid_core::id::{JobId, OrgId};
use optibid_core::job::{JobEvent, JobState};
use optibid_core::market::{PriceObservation, Resolution};
use optibid_core::ports::{AppendReport, BusMessage, EngineError, LatestQuery, StoreError};
use optibid_core::testing::fixtures::{NOON, PriceSeries, Tenant, event};
use optibid_core::testing::mocks::{MockAuditStore, MockForecaster};
use optibid_core::unit::Ratio;
use std::sync::{Arc, Mutex};

const START: &str = "2024-06-04T05:00:00Z";

fn series() -> PriceSeries {
    PriceSeries::ercot_dam(START)
}

fn input(prices: &[PriceObservation]) -> SeriesInput {
    SeriesInput {
        series: series().key().clone(),
        resolution: None,
        from: prices[0].period.start(),
        until: prices[prices.len() - 1].period.end(),
        as_of: None,
        limit: 1_000,
    }
}

fn latest() -> LatestQuery {
    LatestQuery {
        org: None,
        market: None,
        product: None,
        location: None,
        until: None,
        limit: 10,
    }
}

async fn history(
    world: &World,
    who: &Principal,
    prices: &[PriceObservation],
) -> Vec<PriceObservation> {
    world.app.price_history(who, input(prices)).await.unwrap()
}

#[tokio::test]
async fn who_may_import_for_whom() {
    let prices = series().values(&["24.57"]);
    let own = [Role::SuperAdmin, Role::OrgAdmin, Role::Analyst];
    for role in Role::ALL {
        let world = World::new();
        let who = world.as_role(role);
        let imported = world
            .app
            .import_prices(&who, ImportTarget::Own, &prices)
            .await;
        assert_eq!(imported.is_ok(), own.contains(&role), "{role}");
        let imported = world
            .app
            .import_prices(&who, ImportTarget::Public, &prices)
            .await;
        assert_eq!(imported.is_ok(), role == Role::SuperAdmin, "{role}");
    }
}

#[tokio::test]
async fn own_prices_are_seen_by_their_organisation_alone_and_public_ones_by_all() {
    let world = World::new();
    let (who, they) = (world.who(), world.stranger());
    let public = series().values(&["20.00", "21.00"]);
    let operator = world.as_role(Role::SuperAdmin);
    world
        .app
        .import_prices(&operator, ImportTarget::Public, &public)
        .await
        .unwrap();
    let later = NOON + jiff::SignedDuration::from_secs(1);
    let own = series().known_at(later).values(&["99.00"]);
    let report = world
        .app
        .import_prices(&who, ImportTarget::Own, &own)
        .await
        .unwrap();
    assert_eq!(
        report,
        AppendReport {
            inserted: 1,
            ..AppendReport::default()
        }
    );
    assert_eq!(
        history(&world, &who, &public).await,
        [own[0].clone(), public[1].clone()]
    );
    assert_eq!(history(&world, &they, &public).await, public);
    let seen = world.app.latest_prices(None, latest()).await.unwrap();
    assert_eq!(seen, [public[1].clone()]);
    let forged = LatestQuery {
        org: Some(who.org),
        ..latest()
    };
    let only = series().at_location("HB_NORTH").values(&["50.00"]);
    world
        .app
        .import_prices(&who, ImportTarget::Own, &only)
        .await
        .unwrap();
    let seen = world.app.latest_prices(None, forged.clone()).await.unwrap();
    assert_eq!(seen.len(), 1, "the query does not say who asks");
    assert_eq!(
        world
            .app
            .latest_prices(Some(&they), forged)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        world
            .app
            .latest_prices(Some(&who), latest())
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn an_import_is_audited_and_a_repeat_says_nothing_new() {
    let world = World::new();
    let prices = series().values(&["20.00", "21.00"]);
    let import = async |prices| {
        world
            .app
            .import_prices(&world.who(), ImportTarget::Own, prices)
            .await
    };
    assert_eq!(import(&prices).await.unwrap().inserted, 2);
    assert_eq!(import(&prices).await.unwrap().unchanged, 2);
    let later = NOON + jiff::SignedDuration::from_secs(1);
    let restated = series().known_at(later).values(&["20.50", "21.00"]);
    let report = import(&restated).await.unwrap();
    assert_eq!((report.restated, report.unchanged), (1, 1));
    let chain = world.chain().await;
    assert_eq!(chain.len(), 3);
    let detail = r#"{"inserted":0,"public":false,"restated":1,"unchanged":1}"#;
    assert_eq!(chain[2].draft.detail, detail);
    let then = SeriesInput {
        as_of: Some(NOON),
        ..input(&prices)
    };
    assert_eq!(
        world.app.price_history(&world.who(), then).await.unwrap(),
        prices
    );
}

#[tokio::test]
async fn an_import_whose_audit_entry_fails_may_have_been_applied() {
    let mut world = World::new();
    let mut audit = MockAuditStore::new();
    audit.expect_record().returning(|_| {
        Err(StoreError::Timeout {
            maybe_applied: false,
        })
    });
    world.app.stores.audit = Arc::new(audit);
    let prices = series().values(&["20.00"]);
    let failed = world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &prices)
        .await
        .unwrap_err();
    assert_eq!(failed.code(), Code::Timeout);
    assert!(!failed.certainly_not_applied());
    assert_eq!(history(&world, &world.who(), &prices).await, prices);
}

#[tokio::test]
async fn a_feed_is_stored_and_told_and_a_dead_bus_loses_no_price() {
    let world = World::new();
    let prices = series().values(&["20.00", "21.00"]);
    world.app.record_feed(&prices[..1]).await.unwrap();
    let published = world.bus.published.lock().unwrap().clone();
    let [told] = &published[..] else {
        panic!("one event")
    };
    assert_eq!(
        (told.org, &told.kind),
        (None, &EventKind::Price(prices[0].clone()))
    );
    *world.bus.down.lock().unwrap() = true;
    let failed = world.app.record_feed(&prices[1..]).await.unwrap_err();
    assert_eq!(
        (failed.code(), failed.certainly_not_applied()),
        (Code::Unavailable, false)
    );
    assert_eq!(history(&world, &world.who(), &prices).await, prices);
}

#[tokio::test]
async fn a_summary_is_of_what_the_caller_sees_and_an_empty_span_is_refused() {
    let world = World::new();
    let prices = series().values(&["20.00", "-10.00", "50.00"]);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &prices)
        .await
        .unwrap();
    let summary = world
        .app
        .price_summary(&world.who(), input(&prices))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            summary.count,
            summary.negative,
            summary.mean.to_string().as_str()
        ),
        (3, 1, "20.00")
    );
    assert!(
        world
            .app
            .price_summary(&world.stranger(), input(&prices))
            .await
            .unwrap()
            .is_none()
    );
    let from = prices[0].period.start();
    let empty = SeriesInput {
        until: from,
        ..input(&prices)
    };
    let refused = world
        .app
        .price_history(&world.who(), empty)
        .await
        .unwrap_err();
    assert_eq!(
        (codes(&refused), refused.violations()[0].field.as_str()),
        (vec!["empty_span"], "to")
    );
}

/// A forecaster that notes what it is asked, and needs some history.
fn noting(world: &mut World) -> Arc<Mutex<Vec<ForecastRequest>>> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let mut forecaster = MockForecaster::new();
    let seen = asked.clone();
    forecaster.expect_forecast().returning(move |request| {
        seen.lock().unwrap().push(request.clone());
        if request.history.is_empty() {
            return Err(EngineError::NotEnoughHistory { have: 0, need: 7 });
        }
        Ok(Forecast {
            market: request.market.clone(),
            product: request.product.clone(),
            location: request.location.clone(),
            day: request.day.date(),
            made_at: request.made_at,
            method: "a double".to_owned(),
            history_days: 1,
            coverage: Ratio::ONE,
            points: Vec::new(),
        })
    });
    world.app.engine.forecaster = Arc::new(forecaster);
    asked
}

#[tokio::test]
async fn a_forecast_is_made_from_what_was_known_and_never_from_the_future() {
    let mut world = World::new();
    let asked = noting(&mut world);
    let early = NOON - jiff::SignedDuration::from_hours(2);
    let known = PriceSeries::ercot_dam("2024-06-02T05:00:00Z")
        .known_at(early)
        .values(&["20.00"]);
    let later = PriceSeries::ercot_dam("2024-06-03T05:00:00Z").values(&["30.00"]);
    for prices in [&known, &later] {
        world
            .app
            .import_prices(&world.who(), ImportTarget::Own, prices)
            .await
            .unwrap();
    }
    let ask = async |who: Principal, made_at| {
        let series = series().key().clone();
        let input = ForecastInput {
            series,
            day: TOMORROW,
            resolution: None,
            made_at,
        };
        world.app.forecast_prices(&who, input).await
    };
    let hour_ago = NOON - jiff::SignedDuration::from_hours(1);
    assert_eq!(
        ask(world.who(), Some(hour_ago)).await.unwrap().made_at,
        hour_ago
    );
    let next_year = NOON + jiff::SignedDuration::from_hours(24 * 365);
    let ahead = ask(world.who(), Some(next_year)).await.unwrap_err();
    assert_eq!(codes(&ahead), ["made_in_the_future"]);
    assert_eq!(ask(world.who(), None).await.unwrap().made_at, world.now());
    let refused = ask(world.stranger(), None).await.unwrap_err();
    assert_eq!(codes(&refused), ["not_enough_history"]);
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(asked[0].history, known, "what came later does not enter");
    assert_eq!(asked[1].history, [known, later].concat());
    assert!(
        asked
            .iter()
            .all(|request| request.resolution == Resolution::Hour)
    );
}

fn job_event(org: OrgId) -> Event {
    let job: JobId = "0199a0a0-0000-7000-8000-000000000009".parse().unwrap();
    let moved = JobEvent {
        job,
        state: JobState::Done,
        done: 1,
        total: 1,
    };
    event(job.uuid(), org, EventKind::Job(moved))
}

fn price_event(market: &str) -> Event {
    let mut price = series().values(&["20.00"]).remove(0);
    price.market = market.parse().unwrap();
    let id = "0199a0a0-0000-7000-8000-00000000000a".parse().unwrap();
    Event {
        org: None,
        ..event(id, Tenant::numbered(1).org.id, EventKind::Price(price))
    }
}

#[tokio::test]
async fn a_listener_hears_public_events_and_its_own() {
    let world = World::new();
    let events = [
        job_event(world.ours.org.id),
        job_event(world.theirs.org.id),
        price_event("ERCOT"),
        price_event("CAISO"),
    ];
    let mut backlog: Vec<_> = (1..)
        .zip(events)
        .map(|(sequence, event)| BusMessage::Event {
            sequence,
            event: Arc::new(event),
        })
        .collect();
    backlog.push(BusMessage::Gap { missed: 2, next: 7 });
    *world.bus.backlog.lock().unwrap() = backlog;
    let hear = async |who: Option<&Principal>, market: Option<&str>| {
        let market = market.map(|market| market.parse().unwrap());
        let topics = vec![Topic::MarketPrices];
        let stream = world
            .app
            .listen(
                who,
                Listening {
                    topics,
                    market,
                    after: None,
                },
            )
            .await
            .unwrap();
        let number = |message: BusMessage| match message {
            BusMessage::Event { sequence, .. } => sequence,
            BusMessage::Gap { next, .. } => next,
        };
        stream.map(number).collect::<Vec<_>>().await
    };
    assert_eq!(hear(Some(&world.who()), None).await, [1, 3, 4, 7]);
    assert_eq!(hear(Some(&world.stranger()), None).await, [2, 3, 4, 7]);
    assert_eq!(hear(None, None).await, [3, 4, 7]);
    assert_eq!(hear(Some(&world.who()), Some("CAISO")).await, [4, 7]);
}

#[tokio::test]
async fn topics_need_the_permission_to_read_what_they_carry() {
    let world = World::new();
    let listen = async |who: Option<Principal>, topics: Vec<Topic>| {
        let listening = Listening {
            topics,
            market: None,
            after: None,
        };
        world.app.listen(who.as_ref(), listening).await.map(|_| ())
    };
    assert!(listen(None, vec![Topic::MarketPrices]).await.is_ok());
    assert_eq!(
        code(listen(None, Topic::ALL.to_vec()).await),
        Code::Unauthenticated
    );
    assert_eq!(
        code(listen(Some(world.who()), Vec::new()).await),
        Code::Invalid
    );
    let billing = world.as_role(Role::BillingAdmin);
    assert!(
        listen(Some(billing.clone()), vec![Topic::MarketPrices])
            .await
            .is_ok()
    );
    for topic in [Topic::BidEvents, Topic::JobEvents] {
        assert_eq!(
            code(listen(Some(billing.clone()), vec![topic]).await),
            Code::Forbidden
        );
        assert!(
            listen(Some(world.as_role(Role::Viewer)), vec![topic])
                .await
                .is_ok()
        );
    }
}

//! Durable jobs: start, claim, report, finish, cancel; and what an optimisation is given.

use super::app_world::{TOMORROW, World, code, codes};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use optibid_core::app::{ImportTarget, JobWork, OptimisationInput, RequestKey};
use optibid_core::asset::{Asset, Availability};
use optibid_core::auth::Role;
use optibid_core::backtest::{BacktestRequest, BacktestSettings};
use optibid_core::error::Code;
use optibid_core::id::JobId;
use optibid_core::job::{Job, JobFailure, JobResult, JobSpec, JobState};
use optibid_core::market::Resolution;
use optibid_core::ports::{EngineError, Flow, JobQuery};
use optibid_core::schedule::{OfferMethod, Schedule, ScheduleRequest};
use optibid_core::testing::fixtures::{PriceSeries, battery};
use optibid_core::testing::mocks::{MockForecaster, MockOptimizer};
use optibid_core::unit::{Currency, Money, Ratio};
use std::sync::{Arc, Mutex};

async fn with_battery(world: &World) -> Asset {
    let content = battery(
        &world.ours,
        "0199a0a0-0000-7000-8000-000000000001".parse().unwrap(),
    )
    .content();
    world
        .app
        .create_asset(&world.who(), content, None)
        .await
        .unwrap()
}

fn optimisation(asset: &Asset, from: Date, to: Date) -> JobSpec {
    JobSpec::Optimisation {
        asset: asset.id,
        product: "DAM".parse().unwrap(),
        from,
        to,
    }
}

fn backtest(world: &World, from: Date, to: Date) -> JobSpec {
    let asset = battery(
        &world.ours,
        "0199a0a0-0000-7000-8000-000000000001".parse().unwrap(),
    );
    let request = BacktestRequest {
        market: asset.market.clone(),
        product: "DAM".parse().unwrap(),
        location: asset.location.clone(),
        from,
        to,
        battery: asset.kind.battery().unwrap().clone(),
        settings: BacktestSettings::default(),
    };
    JobSpec::Backtest { request }
}

async fn started(world: &World) -> Job {
    let spec = backtest(world, date(2024, 3, 9), date(2024, 3, 11));
    world.app.start_job(&world.who(), spec, None).await.unwrap()
}

async fn stored(world: &World, id: JobId) -> Job {
    world.app.job(&world.who(), id).await.unwrap()
}

fn result() -> JobResult {
    let zero = Money::zero(Currency::Usd);
    let (revenue, wear, value) = (zero, zero, zero);
    JobResult::Optimisation(Schedule {
        points: Vec::new(),
        revenue,
        wear,
        value,
        cycles: Ratio::ZERO,
        fees: None,
        shortfall: None,
        budgets: Vec::new(),
        method: optibid_core::schedule::ScheduleMethod::DynamicProgram,
        gap: None,
    })
}

/// The states that were told of a job, in order.
async fn told(world: &World) -> Vec<JobState> {
    let outbox = world.outbox().await;
    let states = outbox.iter().map(|event| match &event.kind {
        optibid_core::event::EventKind::Job(moved) => moved.state,
        other => panic!("{other:?}"),
    });
    states.collect()
}

#[tokio::test]
async fn a_job_runs_from_start_to_result() {
    let world = World::new();
    let job = started(&world).await;
    assert_eq!((job.state, job.attempts), (JobState::Queued, 0));
    let claimed = world.app.claim_job().await.unwrap().unwrap();
    assert_eq!(
        (claimed.id, claimed.state, claimed.attempts),
        (job.id, JobState::Running, 1)
    );
    assert!(
        world.app.claim_job().await.unwrap().is_none(),
        "one worker a job"
    );
    let reported = world.app.report_job(&claimed, (1, 3)).await.unwrap();
    assert_eq!((reported.done, reported.total), (1, 3));
    world
        .app
        .finish_job(&claimed, Ok(Some(result())))
        .await
        .unwrap();
    let done = stored(&world, job.id).await;
    assert_eq!(
        (done.state, done.result, done.leased_until),
        (JobState::Done, Some(result()), None)
    );
    assert_eq!(told(&world).await, [JobState::Queued, JobState::Done]);
    assert_eq!(world.actions().await, ["job.start", "job.done"]);
    let listed = world
        .app
        .jobs(&world.who(), &JobQuery::default())
        .await
        .unwrap()
        .items;
    assert_eq!(
        (listed.len(), &listed[0].result),
        (1, &None),
        "a list shows no results"
    );
}

#[tokio::test]
async fn a_finished_job_does_not_change_any_more() {
    let world = World::new();
    started(&world).await;
    let job = world.app.claim_job().await.unwrap().unwrap();
    world
        .app
        .finish_job(&job, Err(JobFailure::new("no price")))
        .await
        .unwrap();
    assert_eq!(
        code(world.app.finish_job(&job, Ok(None)).await),
        Code::Conflict
    );
    assert_eq!(
        code(world.app.report_job(&job, (1, 1)).await),
        Code::Conflict
    );
    let cancelled = world.app.cancel_job(&world.who(), job.id).await.unwrap();
    assert_eq!(
        (cancelled.state, cancelled.error.as_deref()),
        (JobState::Failed, Some("no price"))
    );
}

#[tokio::test]
async fn a_dead_workers_job_is_taken_over_and_the_dead_cannot_come_back() {
    let world = World::new();
    started(&world).await;
    let first = world.app.claim_job().await.unwrap().unwrap();
    world.wait(50);
    world.app.report_job(&first, (1, 3)).await.unwrap();
    world.wait(60);
    assert!(
        world.app.claim_job().await.unwrap().is_none(),
        "a sign of life extends the lease"
    );
    world.wait(1);
    let second = world.app.claim_job().await.unwrap().unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    assert_eq!(
        code(world.app.report_job(&first, (2, 3)).await),
        Code::Conflict
    );
    assert_eq!(
        code(world.app.finish_job(&first, Ok(None)).await),
        Code::Conflict
    );
    assert!(world.app.report_job(&second, (2, 3)).await.is_ok());
}

#[tokio::test]
async fn a_job_is_given_up_after_three_attempts() {
    let world = World::new();
    let job = started(&world).await;
    for attempt in 1..=3 {
        let claimed = world.app.claim_job().await.unwrap().unwrap();
        assert_eq!(claimed.attempts, attempt);
        world.wait(61);
    }
    let next = started(&world).await;
    let claimed = world.app.claim_job().await.unwrap().unwrap();
    assert_eq!(claimed.id, next.id, "the next job is not held up");
    let given_up = stored(&world, job.id).await;
    assert_eq!(given_up.state, JobState::Failed);
    assert!(given_up.error.unwrap().contains("3 attempts"));
}

#[tokio::test]
async fn cancelling_ends_a_queued_job_at_once_and_a_running_one_when_its_worker_looks() {
    let world = World::new();
    let (queued, who) = (started(&world).await, world.who());
    assert_eq!(
        world.app.cancel_job(&who, queued.id).await.unwrap().state,
        JobState::Cancelled
    );
    assert!(world.app.claim_job().await.unwrap().is_none());
    let running = started(&world).await;
    let claimed = world.app.claim_job().await.unwrap().unwrap();
    let asked = world.app.cancel_job(&who, running.id).await.unwrap();
    assert_eq!(
        (asked.state, asked.cancel_requested),
        (JobState::Running, true)
    );
    assert!(
        world
            .app
            .report_job(&claimed, (1, 3))
            .await
            .unwrap()
            .cancel_requested
    );
    world.app.finish_job(&claimed, Ok(None)).await.unwrap();
    assert_eq!(stored(&world, running.id).await.state, JobState::Cancelled);
}

#[tokio::test]
async fn a_cancelled_job_whose_worker_died_is_not_run_again() {
    let world = World::new();
    let job = started(&world).await;
    world.app.claim_job().await.unwrap().unwrap();
    world.app.cancel_job(&world.who(), job.id).await.unwrap();
    world.wait(61);
    assert!(world.app.claim_job().await.unwrap().is_none());
    assert_eq!(stored(&world, job.id).await.state, JobState::Cancelled);
}

#[tokio::test]
async fn jobs_belong_to_their_organisation_and_to_roles_that_run_them() {
    let world = World::new();
    let (job, they) = (started(&world).await, world.stranger());
    assert_eq!(code(world.app.job(&they, job.id).await), Code::NotFound);
    assert_eq!(
        code(world.app.cancel_job(&they, job.id).await),
        Code::NotFound
    );
    assert!(
        world
            .app
            .jobs(&they, &JobQuery::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    for role in [Role::Viewer, Role::BillingAdmin] {
        let who = world.as_role(role);
        let start = world.app.start_job(&who, job.spec.clone(), None).await;
        assert_eq!(code(start), Code::Forbidden);
        assert_eq!(
            code(world.app.cancel_job(&who, job.id).await),
            Code::Forbidden
        );
    }
    assert!(
        world
            .app
            .job(&world.as_role(Role::Viewer), job.id)
            .await
            .is_ok()
    );
    assert_eq!(
        code(
            world
                .app
                .job(&world.as_role(Role::BillingAdmin), job.id)
                .await
        ),
        Code::Forbidden
    );
}

#[tokio::test]
async fn a_job_is_started_once_under_a_key_and_only_on_a_sane_span() {
    let world = World::new();
    let who = world.who();
    let spec = backtest(&world, date(2024, 3, 9), date(2024, 3, 11));
    let key = RequestKey::new("j-1", &spec).unwrap();
    let first = world
        .app
        .start_job(&who, spec.clone(), Some(&key))
        .await
        .unwrap();
    let again = world.app.start_job(&who, spec, Some(&key)).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(world.chain().await.len(), 1);
    let from = date(2014, 1, 1);
    for (to, good) in [
        (from.yesterday().unwrap(), false),
        (from, true),
        (from + 3_700.days(), true),
        (from + 3_701.days(), false),
    ] {
        let started = world
            .app
            .start_job(&who, backtest(&world, from, to), None)
            .await;
        match started {
            Ok(_) => assert!(good, "{to}"),
            Err(refused) => assert_eq!((codes(&refused), good), (vec!["span"], false), "{to}"),
        }
    }
    let mut broken = backtest(&world, from, from);
    let JobSpec::Backtest { request } = &mut broken else {
        panic!()
    };
    request.battery.cycle_budget = Some(Ratio::ZERO);
    let refused = world.app.start_job(&who, broken, None).await.unwrap_err();
    assert_eq!(refused.violations()[0].field, "battery.cycle_budget");
}

async fn prices(world: &World, start: &str, texts: &[String]) {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let prices = PriceSeries::ercot_dam(start).values(&texts);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &prices)
        .await
        .unwrap();
}

fn numbered(hours: std::ops::Range<usize>) -> Vec<String> {
    hours.map(|hour| format!("{hour}.25")).collect()
}

#[tokio::test]
async fn an_optimisation_job_gets_every_hour_of_its_days_clock_changes_included() {
    let world = World::new();
    let asset = with_battery(&world).await;
    // Texas loses an hour on 10 March 2024: 24 + 23 hours. One more lies before and after.
    prices(&world, "2024-03-09T05:00:00Z", &numbered(0..49)).await;
    let elsewhere = PriceSeries::ercot_dam("2024-03-09T06:00:00Z").at_location("HB_NORTH");
    let other = elsewhere.values(&["9999.00"]);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &other)
        .await
        .unwrap();
    let outage = Availability {
        asset: asset.id,
        from: "2024-03-09T06:00:00Z".parse().unwrap(),
        until: "2024-03-09T07:00:00Z".parse().unwrap(),
        limit: Ratio::ZERO,
        reason: "transformer".to_owned(),
    };
    world
        .app
        .set_availability(&world.who(), asset.id, vec![outage])
        .await
        .unwrap();
    let spec = optimisation(&asset, date(2024, 3, 9), date(2024, 3, 10));
    world.app.start_job(&world.who(), spec, None).await.unwrap();
    let job = world.app.claim_job().await.unwrap().unwrap();
    let JobWork::Optimisation(request, _) = world.app.prepare_job(&job).await.unwrap() else {
        panic!()
    };
    let texts: Vec<_> = request.prices.iter().map(|p| p.price.to_string()).collect();
    assert_eq!(texts, numbered(1..48));
    let start = request.prices[0].period.start().to_string();
    assert_eq!(start, "2024-03-09T06:00:00Z");
    assert_eq!(request.availability.len(), 47);
    assert_eq!(
        (request.availability[0], request.availability[1]),
        (Ratio::ZERO, Ratio::ONE)
    );
    assert_eq!(
        (request.currency, request.battery),
        (Currency::Usd, asset.kind.battery().unwrap().clone())
    );
}

#[tokio::test]
async fn an_optimisation_job_without_a_price_names_the_period() {
    let world = World::new();
    let asset = with_battery(&world).await;
    prices(&world, "2024-06-04T05:00:00Z", &numbered(0..23)).await;
    let job = world
        .app
        .start_job(&world.who(), optimisation(&asset, TOMORROW, TOMORROW), None)
        .await;
    let refused = world.app.prepare_job(&job.unwrap()).await.err().unwrap();
    assert_eq!(codes(&refused), ["missing_price"]);
    assert_eq!(refused.violations()[0].value, "2024-06-05T04:00:00Z/PT60M");
}

#[tokio::test]
async fn several_backtests_are_one_job_and_each_is_checked() {
    let world = World::new();
    let who = world.who();
    let JobSpec::Backtest { request } = backtest(&world, date(2024, 3, 9), date(2024, 3, 11))
    else {
        panic!("a backtest")
    };
    let mut both = request.clone();
    both.settings.balancing = Some("RTM".parse().unwrap());
    let spec = |requests| JobSpec::Backtests { requests };
    let start = |requests| world.app.start_job(&who, spec(requests), None);
    let job = start(vec![request.clone(), both.clone()]).await.unwrap();
    assert_eq!(job.spec.kind(), "backtest");
    let JobWork::Backtests(inputs, _) = world.app.prepare_job(&job).await.unwrap() else {
        panic!("several backtests")
    };
    let counts: Vec<_> = inputs
        .iter()
        .map(|input| (input.rules.len(), input.balancing.len()))
        .collect();
    assert_eq!(counts, [(3, 0), (3, 3)]);
    let none = start(Vec::new()).await.unwrap_err();
    assert_eq!(codes(&none), ["backtest_count"]);
    both.settings.fill = Ratio::from_ppm(-1);
    let refused = start(vec![request.clone(), both.clone()]).await;
    assert_eq!(codes(&refused.unwrap_err()), ["fill_out_of_range"]);
    both.settings.fill = Ratio::ONE;
    both.settings.balancing = Some("NONE".parse().unwrap());
    let unknown = start(vec![both]).await.unwrap_err();
    assert_eq!(unknown.violations()[0].code, "unknown_product");
}

#[test]
fn a_backtest_stored_without_settings_is_read_with_the_default_ones() {
    let world = World::new();
    let spec = backtest(&world, date(2024, 3, 9), date(2024, 3, 11));
    let mut stored = serde_json::to_value(&spec).unwrap();
    assert_eq!(stored["request"].get("settings"), None);
    let settings = serde_json::json!({ "seed": 0, "strategy": { "kind": "opportunity_cost" } });
    stored["request"]["settings"] = settings;
    assert_eq!(
        serde_json::from_value::<JobSpec>(stored.clone()).unwrap(),
        spec
    );
    let request = stored["request"].as_object_mut().unwrap();
    request.remove("settings");
    assert_eq!(serde_json::from_value::<JobSpec>(stored).unwrap(), spec);
}

#[tokio::test]
async fn a_backtest_gets_its_history_and_the_rules_of_each_day() {
    let world = World::new();
    let job = started(&world).await;
    prices(&world, "2023-12-30T05:00:00Z", &numbered(0..3)).await;
    prices(&world, "2024-03-12T04:00:00Z", &numbered(0..2)).await;
    let mut work = world.app.prepare_job(&job).await.unwrap();
    let JobWork::Backtest(input, _) = &mut work else {
        panic!("a backtest")
    };
    assert_eq!(input.rules.len(), 3);
    let starts: Vec<_> = input
        .prices
        .iter()
        .map(|p| p.period.start().to_string())
        .collect();
    let expected = [
        "2023-12-30T06:00:00Z",
        "2023-12-30T07:00:00Z",
        "2024-03-12T04:00:00Z",
    ];
    assert_eq!(
        starts, expected,
        "seventy days before the first to the end of the last"
    );
    let stopped = work.run(&mut |_, _| Flow::Stop);
    assert_eq!(stopped, Err(EngineError::Cancelled));
}

/// An optimiser that notes what it is asked.
fn noting(world: &mut World) -> Arc<Mutex<Vec<ScheduleRequest>>> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let mut optimizer = MockOptimizer::new();
    optimizer.expect_optimise().returning(move |request| {
        seen.lock().unwrap().push(request.clone());
        let JobResult::Optimisation(schedule) = result() else {
            panic!()
        };
        Ok(schedule)
    });
    world.app.engine.optimizer = Arc::new(optimizer);
    asked
}

#[tokio::test]
async fn a_real_time_day_is_optimised_on_the_quarters_it_is_priced_at() {
    let mut world = World::new();
    let asked = noting(&mut world);
    let asset = with_battery(&world).await;
    let texts = numbered(0..96);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let series = PriceSeries::ercot_dam("2024-06-04T05:00:00Z").of_product("RTM");
    let quarters = series.every(Resolution::Min15).values(&texts);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &quarters)
        .await
        .unwrap();
    let input = OptimisationInput::new(asset.id, "RTM".parse().unwrap(), TOMORROW);
    world
        .app
        .optimise_battery(&world.who(), input.clone())
        .await
        .unwrap();
    assert_eq!(asked.lock().unwrap()[0].prices.len(), 96);
    let theirs = world.app.optimise_battery(&world.stranger(), input).await;
    assert_eq!(code(theirs), Code::NotFound);
}

#[tokio::test]
async fn a_schedule_job_that_is_told_to_stop_gives_no_result() {
    let mut world = World::new();
    let asked = noting(&mut world);
    let asset = with_battery(&world).await;
    prices(&world, "2024-06-04T05:00:00Z", &numbered(0..24)).await;
    let spec = optimisation(&asset, TOMORROW, TOMORROW);
    world.app.start_job(&world.who(), spec, None).await.unwrap();
    let job = world.app.claim_job().await.unwrap().unwrap();
    let work = world.app.prepare_job(&job).await.unwrap();
    let at_once = work.run(&mut |_, _| Flow::Stop);
    assert_eq!(at_once, Err(EngineError::Cancelled));
    assert!(asked.lock().unwrap().is_empty(), "nothing is computed");
    let mut told = Vec::new();
    let at_the_end = work.run(&mut |done, total| {
        told.push((done, total));
        if done == total {
            Flow::Stop
        } else {
            Flow::Continue
        }
    });
    assert_eq!(at_the_end, Err(EngineError::Cancelled));
    assert_eq!(told, [(0, 1), (1, 1)]);
    assert_eq!(work.run(&mut |_, _| Flow::Continue), Ok(result()));
}

#[tokio::test]
async fn an_offer_job_rests_on_what_was_known_when_it_was_asked_for() {
    let mut world = World::new();
    let made_at = Arc::new(Mutex::new(Vec::new()));
    let seen = made_at.clone();
    let mut forecaster = MockForecaster::new();
    forecaster.expect_forecast().returning(move |request| {
        seen.lock().unwrap().push(request.made_at);
        Err(EngineError::NotEnoughHistory { have: 0, need: 7 })
    });
    world.app.engine.forecaster = Arc::new(forecaster);
    let asset = with_battery(&world).await;
    let early = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut asked_at = Vec::new();
    for made_at in [None, Some(early)] {
        let spec = JobSpec::Offer {
            asset: asset.id,
            product: "DAM".parse().unwrap(),
            day: TOMORROW,
            made_at,
            safe: false,
            method: OfferMethod::default(),
        };
        let job = world.app.start_job(&world.who(), spec, None).await.unwrap();
        asked_at.push(made_at.unwrap_or(job.created_at));
        world.wait(50);
        let job = world.app.claim_job().await.unwrap().unwrap();
        let work = world.app.prepare_job(&job).await.unwrap();
        let error = work.run(&mut |_, _| Flow::Continue).unwrap_err();
        let failure = JobFailure::from(&error.into());
        world.app.finish_job(&job, Err(failure)).await.unwrap();
        let failed = stored(&world, job.id).await;
        let problem = failed.problem.unwrap();
        assert_eq!(problem.violations[0].field, "history");
        assert!(failed.error.unwrap().contains("history"));
    }
    assert_eq!(*made_at.lock().unwrap(), asked_at);
}

//! Rules of [`JobStore`].

mod leases;

pub use leases::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_exists, assert_key_taken, assert_left, assert_not_found,
    assert_nothing_left, full_trail, left, take_key, tenants, walk,
};
use crate::error::{Change, Fix, Violation};
use crate::id::{AssetId, JobId};
use crate::job::{Job, JobFailure, JobProblem, JobResult, JobSpec, JobState};
use crate::market::ProductId;
use crate::ports::{JobQuery, JobStore, Lease, PageRequest, StoreError};
use crate::schedule::{Schedule, ScheduleMethod};
use crate::testing::fixtures::{self, NOON, Tenant};
use crate::unit::{Currency, Money, Ratio};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for jobs.
pub trait Store: JobStore + Trailed {}
impl<S: JobStore + Trailed> Store for S {}

fn later(minutes: i64) -> Timestamp {
    NOON + SignedDuration::from_mins(minutes)
}

/// A lease of ten minutes from `minutes` after noon on.
fn lease(minutes: i64) -> Lease {
    Lease {
        now: later(minutes),
        until: later(minutes + 10),
    }
}

fn new_job<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Job {
    let spec = JobSpec::Optimisation {
        asset: store.ids.next(AssetId::from_uuid),
        product: ProductId::new("DAM").unwrap(),
        from: date(2024, 6, 1),
        to: date(2024, 6, 30),
    };
    Job {
        id: store.ids.next(JobId::from_uuid),
        org: tenant.org.id,
        author: tenant.user.id,
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
        created_at: NOON,
        updated_at: NOON,
    }
}

async fn queued<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Job {
    let job = new_job(store, tenant);
    store
        .insert_job(&job, &fixtures::trail(&tenant.user, "job.start"))
        .await
        .unwrap();
    job
}

/// A job taken up at noon.
async fn running<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Job {
    queued(store, tenant).await;
    store.claim_job(lease(0)).await.unwrap().unwrap()
}

async fn read<S: Store>(store: &Subject<S>, job: &Job) -> Job {
    store.job(job.org, job.id).await.unwrap().unwrap()
}

fn result() -> JobResult {
    let money = |minor| Money::from_minor(minor, Currency::Usd);
    JobResult::Optimisation(Schedule {
        points: Vec::new(),
        revenue: money(123_456),
        wear: money(-56),
        fees: None,
        shortfall: None,
        value: money(123_400),
        cycles: Ratio::from_ppm(1_250_000),
        budgets: Vec::new(),
        method: ScheduleMethod::DynamicProgram,
        gap: None,
    })
}

/// Two limits that contradict each other, and a way out.
fn contradiction() -> JobFailure {
    let violation = |field: &str, value| Violation::new("limits", field, value, "within reach");
    JobFailure {
        reason: "these limits contradict each other".to_owned(),
        problem: Some(JobProblem {
            violations: vec![
                violation("battery.charge_limit", 1),
                violation("battery.target_soc", 20).with_source("a lender"),
            ],
            fixes: vec![Fix {
                changes: vec![Change {
                    field: "battery.target_soc".to_owned(),
                    from: "20".to_owned(),
                    to: "4.5".to_owned(),
                }],
                cost: Money::from_minor(-12_345, Currency::Eur),
                reason: "at the prices given".to_owned(),
            }],
        }),
    }
}

/// A queued job is read back as it was written and leaves its trail.
pub async fn a_queued_job_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = new_job(store, &ours);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("job.start", "k-1")),
    );
    store.insert_job(&job, &trail).await.unwrap();
    assert_eq!(
        store.job(ours.org.id, job.id).await.unwrap(),
        Some(job.clone())
    );
    assert_left(store, &before, &trail).await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("job.start", "k-2")),
    );
    assert_exists(store.insert_job(&job, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
}

/// A job ends done with its result, failed with its reason and problem, or cancelled; it leaves its trail
/// and is held by nobody.
pub async fn a_job_ends_done_failed_or_cancelled<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let plain = JobFailure::new("not enough history: 3 days");
    let outcomes = [
        (Ok(Some(result())), JobState::Done),
        (Err(plain), JobState::Failed),
        (Err(contradiction()), JobState::Failed),
        (Ok(None), JobState::Cancelled),
    ];
    for (i, (outcome, state)) in outcomes.into_iter().enumerate() {
        let job = running(store, &ours).await;
        let key = format!("k-{i}");
        let (result, failure) = match outcome.clone() {
            Ok(result) => (result, None),
            Err(failure) => (None, Some(failure)),
        };
        let (error, problem) = failure.map(|f| (f.reason, f.problem)).unzip();
        let (before, trail) = (
            left(store).await,
            full_trail(store, &ours, ("job.end", &key)),
        );
        store.finish_job(job.id, 1, outcome, &trail).await.unwrap();
        assert_left(store, &before, &trail).await;
        let ended = read(store, &job).await;
        assert_eq!(
            (ended.state, ended.result, ended.error, ended.problem),
            (state, result, error, problem.flatten())
        );
        assert_eq!(
            store.claim_job(lease(60)).await.unwrap(),
            None,
            "an ended job was taken up"
        );
    }
}

/// A finished job does not change any more, whatever is asked of it.
pub async fn a_finished_job_does_not_change<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = running(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "job.end");
    store
        .finish_job(job.id, 1, Ok(Some(result())), &trail)
        .await
        .unwrap();
    let ended = read(store, &job).await;
    assert_conflict(
        store
            .finish_job(job.id, 1, Err(JobFailure::new("late")), &trail)
            .await,
    );
    assert_conflict(store.report_job(job.id, 1, (1, 2), lease(1)).await);
    let told = store.cancel_job(job.org, job.id, &trail).await.unwrap();
    assert_eq!(told, ended);
    assert_eq!(store.claim_job(lease(60)).await.unwrap(), None);
    assert_eq!(read(store, &job).await, ended);
}

/// A queued job is cancelled at once, leaves its trail and is never taken up.
pub async fn a_queued_job_is_cancelled_at_once<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = queued(store, &ours).await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("job.cancel", "k-1")),
    );
    let told = store.cancel_job(job.org, job.id, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!((told.id, told.state), (job.id, JobState::Cancelled));
    assert_eq!(read(store, &job).await, told);
    assert_eq!(store.claim_job(lease(60)).await.unwrap(), None);
}

/// A running job goes on until its worker has seen the request to cancel.
pub async fn a_running_job_is_asked_to_end<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = running(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "job.cancel");
    let told = store.cancel_job(job.org, job.id, &trail).await.unwrap();
    assert_eq!(
        (told.state, told.cancel_requested),
        (JobState::Running, true)
    );
    assert_eq!(read(store, &job).await, told);
    store.finish_job(job.id, 1, Ok(None), &trail).await.unwrap();
    assert_eq!(read(store, &job).await.state, JobState::Cancelled);
}

/// A job of another organisation is neither read nor listed nor cancelled.
pub async fn a_foreign_job_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let job = queued(store, &found.ours).await;
    let theirs = found.theirs.org.id;
    assert_eq!(store.job(theirs, job.id).await.unwrap(), None);
    assert_eq!(
        store
            .jobs(theirs, &JobQuery::default())
            .await
            .unwrap()
            .items,
        []
    );
    let trail = full_trail(store, &found.theirs, ("job.cancel", "k-1"));
    let before = left(store).await;
    assert_not_found(store.cancel_job(theirs, job.id, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, &job).await, job);
}

/// A list comes newest first without results and problems, page by page; jobs queued meanwhile hide none and repeat
/// none.
pub async fn a_list_of_jobs_is_newest_first_without_results<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let ours = &found.ours;
    let done = running(store, ours).await;
    let trail = fixtures::trail(&ours.user, "job.end");
    store
        .finish_job(done.id, 1, Ok(Some(result())), &trail)
        .await
        .unwrap();
    let failed = running(store, ours).await;
    store
        .finish_job(failed.id, 1, Err(contradiction()), &trail)
        .await
        .unwrap();
    let mut ids = vec![done.id, failed.id];
    for _ in 0..4 {
        ids.push(queued(store, ours).await.id);
        queued(store, &found.theirs).await;
    }
    let listed = walk(
        2,
        async |page| {
            store
                .jobs(
                    ours.org.id,
                    &JobQuery {
                        page,
                        ..JobQuery::default()
                    },
                )
                .await
        },
        async || {
            queued(store, ours).await;
        },
    )
    .await;
    ids.reverse();
    assert_eq!(listed.iter().map(|job| job.id).collect::<Vec<_>>(), ids);
    let last = listed.last().unwrap();
    assert_eq!((last.state, &last.result), (JobState::Done, &None));
    let failed = &listed[listed.len() - 2];
    assert_eq!(failed.error, Some(contradiction().reason));
    assert_eq!((failed.state, &failed.problem), (JobState::Failed, &None));
    let of_kind = async |kind: &str| {
        let query = JobQuery {
            kind: Some(kind.to_owned()),
            ended: None,
            page: PageRequest::default(),
        };
        store.jobs(ours.org.id, &query).await.unwrap().items.len()
    };
    assert_eq!(
        (of_kind("optimisation").await, of_kind("backtest").await),
        (7, 0)
    );
}

/// Jobs that have ended and those that have not are told apart.
pub async fn jobs_that_have_ended_are_told_from_those_that_have_not<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let held = running(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "job.end");
    let ended = store.finish_job(held.id, held.attempts, Ok(None), &trail);
    ended.await.unwrap();
    let goes_on = running(store, &ours).await;
    let waits = queued(store, &ours).await;
    for (ended, wanted) in [(true, vec![held.id]), (false, vec![waits.id, goes_on.id])] {
        let query = JobQuery {
            ended: Some(ended),
            ..JobQuery::default()
        };
        let part = store.jobs(ours.org.id, &query).await.unwrap().items;
        assert_eq!(part.iter().map(|job| job.id).collect::<Vec<_>>(), wanted);
    }
}

/// A taken key refuses every write to jobs that has a trail, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_jobs<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let held = running(store, &ours).await;
    let waiting = queued(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let new = new_job(store, &ours);
    let answers: [Result<(), StoreError>; 3] = [
        store.insert_job(&new, &trail).await,
        store.finish_job(held.id, 1, Ok(None), &trail).await,
        store
            .cancel_job(waiting.org, waiting.id, &trail)
            .await
            .map(drop),
    ];
    answers
        .into_iter()
        .for_each(|answer| assert_key_taken(answer, "k-1"));
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.job(new.org, new.id).await.unwrap(), None);
    assert_eq!(read(store, &held).await, held);
    assert_eq!(read(store, &waiting).await, waiting);
}

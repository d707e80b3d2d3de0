//! Rules of [`JobStore`](crate::ports::JobStore): who holds a job, and for how long.

use super::{Store, later, lease, queued, read, result, running};
use crate::id::JobId;
use crate::job::{Job, JobState};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_conflict, assert_not_found, assert_nothing_left, full_trail, left, tenants,
};
use crate::testing::fixtures;

/// The oldest waiting job is taken up first, until none is left; it runs under the lease as its first
/// attempt.
pub async fn the_oldest_queued_job_is_claimed_first<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    assert_eq!(store.claim_job(lease(0)).await.unwrap(), None);
    let first = queued(store, &found.theirs).await;
    let second = queued(store, &found.ours).await;
    let claimed = store.claim_job(lease(0)).await.unwrap().unwrap();
    let expected = Job {
        state: JobState::Running,
        attempts: 1,
        leased_until: Some(later(10)),
        updated_at: claimed.updated_at,
        ..first
    };
    assert_eq!(claimed, expected);
    assert_eq!(read(store, &claimed).await, claimed);
    let next = store.claim_job(lease(1)).await.unwrap().map(|job| job.id);
    assert_eq!(next, Some(second.id));
    assert_eq!(store.claim_job(lease(2)).await.unwrap(), None);
}

/// Many workers that claim at the same time never hold one job together, and all jobs are taken up.
pub async fn no_two_claimers_ever_hold_one_job<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut jobs = Vec::new();
    for _ in 0..12 {
        jobs.push(queued(store, &ours).await.id);
    }
    let claims = store
        .at_once(0..8, |store, _| async move {
            let mut held = Vec::new();
            while let Some(job) = store.claim_job(lease(0)).await.unwrap() {
                assert_eq!(job.attempts, 1, "taken up twice");
                held.push(job.id);
                assert!(held.len() <= 12, "a job is handed out without end");
            }
            held
        })
        .await;
    let mut held = claims.concat();
    held.sort();
    assert_eq!(held, jobs);
}

/// A job whose lease has run out can be taken up by another, once, before jobs that are younger; one
/// whose lease still runs cannot.
pub async fn a_job_is_claimed_again_only_after_its_lease<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let held = running(store, &ours).await;
    assert_eq!(store.claim_job(lease(9)).await.unwrap(), None);
    let younger = queued(store, &ours).await;
    let again = store.claim_job(lease(11)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (held.id, 2));
    assert_eq!(
        (again.state, again.leased_until),
        (JobState::Running, Some(later(21)))
    );
    let next = store.claim_job(lease(12)).await.unwrap().map(|job| job.id);
    assert_eq!(next, Some(younger.id));
    assert_eq!(store.claim_job(lease(13)).await.unwrap(), None);
}

/// Of many who take over one abandoned job at the same time exactly one gets it.
pub async fn of_concurrent_take_overs_exactly_one_succeeds<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let held = running(store, &ours).await;
    let claims = store
        .at_once(0..16, |store, _| async move {
            store.claim_job(lease(11)).await.unwrap()
        })
        .await;
    let taken: Vec<_> = claims
        .into_iter()
        .flatten()
        .map(|job| (job.id, job.attempts))
        .collect();
    assert_eq!(taken, [(held.id, 2)]);
}

/// A report notes progress, extends the lease and answers the job, so that the worker sees the request
/// to cancel.
pub async fn a_report_notes_progress_and_extends_the_lease<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = running(store, &ours).await;
    let told = store
        .report_job(job.id, 1, (3, 30), lease(8))
        .await
        .unwrap();
    assert_eq!(
        (told.done, told.total, told.leased_until),
        (3, 30, Some(later(18)))
    );
    assert!(!told.cancel_requested);
    assert_eq!(read(store, &job).await, told);
    assert_eq!(store.claim_job(lease(17)).await.unwrap(), None);
    let trail = fixtures::trail(&ours.user, "job.cancel");
    store.cancel_job(job.org, job.id, &trail).await.unwrap();
    let told = store
        .report_job(job.id, 1, (4, 30), lease(9))
        .await
        .unwrap();
    assert!(
        told.cancel_requested && told.state == JobState::Running,
        "{told:?}"
    );
}

/// A worker whose job was taken over is told by a conflict, and changes nothing.
pub async fn a_worker_that_lost_its_job_changes_nothing<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = running(store, &ours).await;
    let taken = store.claim_job(lease(11)).await.unwrap().unwrap();
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("job.done", "k-1")),
    );
    assert_conflict(store.report_job(job.id, 1, (9, 9), lease(12)).await);
    assert_conflict(
        store
            .finish_job(job.id, 1, Ok(Some(result())), &trail)
            .await,
    );
    assert_conflict(store.report_job(job.id, 3, (9, 9), lease(12)).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, &job).await, taken);
}

/// A job that nobody has taken up can be neither reported nor finished; one that does not exist is not
/// found.
pub async fn a_job_that_does_not_run_cannot_be_reported_or_finished<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let job = queued(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "job.done");
    assert_conflict(store.report_job(job.id, 0, (1, 1), lease(0)).await);
    assert_conflict(store.finish_job(job.id, 0, Ok(None), &trail).await);
    assert_eq!(read(store, &job).await, job);
    let unknown = store.ids.next(JobId::from_uuid);
    assert_not_found(store.report_job(unknown, 1, (1, 1), lease(0)).await);
    assert_not_found(store.finish_job(unknown, 1, Ok(None), &trail).await);
}

//! Works off durable jobs, one at a time, on a thread of its own.

use super::pause::pause;
use optibid_core::app::{App, JobWork};
use optibid_core::error::{Error, Result};
use optibid_core::job::{Job, JobFailure, JobOutcome};
use optibid_core::ports::{EngineError, Flow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const IDLE_PAUSE: Duration = Duration::from_millis(250);
const REPORT_PAUSE: Duration = Duration::from_millis(500);

/// What the computing thread and its watcher share.
#[derive(Default)]
struct Shared {
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

impl Shared {
    fn progress(&self) -> (u64, u64) {
        (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        )
    }
}

/// Takes up jobs until the platform stops. A job that is under way then is left to its lease: another
/// worker, or this one after a restart, takes it up again.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    loop {
        let claimed = app.claim_job().await;
        let worked = match claimed {
            Ok(Some(job)) => {
                if let Err(error) = work(&app, job, &stopping).await {
                    tracing::warn!(%error, "a job could not be carried on");
                }
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "jobs cannot be read");
                false
            }
        };
        let wait = if worked { Duration::ZERO } else { IDLE_PAUSE };
        if !pause(&mut stopping, wait).await {
            return;
        }
    }
}

async fn work(app: &App, job: Job, stopping: &watch::Receiver<bool>) -> Result<()> {
    let prepared = match app.prepare_job(&job).await {
        Ok(prepared) => prepared,
        Err(error) => return app.finish_job(&job, Err(JobFailure::from(&error))).await,
    };
    let shared = Arc::new(Shared::default());
    let mut handle = {
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || compute(&prepared, &shared))
    };
    loop {
        tokio::select! {
            outcome = &mut handle => {
                let outcome = outcome.unwrap_or_else(|e| Err(JobFailure::new(e.to_string())));
                if outcome == Ok(None) && *stopping.borrow() {
                    return Ok(());
                }
                if !matches!(outcome, Ok(Some(_))) {
                    return app.finish_job(&job, outcome).await;
                }
                // The last steps came after the last report, and so may a request to cancel.
                let job = app.report_job(&job, shared.progress()).await?;
                let outcome = if job.cancel_requested { Ok(None) } else { outcome };
                return app.finish_job(&job, outcome).await;
            }
            () = tokio::time::sleep(REPORT_PAUSE) => {
                let seen = app.report_job(&job, shared.progress()).await;
                let lost = seen.is_err();
                let cancelled = seen.is_ok_and(|job| job.cancel_requested);
                if lost || cancelled || *stopping.borrow() {
                    shared.stop.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

/// The result; none when it was told to stop; or why there is none.
fn compute(work: &JobWork, shared: &Shared) -> JobOutcome {
    let mut progress = |done, total| {
        shared.done.store(done, Ordering::Relaxed);
        shared.total.store(total, Ordering::Relaxed);
        if shared.stop.load(Ordering::Relaxed) {
            Flow::Stop
        } else {
            Flow::Continue
        }
    };
    match work.run(&mut progress) {
        Ok(result) => Ok(Some(result)),
        Err(EngineError::Cancelled) => Ok(None),
        Err(error) => Err(JobFailure::from(&Error::from(error))),
    }
}

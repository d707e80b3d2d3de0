use super::{Page, PageRequest, StoreError, Trail};
use crate::id::{JobId, OrgId};
use crate::job::{Job, JobOutcome};
use async_trait::async_trait;
use jiff::Timestamp;

/// Which jobs of an organisation are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Only of this kind: `backtest`, `optimisation`, `explanation`, `offer`.
    pub kind: Option<String>,
    /// Only those that have ended, or only those that have not.
    pub ended: Option<bool>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// How long a worker may hold a job without a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Now.
    pub now: Timestamp,
    /// Until when the job is held.
    pub until: Timestamp,
}

/// Durable jobs.
///
/// - A job is held by at most one worker at a time; when its lease runs out another may take it.
/// - A job of another organisation is not found.
/// - A finished job does not change any more.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait JobStore: Send + Sync + 'static {
    /// Stores a new, queued job.
    async fn insert_job(&self, job: &Job, trail: &Trail) -> Result<(), StoreError>;

    /// Takes up the oldest job that is queued, or running under a lease that ended before `lease.now`;
    /// raises its attempts and sets it running until `lease.until`.
    async fn claim_job(&self, lease: Lease) -> Result<Option<Job>, StoreError>;

    /// Notes progress, extends the lease and answers the job as stored, so that the worker sees a
    /// request to cancel. [`StoreError::Conflict`] when `attempt` is no longer the job's, for then
    /// another worker has it, or when it has ended.
    async fn report_job(
        &self,
        id: JobId,
        attempt: u32,
        progress: (u64, u64),
        lease: Lease,
    ) -> Result<Job, StoreError>;

    /// Ends a job: done with a result, failed with a reason and the problem of its input, or cancelled
    /// (`Ok(None)`).
    /// [`StoreError::Conflict`] when `attempt` is no longer the job's or it has ended.
    async fn finish_job(
        &self,
        id: JobId,
        attempt: u32,
        outcome: JobOutcome,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Asks for a job's end: a queued one is cancelled at once, a running one when its worker looks.
    /// Answers the job as it stands then; one that has ended stays as it is.
    async fn cancel_job(&self, org: OrgId, id: JobId, trail: &Trail) -> Result<Job, StoreError>;

    /// The job, if the organisation has it.
    async fn job(&self, org: OrgId, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Jobs of the organisation, the newest first, without their results and problems.
    async fn jobs(&self, org: OrgId, query: &JobQuery) -> Result<Page<Job>, StoreError>;
}

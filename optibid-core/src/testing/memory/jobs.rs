use super::{MemoryStore, State, already_exists, not_found, page};
use crate::id::{JobId, OrgId};
use crate::job::{Job, JobOutcome, JobState};
use crate::ports::{JobQuery, JobStore, Lease, Page, StoreError, Trail};
use async_trait::async_trait;
use jiff::Timestamp;

fn can_be_claimed(job: &Job, now: Timestamp) -> bool {
    match job.state {
        JobState::Queued => true,
        JobState::Running => job.leased_until.is_none_or(|until| until < now),
        JobState::Done | JobState::Failed | JobState::Cancelled => false,
    }
}

fn without_result(job: &Job) -> Job {
    Job {
        result: None,
        problem: None,
        ..job.clone()
    }
}

impl State {
    /// The job, while the worker that took it up as `attempt` still holds it.
    fn held_job(&mut self, id: JobId, attempt: u32) -> Result<&mut Job, StoreError> {
        let job = self.jobs.get_mut(&id).ok_or_else(|| not_found("job", id))?;
        if job.state == JobState::Running && job.attempts == attempt {
            return Ok(job);
        }
        let (expected, found) = (u64::from(attempt), u64::from(job.attempts));
        Err(StoreError::Conflict {
            kind: "job",
            id: id.to_string(),
            expected,
            found,
        })
    }
}

#[async_trait]
impl JobStore for MemoryStore {
    async fn insert_job(&self, job: &Job, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.jobs.contains_key(&job.id) {
                return Err(already_exists("job", job.id));
            }
            state.jobs.insert(job.id, job.clone());
            Ok(())
        })
    }

    async fn claim_job(&self, lease: Lease) -> Result<Option<Job>, StoreError> {
        let mut state = self.lock();
        let oldest = state
            .jobs
            .values_mut()
            .find(|job| can_be_claimed(job, lease.now));
        Ok(oldest.map(|job| {
            job.state = JobState::Running;
            job.attempts = job.attempts.saturating_add(1);
            job.leased_until = Some(lease.until);
            job.updated_at = lease.now;
            job.clone()
        }))
    }

    async fn report_job(
        &self,
        id: JobId,
        attempt: u32,
        progress: (u64, u64),
        lease: Lease,
    ) -> Result<Job, StoreError> {
        let mut state = self.lock();
        let job = state.held_job(id, attempt)?;
        (job.done, job.total) = progress;
        job.leased_until = Some(lease.until);
        job.updated_at = lease.now;
        Ok(job.clone())
    }

    async fn finish_job(
        &self,
        id: JobId,
        attempt: u32,
        outcome: JobOutcome,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let job = state.held_job(id, attempt)?;
            (job.state, job.result, job.error) = match outcome {
                Ok(Some(result)) => (JobState::Done, Some(result), None),
                Ok(None) => (JobState::Cancelled, None, None),
                Err(failure) => {
                    job.problem = failure.problem;
                    (JobState::Failed, None, Some(failure.reason))
                }
            };
            job.leased_until = None;
            job.updated_at = trail.audit.at;
            Ok(())
        })
    }

    async fn cancel_job(&self, org: OrgId, id: JobId, trail: &Trail) -> Result<Job, StoreError> {
        self.write(trail, |state| {
            let job = state.jobs.get_mut(&id).filter(|job| job.org == org);
            let job = job.ok_or_else(|| not_found("job", id))?;
            if !job.state.is_final() {
                job.cancel_requested = true;
                job.updated_at = trail.audit.at;
            }
            if job.state == JobState::Queued {
                job.state = JobState::Cancelled;
            }
            Ok(job.clone())
        })
    }

    async fn job(&self, org: OrgId, id: JobId) -> Result<Option<Job>, StoreError> {
        Ok(self.read(|state| state.jobs.get(&id).filter(|job| job.org == org).cloned()))
    }

    async fn jobs(&self, org: OrgId, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        self.read(|state| {
            let own = state.jobs.values().rev().filter(|job| job.org == org);
            let kind = query.kind.as_deref();
            let wanted = own.filter(|job| {
                kind.is_none_or(|kind| kind == job.spec.kind())
                    && query
                        .ended
                        .is_none_or(|ended| ended == job.state.is_final())
            });
            Ok(page(wanted, &query.page, |job| job.id)?.map(|job| without_result(&job)))
        })
    }
}

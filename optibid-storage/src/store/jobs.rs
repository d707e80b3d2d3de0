use super::SqlStore;
use super::page;
use crate::batch::Batch;
use crate::body;
use crate::fault::{already_exists, corrupt, not_found};
use crate::row::{Row, micros, stored};
use crate::sql::{Value, values};
use async_trait::async_trait;
use optibid_core::id::{JobId, OrgId, UserId};
use optibid_core::job::{Job, JobOutcome, JobProblem, JobResult, JobState};
use optibid_core::ports::{JobQuery, JobStore, Lease, Page, StoreError, Trail};

fn state(code: &str) -> Result<JobState, StoreError> {
    let known = JobState::ALL.into_iter().find(|state| state.code() == code);
    known.ok_or_else(|| corrupt("job", format!("state {code:?}")))
}

fn attempts(row: &mut Row) -> Result<u32, StoreError> {
    let count = row.count("attempts")?;
    u32::try_from(count).map_err(|e| corrupt("job", format!("attempts {count}: {e}")))
}

/// What a job ended with, as one body: the result, or for a failed job the problem of its input.
fn ended(
    state: JobState,
    text: Option<String>,
) -> Result<(Option<JobResult>, Option<JobProblem>), StoreError> {
    match (state, text) {
        (_, None) => Ok((None, None)),
        (JobState::Failed, Some(text)) => Ok((None, Some(body::decode("job", &text)?))),
        (_, Some(text)) => Ok((Some(body::decode("job", &text)?), None)),
    }
}

/// A job from `id, org_id, author_id, state, spec, done, total, attempts, cancel_requested,
/// leased_until, error, result, created_at, updated_at`.
fn job(mut row: Row) -> Result<Job, StoreError> {
    // Columns are read in order.
    let id = JobId::from_uuid(row.id("id")?);
    let org = OrgId::from_uuid(row.id("org_id")?);
    let author = UserId::from_uuid(row.id("author_id")?);
    let state = state(&row.text("state")?)?;
    let spec = row.body()?;
    let (done, total) = (row.count("done")?, row.count("total")?);
    let attempts = attempts(&mut row)?;
    let cancel_requested = row.flag("cancel_requested")?;
    let leased_until = row.opt_at("leased_until")?;
    let error = row.opt_text("error")?;
    let (result, problem) = ended(state, row.opt_text("result")?)?;
    Ok(Job {
        id,
        org,
        author,
        spec,
        state,
        done,
        total,
        attempts,
        cancel_requested,
        leased_until,
        error,
        problem,
        result,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
    })
}

fn columns(job: &Job) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        job.id.uuid(),
        job.org.uuid(),
        job.author.uuid(),
        job.spec.kind(),
        job.state.code(),
        body::encode("job", &job.spec)?,
        stored(job.done),
        stored(job.total),
        i64::from(job.attempts),
        job.cancel_requested,
        job.leased_until.map(micros),
        job.error.clone(),
        match (&job.result, &job.problem) {
            (Some(result), _) => Some(body::encode("job", result)?),
            (None, Some(problem)) => Some(body::encode("job", problem)?),
            (None, None) => None,
        },
        micros(job.created_at),
        micros(job.updated_at),
    ])
}

/// Why the job is not the worker's any more.
async fn not_held(batch: &mut Batch, id: JobId, attempt: u32) -> Result<StoreError, StoreError> {
    let sql = "select attempts from jobs where id = $1";
    let Some(mut row) = batch.row("job", sql, values![id.uuid()]).await? else {
        return Ok(not_found("job", id));
    };
    let (expected, found) = (u64::from(attempt), row.count("attempts")?);
    Ok(StoreError::Conflict {
        kind: "job",
        id: id.to_string(),
        expected,
        found,
    })
}

async fn report(
    batch: &mut Batch,
    (id, attempt): (JobId, u32),
    (done, total): (u64, u64),
    lease: Lease,
) -> Result<Job, StoreError> {
    let sql = "update jobs set done = $3, total = $4, leased_until = $5, updated_at = $6 \
         where id = $1 and state = 'running' and attempts = $2 returning id, org_id, author_id, state, \
         spec, done, total, attempts, cancel_requested, leased_until, error, result, created_at, \
         updated_at";
    let row = values![
        id.uuid(),
        i64::from(attempt),
        stored(done),
        stored(total),
        micros(lease.until),
        micros(lease.now),
    ];
    match batch.row("job", sql, row).await? {
        Some(row) => job(row),
        None => Err(not_held(batch, id, attempt).await?),
    }
}

async fn cancel(
    batch: &mut Batch,
    org: OrgId,
    id: JobId,
    at: jiff::Timestamp,
) -> Result<Job, StoreError> {
    let sql = "update jobs set cancel_requested = true, updated_at = $3, \
         state = case state when 'queued' then 'cancelled' else state end \
         where id = $1 and org_id = $2 and state in ('queued', 'running')";
    batch
        .execute(sql, values![id.uuid(), org.uuid(), micros(at)])
        .await?;
    let row = batch
        .row("job", ONE, values![id.uuid(), org.uuid()])
        .await?;
    row.map(job).ok_or_else(|| not_found("job", id))?
}

const ONE: &str = "select id, org_id, author_id, state, spec, done, total, attempts, cancel_requested, \
     leased_until, error, result, created_at, updated_at from jobs where id = $1 and org_id = $2";

#[async_trait]
impl JobStore for SqlStore {
    async fn insert_job(&self, job: &Job, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, (job.id, columns(job)?), |batch, (id, row)| {
            Box::pin(async move {
                let sql = "insert into jobs (id, org_id, author_id, kind, state, spec, done, total, \
                     attempts, cancel_requested, leased_until, error, result, created_at, updated_at) \
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
                     on conflict (id) do nothing";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(already_exists("job", id)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn claim_job(&self, lease: Lease) -> Result<Option<Job>, StoreError> {
        self.write_plain(lease, |batch, lease| {
            Box::pin(async move {
                let until = values![micros(lease.now), micros(lease.until)];
                let row = batch.row("job", batch.dialect().claim_job, until).await?;
                row.map(job).transpose()
            })
        })
        .await
    }

    async fn report_job(
        &self,
        id: JobId,
        attempt: u32,
        progress: (u64, u64),
        lease: Lease,
    ) -> Result<Job, StoreError> {
        self.write_plain((), move |batch, ()| {
            Box::pin(report(batch, (id, attempt), progress, lease))
        })
        .await
    }

    async fn finish_job(
        &self,
        id: JobId,
        attempt: u32,
        outcome: JobOutcome,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let (state, error, result) = match &outcome {
            Ok(Some(result)) => (JobState::Done, None, Some(body::encode("job", result)?)),
            Ok(None) => (JobState::Cancelled, None, None),
            Err(failure) => {
                let problem = failure.problem.as_ref();
                let problem = problem.map(|p| body::encode("job", p)).transpose()?;
                (JobState::Failed, Some(failure.reason.clone()), problem)
            }
        };
        let row = values![
            id.uuid(),
            i64::from(attempt),
            state.code(),
            error,
            result,
            micros(trail.audit.at),
        ];
        self.write(trail, row, move |batch, row| {
            Box::pin(async move {
                let sql = "update jobs set state = $3, error = $4, result = $5, leased_until = null, \
                     updated_at = $6 where id = $1 and state = 'running' and attempts = $2";
                match batch.execute(sql, row.clone()).await? {
                    0 => Err(not_held(batch, id, attempt).await?),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn cancel_job(&self, org: OrgId, id: JobId, trail: &Trail) -> Result<Job, StoreError> {
        self.write(trail, trail.audit.at, move |batch, at| {
            Box::pin(cancel(batch, org, id, *at))
        })
        .await
    }

    async fn job(&self, org: OrgId, id: JobId) -> Result<Option<Job>, StoreError> {
        let row = self.row("job", ONE, values![id.uuid(), org.uuid()]).await?;
        row.map(job).transpose()
    }

    async fn jobs(&self, org: OrgId, query: &JobQuery) -> Result<Page<Job>, StoreError> {
        let after: Option<JobId> = page::after(&query.page)?;
        let sql = "select id, org_id, author_id, state, spec, done, total, attempts, \
             cancel_requested, leased_until, error, null, created_at, updated_at from jobs \
             where org_id = $1 and ($2 is null or kind = $2) and ($3 is null or id < $3) \
             and ($4 is null or (case when state in ('queued', 'running') then 0 else 1 end) = $4) \
             order by id desc limit $5";
        let wanted = values![
            org.uuid(),
            query.kind.clone(),
            after.map(JobId::uuid),
            query.ended.map(i64::from),
            page::fetch(&query.page),
        ];
        let rows = self.rows("job", sql, wanted).await?;
        let jobs = rows.into_iter().map(job).collect::<Result<_, _>>()?;
        Ok(page::cut(jobs, &query.page, |job: &Job| job.id.to_string()))
    }
}

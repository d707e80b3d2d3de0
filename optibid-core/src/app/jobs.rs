//! Start, watch, cancel and run durable jobs.

use super::App;
use super::backtests::check_span;
use super::keyed::RequestKey;
use super::offers::{OfferInput, OfferPlan, check_method, one_step};
use crate::audit::Actor;
use crate::auth::{Permission, Principal};
use crate::backtest::{BacktestInput, BacktestReport, SkippedDay};
use crate::error::{Error, Result, Violation};
use crate::event::EventKind;
use crate::id::JobId;
use crate::job::{Job, JobEvent, JobFailure, JobOutcome, JobResult, JobSpec, JobState};
use crate::ports::{Backtester, EngineError, JobQuery, Lease, Optimizer, Page, Progress, Trail};
use crate::schedule::ScheduleRequest;
use jiff::SignedDuration;
use std::sync::Arc;

/// How long a worker holds a job without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often a job is taken up before it counts as failed.
const MAX_ATTEMPTS: u32 = 3;

/// A job with all it needs: pure computation, for a thread of its own.
pub enum JobWork {
    /// A backtest.
    Backtest(Box<BacktestInput>, Arc<dyn Backtester>),
    /// Several backtests, on all cores.
    Backtests(Vec<BacktestInput>, Arc<dyn Backtester>),
    /// An optimisation.
    Optimisation(Box<ScheduleRequest>, Arc<dyn Optimizer>),
    /// An explanation.
    Explanation(Box<ScheduleRequest>, Arc<dyn Optimizer>),
    /// An offer.
    Offer(Box<OfferPlan>),
}

impl JobWork {
    /// Computes the result. Progress is told at the start, after each step and at the end; a schedule is one
    /// step.
    ///
    /// # Errors
    /// When the engine has no answer, or was told to stop.
    pub fn run(&self, progress: &mut Progress<'_>) -> Result<JobResult, EngineError> {
        match self {
            Self::Backtest(input, engine) => {
                let report = engine.run(input, progress)?;
                match (report.days.first(), report.skipped.first()) {
                    (None, Some(skipped)) => Err(nothing_replayed(skipped)),
                    _ => Ok(JobResult::Backtest(report)),
                }
            }
            Self::Backtests(inputs, engine) => {
                let threads = std::thread::available_parallelism().map_or(1, usize::from);
                let reports = engine.run_many(inputs, threads, progress)?;
                let empty = |report: &&BacktestReport| report.days.is_empty();
                match reports.iter().find(empty).and_then(|r| r.skipped.first()) {
                    Some(skipped) => Err(nothing_replayed(skipped)),
                    None => Ok(JobResult::Backtests(reports)),
                }
            }
            Self::Optimisation(request, engine) => one_step(progress, || {
                engine.optimise(request).map(JobResult::Optimisation)
            }),
            Self::Explanation(request, engine) => one_step(progress, || {
                engine.explain(request).map(JobResult::Explanation)
            }),
            Self::Offer(plan) => plan.build(progress).map(JobResult::Offer),
        }
    }
}

impl App {
    /// Starts a job.
    ///
    /// # Errors
    /// When the span is empty or too long, or product or asset are not known.
    pub async fn start_job(
        &self,
        who: &Principal,
        spec: JobSpec,
        key: Option<&RequestKey>,
    ) -> Result<Job> {
        const OPERATION: &str = "job.start";
        self.may_write(who, Permission::RunJobs).await?;
        if let Some(answer) = self.replay(who, OPERATION, key).await? {
            return Ok(answer);
        }
        self.check_spec(who, &spec).await?;
        let now = self.environment.clock.now();
        let job = Job {
            id: JobId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            author: who.user,
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
            created_at: now,
            updated_at: now,
        };
        let trail = self
            .trail(who, OPERATION, format!("job/{}", job.id))
            .with_detail(&serde_json::json!({ "kind": job.spec.kind() }))
            .with_event(self.job_event(&job, JobState::Queued));
        let trail = self.keep_answer(trail, who, OPERATION, (key, &job))?;
        let written = self.stores.jobs.insert_job(&job, &trail).await;
        self.settle_twin(who, OPERATION, key, (written, job)).await
    }

    /// The job.
    ///
    /// # Errors
    /// When the organisation has no such job.
    pub async fn job(&self, who: &Principal, id: JobId) -> Result<Job> {
        who.require(Permission::ReadJobs)?;
        let job = self.stores.jobs.job(who.org, id).await?;
        job.ok_or_else(|| Error::not_found("job", id))
    }

    /// The organisation's jobs, the newest first, without their results.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn jobs(&self, who: &Principal, query: &JobQuery) -> Result<Page<Job>> {
        who.require(Permission::ReadJobs)?;
        Ok(self.stores.jobs.jobs(who.org, query).await?)
    }

    /// Asks for a job's end.
    ///
    /// # Errors
    /// When the organisation has no such job.
    pub async fn cancel_job(&self, who: &Principal, id: JobId) -> Result<Job> {
        self.may_write(who, Permission::RunJobs).await?;
        let trail = self.trail(who, "job.cancel", format!("job/{id}"));
        Ok(self.stores.jobs.cancel_job(who.org, id, &trail).await?)
    }

    /// Takes up the next job, for a worker.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim_job(&self) -> Result<Option<Job>> {
        loop {
            let Some(job) = self.stores.jobs.claim_job(self.lease()).await? else {
                return Ok(None);
            };
            if job.cancel_requested {
                // Its worker died before it saw the request.
                self.finish_job(&job, Ok(None)).await?;
                continue;
            }
            if job.attempts <= MAX_ATTEMPTS {
                return Ok(Some(job));
            }
            let reason = format!("given up after {MAX_ATTEMPTS} attempts that did not end");
            self.finish_job(&job, Err(JobFailure::new(reason))).await?;
        }
    }

    /// Loads all that a job needs.
    ///
    /// # Errors
    /// When asset or prices are missing.
    pub async fn prepare_job(&self, job: &Job) -> Result<JobWork> {
        let who = job_principal(job);
        match &job.spec {
            JobSpec::Backtest { request } => {
                let input = self.backtest_input(job.org, request).await?;
                Ok(JobWork::Backtest(
                    Box::new(input),
                    self.engine.backtester.clone(),
                ))
            }
            JobSpec::Backtests { requests } => {
                let mut inputs = Vec::with_capacity(requests.len());
                for request in requests {
                    inputs.push(self.backtest_input(job.org, request).await?);
                }
                Ok(JobWork::Backtests(inputs, self.engine.backtester.clone()))
            }
            JobSpec::Optimisation {
                asset,
                product,
                from,
                to,
            }
            | JobSpec::Explanation {
                asset,
                product,
                from,
                to,
            } => {
                let request = self
                    .span_request(&who, (*asset, product), (*from, *to))
                    .await?;
                let (request, engine) = (Box::new(request), self.engine.optimizer.clone());
                Ok(match job.spec {
                    JobSpec::Explanation { .. } => JobWork::Explanation(request, engine),
                    _ => JobWork::Optimisation(request, engine),
                })
            }
            JobSpec::Offer {
                asset,
                product,
                day,
                made_at,
                safe,
                method,
            } => {
                let input = OfferInput {
                    asset: *asset,
                    product: product.clone(),
                    day: *day,
                    made_at: Some(made_at.unwrap_or(job.created_at)),
                    safe: *safe,
                    method: *method,
                };
                Ok(JobWork::Offer(Box::new(
                    self.plan_offer(&who, input).await?,
                )))
            }
        }
    }

    /// Notes progress and extends the lease; answers the job, so that a request to cancel is seen.
    ///
    /// # Errors
    /// When another worker has taken the job.
    pub async fn report_job(&self, job: &Job, progress: (u64, u64)) -> Result<Job> {
        Ok(self
            .stores
            .jobs
            .report_job(job.id, job.attempts, progress, self.lease())
            .await?)
    }

    /// Ends a job: with a result, cancelled (`Ok(None)`) or failed with a reason and what of its input is at
    /// fault.
    ///
    /// # Errors
    /// When another worker has taken the job or it has ended.
    pub async fn finish_job(&self, job: &Job, outcome: JobOutcome) -> Result<()> {
        let state = match &outcome {
            Ok(Some(_)) => JobState::Done,
            Ok(None) => JobState::Cancelled,
            Err(_) => JobState::Failed,
        };
        let trail = self.job_trail(job, state);
        Ok(self
            .stores
            .jobs
            .finish_job(job.id, job.attempts, outcome, &trail)
            .await?)
    }

    fn lease(&self) -> Lease {
        let now = self.environment.clock.now();
        Lease {
            now,
            until: now.saturating_add(LEASE).unwrap_or(now),
        }
    }

    fn job_trail(&self, job: &Job, state: JobState) -> Trail {
        let action = format!("job.{}", state.code());
        let subject = format!("job/{}", job.id);
        self.system_trail(Some(job.org), Actor::System, &action, subject)
            .with_event(self.job_event(job, state))
    }

    fn job_event(&self, job: &Job, state: JobState) -> crate::event::Event {
        let (done, total) = (job.done, job.total);
        let event = JobEvent {
            job: job.id,
            state,
            done,
            total,
        };
        self.event(Some(job.org), EventKind::Job(event))
    }

    async fn check_spec(&self, who: &Principal, spec: &JobSpec) -> Result<()> {
        match spec {
            JobSpec::Backtest { request } => self.check_backtest(request),
            JobSpec::Backtests { requests } => self.check_backtests(requests),
            JobSpec::Optimisation {
                asset,
                product,
                from,
                to,
            }
            | JobSpec::Explanation {
                asset,
                product,
                from,
                to,
            } => {
                let (asset, _) = self.battery(who, *asset).await?;
                self.rules.at(&asset.market, product, *from)?;
                check_span(*from, *to)
            }
            JobSpec::Offer {
                asset,
                product,
                day,
                method,
                ..
            } => {
                check_method(method)?;
                let (asset, _) = self.battery(who, *asset).await?;
                self.rules.at(&asset.market, product, *day)?;
                Ok(())
            }
        }
    }
}

/// A backtest that left every day out has no result.
fn nothing_replayed(first: &SkippedDay) -> EngineError {
    let rule = format!("no day could be replayed; the first: {}", first.reason);
    EngineError::Invalid(vec![Violation::new(
        "nothing_replayed",
        "from",
        first.day,
        rule,
    )])
}

/// The author of a job, for reads on the author's behalf.
fn job_principal(job: &Job) -> Principal {
    Principal {
        user: job.author,
        org: job.org,
        role: crate::auth::Role::Analyst,
        session: None,
        request_id: None,
    }
}

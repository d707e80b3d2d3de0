//! Durable jobs: long work that survives a restart, shows progress and can be cancelled.

use crate::backtest::{BacktestReport, BacktestRequest};
use crate::error::{Error, Fix, Violation};
use crate::id::{AssetId, JobId, OrgId, UserId};
use crate::market::ProductId;
use crate::schedule::{BuiltOffer, ExplainedSchedule, OfferMethod, Schedule};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one a job, and it is not copied about"
)]
pub enum JobSpec {
    /// Replays the bid cycle over past days.
    Backtest {
        /// What to replay.
        request: BacktestRequest,
    },
    /// Replays several: assets, years or strategies side by side, on all cores.
    Backtests {
        /// What to replay, 1 to 200.
        requests: Vec<BacktestRequest>,
    },
    /// Optimises a battery over the stored prices of a span of days.
    Optimisation {
        /// The battery.
        asset: AssetId,
        /// The product whose prices count.
        product: ProductId,
        /// First delivery day.
        from: Date,
        /// Last delivery day.
        to: Date,
    },
    /// Optimises a battery as an optimisation does, and gives the reasons of its moves in money.
    Explanation {
        /// The battery.
        asset: AssetId,
        /// The product whose prices count.
        product: ProductId,
        /// First delivery day.
        from: Date,
        /// Last delivery day.
        to: Date,
    },
    /// Forecasts a day and builds a battery's offer curves for it.
    Offer {
        /// The battery.
        asset: AssetId,
        /// The product to bid into.
        product: ProductId,
        /// The delivery day.
        day: Date,
        /// When the forecast is made; absent means when the job was asked for. Nothing known later enters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_at: Option<Timestamp>,
        /// Whether the offer is made one whose every pattern of awards can be delivered: its curves are cut, or the schedule is bid at any
        /// price, whichever is expected to earn more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        safe: bool,
        /// How they are built.
        #[serde(default, skip_serializing_if = "OfferMethod::is_default")]
        method: OfferMethod,
    },
}

impl JobSpec {
    /// The name of the kind; one backtest and several are one kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Backtest { .. } | Self::Backtests { .. } => "backtest",
            Self::Optimisation { .. } => "optimisation",
            Self::Explanation { .. } => "explanation",
            Self::Offer { .. } => "offer",
        }
    }
}

/// What a finished job answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum JobResult {
    /// Of a backtest.
    Backtest(BacktestReport),
    /// Of several backtests, in the order of the requests.
    Backtests(Vec<BacktestReport>),
    /// Of an optimisation.
    Optimisation(Schedule),
    /// Of an explanation.
    Explanation(ExplainedSchedule),
    /// Of an offer: curves ready to be drafted as a bid, with what they rest on.
    Offer(BuiltOffer),
}

/// What is wrong with a job's input, for programs: field by field, and the ways out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct JobProblem {
    /// Every broken rule; of a contradiction, the smallest set of limits that cannot hold together.
    pub violations: Vec<Violation>,
    /// Ways out, where limits contradict each other, the cheapest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
}

/// Why a job failed.
///
/// ```
/// use optibid_core::error::Error;
/// use optibid_core::job::JobFailure;
/// let error = Error::field("missing_price", "prices", "2024-06-04", "must be stored");
/// let failure = JobFailure::from(&error);
/// assert_eq!(failure.reason, error.to_string());
/// assert_eq!(failure.problem.map(|p| p.violations), Some(error.violations().to_vec()));
/// assert_eq!(JobFailure::new("the worker died").problem, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFailure {
    /// In words.
    pub reason: String,
    /// Field by field, where the input is at fault.
    pub problem: Option<JobProblem>,
}

impl JobFailure {
    /// A failure that is no fault of the input.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            problem: None,
        }
    }
}

impl From<&Error> for JobFailure {
    fn from(error: &Error) -> Self {
        let (violations, fixes) = (error.violations().to_vec(), error.fixes().to_vec());
        let told = !violations.is_empty() || !fixes.is_empty();
        Self {
            reason: error.to_string(),
            problem: told.then_some(JobProblem { violations, fixes }),
        }
    }
}

/// How a job ends: done with a result, cancelled (`Ok(None)`), or failed.
pub type JobOutcome = Result<Option<JobResult>, JobFailure>;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// Being worked on under a lease.
    Running,
    /// Finished with a result.
    Done,
    /// Ended with a reason.
    Failed,
    /// Ended on request.
    Cancelled,
}

impl JobState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Job {
    /// The id.
    pub id: JobId,
    /// The owner.
    pub org: OrgId,
    /// Who asked for it.
    pub author: UserId,
    /// What it does.
    pub spec: JobSpec,
    /// Where it stands.
    pub state: JobState,
    /// Steps done.
    pub done: u64,
    /// Steps in all; zero while unknown.
    pub total: u64,
    /// How often a worker took it up; a job that was taken up three times without an end fails.
    pub attempts: u32,
    /// Whether somebody asked for its end.
    pub cancel_requested: bool,
    /// Until when its worker holds it; after that another may take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leased_until: Option<Timestamp>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What of its input made it fail, field by field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<JobProblem>,
    /// What it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<JobResult>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// A job that moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct JobEvent {
    /// The job.
    pub job: JobId,
    /// Where it stands.
    pub state: JobState,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

use crate::backtest::{BacktestInput, BacktestReport};
use crate::error::{Code, Contradiction, Error, Violation};
use crate::forecast::{AccuracyReport, AccuracyRequest, Forecast, ForecastRequest, PricePaths};
use crate::outcome::{BidOutcome, OutcomeRequest};
use crate::schedule::{ExplainedSchedule, Offer, OfferRequest, Schedule, ScheduleRequest};

/// Why a computation has no answer. Nothing falls back to another answer in silence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The request contradicts itself.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Violation>),
    /// Limits of the request cannot hold together.
    #[error("{0}")]
    Contradiction(Box<Contradiction>),
    /// Too little was known at the time.
    #[error("not enough history: {have} days of prices, {need} are needed")]
    NotEnoughHistory {
        /// Days found.
        have: u32,
        /// Days needed.
        need: u32,
    },
    /// A result left the range of exact integers.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// Stopped on request.
    #[error("cancelled")]
    Cancelled,
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Invalid(violations) => Self::invalid(violations),
            EngineError::Contradiction(contradiction) => Self::contradiction(*contradiction),
            EngineError::NotEnoughHistory { have, need } => Self::field(
                "not_enough_history",
                "history",
                format!("{have} days"),
                format!("at least {need} days of prices must be known"),
            ),
            EngineError::OutOfRange(_) => Self::new(Code::Invalid, error.to_string()),
            EngineError::Cancelled => Self::new(Code::Conflict, error.to_string()),
        }
    }
}

/// Finds the best schedule of a battery.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait Optimizer: Send + Sync + 'static {
    /// The schedule that maximises revenue less wear and fees.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] for input that breaks a rule, [`EngineError::Contradiction`] when limits
    /// cannot hold together.
    fn optimise(&self, request: &ScheduleRequest) -> Result<Schedule, EngineError>;

    /// The same schedule with the reasons of its moves in money.
    ///
    /// # Errors
    /// As [`optimise`](Self::optimise).
    fn explain(&self, request: &ScheduleRequest) -> Result<ExplainedSchedule, EngineError>;
}

/// Forecasts prices.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait Forecaster: Send + Sync + 'static {
    /// A forecast made only from what was known at `request.made_at`.
    ///
    /// # Errors
    /// When there is too little history.
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError>;

    /// `count` price paths of the day around that forecast, equally likely, with one price a period; made only from what
    /// was known at `request.made_at`. The same request and seed give the same paths.
    ///
    /// # Errors
    /// When there is too little history to tell how far forecasts are off.
    fn paths(
        &self,
        request: &ForecastRequest,
        count: u16,
        seed: u64,
    ) -> Result<PricePaths, EngineError>;
}

/// Tells how good forecasts were.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait ForecastAssessor: Send + Sync + 'static {
    /// Forecasts every day again by every model, from what was known at its gate, and holds the forecasts against the prices that
    /// came. Days that some model could not forecast, or that lack a price, are left out for all and named.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when no day can be compared, with the reason of the first.
    fn assess(&self, request: &AccuracyRequest) -> Result<AccuracyReport, EngineError>;
}

/// Turns a forecast into offer curves.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait OfferBuilder: Send + Sync + 'static {
    /// One curve a bid period, from the opportunity cost of stored energy, on the venue's ticks and
    /// within its number of points.
    ///
    /// # Errors
    /// When the battery or the forecast does not fit the rules' day.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError>;
}

/// Tells what becomes of an offer at given prices.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait BidEvaluator: Send + Sync + 'static {
    /// What the offer clears, what its battery delivers of it and what that earns, at the expected prices and on every path. The
    /// same request has the same answer.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] for an offer that is not one of energy at one price, a period without a price, paths or shares
    /// that do not fit the periods; fields of the offer are named under `offer.`, as a draft names them.
    fn evaluate(&self, request: &OutcomeRequest) -> Result<BidOutcome, EngineError>;
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop: the caller was asked to cancel.
    Stop,
}

/// Told after each step (`done`, `total`); answers whether to go on.
pub type Progress<'a> = dyn FnMut(u64, u64) -> Flow + Send + 'a;

/// Replays the bid cycle over the past.
pub trait Backtester: Send + Sync + 'static {
    /// Runs gate by gate; the same input gives the same report.
    ///
    /// # Errors
    /// When the request contradicts itself, or it was told to stop.
    fn run(
        &self,
        input: &BacktestInput,
        progress: &mut Progress<'_>,
    ) -> Result<BacktestReport, EngineError>;

    /// Runs several, on so many threads at once (at least one); the reports come in the order of the inputs and are those
    /// that [`run`](Self::run) gives. Progress counts the days of all of them.
    ///
    /// # Errors
    /// Of the first input that has one, or that it was told to stop.
    fn run_many(
        &self,
        inputs: &[BacktestInput],
        threads: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<BacktestReport>, EngineError>;
}

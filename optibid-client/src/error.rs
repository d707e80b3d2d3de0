//! What can go wrong with a call.

use http::StatusCode;
use optibid_core::api::Problem;
use optibid_core::error::{Code, Fix, Violation};
use std::time::Duration;
use thiserror::Error;

/// Result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with a call.
///
/// ```
/// use optibid_client::{Error, TransportError};
/// let error = Error::Transport(TransportError::NotSent("connection refused".into()));
/// assert!(error.is_retryable() && error.certainly_not_applied());
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused or failed, and says why.
    #[error("{}: {}{}", .problem.title, .problem.detail, shown(.problem))]
    Problem {
        /// What the server says.
        problem: Box<Problem>,
        /// How long the server asks to wait before the next attempt.
        retry_after: Option<Duration>,
    },
    /// An answer that no OptiBid server gives: a proxy's, or another service's.
    #[error("the server answered {status} with what is no problem of OptiBid: {body}")]
    Unexpected {
        /// The status.
        status: StatusCode,
        /// The beginning of the body.
        body: String,
    },
    /// The request or the answer did not get through.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer that could not be read as what the operation gives.
    #[error("the answer of {operation} could not be read: {reason}")]
    Decode {
        /// The operation.
        operation: &'static str,
        /// Why.
        reason: String,
    },
    /// What was to be sent could not be written, or an address is none.
    #[error("{field} cannot be sent: {reason}")]
    Request {
        /// What.
        field: &'static str,
        /// Why.
        reason: String,
    },
    /// No tokens, or tokens whose session has ended: sign in.
    #[error("not signed in: {0}")]
    SignedOut(&'static str),
    /// The server closed the WebSocket for good.
    #[error("the server closed the line with {code}: {reason}")]
    Closed {
        /// The close code; `docs/src/api/websocket.md` lists them.
        code: u16,
        /// Why.
        reason: String,
    },
}

/// A request or an answer that did not get through.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TransportError {
    /// Nothing reached the server: the connection could not be made.
    #[error("no connection: {0}")]
    NotSent(String),
    /// No answer in time; the request may have had its effect.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The connection broke; the request may have had its effect.
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl Error {
    /// What the server says, where it said something.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// The kind of problem as a stable code.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        Some(self.problem()?.code)
    }

    /// Every broken rule, for input that the server refused.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        self.problem().map_or(&[], |problem| &problem.violations)
    }

    /// Ways out, where limits contradict each other, the cheapest first.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        self.problem().map_or(&[], |problem| &problem.fixes)
    }

    /// The request's id, as it stands in the server's logs.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.problem().map(|problem| problem.request_id.as_str())
    }

    /// Whether the same call may succeed later. It says nothing of what the call may have done already: see
    /// [`certainly_not_applied`](Self::certainly_not_applied).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Problem { problem, .. } => matches!(
                problem.code,
                Code::RateLimited | Code::Unavailable | Code::Timeout
            ),
            Self::Unexpected { status, .. } => matches!(
                *status,
                StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT
            ),
            Self::Transport(_) => true,
            _ => false,
        }
    }

    /// Whether the request certainly had no effect.
    #[must_use]
    pub fn certainly_not_applied(&self) -> bool {
        match self {
            Self::Problem { problem, .. } => problem.certainly_not_applied,
            Self::Transport(TransportError::NotSent(_)) => true,
            Self::Request { .. } | Self::SignedOut(_) => true,
            Self::Unexpected { .. }
            | Self::Transport(_)
            | Self::Decode { .. }
            | Self::Closed { .. } => false,
        }
    }

    /// In one word, for a span: the status, or what kept the call from getting one.
    pub(crate) fn outcome(&self) -> String {
        match self {
            Self::Problem { problem, .. } => problem.status.to_string(),
            Self::Unexpected { status, .. } => status.as_u16().to_string(),
            Self::Transport(TransportError::NotSent(_)) => "not_sent".to_owned(),
            Self::Transport(TransportError::TimedOut(_)) => "timed_out".to_owned(),
            Self::Transport(TransportError::Broken(_)) => "broken".to_owned(),
            Self::Decode { .. } => "not_read".to_owned(),
            Self::Request { .. } => "not_written".to_owned(),
            Self::SignedOut(_) => "signed_out".to_owned(),
            Self::Closed { code, .. } => code.to_string(),
        }
    }

    /// How long the server asks to wait.
    pub(crate) const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// The broken rules of a problem, each on a line of its own.
fn shown(problem: &Problem) -> String {
    let lines = problem.violations.iter();
    // One rule stands in the detail already.
    let lines = lines.filter(|_| problem.violations.len() > 1);
    lines.map(|violation| format!("\n  {violation}")).collect()
}

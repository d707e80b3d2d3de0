use crate::error::{Code, Error, Fix, Violation};
use serde::{Deserialize, Serialize};

/// Where the problem types are described.
pub const PROBLEM_BASE: &str = "/api/problems#";

/// An error as RFC 9457 `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// A link to the description of this kind of problem.
    #[serde(rename = "type")]
    pub type_: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened.
    pub detail: String,
    /// The path that was called.
    pub instance: String,
    /// The kind as a stable code.
    pub code: Code,
    /// The request, as it stands in the logs.
    pub request_id: String,
    /// Every broken rule, for invalid input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// Ways out, where limits contradict each other, the cheapest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// Whether the request certainly had no effect.
    pub certainly_not_applied: bool,
}

impl Problem {
    /// The HTTP status of a code: the one place where the two meet.
    #[must_use]
    pub const fn status_of(code: Code) -> u16 {
        match code {
            Code::Invalid | Code::KeyReused => 422,
            Code::NotFound => 404,
            Code::AlreadyExists | Code::Conflict => 409,
            Code::Unauthenticated => 401,
            Code::Forbidden => 403,
            Code::RateLimited => 429,
            Code::Unavailable => 503,
            Code::Timeout | Code::OutcomeUnknown => 504,
            Code::Internal => 500,
        }
    }

    /// The kind in words.
    #[must_use]
    pub const fn title_of(code: Code) -> &'static str {
        match code {
            Code::Invalid => "The input breaks a rule",
            Code::NotFound => "Not found",
            Code::AlreadyExists => "It exists already",
            Code::Conflict => "The state or version is another",
            Code::KeyReused => "The idempotency key was used with another request",
            Code::Unauthenticated => "Not signed in",
            Code::Forbidden => "The role does not allow it",
            Code::RateLimited => "Too many requests",
            Code::Unavailable => "Not available at the moment",
            Code::Timeout => "It took too long",
            Code::OutcomeUnknown => "The outcome is unknown",
            Code::Internal => "A defect of the server",
        }
    }

    /// The problem of an error. What went wrong inside the server is not told; the request id finds
    /// it in the logs.
    #[must_use]
    pub fn of(error: &Error, instance: &str, request_id: &str) -> Self {
        let code = error.code();
        let detail = match code {
            Code::Internal => {
                "an internal error; its cause is logged under the request id".to_owned()
            }
            _ => error.to_string(),
        };
        let name = serde_json::to_value(code).ok();
        let name = name.as_ref().and_then(|v| v.as_str()).unwrap_or("internal");
        Self {
            type_: format!("{PROBLEM_BASE}{name}"),
            title: Self::title_of(code).to_owned(),
            status: Self::status_of(code),
            detail,
            instance: instance.to_owned(),
            code,
            request_id: request_id.to_owned(),
            violations: match code {
                Code::Internal => Vec::new(),
                _ => error.violations().to_vec(),
            },
            fixes: error.fixes().to_vec(),
            certainly_not_applied: error.certainly_not_applied(),
        }
    }
}

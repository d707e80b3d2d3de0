//! One error for callers: a flat [`Code`], a message, and what was wrong with which field.

use crate::unit::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of failure it is; a caller decides by this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The input breaks a rule; `violations` say which.
    Invalid,
    /// There is no such thing, or it belongs to another organisation.
    NotFound,
    /// It exists already.
    AlreadyExists,
    /// The state or version is not what the caller expected.
    Conflict,
    /// An idempotency key was used before with another body.
    KeyReused,
    /// The caller is not signed in, or the token is no longer good.
    Unauthenticated,
    /// The caller's role does not allow it.
    Forbidden,
    /// Too many attempts.
    RateLimited,
    /// A dependency is down or the system is in maintenance.
    Unavailable,
    /// A dependency took too long.
    Timeout,
    /// The request may or may not have taken effect at the venue.
    OutcomeUnknown,
    /// A defect of ours.
    Internal,
}

/// One broken rule: the field, its value, the rule in words, and where the rule comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Violation {
    /// Stable machine-readable code, such as `price_off_tick`.
    pub code: String,
    /// Path of the field, such as `periods[3].curve.points[0].price`.
    pub field: String,
    /// The value as given.
    pub value: String,
    /// The rule in words.
    pub rule: String,
    /// The document or observation the rule comes from, where it is a market's rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Violation {
    /// A violation of a rule that has no outside source.
    pub fn new(
        code: &str,
        field: impl Into<String>,
        value: impl fmt::Display,
        rule: impl Into<String>,
    ) -> Self {
        Self {
            code: code.to_owned(),
            field: field.into(),
            value: value.to_string(),
            rule: rule.into(),
            source: None,
        }
    }

    /// Names the source of the rule.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}: {}", self.field, self.value, self.rule)
    }
}

/// One field to change, from what it is to what it must be at least or at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Change {
    /// Path of the field, as in a [`Violation`].
    pub field: String,
    /// Its value now.
    pub from: String,
    /// The nearest value that resolves the contradiction.
    pub to: String,
}

/// A way out of a contradiction: all its changes together resolve it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Fix {
    /// What to change.
    pub changes: Vec<Change>,
    /// What it costs against the best that any fix allows.
    pub cost: Money,
    /// How the cost is reckoned, in words.
    pub reason: String,
}

/// Limits that cannot hold together, and ways out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Contradiction {
    /// The smallest set of limits that contradict each other: without any one of them the others hold.
    pub limits: Vec<Violation>,
    /// Ways out, the cheapest first.
    pub fixes: Vec<Fix>,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "these limits contradict each other: ")?;
        for (i, limit) in self.limits.iter().enumerate() {
            let gap = if i == 0 { "" } else { "; " };
            write!(f, "{gap}{limit}")?;
        }
        if let Some(fix) = self.fixes.first() {
            write!(
                f,
                "; cheapest way out ({} {}):",
                fix.cost,
                fix.cost.currency()
            )?;
            for change in &fix.changes {
                write!(f, " {} from {} to {}", change.field, change.from, change.to)?;
            }
        }
        Ok(())
    }
}

/// The error of every use case.
///
/// ```
/// use optibid_core::error::{Code, Error};
/// let error = Error::not_found("bid", "0199…");
/// assert_eq!(error.code(), Code::NotFound);
/// assert!(error.certainly_not_applied());
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    code: Code,
    message: String,
    violations: Vec<Violation>,
    fixes: Vec<Fix>,
    applied: bool,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of the given kind.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            violations: Vec::new(),
            fixes: Vec::new(),
            applied: false,
            source: None,
        }
    }

    /// Input that breaks rules.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        let message = match violations.as_slice() {
            [] => "the input is not valid".to_owned(),
            [only] => only.to_string(),
            [first, rest @ ..] => format!("{first}; and {} more", rest.len()),
        };
        Self {
            violations,
            ..Self::new(Code::Invalid, message)
        }
    }

    /// Limits that contradict each other, with the ways out.
    pub fn contradiction(contradiction: Contradiction) -> Self {
        Self {
            fixes: contradiction.fixes.clone(),
            ..Self::new(Code::Invalid, contradiction.to_string())
        }
        .with_violations(contradiction.limits)
    }

    /// A single field that breaks a rule.
    pub fn field(
        code: &str,
        field: impl Into<String>,
        value: impl fmt::Display,
        rule: impl Into<String>,
    ) -> Self {
        Self::invalid(vec![Violation::new(code, field, value, rule)])
    }

    /// Nothing of that kind with that id is visible to the caller.
    pub fn not_found(kind: &str, id: impl fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("no {kind} {id}"))
    }

    /// Keeps the cause.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Names the fields that the error is about.
    #[must_use]
    pub fn with_violations(mut self, violations: Vec<Violation>) -> Self {
        self.violations = violations;
        self
    }

    /// Marks that the request may have taken effect in spite of the error.
    #[must_use]
    pub fn maybe_applied(mut self) -> Self {
        self.applied = true;
        self
    }

    /// The kind.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The broken rules or the fields that the error is about.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Ways out of a contradiction, the cheapest first.
    #[must_use]
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }

    /// Whether a retry without an idempotency key is safe.
    #[must_use]
    pub const fn certainly_not_applied(&self) -> bool {
        !self.applied
    }
}

impl From<Vec<Violation>> for Error {
    fn from(violations: Vec<Violation>) -> Self {
        Self::invalid(violations)
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::invalid(vec![violation])
    }
}

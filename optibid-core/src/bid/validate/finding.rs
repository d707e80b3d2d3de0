//! What validation reports.

use crate::error::Violation;
use crate::market::rules::{Confidence, Sourced};
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// The venue refuses the bid.
    Error,
    /// The venue takes the bid only after it has verified something, such as the cost behind a price.
    NeedsVerification,
    /// The venue takes the bid; the trader should know.
    Warning,
}

/// What the findings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No finding weighs more than a warning.
    Accept,
    /// The venue verifies before it accepts.
    SubjectToVerification,
    /// At least one error.
    Reject,
}

/// One broken rule with its weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(from = "Flat")]
pub struct Finding {
    /// How much it weighs.
    pub severity: FindingSeverity,
    /// How well the rule is known, where it is a market's rule. An unverified rule still rejects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Code, field, value, rule in words and source.
    #[serde(flatten)]
    pub violation: Violation,
}

/// A finding as it is read: serde's own reader of flattened fields would bring in floating point.
#[derive(Deserialize)]
struct Flat {
    severity: FindingSeverity,
    #[serde(default)]
    confidence: Option<Confidence>,
    code: String,
    field: String,
    value: String,
    rule: String,
    #[serde(default)]
    source: Option<String>,
}

impl From<Flat> for Finding {
    fn from(flat: Flat) -> Self {
        let Flat {
            severity,
            confidence,
            code,
            field,
            value,
            rule,
            source,
        } = flat;
        let violation = Violation {
            code,
            field,
            value,
            rule,
            source,
        };
        Self {
            severity,
            confidence,
            violation,
        }
    }
}

/// Everything that validation found, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Validation {
    /// The weightiest finding decides.
    pub verdict: Verdict,
    /// All findings, in the order of the bid's fields.
    pub findings: Vec<Finding>,
}

impl Validation {
    /// Draws the verdict from findings.
    #[must_use]
    pub fn of(findings: Vec<Finding>) -> Self {
        let has = |severity| findings.iter().any(|f| f.severity == severity);
        let verdict = if has(FindingSeverity::Error) {
            Verdict::Reject
        } else if has(FindingSeverity::NeedsVerification) {
            Verdict::SubjectToVerification
        } else {
            Verdict::Accept
        };
        Self { verdict, findings }
    }

    /// The violations that reject the bid.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.findings
            .iter()
            .filter(|f| f.severity == FindingSeverity::Error)
            .map(|f| &f.violation)
    }
}

/// Findings as they are gathered.
#[derive(Default)]
pub(super) struct Findings(pub(super) Vec<Finding>);

impl Findings {
    /// Whether something with that code was found already.
    pub(super) fn has(&self, code: &str) -> bool {
        self.0.iter().any(|f| f.violation.code == code)
    }

    /// An error against a rule of ours.
    pub(super) fn error(&mut self, violation: Violation) {
        self.0.push(Finding {
            severity: FindingSeverity::Error,
            confidence: None,
            violation,
        });
    }

    /// Something the trader should know and no rule is known about.
    pub(super) fn warning(&mut self, violation: Violation) {
        self.0.push(Finding {
            severity: FindingSeverity::Warning,
            confidence: None,
            violation,
        });
    }

    /// An error against a market's rule: the finding quotes its source and how well it is known.
    pub(super) fn against<T>(&mut self, rule: &Sourced<T>, violation: Violation) {
        self.weighed(FindingSeverity::Error, rule, violation);
    }

    /// Like [`Findings::against`], of another weight.
    pub(super) fn weighed<T>(
        &mut self,
        severity: FindingSeverity,
        rule: &Sourced<T>,
        violation: Violation,
    ) {
        let violation = violation.with_source(rule.citation());
        self.0.push(Finding {
            severity,
            confidence: Some(rule.confidence),
            violation,
        });
    }
}

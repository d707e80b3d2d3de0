//! What can be wrong with a price process or with what is asked of a policy.

use thiserror::Error;

use crate::battery::SolveError;

/// A price process, a policy or a question to one breaks a rule.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PolicyError {
    /// A field or argument breaks a rule.
    #[error("{field} is {value}, but must be {rule}")]
    Field {
        /// The field or argument.
        field: &'static str,
        /// The value found there.
        value: f64,
        /// The rule it breaks, as the end of the sentence "must be ...".
        rule: String,
    },
    /// The battery cannot run over the periods of the process.
    #[error(transparent)]
    Battery(#[from] SolveError),
}

/// `Ok` if the rule holds, otherwise the error that names field, value and rule.
pub(super) fn check(
    field: &'static str,
    value: f64,
    holds: bool,
    rule: impl FnOnce() -> String,
) -> Result<(), PolicyError> {
    if holds {
        Ok(())
    } else {
        Err(PolicyError::Field {
            field,
            value,
            rule: rule(),
        })
    }
}

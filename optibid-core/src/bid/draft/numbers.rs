//! Numbers that are written as text.

use crate::bid::offer::OfferError;
use crate::error::Violation;
use crate::unit::DecimalError;

/// The faults found so far, each with its field.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Violation>);

impl Faults {
    /// The value, or nothing and a fault of the field.
    pub(super) fn decimal<T>(
        &mut self,
        read: Result<T, DecimalError>,
        field: impl FnOnce() -> String,
    ) -> Option<T> {
        let error = match read {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let (value, rule) = match error {
            DecimalError::Empty => (
                String::new(),
                "must be a decimal number such as 24.57".to_owned(),
            ),
            DecimalError::Comma(value) => (
                value,
                "must have a decimal point, no comma and no thousands separator".to_owned(),
            ),
            DecimalError::NotADecimal(value) => {
                (value, "must be a finite decimal number".to_owned())
            }
            DecimalError::TooFine { value, max } => {
                (value, format!("must have at most {max} decimals"))
            }
            DecimalError::OutOfRange(value) => (value, "must be smaller".to_owned()),
        };
        self.0.push(Violation::new("decimal", field(), value, rule));
        None
    }

    /// What was read, unless something was wrong with it.
    pub(super) fn or<T>(self, read: T) -> Result<T, OfferError> {
        if self.0.is_empty() {
            Ok(read)
        } else {
            Err(OfferError(self.0))
        }
    }
}

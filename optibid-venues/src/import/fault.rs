//! What is wrong with a file, and where.

use optibid_core::error::{Code, Error, Violation};
use std::fmt;

/// Most bad cells that one import reports; reading stops there.
pub const MAX_FAULTS: usize = 50;

/// Longest part of a cell that a fault repeats.
const MAX_VALUE: usize = 80;

/// One bad cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// Line in the file, from 1; the header is row 1.
    pub row: u64,
    /// Name of the column as the file writes it, or its number from 1; empty for the whole row.
    pub column: String,
    /// The cell as the file has it, cut to 80 characters.
    pub value: String,
    /// Stable machine-readable code.
    pub code: &'static str,
    /// The rule in words.
    pub rule: String,
}

impl CellFault {
    /// A fault of a cell.
    pub(crate) fn new(
        row: u64,
        column: impl Into<String>,
        value: &str,
        code: &'static str,
        rule: impl fmt::Display,
    ) -> Self {
        let value = value.chars().take(MAX_VALUE).collect();
        Self {
            row,
            column: column.into(),
            value,
            code,
            rule: rule.to_string(),
        }
    }

    /// Where it is: `row 17, column SettlementPointPrice`.
    #[must_use]
    pub fn place(&self) -> String {
        if self.column.is_empty() {
            format!("row {}", self.row)
        } else {
            format!("row {}, column {}", self.row, self.column)
        }
    }
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}: {}", self.place(), self.value, self.rule)
    }
}

/// Why a file was not imported.
///
/// Whatever a sink was given before must not be applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Bad cells, in order of rows; at most [`MAX_FAULTS`].
    #[error("{}", summary(.0))]
    Cells(Vec<CellFault>),
    /// The compressed data end before their end mark.
    #[error("the file is cut off: its compressed data end after row {row}")]
    Truncated {
        /// Last whole row.
        row: u64,
    },
    /// More data than the caller allows, after decompression.
    #[error("the file holds more than {limit} bytes after decompression")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The reader failed, or the compressed data are damaged.
    #[error("the file cannot be read after row {row}")]
    Read {
        /// Last whole row.
        row: u64,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The sink refused a batch.
    #[error("the prices could not be handed on")]
    Sink(#[source] Error),
}

fn summary(faults: &[CellFault]) -> String {
    match faults {
        [] => "the file is not valid".to_owned(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first}; and {} more", rest.len()),
    }
}

impl ImportError {
    /// The bad cells; none for other errors.
    #[must_use]
    pub fn faults(&self) -> &[CellFault] {
        match self {
            Self::Cells(faults) => faults,
            _ => &[],
        }
    }
}

impl From<CellFault> for Violation {
    fn from(fault: CellFault) -> Self {
        let field = fault.place();
        Self::new(fault.code, field, fault.value, fault.rule)
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Cells(faults) => {
                Self::invalid(faults.into_iter().map(Violation::from).collect())
            }
            ImportError::Truncated { row } => Self::field(
                "file_truncated",
                "file",
                format!("{row} rows"),
                "the compressed file is complete",
            ),
            ImportError::TooLarge { limit } => Self::field(
                "file_too_large",
                "file",
                format!("over {limit} bytes"),
                format!("a file holds at most {limit} bytes after decompression"),
            ),
            ImportError::Read { row, source } => {
                let kind = source.kind();
                let damaged = matches!(
                    kind,
                    std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput
                );
                let code = if damaged {
                    Code::Invalid
                } else {
                    Code::Unavailable
                };
                Self::new(
                    code,
                    format!("the file cannot be read after row {row}: {source}"),
                )
                .with_source(source)
            }
            ImportError::Sink(error) => error,
        }
    }
}

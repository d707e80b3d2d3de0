//! What went wrong in a database, in the terms that decide what to do next.

use optibid_core::ports::StoreError;

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Lost against another transaction: the same again may pass.
    Retry,
    /// The connection is gone: a new one may do.
    Broken,
    /// The database cannot do it now: full, locked, read-only, shutting down.
    Unavailable,
    /// No answer, or no free connection, in time.
    Timeout,
    /// The file or a page of it is damaged.
    Damaged,
    /// The statement itself was refused: a defect of the adapter.
    Refused,
}

/// A failure of one statement.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub(crate) struct SqlError {
    /// Its kind.
    pub(crate) fault: Fault,
    /// Whether a commit that failed so may have taken effect all the same.
    pub(crate) commit_in_doubt: bool,
    /// What the driver said.
    pub(crate) source: sqlx::Error,
}

impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        match error.fault {
            Fault::Retry | Fault::Broken | Fault::Unavailable => Self::Unavailable {
                maybe_applied: false,
                source: Box::new(error),
            },
            Fault::Timeout => Self::Timeout {
                maybe_applied: false,
            },
            Fault::Damaged => Self::Corrupt {
                kind: "database",
                detail: error.to_string(),
            },
            Fault::Refused => Self::Internal(Box::new(error)),
        }
    }
}

/// The kind of database failure behind a store's error, if one is.
pub(crate) fn fault_of(error: &StoreError) -> Option<Fault> {
    match error {
        StoreError::Unavailable { source, .. } | StoreError::Internal(source) => {
            source.downcast_ref::<SqlError>().map(|e| e.fault)
        }
        StoreError::Timeout { .. } => Some(Fault::Timeout),
        _ => None,
    }
}

/// A failure of the driver rather than the database: the same for both.
pub(crate) fn driver_fault(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::PoolTimedOut => Fault::Timeout,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Fault::Broken,
        _ => Fault::Refused,
    }
}

/// A defect that no driver reported.
pub(crate) fn defect(what: impl Into<String>) -> StoreError {
    StoreError::Internal(what.into().into())
}

pub(crate) fn not_found(kind: &'static str, id: impl ToString) -> StoreError {
    StoreError::NotFound {
        kind,
        id: id.to_string(),
    }
}

pub(crate) fn already_exists(kind: &'static str, id: impl ToString) -> StoreError {
    StoreError::AlreadyExists {
        kind,
        id: id.to_string(),
    }
}

pub(crate) fn corrupt(kind: &'static str, detail: impl ToString) -> StoreError {
    StoreError::Corrupt {
        kind,
        detail: detail.to_string(),
    }
}

use crate::error::{Code, Error};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such row for that organisation.
    #[error("no {kind} {id}")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// A row with that identity exists.
    #[error("the {kind} {id} exists already")]
    AlreadyExists {
        /// What it is.
        kind: &'static str,
        /// Its identity.
        id: String,
    },
    /// The row's version is not the expected one.
    #[error("the {kind} {id} is at version {found}, not {expected}")]
    Conflict {
        /// What it is.
        kind: &'static str,
        /// Its id.
        id: String,
        /// The version the caller built on.
        expected: u64,
        /// The version stored.
        found: u64,
    },
    /// The idempotency key of the trail is taken; nothing was written.
    #[error("the idempotency key {key:?} was used before")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The database cannot be reached, is full or refuses to write.
    #[error("the store is unavailable")]
    Unavailable {
        /// Whether it may have taken effect (the connection broke during commit).
        maybe_applied: bool,
        /// The cause.
        #[source]
        source: Source,
    },
    /// It took too long.
    #[error("the store did not answer in time")]
    Timeout {
        /// Whether it may have taken effect.
        maybe_applied: bool,
    },
    /// What is stored cannot be read back: a newer version wrote it, or it is damaged.
    #[error("stored {kind} cannot be read: {detail}")]
    Corrupt {
        /// What it is.
        kind: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A defect of the adapter.
    #[error("the store failed")]
    Internal(#[source] Source),
}

impl StoreError {
    /// Whether a retry without an idempotency key is safe.
    #[must_use]
    pub const fn certainly_not_applied(&self) -> bool {
        match self {
            Self::Unavailable { maybe_applied, .. } | Self::Timeout { maybe_applied } => {
                !*maybe_applied
            }
            _ => true,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::NotFound { .. } => Code::NotFound,
            StoreError::AlreadyExists { .. } => Code::AlreadyExists,
            StoreError::Conflict { .. } => Code::Conflict,
            StoreError::KeyTaken { .. } => Code::KeyReused,
            StoreError::Unavailable { .. } => Code::Unavailable,
            StoreError::Timeout { .. } => Code::Timeout,
            StoreError::Corrupt { .. } | StoreError::Internal(_) => Code::Internal,
        };
        let applied = !error.certainly_not_applied();
        let wrapped = Self::new(code, error.to_string()).with_source(error);
        if applied {
            wrapped.maybe_applied()
        } else {
            wrapped
        }
    }
}

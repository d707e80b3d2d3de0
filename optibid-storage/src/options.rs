//! How a database is opened, and why it may not be.

use crate::fault::SqlError;
use crate::schema::MigrationError;
use optibid_core::ports::StoreError;
use std::time::Duration;

/// How a database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Most connections that read at the same time; writing has its own.
    pub readers: u32,
    /// Longest wait for a connection or an answer.
    pub patience: Duration,
    /// Whether missing migrations are applied; otherwise they stop the start.
    pub migrate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 8,
            patience: Duration::from_secs(30),
            migrate: true,
        }
    }
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL names no database that OptiBid knows.
    #[error("the database URL is not valid: {reason}")]
    Url {
        /// What is wrong, without the password.
        reason: String,
    },
    /// The folder of the file cannot be made.
    #[error("the folder of the database cannot be made")]
    Folder(#[source] std::io::Error),
    /// The schema is not what this program works with.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database does not answer as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SqlError> for OpenError {
    fn from(error: SqlError) -> Self {
        Self::Store(error.into())
    }
}

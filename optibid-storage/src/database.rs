//! A database that is open: its stores, its health, its end.

use crate::fault::SqlError;
use crate::migrate::{self, MigrationError};
use crate::sql::Connector;
use crate::store::SqlStore;
use crate::url::Target;
use crate::verify::Report;
use crate::writer::{Lane, Writer};
use crate::{postgres, sqlite};
use optibid_core::app::Stores;
use optibid_core::ports::StoreError;
use std::sync::Arc;
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

/// The database behind a URL, before its schema is looked at.
pub(crate) fn connector(
    url: &str,
    options: &Options,
) -> Result<
    (
        Arc<dyn Connector>,
        &'static crate::dialect::Dialect,
        migrate::Set,
    ),
    OpenError,
> {
    Ok(match Target::parse(url)? {
        Target::Sqlite(path) => (
            Arc::new(sqlite::File::open(&path, options)?),
            &sqlite::DIALECT,
            migrate::SQLITE,
        ),
        Target::Postgres(url) => (
            Arc::new(postgres::Server::open(&url, options)?),
            &postgres::DIALECT,
            migrate::POSTGRES,
        ),
    })
}

/// An open database.
#[derive(Clone)]
pub struct Database {
    store: Arc<SqlStore>,
}

impl Database {
    /// Opens the database a URL names and brings its schema up to date.
    ///
    /// # Errors
    /// When the URL names no database, the database does not answer, a migration fails or the schema is
    /// newer than this program: nothing is served from a schema that is not the right one.
    pub async fn open(url: &str, options: &Options) -> Result<Self, OpenError> {
        let (connector, dialect, set) = connector(url, options)?;
        let mut connection = connector.connect().await?;
        let readied = migrate::ready(connection.as_mut(), dialect, set, options.migrate).await;
        connection.close().await;
        readied?;
        let lane = |audited| Lane {
            connector: connector.clone(),
            dialect,
            audited,
            patience: options.patience,
        };
        let audited = Arc::new(Writer::start(lane(true)));
        // SQLite has one writer in any case; on PostgreSQL what leaves no trail need not wait for the
        // end of the audit chain.
        let plain = if dialect.one_writer {
            audited.clone()
        } else {
            Arc::new(Writer::start(lane(false)))
        };
        let patience = options.patience;
        Ok(Self {
            store: Arc::new(SqlStore {
                connector,
                dialect,
                audited,
                plain,
                patience,
            }),
        })
    }

    /// The one store behind all ports.
    #[must_use]
    pub fn store(&self) -> Arc<SqlStore> {
        self.store.clone()
    }

    /// The stores.
    #[must_use]
    pub fn stores(&self) -> Stores {
        Stores::of(self.store.clone())
    }

    /// Checks files, audit chain and the history of every bid: what `optibid db verify` shows.
    ///
    /// # Errors
    /// When the database does not answer; what is wrong with its content is in the report.
    pub async fn verify(&self) -> Result<Report, StoreError> {
        crate::verify::verify(&self.store).await
    }

    /// Works off the writes that wait, then closes all connections. Later calls of the stores answer
    /// that the store is closed.
    pub async fn close(&self) {
        self.store.audited.close().await;
        self.store.plain.close().await;
        self.store.connector.close().await;
    }
}

/// Opens the database a URL names and answers its stores; as [`Database::open`].
///
/// # Errors
/// As [`Database::open`].
pub async fn open(url: &str, options: &Options) -> Result<Stores, OpenError> {
    Ok(Database::open(url, options).await?.stores())
}

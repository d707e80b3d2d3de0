//! A database that is open: its stores, its health, its end.

use crate::options::{OpenError, Options};
use crate::schema;
use crate::store::SqlStore;
use crate::target::connector;
use crate::verify::Report;
use crate::writer::{Lane, Writer};
use optibid_core::app::Stores;
use optibid_core::ports::StoreError;
use std::sync::Arc;

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
        let readied = schema::ready(connection.as_mut(), dialect, set, options.migrate).await;
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

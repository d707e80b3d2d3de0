//! The ports over a connection, whatever the database.

mod accounts;
mod alert_routes;
mod alerts;
mod assets;
pub(crate) mod audit;
mod bids;
mod deliveries;
mod jobs;
mod page;
mod portfolio;
mod price_rows;
mod prices;
mod sessions;
mod settings;

use crate::batch::Batch;
use crate::dialect::Dialect;
use crate::row::Row;
use crate::sql::{Connector, Value};
use crate::trail::EncodedTrail;
use crate::writer::Writer;
use futures::future::BoxFuture;
use optibid_core::ports::{StoreError, Trail};
use std::sync::Arc;
use std::time::Duration;

/// Every storage port on one database; made by [`Database::open`](crate::Database::open).
pub struct SqlStore {
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) dialect: &'static Dialect,
    /// Writes that leave a trail.
    pub(crate) audited: Arc<Writer>,
    /// Writes that leave none.
    pub(crate) plain: Arc<Writer>,
    /// Longest wait for a read.
    pub(crate) patience: Duration,
}

impl SqlStore {
    /// Runs a query on a connection of the pool.
    async fn rows(
        &self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let read = async {
            let mut connection = self.connector.reader().await?;
            connection.rows(sql, values).await
        };
        let rows = match tokio::time::timeout(self.patience, read).await {
            Ok(rows) => rows?,
            Err(_) => {
                return Err(StoreError::Timeout {
                    maybe_applied: false,
                });
            }
        };
        Ok(rows
            .into_iter()
            .map(|cells| Row::new(kind, cells))
            .collect())
    }

    /// Runs a query for at most one row.
    async fn row(
        &self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(kind, sql, values).await?.into_iter().next())
    }

    /// Runs a query for bodies.
    async fn bodies<T: serde::de::DeserializeOwned>(
        &self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.rows(kind, sql, values).await?;
        rows.into_iter().map(|mut row| row.body()).collect()
    }

    /// Runs an act with its trail in one transaction: the idempotency key first, then the act.
    async fn write<T, D, F>(&self, trail: &Trail, data: D, act: F) -> Result<T, StoreError>
    where
        T: Send + Sync + 'static,
        D: Send + Sync + 'static,
        F: for<'b> Fn(&'b mut Batch, &'b D) -> BoxFuture<'b, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let shared = Arc::new((EncodedTrail::of(trail)?, data, act));
        self.audited
            .run(move |batch| {
                let shared = shared.clone();
                Box::pin(async move {
                    let (trail, data, act) = &*shared;
                    batch.leave(trail).await?;
                    act(batch, data).await
                })
            })
            .await
    }

    /// Runs an act that leaves no trail.
    async fn write_plain<T, D, F>(&self, data: D, act: F) -> Result<T, StoreError>
    where
        T: Send + Sync + 'static,
        D: Send + Sync + 'static,
        F: for<'b> Fn(&'b mut Batch, &'b D) -> BoxFuture<'b, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let shared = Arc::new((data, act));
        self.plain
            .run(move |batch| {
                let shared = shared.clone();
                Box::pin(async move {
                    let (data, act) = &*shared;
                    act(batch, data).await
                })
            })
            .await
    }
}

/// A limit as it is bound.
fn limit(limit: u32) -> i64 {
    i64::from(limit)
}

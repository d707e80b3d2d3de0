//! PostgreSQL: a writing connection a lane, a pool of readers.

mod dialect;

pub(crate) use dialect::DIALECT;

use crate::fault::{Fault, SqlError, driver_fault};
use crate::options::{OpenError, Options};
use crate::sql::{Cell, Connection, Connector, Value};
use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Column, ConnectOptions, Postgres, Row as _, TypeInfo, ValueRef};
use uuid::Uuid;

/// An acknowledged write is durable: a server that is set to answer before the flush is told not to. A
/// stricter setting (a replica's answer, say) stays.
const DURABLE: &str = "select set_config('synchronous_commit', 'on', false) \
     where current_setting('synchronous_commit') = 'off'";

/// A server's database.
pub(crate) struct Server {
    options: PgConnectOptions,
    readers: PgPool,
}

impl Server {
    /// Names the database; nothing is connected yet.
    pub(crate) fn open(url: &str, options: &Options) -> Result<Self, OpenError> {
        let malformed = |e: sqlx::Error| OpenError::Url {
            reason: e.to_string(),
        };
        let connect = url
            .parse::<PgConnectOptions>()
            .map_err(malformed)?
            .application_name("optibid")
            // Whoever waits longer for a row has met a stuck transaction.
            .options([("lock_timeout", "10s")])
            .disable_statement_logging();
        let readers = PgPoolOptions::new()
            .max_connections(options.readers)
            .acquire_timeout(options.patience)
            .connect_lazy_with(connect.clone());
        Ok(Self {
            options: connect,
            readers,
        })
    }
}

#[async_trait]
impl Connector for Server {
    async fn connect(&self) -> Result<Box<dyn Connection>, SqlError> {
        use sqlx::Connection as _;
        let connected = PgConnection::connect_with(&self.options).await;
        let mut connection = connected.map_err(sql_error)?;
        sqlx::query(DURABLE)
            .execute(&mut connection)
            .await
            .map_err(sql_error)?;
        Ok(Box::new(connection))
    }

    async fn reader(&self) -> Result<Box<dyn Connection>, SqlError> {
        Ok(Box::new(self.readers.acquire().await.map_err(sql_error)?))
    }

    async fn close(&self) {
        self.readers.close().await;
    }
}

/// Classes of SQLSTATE, <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn fault_of_code(code: &str) -> Fault {
    match code {
        // serialization failure, deadlock, lock not available
        "40001" | "40P01" | "55P03" => Fault::Retry,
        // statement cancelled; data or index corrupted
        "57014" => Fault::Unavailable,
        "XX001" | "XX002" => Fault::Damaged,
        // read-only: the server has become a replica, and its name may lead to another by now
        "25006" => Fault::Broken,
        // connection exception, shut down by the operator
        _ if code.starts_with("08") || code.starts_with("57P") => Fault::Broken,
        // insufficient resources, system error, too many connections
        _ if code.starts_with("53") || code.starts_with("58") => Fault::Unavailable,
        _ => Fault::Refused,
    }
}

fn sql_error(source: sqlx::Error) -> SqlError {
    let code = match &source {
        sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()),
        _ => None,
    };
    let fault = code
        .as_deref()
        .map_or_else(|| driver_fault(&source), fault_of_code);
    // A constraint or a lost race undoes the transaction for certain; anything else at the commit may
    // have come after it.
    let undone = |code: &str| code.starts_with("23") || code.starts_with("40");
    let commit_in_doubt = !code.as_deref().is_some_and(undone);
    SqlError {
        fault,
        commit_in_doubt,
        source,
    }
}

fn query(
    sql: &'static str,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, Postgres, PgArguments> {
    values
        .into_iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Id(value) => query.bind(value),
            Value::Flag(value) => query.bind(value),
        })
}

fn cells(row: &PgRow) -> Result<Vec<Cell>, sqlx::Error> {
    row.columns()
        .iter()
        .map(|column| cell(row, column.ordinal()))
        .collect()
}

fn cell(row: &PgRow, index: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info();
    match kind.name() {
        "INT8" => row.try_get_unchecked::<i64, _>(index).map(Cell::Int),
        "UUID" => row.try_get_unchecked::<Uuid, _>(index).map(Cell::Id),
        "BOOL" => row.try_get_unchecked::<bool, _>(index).map(Cell::Flag),
        "INT4" => row
            .try_get_unchecked::<i32, _>(index)
            .map(|value| Cell::Int(value.into())),
        "TEXT" | "NAME" | "VARCHAR" => row.try_get_unchecked::<String, _>(index).map(Cell::Text),
        other => Err(sqlx::Error::Decode(
            format!("a value of type {other}").into(),
        )),
    }
}

async fn execute(
    connection: &mut PgConnection,
    sql: &'static str,
    values: Vec<Value>,
) -> Result<u64, SqlError> {
    let done = query(sql, values)
        .execute(connection)
        .await
        .map_err(sql_error)?;
    Ok(done.rows_affected())
}

async fn rows(
    connection: &mut PgConnection,
    sql: &'static str,
    values: Vec<Value>,
) -> Result<Vec<Vec<Cell>>, SqlError> {
    let rows = query(sql, values)
        .fetch_all(connection)
        .await
        .map_err(sql_error)?;
    rows.iter()
        .map(cells)
        .collect::<Result<_, _>>()
        .map_err(sql_error)
}

async fn script(connection: &mut PgConnection, sql: &'static str) -> Result<(), SqlError> {
    sqlx::raw_sql(sql)
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(sql_error)
}

macro_rules! connection {
    ($($owner:ty => $close:path),+ $(,)?) => {$(
        #[async_trait]
        impl Connection for $owner {
            async fn execute(
                &mut self,
                sql: &'static str,
                values: Vec<Value>,
            ) -> Result<u64, SqlError> {
                execute(self, sql, values).await
            }

            async fn rows(
                &mut self,
                sql: &'static str,
                values: Vec<Value>,
            ) -> Result<Vec<Vec<Cell>>, SqlError> {
                rows(self, sql, values).await
            }

            async fn script(&mut self, sql: &'static str) -> Result<(), SqlError> {
                script(self, sql).await
            }

            async fn close(self: Box<Self>) {
                // Nothing is left to be lost: every transaction has ended.
                let _ = $close(*self).await;
            }
        }
    )+};
}

connection!(
    PgConnection => sqlx::Connection::close,
    PoolConnection<Postgres> => PoolConnection::close,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sqlstate_leads_to_what_can_be_done_about_it() {
        let expected = [
            ("40001", Fault::Retry),
            ("40P01", Fault::Retry),
            ("57P01", Fault::Broken),
            ("08006", Fault::Broken),
            ("25006", Fault::Broken),
            ("53100", Fault::Unavailable),
            ("53300", Fault::Unavailable),
            ("57014", Fault::Unavailable),
            ("XX001", Fault::Damaged),
            ("23505", Fault::Refused),
            ("42P01", Fault::Refused),
        ];
        for (code, fault) in expected {
            assert_eq!(fault_of_code(code), fault, "{code}");
        }
    }
}

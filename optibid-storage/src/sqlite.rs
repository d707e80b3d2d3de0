//! SQLite: one writing connection, a pool of readers, WAL with a full flush at every commit.

mod dialect;

pub(crate) use dialect::DIALECT;

use crate::fault::{Fault, SqlError, driver_fault};
use crate::options::{OpenError, Options};
use crate::sql::{Cell, Connection, Connector, Value};
use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{Column, ConnectOptions, Row as _, Sqlite, TypeInfo, ValueRef};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// How long a writer waits for another process's write transaction.
const BUSY: Duration = Duration::from_secs(10);

/// A database file.
pub(crate) struct File {
    options: SqliteConnectOptions,
    readers: SqlitePool,
    // Removes the folder of a database that was to be in memory only.
    _folder: Option<tempfile::TempDir>,
}

impl File {
    /// Opens a file, or a temporary one for `:memory:`; the file is made when `create` says so.
    pub(crate) fn open(path: &str, options: &Options) -> Result<Self, OpenError> {
        let folder = match path {
            ":memory:" | "" => Some(tempfile::tempdir().map_err(OpenError::Folder)?),
            _ => None,
        };
        let file = match &folder {
            Some(folder) => folder.path().join("optibid.db"),
            None => Path::new(path).to_owned(),
        };
        if let Some(parent) = file.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(OpenError::Folder)?;
        }
        make_private(&file);
        let connect = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers)
            // A file does not hang up.
            .test_before_acquire(false)
            .acquire_timeout(options.patience)
            .connect_lazy_with(connect.clone().pragma("query_only", "on"));
        Ok(Self {
            options: connect,
            readers,
            _folder: folder,
        })
    }
}

/// Makes a file that is not there yet, for its owner's eyes alone: it holds password hashes and bids.
/// SQLite gives its log and its index the same mode.
///
/// A file that is there is not opened: closing it again would drop the locks this process has on it.
fn make_private(file: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Where it cannot be made, SQLite is about to say so, and why.
    let _ = options.open(file);
}

#[async_trait]
impl Connector for File {
    async fn connect(&self) -> Result<Box<dyn Connection>, SqlError> {
        use sqlx::Connection as _;
        let connection = SqliteConnection::connect_with(&self.options)
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

/// Primary result codes of SQLite, <https://www.sqlite.org/rescode.html>.
fn fault_of_code(code: i32) -> Fault {
    match code & 0xff {
        // PERM, BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL
        3 | 5 | 6 | 7 | 8 | 9 | 10 | 13 | 14 | 15 => Fault::Unavailable,
        // CORRUPT, NOTADB
        11 | 26 => Fault::Damaged,
        _ => Fault::Refused,
    }
}

fn sql_error(source: sqlx::Error) -> SqlError {
    let code = match &source {
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    let fault = code.map_or_else(|| driver_fault(&source), fault_of_code);
    // Only an input or output error at the commit leaves a doubt: the commit record may lie in the log
    // without having been flushed, and a restart may find it there.
    let commit_in_doubt = code.is_none_or(|code| code & 0xff == 10);
    SqlError {
        fault,
        commit_in_doubt,
        source,
    }
}

fn query(
    sql: &'static str,
    values: Vec<Value>,
) -> sqlx::query::Query<'static, Sqlite, sqlx::sqlite::SqliteArguments> {
    values
        .into_iter()
        .fold(sqlx::query(sql), |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Id(value) => query.bind(value),
            Value::Flag(value) => query.bind(value),
        })
}

fn cells(row: &SqliteRow) -> Result<Vec<Cell>, sqlx::Error> {
    row.columns()
        .iter()
        .map(|column| cell(row, column.ordinal()))
        .collect()
}

fn cell(row: &SqliteRow, index: usize) -> Result<Cell, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info();
    match kind.name() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(index).map(Cell::Int),
        "BLOB" => row.try_get_unchecked::<Uuid, _>(index).map(Cell::Id),
        "TEXT" => row.try_get_unchecked::<String, _>(index).map(Cell::Text),
        other => Err(sqlx::Error::Decode(
            format!("a value of type {other}").into(),
        )),
    }
}

async fn execute(
    connection: &mut SqliteConnection,
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
    connection: &mut SqliteConnection,
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

async fn script(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), SqlError> {
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
    SqliteConnection => sqlx::Connection::close,
    PoolConnection<Sqlite> => PoolConnection::close,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_later_is_unavailable_and_what_is_damaged_says_so() {
        // SQLITE_BUSY, READONLY, IOERR_FSYNC, FULL, CANTOPEN; CORRUPT, NOTADB; CONSTRAINT_UNIQUE, ERROR
        for code in [5, 8, 1_034, 13, 14] {
            assert_eq!(fault_of_code(code), Fault::Unavailable, "{code}");
        }
        for code in [11, 26] {
            assert_eq!(fault_of_code(code), Fault::Damaged, "{code}");
        }
        for code in [2_067, 1] {
            assert_eq!(fault_of_code(code), Fault::Refused, "{code}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_new_file_is_its_owners_alone_and_one_that_is_there_stays_as_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("optibid.db");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = File::open(path.to_str().unwrap(), &Options::default()).unwrap();
        assert_eq!(mode(&path), 0o600);
        let mut connection = Connector::connect(&file).await.unwrap();
        connection
            .script("create table t (a integer)")
            .await
            .unwrap();
        for ending in ["", "-wal", "-shm"] {
            let path = folder
                .path()
                .join("data")
                .join(format!("optibid.db{ending}"));
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let again = File::open(path.to_str().unwrap(), &Options::default()).unwrap();
        let mut second = Connector::connect(&again).await.unwrap();
        assert_eq!(mode(&path), 0o640);
        let tables = second
            .rows("select name from sqlite_schema", Vec::new())
            .await
            .unwrap();
        assert_eq!(tables, [[Cell::Text("t".to_owned())]]);
    }

    #[tokio::test]
    async fn a_commit_is_durable_and_keys_are_enforced_on_the_writing_connection() {
        let file = File::open(":memory:", &Options::default()).unwrap();
        let mut connection = Connector::connect(&file).await.unwrap();
        for (pragma, wanted) in [
            ("pragma synchronous", Cell::Int(2)),
            ("pragma foreign_keys", Cell::Int(1)),
            ("pragma journal_mode", Cell::Text("wal".to_owned())),
        ] {
            assert_eq!(
                connection.rows(pragma, Vec::new()).await.unwrap(),
                [[wanted]]
            );
        }
        let mut reader = file.reader().await.unwrap();
        let refused = reader
            .execute("create table t (a integer)", Vec::new())
            .await
            .unwrap_err();
        assert_eq!(
            refused.fault,
            Fault::Unavailable,
            "a reader does not write: {refused}"
        );
    }
}

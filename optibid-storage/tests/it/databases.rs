//! Fresh databases.

use optibid_storage::{Database, Options};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A fresh file.
pub(crate) async fn sqlite() -> Database {
    Database::open("sqlite::memory:", &Options::default())
        .await
        .unwrap()
}

/// A fresh database of PostgreSQL.
pub(crate) async fn postgres() -> Database {
    Database::open(&postgres_url().await, &Options::default())
        .await
        .unwrap()
}

const PREFIX: &str = "optibid_storage_";

/// Makes an empty database; those of test processes that have ended are removed on the way.
pub(crate) async fn postgres_url() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("OPTIBID_TEST_POSTGRES_URL").expect(
        "OPTIBID_TEST_POSTGRES_URL must name a PostgreSQL 15 where databases can be made, such as \
         postgres://postgres@127.0.0.1:5432/postgres; `scripts/with-services <command>` starts one",
    );
    let mut connection = PgConnection::connect(&server).await.unwrap();
    remove_old(&mut connection).await;
    let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let name = format!("{PREFIX}{process}_{count}");
    let drop = format!("drop database if exists {name} with (force)");
    sqlx::query(AssertSqlSafe(drop))
        .execute(&mut connection)
        .await
        .unwrap();
    let create = format!("create database {name}");
    sqlx::query(AssertSqlSafe(create))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let (base, query) = server
        .split_once('?')
        .map_or((&*server, None), |(b, q)| (b, Some(q)));
    let base = base.rsplit_once('/').expect("the URL names a database").0;
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    format!("{base}/{name}{query}")
}

async fn remove_old(connection: &mut PgConnection) {
    let names = sqlx::query("select datname::text from pg_database where starts_with(datname, $1)")
        .bind(PREFIX)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    for name in names.iter().map(|row| row.get::<String, _>(0)) {
        let process = name
            .trim_start_matches(PREFIX)
            .split('_')
            .next()
            .unwrap()
            .to_owned();
        if !Path::new("/proc").join(&process).exists() {
            let drop = format!("drop database if exists {name} with (force)");
            // Another test may be removing it at the same moment.
            let _ = sqlx::query(AssertSqlSafe(drop))
                .execute(&mut *connection)
                .await;
        }
    }
}

/// The URL of a file that is not there yet; it goes with the folder.
pub(crate) fn sqlite_file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite:{}",
        folder.path().join("data").join("optibid.db").display()
    );
    (folder, url)
}

/// A connection past the stores.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn connect(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .foreign_keys(false);
                Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
            }
            None => Self::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    /// Runs a statement; answers how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str) -> u64 {
        match self {
            Self::Sqlite(raw) => sqlx::query(sql).execute(raw).await.unwrap().rows_affected(),
            Self::Postgres(raw) => sqlx::query(sql).execute(raw).await.unwrap().rows_affected(),
        }
    }

    /// Runs a statement with one text; answers how many rows it changed.
    pub(crate) async fn execute_with(&mut self, sql: &'static str, text: &str) -> u64 {
        match self {
            Self::Sqlite(raw) => sqlx::query(sql)
                .bind(text)
                .execute(raw)
                .await
                .unwrap()
                .rows_affected(),
            Self::Postgres(raw) => sqlx::query(sql)
                .bind(text)
                .execute(raw)
                .await
                .unwrap()
                .rows_affected(),
        }
    }

    /// Runs statements that need no answer.
    pub(crate) async fn script(&mut self, sql: &'static str) {
        match self {
            Self::Sqlite(raw) => drop(sqlx::raw_sql(sql).execute(raw).await.unwrap()),
            Self::Postgres(raw) => drop(sqlx::raw_sql(sql).execute(raw).await.unwrap()),
        }
    }

    /// Runs a query for one text column.
    pub(crate) async fn texts(&mut self, sql: &'static str) -> Vec<String> {
        match self {
            Self::Sqlite(raw) => {
                let rows = sqlx::query(sql).fetch_all(raw).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(raw) => {
                let rows = sqlx::query(sql).fetch_all(raw).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Names of the tables in order.
    pub(crate) async fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' \
                 order by name"
            }
            Self::Postgres(_) => {
                "select table_name::text from information_schema.tables \
                 where table_schema = 'public' order by table_name collate \"C\""
            }
        };
        self.texts(sql).await
    }
}

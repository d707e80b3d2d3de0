//! Fresh databases.

use optibid_storage::{Database, Options};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A fresh file.
pub(crate) async fn sqlite() -> Database {
    Database::open("sqlite::memory:", &Options::default()).await.unwrap()
}

/// A fresh database of PostgreSQL.
pub(crate) async fn postgres() -> Database {
    Database::open(&postgres_url().await, &Options::default()).await.unwrap()
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
    sqlx::query(AssertSqlSafe(drop)).execute(&mut connection).await.unwrap();
    let create = format!("create database {name}");
    sqlx::query(AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let (base, query) = server.split_once('?').map_or((&*server, None), |(b, q)| (b, Some(q)));
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
        let process = name.trim_start_matches(PREFIX).split('_').next().unwrap().to_owned();
        if !Path::new("/proc").join(&process).exists() {
            let drop = format!("drop database if exists {name} with (force)");
            // Another test may be removing it at the same moment.
            let _ = sqlx::query(AssertSqlSafe(drop)).execute(&mut *connection).await;
        }
    }
}

//! The same rows by plain inserts: no check, no chain, no idempotency.

use crate::row::Row;
use anyhow::Context;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Two fresh databases beside each other: one for OptiBid, one for bare rows.
pub(crate) struct Place {
    url: String,
    bare_url: String,
    server: Option<String>,
}

impl Place {
    /// Names two files, or makes two databases on the server.
    pub(crate) async fn make(url: &str) -> anyhow::Result<Self> {
        if let Some(file) = url.strip_prefix("sqlite:") {
            let bare_url = format!("sqlite:{file}.bare");
            return Ok(Self {
                url: url.to_owned(),
                bare_url,
                server: None,
            });
        }
        let (base, _) = url.rsplit_once('/').context("the URL names no database")?;
        let name = format!("optibid_bench_{}", std::process::id());
        let place = Self {
            url: format!("{base}/{name}"),
            bare_url: format!("{base}/{name}_bare"),
            server: Some(url.to_owned()),
        };
        place.administer("create database").await?;
        Ok(place)
    }

    /// The database for OptiBid.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The database for bare rows.
    pub(crate) fn bare_url(&self) -> &str {
        &self.bare_url
    }

    /// The kind of database.
    pub(crate) const fn name(&self) -> &'static str {
        if self.server.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        }
    }

    /// Drops the databases of a server.
    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        self.administer("drop database").await
    }

    async fn administer(&self, what: &str) -> anyhow::Result<()> {
        let Some(server) = &self.server else {
            return Ok(());
        };
        let mut connection = PgConnection::connect(server).await?;
        for url in [&self.url, &self.bare_url] {
            let name = url.rsplit('/').next().unwrap_or_default();
            let sql = AssertSqlSafe(format!("{what} {name}"));
            sqlx::query(sql).execute(&mut connection).await?;
        }
        Ok(())
    }
}

/// Connections that insert.
pub(crate) struct Bare {
    connections: Connections,
    row: Arc<Row>,
    /// Position in the audit trail.
    next: AtomicI64,
}

enum Connections {
    /// SQLite lets one write at a time: a queue for one connection is faster than many that get refused.
    Sqlite(Mutex<SqliteConnection>),
    /// A connection for every writer.
    Postgres(Vec<Mutex<PgConnection>>),
}

const INSERTS: [&str; 5] = [
    "insert into idempotency_keys (org_id, key, operation, fingerprint, answer, at) \
     values ($1, $2, $3, $4, $5, $6)",
    "insert into bids (id, org_id, market, product, delivery_day, state, version, body) \
     values ($1, $2, $3, $4, $5, $6, $7, $8)",
    "insert into bid_events (bid_id, version, org_id, from_state, to_state, actor_kind, actor_id, at, \
     reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    "insert into audit_log (sequence, org_id, actor_kind, actor_id, action, subject, at, request_id, \
     detail, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    "insert into outbox (event_id, org_id, topic, body) values ($1, $2, $3, $4)",
];

macro_rules! insert_row {
    ($name:ident, $connection:ty) => {
        /// Inserts all rows of one bid under new ids.
        async fn $name(target: &mut $connection, row: &Row, sequence: i64) -> sqlx::Result<()> {
            let (bid, key) = (Uuid::now_v7(), Uuid::now_v7().to_string());
            let [answers, bids, events, audit, outbox] = INSERTS;
            let (operation, fingerprint, answer, at) = &row.answer;
            let insert = sqlx::query(answers).bind(row.org).bind(key).bind(operation);
            insert
                .bind(fingerprint)
                .bind(answer)
                .bind(at)
                .execute(&mut *target)
                .await?;
            let (market, product, day, state, version, body) = &row.bid;
            let insert = sqlx::query(bids)
                .bind(bid)
                .bind(row.org)
                .bind(market)
                .bind(product);
            insert
                .bind(day)
                .bind(state)
                .bind(version)
                .bind(body)
                .execute(&mut *target)
                .await?;
            let (from, to, kind, actor, at, reason) = &row.event;
            let insert = sqlx::query(events)
                .bind(bid)
                .bind(version)
                .bind(row.org)
                .bind(from);
            let insert = insert.bind(to).bind(kind).bind(actor).bind(at).bind(reason);
            insert.execute(&mut *target).await?;
            let (action, subject, at, request, detail, previous, hash) = &row.audit;
            let insert = sqlx::query(audit)
                .bind(sequence)
                .bind(row.org)
                .bind(kind)
                .bind(actor);
            let insert = insert
                .bind(action)
                .bind(subject)
                .bind(at)
                .bind(request)
                .bind(detail);
            insert
                .bind(previous)
                .bind(hash)
                .execute(&mut *target)
                .await?;
            let (topic, body) = &row.message;
            let insert = sqlx::query(outbox)
                .bind(Uuid::now_v7())
                .bind(row.org)
                .bind(topic);
            insert.bind(body).execute(target).await?;
            Ok(())
        }
    };
}

insert_row!(insert_sqlite, SqliteConnection);
insert_row!(insert_postgres, PgConnection);

impl Bare {
    /// Makes the schema and connects.
    pub(crate) async fn open(url: &str, (row, writers): (Arc<Row>, usize)) -> anyhow::Result<Self> {
        optibid_storage::migrate::up(url).await?;
        let connections = if url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(url).await?;
            for setting in [
                "journal_mode = wal",
                "synchronous = full",
                "foreign_keys = on",
            ] {
                let sql = AssertSqlSafe(format!("pragma {setting}"));
                sqlx::query(sql).execute(&mut connection).await?;
            }
            Connections::Sqlite(Mutex::new(connection))
        } else {
            let mut connections = Vec::new();
            for _ in 0..writers {
                connections.push(Mutex::new(PgConnection::connect(url).await?));
            }
            Connections::Postgres(connections)
        };
        Ok(Self {
            connections,
            row,
            next: AtomicI64::new(1),
        })
    }

    /// The settings that decide whether a commit is flushed, read back.
    pub(crate) async fn durability(&self) -> anyhow::Result<String> {
        Ok(match &self.connections {
            Connections::Sqlite(connection) => {
                let mut connection = connection.lock().await;
                let sql = "pragma journal_mode";
                let mode: String = sqlx::query_scalar(sql).fetch_one(&mut *connection).await?;
                let sql = "pragma synchronous";
                let level: i64 = sqlx::query_scalar(sql).fetch_one(&mut *connection).await?;
                let sql = "select sqlite_version()";
                let version: String = sqlx::query_scalar(sql).fetch_one(&mut *connection).await?;
                format!("version {version}, journal_mode {mode}, synchronous {level} (2 is FULL)")
            }
            Connections::Postgres(_) => {
                let mut connection = self.postgres(0)?.lock().await;
                let sql = "select string_agg(name || ' ' || setting, ', ' order by name desc) \
                     from pg_settings where name in ('server_version', 'fsync', \
                     'synchronous_commit', 'wal_sync_method', 'shared_buffers')";
                sqlx::query_scalar(sql).fetch_one(&mut *connection).await?
            }
        })
    }

    /// Closes the connections, so that a server lets the database go.
    pub(crate) async fn close(self: Arc<Self>) -> anyhow::Result<()> {
        let bare = Arc::into_inner(self).context("a writer is still under way")?;
        match bare.connections {
            Connections::Sqlite(connection) => connection.into_inner().close().await?,
            Connections::Postgres(all) => {
                for connection in all {
                    connection.into_inner().close().await?;
                }
            }
        }
        Ok(())
    }

    fn postgres(&self, writer: usize) -> anyhow::Result<&Mutex<PgConnection>> {
        match &self.connections {
            Connections::Postgres(all) => all.get(writer).context("a connection a writer"),
            Connections::Sqlite(_) => anyhow::bail!("not a PostgreSQL"),
        }
    }

    /// Inserts the rows of one bid in a transaction.
    pub(crate) async fn insert_one(&self, writer: usize) -> anyhow::Result<()> {
        let sequence = self.next.fetch_add(1, Ordering::Relaxed);
        if let Connections::Sqlite(connection) = &self.connections {
            let mut connection = connection.lock().await;
            sqlx::query("begin immediate")
                .execute(&mut *connection)
                .await?;
            insert_sqlite(&mut connection, &self.row, sequence).await?;
            sqlx::query("commit").execute(&mut *connection).await?;
        } else {
            let mut connection = self.postgres(writer)?.lock().await;
            sqlx::query("begin").execute(&mut *connection).await?;
            insert_postgres(&mut connection, &self.row, sequence).await?;
            sqlx::query("commit").execute(&mut *connection).await?;
        }
        Ok(())
    }

    /// Inserts the rows of many bids in one transaction.
    pub(crate) async fn insert_many(&self, writer: usize, bids: usize) -> anyhow::Result<()> {
        let count = i64::try_from(bids)?;
        let first = self.next.fetch_add(count, Ordering::Relaxed);
        if let Connections::Sqlite(connection) = &self.connections {
            let mut connection = connection.lock().await;
            sqlx::query("begin immediate")
                .execute(&mut *connection)
                .await?;
            for sequence in first..first + count {
                insert_sqlite(&mut connection, &self.row, sequence).await?;
            }
            sqlx::query("commit").execute(&mut *connection).await?;
            return Ok(());
        }
        let mut connection = self.postgres(writer)?.lock().await;
        let documents = documents(&self.row, first..first + count);
        sqlx::query("begin").execute(&mut *connection).await?;
        for (sql, document) in FROM_JSON.into_iter().zip(documents) {
            sqlx::query(sql)
                .bind(document)
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query("commit").execute(&mut *connection).await?;
        Ok(())
    }
}

/// A round trip a table, not a row.
const FROM_JSON: [&str; 5] = [
    "insert into idempotency_keys select * from json_populate_recordset(null::idempotency_keys, $1::json)",
    "insert into bids select * from json_populate_recordset(null::bids, $1::json)",
    "insert into bid_events select * from json_populate_recordset(null::bid_events, $1::json)",
    "insert into audit_log select * from json_populate_recordset(null::audit_log, $1::json)",
    "insert into outbox (event_id, org_id, topic, body) \
     select event_id, org_id, topic, body from json_populate_recordset(null::outbox, $1::json)",
];

/// The rows of many bids as one JSON document a table.
fn documents(row: &Row, sequences: std::ops::Range<i64>) -> [String; 5] {
    let mut tables: [Vec<serde_json::Value>; 5] = Default::default();
    let [answers, bids, events, audit, outbox] = &mut tables;
    for sequence in sequences {
        let (bid, key) = (Uuid::now_v7(), Uuid::now_v7().to_string());
        let (operation, fingerprint, answer, at) = &row.answer;
        answers.push(
            json!({ "org_id": row.org, "key": key, "operation": operation,
            "fingerprint": fingerprint, "answer": answer, "at": at }),
        );
        let (market, product, day, state, version, body) = &row.bid;
        bids.push(
            json!({ "id": bid, "org_id": row.org, "market": market, "product": product,
            "delivery_day": day, "state": state, "version": version, "body": body }),
        );
        let (from, to, kind, actor, at, reason) = &row.event;
        events.push(
            json!({ "bid_id": bid, "version": version, "org_id": row.org,
            "from_state": from, "to_state": to, "actor_kind": kind, "actor_id": actor, "at": at,
            "reason": reason }),
        );
        let (action, subject, at, request, detail, previous, hash) = &row.audit;
        audit.push(
            json!({ "sequence": sequence, "org_id": row.org, "actor_kind": kind,
            "actor_id": actor, "action": action, "subject": subject, "at": at,
            "request_id": request, "detail": detail, "previous": previous, "hash": hash }),
        );
        let (topic, body) = &row.message;
        outbox.push(
            json!({ "event_id": Uuid::now_v7(), "org_id": row.org, "topic": topic,
            "body": body }),
        );
    }
    tables.map(|rows| serde_json::Value::Array(rows).to_string())
}

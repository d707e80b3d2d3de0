//! The storage ports of [`optibid_core`] on SQLite and PostgreSQL 15.
//!
//! One implementation of the ports runs on both: statements that both databases understand are written once, those they spell differently
//! lie side by side in one table a database. Each database has its own migrations, and a test holds their schemas to be the same. Both pass
//! the conformance suites of the ports, as the adapter in memory does.
//!
//! A write is acknowledged when its rows, its audit entry and its events are in one committed transaction that has been flushed to disk.
//! Writes that wait at the same time share a transaction, each in its own savepoint, so that many writers pay for one flush.
//!
//! Instants are kept in whole microseconds, finer digits cut off, save in audit entries, whose hash covers every digit.
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine      [storage]    streaming     venues       client
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! It knows `optibid-core` alone; whoever opens it chooses the database by its address:
//!
//! | URL | database |
//! | --- | --- |
//! | `sqlite:data/optibid.db`, `sqlite:///var/lib/optibid.db` | a file, made when it is not there |
//! | `sqlite::memory:` | a temporary file, gone when the store is dropped |
//! | `postgres://…`, `postgresql://…`, `postgresql+asyncpg://…` | a server |
//!
//! # Example
//!
//! ```
//! use optibid_storage::{Options, open};
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let stores = open("sqlite::memory:", &Options::default()).await?;
//! assert_eq!(stores.accounts.user_count().await?, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! None: it is built one way.

mod batch;
mod body;
mod database;
mod dialect;
mod fault;
pub mod migrate;
mod options;
mod postgres;
mod row;
mod schema;
mod sql;
mod sqlite;
mod store;
mod target;
mod trail;
mod url;
mod verify;
mod work;
mod writer;

pub use database::{Database, open};
pub use options::{OpenError, Options};
pub use store::SqlStore;
pub use verify::{Finding, Report};

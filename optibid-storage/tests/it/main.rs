//! The adapters against real databases: files of SQLite, and databases of their own in the PostgreSQL
//! that `OPTIBID_TEST_POSTGRES_URL` names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it is wrong"
)]

mod crash;
mod databases;
mod fixtures;
mod migrations;
mod prices;
mod schema;
mod verification;
mod writes;

use databases::{postgres, sqlite};

optibid_core::testing::conformance_suite!(on_sqlite, async || sqlite().await.store());
optibid_core::testing::conformance_suite!(on_postgres, async || postgres().await.store());

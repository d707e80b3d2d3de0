//! The OptiBid server: HTTP and WebSocket over the use cases of `optibid-core`, as a library, and the `optibid` command line.
//!
//! It is a thin shell: a handler parses, calls one use case and renders; no rule of the business lives here. The whole platform fits into one
//! process with one SQLite file, so a program can run it inside itself.
//!
//! ```text
//!   HTTP, WebSocket, command line
//!              │  parse ─► one use case ─► render
//!              ▼
//!   Platform: App over storage, engine, streaming, venues; relay, job worker, follow-up
//! ```
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine       storage     streaming     venues       client
//!       └────────────┴────────────┼────────────┘            ┆
//!                         [optibid-server] ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! [`Platform::open`] builds the whole platform from a [`Config`]; [`http::router`] is its HTTP face without a socket, for tests and for
//! embedding; [`serve::Server`] listens.
//!
//! # Example
//!
//! ```
//! use optibid_server::config::{Config, Source};
//! use optibid_server::{Platform, http};
//! # tokio::runtime::Runtime::new()?.block_on(async {
//!
//! let folder = tempfile::tempdir()?;
//! let data = folder.path().display().to_string();
//! let database = format!("sqlite://{data}/optibid.db");
//! let config = Config::from_source(&Source::of([("DATABASE_URL", database.as_str()), ("DATA_DIR", &data)]))?;
//! let platform = Platform::open(config).await?;
//! let _routes: axum::Router = http::router(platform.state.clone());
//! platform.close().await;
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! None: it is built one way.

pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
mod export;
pub mod extract;
pub mod http;
pub mod metrics;
mod middleware;
pub mod platform;
mod prose;
pub mod routes;
pub mod security;
pub mod serve;
pub mod socket;
pub mod state;
pub mod webhooks;

pub use config::Config;
pub use platform::Platform;

//! The OptiBid server: HTTP and WebSocket over the use cases of `optibid-core`, as a library, and the
//! `optibid` command line.
//!
//! ```text
//!   HTTP, WebSocket, command line
//!              │  parse ─► one use case ─► render
//!              ▼
//!   Platform: App over storage, engine, streaming, venues; relay, job worker, follow-up
//! ```
//!
//! [`Platform::open`] builds the whole platform from a [`Config`]; [`http::router`] is its HTTP face
//! without a socket, for tests and for embedding; [`serve::Server`] listens.

pub mod cli;
pub mod config;
pub mod demo;
pub mod error;
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

pub use config::Config;
pub use platform::Platform;

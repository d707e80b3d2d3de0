//! Typed client of the OptiBid server.
//!
//! Every operation of the API is a method of [`Client`] that takes and gives the types of [`optibid_core`]; awaiting the [`Call`] it
//! returns makes it. Calls that failed are made again where that can do no harm ([`RetryPolicy`]), each attempt with the
//! `Idempotency-Key` of the call; sessions renew themselves; errors say what the server says ([`Error`]).
//!
//! `Client::events` is a stream of what happens that resumes by itself and tells what it lost. Lists come part by part or, as `all_…`, as
//! streams. Where the server is reached otherwise than over the network (in the same process, in a test), [`ClientBuilder::transport`] takes
//! another [`Transport`].
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine       storage     streaming     venues      [client]
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! It knows `optibid-core` alone, with the wire types that the server shares. Programs in other languages generate a client from the
//! server's `/api/openapi.json`.
//!
//! # Example
//!
//! Each call is a `tracing` span `optibid_call` with its `operation`, `attempts` and `outcome`, at debug level.
//!
//! ```no_run
//! # async fn run() -> optibid_client::Result<()> {
//! use optibid_client::Client;
//! use optibid_core::api::BidParams;
//!
//! let client = Client::new("https://optibid.example.com")?;
//! client.sign_in("ann@example.com", "merit order of a windy day").await?;
//! let bids = client.list_bids(&BidParams::default()).await?;
//! println!("{} bids", bids.items.len());
//! # Ok(()) }
//! ```
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `ws` | yes | Events as they happen: a stream over the WebSocket that resumes by itself |
//! | `blocking` | no | Calls for programs without an async runtime of their own |
//! | `mock` | no | A server in memory, for tests of what uses the client |

#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod client;
mod error;
#[cfg(feature = "ws")]
mod events;
mod methods;
#[cfg(feature = "mock")]
pub mod mock;
mod operation;
pub mod operations;
mod pages;
mod retry;
mod session;
mod transport;

pub use call::Call;
pub use client::{Client, ClientBuilder};
pub use error::{Error, Result, TransportError};
#[cfg(feature = "ws")]
pub use events::{Subscription, Update};
pub use retry::RetryPolicy;
pub use session::Tokens;
pub use transport::{Network, Transport};

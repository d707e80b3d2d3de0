//! Event bus and outbox relay for OptiBid.
//!
//! [`InProcessBus`] is the embedded default: it needs no broker, keeps the last events for subscribers that come back, and never lets a
//! slow subscriber hold up another. [`Relay`] carries committed events from the outbox to the bus, at least once and in order, so that an
//! event is never told before its row is safe and never lost after.
//!
//! ```text
//!  use case ──► store (row + outbox, one transaction)
//!                  │
//!                  ▼
//!               Relay ──► EventBus ──► WebSocket, terminal, jobs
//! ```
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine       storage    [streaming]    venues       client
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! It knows `optibid-core` alone.
//!
//! # Example
//!
//! ```
//! use futures::StreamExt;
//! use optibid_core::ports::{BusMessage, EventBus};
//! use optibid_streaming::InProcessBus;
//! # use optibid_core::{event::{Event, EventKind}, id::EventId, job::{JobEvent, JobState}};
//! # use optibid_core::id::JobId;
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! # let job = JobEvent { job: JobId::from_uuid(Default::default()), state: JobState::Done, done: 1, total: 1 };
//! # let id = EventId::from_uuid(Default::default());
//! # let event = Event { id, at: "2024-06-01T00:00:00Z".parse()?, org: None, kind: EventKind::Job(job) };
//! let bus = InProcessBus::new(1_024);
//! let mut listener = bus.subscribe(vec![], None).await?;
//! bus.publish(event.clone()).await?;
//! let Some(BusMessage::Event { sequence: 1, event: received }) = listener.next().await else {
//!     panic!("the event should have come");
//! };
//! assert_eq!(*received, event);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! None: it is built one way.

mod in_process;
mod relay;

pub use in_process::InProcessBus;
pub use relay::{Relay, RelayReport};

//! The demonstration: two weeks of a battery's bid cycle on real ERCOT prices.
//!
//! ```text
//!   real prices ─► offer at the gate ─► award at the price that came ─► delivery ─► settlement ─► P&L
//!                  (a clock that stands at each day's gate)
//! ```
//!
//! Nothing here is a short cut: every step is the use case that the HTTP API calls, on a clock that
//! stands where a trader would have stood. Only what was published by then enters a forecast.
//!
//! What is simplified, and said so when it is shown: the battery takes the price as it comes, starts each
//! day empty, delivers its awards as far as its store allows, and settles the rest at the real-time price.

mod alarms;
mod clock;
mod cycle;
mod data;
mod delivery;
mod feed;
mod summary;
mod world;

pub use clock::SetClock;
pub use cycle::{end_of, last_day, replay};
pub use data::{Fixture, SOURCE};
pub use delivery::{Delivered, delivered};
pub use feed::live;
pub use summary::{CycleDay, Summary, revenue};
pub use world::{BATTERY, EMAIL, Login, ORGANISATION, World, password, prepare};

use jiff::civil::{Date, date};

/// First delivery day that is replayed.
pub const FIRST_DAY: Date = date(2024, 8, 12);
/// Number of days that are replayed when nobody says otherwise.
pub const DAYS: u32 = 14;

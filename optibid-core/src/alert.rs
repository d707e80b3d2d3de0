//! Alarms: what is watched, when it is told, and who has answered.
//!
//! An [`AlertRule`] watches one thing: a price, a spread, a state of charge, a gate closure, the age of data, jobs, profit
//! or a service. Every few seconds it gets a [`Reading`]; its [`AlertStanding`] moves between normal, active and no
//! data, and only a move is told. Two things keep it from crying wolf: a **dead band** between the limit and the level at
//! which it counts as normal again, and **hold-offs**, for which a reading must last before anything moves. A figure that
//! trembles at its limit a thousand times raises one alarm and ends it once.
//!
//! An [`Alert`] is one occurrence, from the move away from normal to the move back. It is answered by an acknowledgement; a
//! rule is silenced by shelving it until an instant. The words are those of ISA-18.2 (unacknowledged, acknowledged,
//! returned to normal, shelved).
//!
//! ```
//! use optibid_core::alert::{AlertStanding, AlertState, Reading};
//! use optibid_core::testing::fixtures;
//! use optibid_core::unit::Price;
//! let ours = fixtures::Tenant::numbered(1);
//! let rule = fixtures::price_alert(&ours, Price::from_units(200));
//! let reading = |units, seconds: i64| {
//!     let reading = Reading::level(Price::from_units(units).micros(), format!("{units} USD/MWh"));
//!     (reading, fixtures::NOON + jiff::SignedDuration::from_secs(seconds))
//! };
//! let mut standing = AlertStanding::new(&rule, fixtures::NOON);
//! let mut moves = 0;
//! for second in 0..1_000 {
//!     let (reading, now) = reading(if second % 2 == 0 { 201 } else { 199 }, second);
//!     if let Some(step) = standing.observe(&rule, &reading, now) {
//!         moves += u32::from(step.moved.is_some());
//!         standing = step.standing;
//!     }
//! }
//! assert_eq!((moves, standing.state), (1, AlertState::Active));
//! ```

mod condition;
mod limits;
mod occurrence;
mod reading;
mod rule;
mod standing;
mod state;

pub use condition::AlertCondition;
pub use limits::AlertSide;
pub(crate) use occurrence::check_note;
pub use occurrence::{Acknowledgement, Alert, AlertChange, AlertEvent, AlertStatus, NewAlert};
pub use reading::{Figure, Reading};
pub use rule::{AlertRule, AlertRuleContent, MissingData, NewAlertRule, Severity};
pub use standing::{AlertStanding, Pending, Shelving, Step, WatchedRule};
pub use state::AlertState;

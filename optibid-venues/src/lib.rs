//! Market data importers, price replay and venue gateways for OptiBid.
//!
//! Prices come as files that every market writes in its own way. The importers are tolerant of how they write and strict about what they say:
//! every bad cell is named, and then no price counts. For trying things there are real prices in the crate, made-up ones that are the same for
//! the same seed, and a venue without a market that awards bids at the price that came.
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine       storage     streaming    [venues]      client
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! It knows `optibid-core` alone, whose ports for prices and venues it stands behind.
//!
//! # Example
//!
//! A month of a real market, with the time at which each price became known:
//!
//! ```
//! let sample = optibid_venues::sample::ercot_hb_south_2024()?;
//! let evening = sample.prices.iter().find(|price| price.period.start().to_string() == "2024-08-21T00:00:00Z");
//! let evening = evening.ok_or("the sample holds that hour")?;
//! assert_eq!((evening.price.to_string().as_str(), evening.product.as_str()), ("606.10", "DAM"));
//! assert_eq!(evening.known_at.to_string(), "2024-08-19T18:30:00Z");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | module | does |
//! | --- | --- |
//! | [`import`](mod@import) | reads price files of ERCOT, CAISO, NYISO, the EPF benchmark and a documented generic CSV |
//! | [`replay`] | plays prices of the past as a live feed, at any speed, with a clock that shows their time |
//! | [`sample`](mod@sample) | real ERCOT prices to try things with |
//! | [`simulate`] | makes up believable prices, the same for the same seed |
//! | [`venue`] | a venue without a market: takes bids and awards them at the price that came |
//! | [`timer`] | the time that feeds wait by, so that tests need not wait |
//!
//! # Features
//!
//! None: it is built one way.

pub mod import;
pub mod replay;
pub mod sample;
pub mod simulate;
pub mod timer;
pub mod venue;

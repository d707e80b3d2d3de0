//! The OptiBid domain: from price to profit, without I/O.
//!
//! This crate holds what a power trader's software must get right whatever database, broker or screen is around it: exact units, market
//! time, dated market rules, offer curves and their validation, the lifecycle of a bid, assets, two-settlement, and the use cases over
//! them. It opens no file and no socket, reads no clock and draws no random number: those come in through [`ports`]. So it builds in
//! seconds, and everything in it can be tested without anything around it.
//!
//! ```text
//!  prices ─► forecast ─► schedule ─► offer curve ─► validate ─► submit ─► award ─► settle ─► P&L
//!  market    forecast    schedule    bid            bid         ports     portfolio
//! ```
//!
//! # Where it stands
//!
//! ```text
//!                          [optibid-core]
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!    engine       storage     streaming     venues       client
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! All crates of the house depend on this one; it depends on none of them.
//!
//! # Example
//!
//! A day with the hour that comes twice, and a rule with the document it comes from:
//!
//! ```
//! use optibid_core::market::{Resolution, rules::RuleBook};
//! use optibid_core::unit::{Currency, Energy, Price, Rounding};
//!
//! let rules = RuleBook::builtin().at(&"ERCOT".parse()?, &"DAM".parse()?, "2026-11-01".parse()?)?;
//! let day = rules.delivery_day("2026-11-01".parse()?)?;
//! assert_eq!(day.len(Resolution::Hour), 25);
//!
//! let cap = rules.cap.ok_or("ERCOT has a cap")?;
//! println!("at most {} USD/MWh: {}", cap.value, cap.citation());
//!
//! let price: Price = "24.57".parse()?;
//! let worth = price.times(Energy::from_mwh(10), Currency::Usd, Rounding::HalfEven).ok_or("out of range")?;
//! assert_eq!(worth.to_string(), "245.70");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | module | holds |
//! | --- | --- |
//! | [`mod@unit`] | price, power, energy, money, ratios as scaled integers |
//! | [`market`] | delivery time, products, locations, prices, rules, gate closures |
//! | [`bid`] | offer curves, bids, lifecycle, validation |
//! | [`asset`] | batteries, plants, loads, availability, telemetry |
//! | [`portfolio`] | awards, positions, settlement, profit and loss |
//! | [`forecast`], [`schedule`], [`outcome`], [`backtest`] | what the engine is asked and answers |
//! | [`org`], [`auth`] | organisations, users, roles, permissions, passwords, sessions |
//! | [`alert`] | what is watched, alarms, acknowledging and shelving |
//! | [`webhook`] | who outside is told of alarms, and what became of it |
//! | [`audit`], [`event`], [`job`] | what happened, and what is still going on |
//! | [`ports`] | the traits the outside implements |
//! | [`app`] | the use cases, one verb a file |
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `api` | no | Wire types shared by the server and its clients |
//! | `testing` | no | In-memory adapter, mockall mocks, fixtures and the adapter conformance suites |

#![deny(clippy::float_arithmetic)]

pub mod alert;
pub mod app;
pub mod asset;
pub mod audit;
pub mod auth;
pub mod backtest;
pub mod bid;
pub mod error;
pub mod event;
pub mod forecast;
pub mod id;
pub mod job;
pub mod market;
pub mod org;
pub mod outcome;
pub mod portfolio;
pub mod ports;
pub mod schedule;
pub mod unit;
pub mod webhook;

#[cfg(feature = "api")]
pub mod api;
#[cfg(feature = "testing")]
pub mod testing;

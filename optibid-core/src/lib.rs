//! The OptiBid domain: from price to profit, without I/O.
//!
//! This crate holds what a power trader's software must get right whatever database, broker or
//! screen is around it: exact units, market time, dated market rules, offer curves and their
//! validation, the lifecycle of a bid, assets, two-settlement, and the use cases over them. It opens
//! no file and no socket, reads no clock and draws no random number: those come in through
//! [`ports`].
//!
//! ```text
//!  prices ─► forecast ─► schedule ─► offer curve ─► validate ─► submit ─► award ─► settle ─► P&L
//!  market    forecast    schedule    bid            bid         ports     portfolio
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | [`mod@unit`] | price, power, energy, money, ratios as scaled integers |
//! | [`market`] | delivery time, products, locations, prices, rules, gate closures |
//! | [`bid`] | offer curves, bids, lifecycle, validation |
//! | [`asset`] | batteries, plants, loads, availability, telemetry |
//! | [`portfolio`] | awards, positions, settlement, profit and loss |
//! | [`forecast`], [`schedule`], [`backtest`] | what the engine is asked and answers |
//! | [`org`], [`auth`] | organisations, users, roles, permissions, passwords, sessions |
//! | [`alert`] | what is watched, alarms, acknowledging and shelving |
//! | [`audit`], [`event`], [`job`] | what happened, and what is still going on |
//! | [`ports`] | the traits the outside implements |
//! | [`app`] | the use cases, one verb a file |
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | `api` | wire types shared by the server and its clients, with `OpenAPI` schemas |
//! | `testing` | in-memory adapter, mocks, fixtures and the conformance suites of the ports |

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
pub mod portfolio;
pub mod ports;
pub mod schedule;
pub mod unit;

#[cfg(feature = "api")]
pub mod api;
#[cfg(feature = "testing")]
pub mod testing;

//! The terminal dashboard of OptiBid: what a control room keeps open over SSH.
//!
//! ```text
//!   keys, mouse ─► Dashboard::input ─┐
//!   answers, events ─► ::apply ──────┼─► effects ─► feed (optibid-client) ─► answers, events
//!   the clock ─► ::tick ─────────────┘
//!                  Dashboard::draw ─► a frame
//! ```
//!
//! [`dashboard::Dashboard`] is all of it without a terminal and without a server, so that tests feed it and look at its frames.
//! Everything a person can do is a row of [`action::TABLE`]: keymap, help, bottom line, commands and the manual are made of it.
//!
//! # Where it stands
//!
//! ```text
//!                  optibid-core
//!                    ▲       ▲
//!        optibid-server    optibid-client
//!                    ▲       ▲
//!                 [optibid-tui]
//! ```
//!
//! It reaches the platform over the client alone, also where the platform runs inside its own process.
//!
//! # Example
//!
//! ```sh
//! optibid-tui --local --demo      # the whole platform inside, two weeks of real bids; nothing else needed
//! optibid-tui --server https://optibid.example.com
//! optibid-tui status --format json
//! ```
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `local` | yes | `--local`: the whole platform inside the dashboard's process |

pub mod action;
mod canvas;
mod chrome;
pub mod cli;
pub mod config;
pub mod dashboard;
pub mod data;
pub mod environment;
pub mod feed;
pub mod filter;
pub mod format;
pub mod glyphs;
mod input;
pub mod keymap;
pub mod known;
pub mod line_edit;
#[cfg(feature = "local")]
pub mod local;
pub mod login;
mod logs;
mod measured;
mod offers;
pub mod password;
mod private_file;
mod report;
pub mod request;
pub mod runner;
mod schedule;
mod screens;
pub mod slots;
pub mod state;
pub mod terminal;
pub mod theme;
pub mod tokens;
pub mod view;
mod widgets;

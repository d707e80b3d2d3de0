//! The handlers: extract, call one use case, render.

pub mod account;
pub mod alert_routes;
pub mod alerts;
pub mod assets;
pub mod audit;
pub mod auth;
pub mod backtests;
pub mod bids;
pub mod docs;
pub mod forecasts;
mod headers;
pub mod health;
pub mod jobs;
pub mod maintenance;
pub mod market_data;
pub mod markets;
pub mod optimisations;
pub mod organisation;
pub mod page;
mod paging;
pub mod portfolio;
pub mod session;
pub mod users;

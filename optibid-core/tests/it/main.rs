//! Integration tests of the domain: one binary, a module a concept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod api_requests;
mod api_wire;
mod app_assets;
mod app_bids;
mod app_follow_up;
mod app_jobs;
mod app_kinds;
mod app_portfolio;
mod app_prices;
mod app_submit;
mod app_world;
mod asset_limits;
mod asset_readings;
mod audit_chain;
mod auth_sessions;
mod auth_table;
mod bid_curve;
mod bid_kinds;
mod bid_lifecycle;
mod bid_markets;
mod bid_model;
mod bid_samples;
mod bid_validate;
mod market_data;
mod market_days;
mod market_gates;
mod market_prices;
mod market_rules;
mod market_sheets;
mod memory;
mod portfolio_settlement;
mod portfolio_totals;
mod unit_decimals;
mod unit_products;

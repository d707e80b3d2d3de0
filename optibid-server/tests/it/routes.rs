//! The routes over the in-memory store, request by request.

mod access;
mod accounts;
mod alert_routes;
mod alerts;
mod assets;
mod audit;
mod auth;
mod bids;
mod call;
mod description;
mod exports;
mod jobs;
mod limits;
mod market_data;
mod markets;
mod numbers;
mod page;
mod portfolio;
mod session;
mod what_if;
mod world;

//! The operations of the API, one method each.

mod accounts;
mod alert_routes;
mod alerts;
mod assets;
mod bids;
mod jobs;
mod market_data;
mod markets;
mod portfolio;
mod service;

pub use crate::operation::Operation;

/// All operations that the client makes over HTTP, in order of their sections.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    let sections = [
        accounts::OPERATIONS,
        alert_routes::OPERATIONS,
        alerts::OPERATIONS,
        assets::OPERATIONS,
        bids::OPERATIONS,
        jobs::OPERATIONS,
        market_data::OPERATIONS,
        markets::OPERATIONS,
        portfolio::OPERATIONS,
        service::OPERATIONS,
    ];
    sections.into_iter().flatten()
}

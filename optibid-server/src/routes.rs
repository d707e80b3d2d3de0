//! The handlers: extract, call one use case, render.

pub mod auth;
pub mod docs;
pub mod health;

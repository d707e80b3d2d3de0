//! The handlers: extract, call one use case, render.

pub mod auth;

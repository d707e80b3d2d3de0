//! The WebSocket over a real listener, client by client.

mod endings;
mod events;
mod line;
mod signing_in;

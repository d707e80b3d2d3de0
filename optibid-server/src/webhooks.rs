//! Sends messages to webhooks that users name: signed, and never to where users may not reach.
//!
//! ```text
//!   address ─► target ─► resolve ─► guard: every address of the host ─► connect to one of them ─► TLS ─► POST
//!              https,    once       public ones alone                   not by name again
//! ```

mod guard;
mod sender;
mod signature;
mod target;

pub use sender::HttpSender;

/// Where messages may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookPolicy {
    /// Also over http, to any port, and to loopback and private addresses: for development and tests.
    pub allow_private: bool,
    /// The ports of receivers.
    pub ports: Vec<u16>,
}

impl Default for WebhookPolicy {
    fn default() -> Self {
        Self {
            allow_private: false,
            ports: vec![443],
        }
    }
}

//! How much and how long the server puts up with.

use std::time::Duration;

/// Largest message of a client; a larger one ends the connection with 1009.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// Largest message that is read at all, so that one just too large is answered properly.
pub(super) const MAX_READ: usize = 4 * MAX_MESSAGE;

/// How patient the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pause between heartbeats; a client that is silent for two of them is cut off.
    pub heartbeat: Duration,
    /// How long a client may take to sign in.
    pub sign_in: Duration,
    /// How long a client may take to accept one message.
    pub send: Duration,
    /// How many messages may be wrong.
    pub faults: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            sign_in: Duration::from_secs(10),
            send: Duration::from_secs(5),
            faults: 5,
        }
    }
}

use crate::event::{Event, Topic};
use crate::market::MarketId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a client sends over the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Signs in; the first message where the address had no token.
    Auth {
        /// An access token.
        token: String,
    },
    /// Listens to topics, optionally from where it left off.
    Subscribe {
        /// The topics.
        topics: Vec<Topic>,
        /// The last sequence received; what came after is sent again, or a gap is reported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
    /// Asks for a pong. (With braces, so that unknown fields are refused here as well.)
    Ping {},
}

/// What the server sends over the WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The subscription stands; events follow.
    Subscribed {
        /// The topics.
        topics: Vec<Topic>,
        /// The market it is limited to, if it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        market: Option<MarketId>,
    },
    /// Something happened.
    Event {
        /// Position in the stream: pass the last one as `after` to resume.
        sequence: u64,
        /// What happened.
        event: Event,
    },
    /// Messages were lost: read the state again over HTTP.
    Gap {
        /// How many.
        missed: u64,
        /// Position of the next message.
        next: u64,
    },
    /// Sent when nothing else was, so that a dead line is noticed.
    Heartbeat {
        /// The server's time.
        at: Timestamp,
    },
    /// Answers a ping.
    Pong {
        /// The server's time.
        at: Timestamp,
    },
    /// A message could not be understood or is not allowed; the connection stays open.
    Error {
        /// Why.
        detail: String,
    },
}

/// Why the server closes a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1001: the server shuts down; connect again.
    GoingAway,
    /// 1009: a message of the client was too large.
    TooLarge,
    /// 4400: a message was not understood, repeatedly.
    BadMessage,
    /// 4401: no valid token in time, or it has ended.
    Unauthenticated,
    /// 4403: the role does not allow it.
    Forbidden,
    /// 4404: no such market.
    UnknownMarket,
    /// 4408: the client did not answer heartbeats.
    Silent,
    /// 4429: the client reads too slowly; resume from the last sequence.
    TooSlow,
}

impl CloseCode {
    /// All codes.
    pub const ALL: [Self; 8] = [
        Self::GoingAway,
        Self::TooLarge,
        Self::BadMessage,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::UnknownMarket,
        Self::Silent,
        Self::TooSlow,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::TooLarge => 1009,
            Self::BadMessage => 4400,
            Self::Unauthenticated => 4401,
            Self::Forbidden => 4403,
            Self::UnknownMarket => 4404,
            Self::Silent => 4408,
            Self::TooSlow => 4429,
        }
    }
}

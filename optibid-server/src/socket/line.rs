//! The line to one client: whole messages in and out, within a time limit.

use super::limits::{Limits, MAX_MESSAGE};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use optibid_core::api::{ClientMessage, CloseCode, ServerMessage};
use std::time::Duration;
use tokio::time::timeout;

/// Why a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The server ends it, for this reason.
    Close(CloseCode),
    /// The client is gone.
    Gone,
}

/// What came from the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// A message.
    Message(ClientMessage),
    /// Something that is no message, and why.
    Garbage(String),
    /// A sign of life.
    Life,
}

/// The reading half.
pub(super) struct Ear(SplitStream<WebSocket>);

/// The writing half.
pub(super) struct Mouth {
    sink: SplitSink<WebSocket, Message>,
    patience: Duration,
}

pub(super) fn split(socket: WebSocket, limits: &Limits) -> (Ear, Mouth) {
    let (sink, stream) = socket.split();
    (
        Ear(stream),
        Mouth {
            sink,
            patience: limits.send,
        },
    )
}

impl Ear {
    /// The next frame. Dropping the future loses nothing.
    pub(super) async fn hear(&mut self) -> Result<Heard, End> {
        match self.0.next().await {
            None => Err(End::Gone),
            Some(Err(error)) if is_too_large(&error) => Err(End::Close(CloseCode::TooLarge)),
            Some(Err(_)) => Err(End::Gone),
            Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Life),
            Some(Ok(Message::Binary(_))) => Ok(Heard::Garbage(
                "messages are JSON in text frames".to_owned(),
            )),
            Some(Ok(Message::Text(text))) if text.len() > MAX_MESSAGE => {
                Err(End::Close(CloseCode::TooLarge))
            }
            Some(Ok(Message::Text(text))) => Ok(match serde_json::from_str(&text) {
                Ok(message) => Heard::Message(message),
                Err(error) => Heard::Garbage(error.to_string()),
            }),
        }
    }

    /// Reads on for a while without looking, so that the other side can finish and read why it ends.
    pub(super) async fn drain(&mut self, patience: Duration) {
        let rest = async { while let Some(Ok(_)) = self.0.next().await {} };
        // What is not over by then is cut off, which is all that is left to do.
        let _ = timeout(patience, rest).await;
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.to_string().contains("too long") || cause.to_string().contains("too big") {
            return true;
        }
        source = cause.source();
    }
    false
}

impl Mouth {
    /// Sends a message.
    pub(super) async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).map_err(|_| End::Close(CloseCode::GoingAway))?;
        self.send(Message::Text(text.into())).await
    }

    /// Sends a ping, which a living client answers.
    pub(super) async fn ping(&mut self) -> Result<(), End> {
        self.send(Message::Ping(axum::body::Bytes::new())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.patience, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Close(CloseCode::TooSlow)),
        }
    }

    /// Says why it ends, and ends.
    pub(super) async fn close(&mut self, code: CloseCode) {
        let reason = Utf8Bytes::from_static(reason(code));
        let frame = CloseFrame {
            code: code.number(),
            reason,
        };
        // A client that does not take even this is cut off without it.
        let _ = timeout(self.patience, self.sink.send(Message::Close(Some(frame)))).await;
    }
}

const fn reason(code: CloseCode) -> &'static str {
    match code {
        CloseCode::GoingAway => "the server stops: connect again",
        CloseCode::TooLarge => "the message is too large",
        CloseCode::BadMessage => "too many messages were not understood",
        CloseCode::Unauthenticated => "sign in again",
        CloseCode::Forbidden => "the role does not allow it",
        CloseCode::UnknownMarket => "no such market",
        CloseCode::Silent => "no answer to heartbeats",
        CloseCode::TooSlow => "read too slowly: resume after the last sequence",
    }
}

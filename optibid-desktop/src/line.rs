//! The WebSocket of the page: made here, with the token in its head, and passed through.

use crate::desk::Desk;
use futures::{SinkExt as _, StreamExt as _};
use http::header::{AUTHORIZATION, HeaderValue};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::ipc::Channel;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longest time that making a line may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The line was closed without a word.
const ABNORMAL: u16 = 1006;
/// The token is no longer good, as the server says it.
const UNAUTHENTICATED: u16 = 4401;

/// What the page hears of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Heard {
    /// The line stands.
    Open,
    /// A message.
    Message {
        /// Its text.
        text: String,
    },
    /// The line has ended.
    Closed {
        /// The code of its close.
        code: u16,
    },
}

/// The lines that stand. One that is forgotten here closes.
#[derive(Default)]
pub(crate) struct Lines {
    next: AtomicU32,
    standing: Mutex<HashMap<u32, mpsc::UnboundedSender<String>>>,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Lines {
    fn standing(&self) -> MutexGuard<'_, HashMap<u32, mpsc::UnboundedSender<String>>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a line and what is said into it.
    pub(crate) fn begin(&self) -> (u32, mpsc::UnboundedReceiver<String>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (say, said) = mpsc::unbounded_channel();
        self.standing().insert(id, say);
        (id, said)
    }

    /// Says something into a line; nothing where it has ended.
    pub(crate) fn say(&self, id: u32, text: String) {
        if let Some(line) = self.standing().get(&id) {
            // An end on the way is told by itself.
            let _ = line.send(text);
        }
    }

    /// Closes a line.
    pub(crate) fn end(&self, id: u32) {
        self.standing().remove(&id);
    }

    /// Closes all lines: the page that heard them is gone.
    pub(crate) fn end_all(&self) {
        self.standing().clear();
    }
}

/// Runs a line until it ends, and tells how.
pub(crate) async fn run(
    desk: &Desk,
    path: &str,
    said: mpsc::UnboundedReceiver<String>,
    heard: &Channel<Heard>,
) {
    let code = match connect(desk, path).await {
        Ok(socket) => {
            tell(heard, Heard::Open);
            pass(socket, said, heard).await
        }
        Err(code) => code,
    };
    tell(heard, Heard::Closed { code });
}

fn tell(heard: &Channel<Heard>, what: Heard) {
    if let Err(error) = heard.send(what) {
        tracing::debug!(%error, "the page does not listen any more");
    }
}

async fn connect(desk: &Desk, path: &str) -> Result<Socket, u16> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::debug!(%error, path, "no line");
        ABNORMAL
    };
    if !path.starts_with("/api/ws/") {
        return Err(failed(&"none of the server's lines"));
    }
    let connection = desk.connection().await.map_err(|error| failed(&error))?;
    let token = connection.access_token().await;
    let token = token.map_err(|error| failed(&error))?;
    let token = token.ok_or(UNAUTHENTICATED)?;
    // http becomes ws, https wss.
    let address = format!("{}{path}", connection.url.replacen("http", "ws", 1));
    let mut request = address
        .into_client_request()
        .map_err(|error| failed(&error))?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
    let bearer = bearer.map_err(|error| failed(&error))?;
    request.headers_mut().insert(AUTHORIZATION, bearer);
    let made = tokio::time::timeout(PATIENCE, tokio_tungstenite::connect_async(request)).await;
    match made.map_err(|error| failed(&error))? {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(answer)) if answer.status() == 401 => Err(UNAUTHENTICATED),
        Err(error) => Err(failed(&error)),
    }
}

/// Passes messages both ways; the code of the close.
async fn pass(
    mut socket: Socket,
    mut said: mpsc::UnboundedReceiver<String>,
    heard: &Channel<Heard>,
) -> u16 {
    loop {
        tokio::select! {
            text = said.recv() => {
                let Some(text) = text else {
                    // The page let go of it; whether the server hears of that changes nothing.
                    let _ = socket.close(None).await;
                    return 1000;
                };
                if socket.send(Message::text(text)).await.is_err() {
                    return ABNORMAL;
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => tell(heard, Heard::Message { text: text.to_string() }),
                Some(Ok(Message::Close(frame))) => {
                    return frame.map_or(ABNORMAL, |frame| u16::from(frame.code));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return ABNORMAL,
            }
        }
    }
}

//! What happens, as it happens: the WebSocket as a stream that resumes by itself.

use crate::client::Client;
use crate::error::{Error, Result};
use crate::retry::RetryPolicy;
use futures::StreamExt as _;
use futures::stream::{self, Stream};
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue};
use optibid_core::api::{CloseCode, Problem, ServerMessage};
use optibid_core::event::{Event, Topic};
use optibid_core::market::MarketId;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The server beats every 15 seconds: a line that is silent for three beats is dead.
const SILENCE: Duration = Duration::from_secs(45);
/// Longest pause before the first new attempt to connect, at least.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two attempts to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What to listen to.
///
/// ```
/// use optibid_client::Subscription;
/// use optibid_core::event::Topic;
/// let jobs = Subscription::to([Topic::JobEvents]).after(1_234);
/// assert_eq!(jobs.topics, [Topic::JobEvents]);
/// assert_eq!(jobs.after, Some(1_234));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The topics; one's own bids and jobs need a session.
    pub topics: Vec<Topic>,
    /// Only this market, which then carries prices alone.
    pub market: Option<MarketId>,
    /// The last sequence received in an earlier run: what came after it is sent first.
    pub after: Option<u64>,
}

impl Subscription {
    /// To these topics of all markets, from now on.
    #[must_use]
    pub fn to(topics: impl IntoIterator<Item = Topic>) -> Self {
        Self {
            topics: topics.into_iter().collect(),
            market: None,
            after: None,
        }
    }

    /// To the prices of one market, from now on.
    #[must_use]
    pub fn market(market: MarketId) -> Self {
        Self {
            market: Some(market),
            ..Self::to([Topic::MarketPrices])
        }
    }

    /// From behind that sequence on.
    #[must_use]
    pub fn after(self, sequence: u64) -> Self {
        Self {
            after: Some(sequence),
            ..self
        }
    }
}

/// What came over the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// The line stands: what happens from now on is told. It comes first, and again each time that a broken line was made anew. A state
    /// that is read after it lacks nothing.
    Listening,
    /// Something happened.
    Event {
        /// Its position: [`Subscription::after`] resumes behind it.
        sequence: u64,
        /// What.
        event: Box<Event>,
    },
    /// The line broke and is being made again; nothing is told until [`Listening`](Self::Listening) comes again.
    Broken,
    /// Events were lost: read the state again, then go on.
    Gap {
        /// How many; none where it is not known, because the line broke before the first event.
        missed: Option<u64>,
    },
}

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The stream between two items.
struct State {
    client: Client,
    wanted: Subscription,
    line: Option<Line>,
    /// Whether a line stood before.
    stood: bool,
    /// Whether the line stands now, as far as has been told.
    up: bool,
    /// Whether to wait before the next attempt.
    waits: bool,
    /// Failed attempts since something was heard.
    failures: u32,
    /// What is told before anything is heard.
    next: Option<Update>,
    /// Whether the tokens have been exchanged since something was heard.
    renewed: bool,
}

/// How a line ended, or could not be made.
enum End {
    /// Connect again.
    Again,
    /// The tokens are no longer good.
    Token(Error),
    /// It makes no sense to go on.
    Over(Error),
}

impl Client {
    /// Events as they happen. A line that breaks is made again from where it broke, for as long as the stream is read; what was lost on
    /// the way is told as a [`Update::Gap`]. It ends with an error where going on makes no sense: no session, a topic that the role
    /// does not allow, an unknown market.
    ///
    /// ```no_run
    /// # async fn run(client: optibid_client::Client) -> optibid_client::Result<()> {
    /// use futures::TryStreamExt as _;
    /// use optibid_client::{Subscription, Update};
    /// use optibid_core::event::Topic;
    /// let mut events = std::pin::pin!(client.events(Subscription::to([Topic::MarketPrices])));
    /// while let Some(update) = events.try_next().await? {
    ///     match update {
    ///         Update::Event { sequence, event } => println!("{sequence} {:?}", event.kind),
    ///         Update::Listening => println!("what is read from now on lacks nothing"),
    ///         Update::Broken => println!("the line is being made again"),
    ///         Update::Gap { .. } => println!("read the latest prices again"),
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn events(
        &self,
        wanted: Subscription,
    ) -> impl Stream<Item = Result<Update>> + Send + use<> {
        let state = State {
            client: self.clone(),
            wanted,
            line: None,
            stood: false,
            up: false,
            waits: false,
            failures: 0,
            next: None,
            renewed: false,
        };
        stream::try_unfold(Some(state), |state| async {
            let Some(mut state) = state else {
                return Ok(None);
            };
            state.next().await.map(|update| Some((update, Some(state))))
        })
    }
}

impl State {
    async fn next(&mut self) -> Result<Update> {
        if let Some(next) = self.next.take() {
            return Ok(next);
        }
        loop {
            if std::mem::take(&mut self.waits) {
                self.pause().await;
            }
            let heard = match self.line.take() {
                Some(line) => self.hear(line).await,
                None => self.connect().await,
            };
            match heard {
                Ok(Some(update)) => return Ok(update),
                Ok(None) => {}
                Err(End::Again) => {
                    self.waits = true;
                    if std::mem::take(&mut self.up) {
                        return Ok(Update::Broken);
                    }
                }
                Err(End::Token(error)) => {
                    let token = self.client.access_token().await?;
                    let renewed = match token {
                        Some(token) if !self.renewed => self.client.renew(&token).await,
                        _ => false,
                    };
                    if !renewed {
                        return Err(error);
                    }
                    self.renewed = true;
                }
                Err(End::Over(error)) => return Err(error),
            }
        }
    }

    /// Makes a line.
    async fn connect(&mut self) -> Result<Option<Update>, End> {
        let request = self.request().await.map_err(End::Over)?;
        let made = tokio_tungstenite::connect_async(request);
        let made = tokio::time::timeout(self.client.timeout(), made).await;
        let (line, _) = made
            .map_err(|_| End::Again)?
            .map_err(|error| refused(&error))?;
        self.line = Some(line);
        Ok(None)
    }

    async fn request(&self) -> Result<http::Request<()>> {
        let base = self.client.base();
        let base = match base.strip_prefix("https://") {
            Some(host) => format!("wss://{host}"),
            None => format!("ws://{}", base.trim_start_matches("http://")),
        };
        let path = match &self.wanted.market {
            Some(market) => format!("/api/ws/market/{market}"),
            None => "/api/ws/prices".to_owned(),
        };
        let topics: Vec<_> = self
            .wanted
            .topics
            .iter()
            .map(|topic| topic.name())
            .collect();
        let mut address = format!("{base}{path}?topics={}", topics.join(","));
        if let Some(after) = self.wanted.after {
            address.push_str(&format!("&after={after}"));
        }
        let mut request =
            address
                .as_str()
                .into_client_request()
                .map_err(|error| Error::Request {
                    field: "the address",
                    reason: error.to_string(),
                })?;
        if let Some(token) = self.client.access_token().await? {
            let value = HeaderValue::from_str(&format!("Bearer {token}"));
            let value = value.map_err(|error| Error::Request {
                field: "the token",
                reason: error.to_string(),
            })?;
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// Reads one message; the line is kept unless it ended.
    async fn hear(&mut self, mut line: Line) -> Result<Option<Update>, End> {
        let message = tokio::time::timeout(SILENCE, line.next()).await;
        let Ok(Some(Ok(message))) = message else {
            return Err(End::Again);
        };
        let text = match message {
            Message::Text(text) => text,
            Message::Close(frame) => return Err(closed(frame)),
            _ => {
                self.line = Some(line);
                return Ok(None);
            }
        };
        let message = serde_json::from_str(&text).map_err(|error| {
            End::Over(Error::Decode {
                operation: "events",
                reason: error.to_string(),
            })
        })?;
        (self.failures, self.renewed) = (0, false);
        let update = match message {
            ServerMessage::Event { sequence, event } => {
                self.wanted.after = Some(sequence);
                {
                    let event = Box::new(event);
                    Some(Update::Event { sequence, event })
                }
            }
            ServerMessage::Gap { missed, next } => {
                self.wanted.after = Some(next.saturating_sub(1));
                let missed = Some(missed);
                Some(Update::Gap { missed })
            }
            ServerMessage::Error { detail } => {
                let field = "the subscription";
                return Err(End::Over(Error::Request {
                    field,
                    reason: detail,
                }));
            }
            ServerMessage::Subscribed { .. } => {
                // Where a line stood before and no position is known, what came in between is lost.
                let lost = self.stood && self.wanted.after.is_none();
                (self.stood, self.up) = (true, true);
                if lost {
                    self.next = Some(Update::Listening);
                    Some(Update::Gap { missed: None })
                } else {
                    Some(Update::Listening)
                }
            }
            ServerMessage::Heartbeat { .. } | ServerMessage::Pong { .. } => None,
        };
        self.line = Some(line);
        Ok(update)
    }

    async fn pause(&mut self) {
        // A client that never repeats a call has a stream all the same, which must not spin.
        let policy = RetryPolicy {
            first_pause: self.client.retry_policy().first_pause.max(FIRST_PAUSE),
            ..RetryPolicy::default()
        };
        let pause = policy.drawn(self.failures, LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        tracing::debug!(failures = self.failures, ?pause, "the line is made again");
        tokio::time::sleep(pause).await;
    }
}

/// Why no line was made.
fn refused(error: &tungstenite::Error) -> End {
    let tungstenite::Error::Http(answer) = error else {
        return End::Again;
    };
    let status = answer.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return End::Again;
    }
    let body = answer.body().as_deref().unwrap_or_default();
    let error = match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => Error::Problem {
            problem: Box::new(problem),
            retry_after: None,
        },
        Err(_) => Error::Unexpected {
            status,
            body: String::from_utf8_lossy(body).chars().take(200).collect(),
        },
    };
    match status {
        StatusCode::UNAUTHORIZED => End::Token(error),
        _ => End::Over(error),
    }
}

/// What a close frame means for the stream.
fn closed(frame: Option<CloseFrame>) -> End {
    let Some(frame) = frame else {
        return End::Again;
    };
    let code = u16::from(frame.code);
    let error = Error::Closed {
        code,
        reason: frame.reason.to_string(),
    };
    match CloseCode::ALL
        .into_iter()
        .find(|known| known.number() == code)
    {
        Some(CloseCode::Unauthenticated) => End::Token(error),
        Some(
            CloseCode::BadMessage
            | CloseCode::Forbidden
            | CloseCode::UnknownMarket
            | CloseCode::TooLarge,
        ) => End::Over(error),
        Some(CloseCode::GoingAway | CloseCode::Silent | CloseCode::TooSlow) | None => End::Again,
    }
}

//! One connection from its first message to its close code.

use super::limits::Limits;
use super::line::{Ear, End, Heard, Mouth, split};
use super::login::Login;
use crate::state::AppState;
use axum::extract::ws::WebSocket;
use futures::StreamExt;
use optibid_core::api::{ClientMessage, CloseCode, ServerMessage};
use optibid_core::app::Listening;
use optibid_core::error::{Code, Error};
use optibid_core::event::Topic;
use optibid_core::market::MarketId;
use optibid_core::ports::{BusMessage, EventStream};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// How long a client may take to finish its own side after a close.
const FAREWELL: Duration = Duration::from_secs(1);

/// What an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// One market's prices.
    Market(MarketId),
    /// All prices, and what is one's own.
    Everywhere,
    /// A market that does not exist.
    Nowhere,
}

/// A market's address carries its prices alone.
pub(super) fn elsewhere(topic: Topic) -> Error {
    let rule = "this address carries market.prices alone; connect to /api/ws/prices";
    Error::field("topic_elsewhere", "topics", topic, rule)
}

/// A connection before it speaks.
pub(super) struct Conversation {
    pub(super) state: AppState,
    pub(super) limits: Limits,
    pub(super) place: Place,
    pub(super) topics: Vec<Topic>,
    pub(super) after: Option<u64>,
    pub(super) token: Option<String>,
    pub(super) request_id: Option<String>,
}

impl Conversation {
    /// Speaks until either side ends it.
    pub(super) async fn run(mut self, socket: WebSocket) {
        metrics::gauge!("optibid_websocket_connections").increment(1.0);
        let (mut ear, mut mouth) = split(socket, &self.limits);
        let mut stopping = self.state.stopping.clone();
        let end = match self.open(&mut ear, &mut mouth, &mut stopping).await {
            Ok(session) => session.speak(&mut ear, &mut mouth, &mut stopping).await,
            Err(end) => end,
        };
        metrics::gauge!("optibid_websocket_connections").decrement(1.0);
        if let End::Close(code) = end {
            let number = code.number();
            metrics::counter!("optibid_websocket_closed_total", "code" => number.to_string())
                .increment(1);
            tracing::info!(
                request_id = self.request_id,
                code = number,
                "WebSocket closed"
            );
            mouth.close(code).await;
            ear.drain(FAREWELL).await;
        }
    }

    /// Signs in and starts the first subscription.
    async fn open(
        &mut self,
        ear: &mut Ear,
        mouth: &mut Mouth,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Session, End> {
        if self.place == Place::Nowhere {
            return Err(End::Close(CloseCode::UnknownMarket));
        }
        let login = tokio::select! {
            login = self.sign_in(ear) => login?,
            () = stopped(stopping) => return Err(End::Close(CloseCode::GoingAway)),
        };
        let market = match &self.place {
            Place::Market(market) => Some(market.clone()),
            Place::Everywhere | Place::Nowhere => None,
        };
        let mut session = Session {
            state: self.state.clone(),
            limits: self.limits,
            request_id: self.request_id.clone(),
            login,
            market,
            topics: Vec::new(),
            events: futures::stream::pending().boxed(),
            faults: 0,
        };
        let topics = std::mem::take(&mut self.topics);
        match session.subscribe(mouth, topics, self.after).await {
            Ok(()) => Ok(session),
            Err(Refusal::End(end)) => Err(end),
            Err(Refusal::Told(error)) => Err(End::Close(match error.code() {
                Code::Unauthenticated => CloseCode::Unauthenticated,
                Code::Forbidden => CloseCode::Forbidden,
                Code::Invalid => CloseCode::BadMessage,
                _ => CloseCode::GoingAway,
            })),
        }
    }

    /// By the token of the address or header, by the first message, or not at all where prices are
    /// public and nothing else is asked for.
    async fn sign_in(&mut self, ear: &mut Ear) -> Result<Option<Login>, End> {
        if let Some(token) = self.token.take() {
            return Login::new(&self.state, token, self.request_id.clone())
                .await
                .map(Some);
        }
        let open_to_all = |topic: &Topic| *topic == Topic::MarketPrices;
        if self.state.config.public_market_data && self.topics.iter().all(open_to_all) {
            return Ok(None);
        }
        let first = async {
            loop {
                match ear.hear().await? {
                    Heard::Message(ClientMessage::Auth { token }) => return Ok(token),
                    Heard::Life => {}
                    _ => return Err(End::Close(CloseCode::Unauthenticated)),
                }
            }
        };
        let late = End::Close(CloseCode::Unauthenticated);
        let token = timeout(self.limits.sign_in, first)
            .await
            .map_err(|_| late)??;
        Login::new(&self.state, token, self.request_id.clone())
            .await
            .map(Some)
    }
}

/// Why a request of the client was not met.
enum Refusal {
    /// It is told, and the connection goes on.
    Told(Error),
    /// The connection ends.
    End(End),
}

impl From<End> for Refusal {
    fn from(end: End) -> Self {
        Self::End(end)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Told(error)
    }
}

/// A connection that is signed in, or open to all, and listens.
struct Session {
    state: AppState,
    limits: Limits,
    request_id: Option<String>,
    login: Option<Login>,
    market: Option<MarketId>,
    topics: Vec<Topic>,
    events: EventStream,
    faults: u32,
}

impl Session {
    async fn speak(
        mut self,
        ear: &mut Ear,
        mouth: &mut Mouth,
        stopping: &mut watch::Receiver<bool>,
    ) -> End {
        match self.exchange(ear, mouth, stopping).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn exchange(
        &mut self,
        ear: &mut Ear,
        mouth: &mut Mouth,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<std::convert::Infallible, End> {
        let beat = self.limits.heartbeat;
        let mut ticks = interval_at(Instant::now() + beat, beat);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut said = Instant::now();
        loop {
            tokio::select! {
                biased;
                () = stopped(stopping) => return Err(End::Close(CloseCode::GoingAway)),
                _ = ticks.tick() => {
                    if heard.elapsed() > 2 * beat {
                        return Err(End::Close(CloseCode::Silent));
                    }
                    if let Some(login) = &mut self.login {
                        login.renew(&self.state, &self.topics).await?;
                    }
                    if said.elapsed() >= beat {
                        mouth.say(&ServerMessage::Heartbeat { at: self.now() }).await?;
                    }
                    mouth.ping().await?;
                }
                frame = ear.hear() => {
                    let frame = frame?;
                    heard = Instant::now();
                    self.answer(mouth, frame).await?;
                }
                message = self.events.next() => {
                    // The stream ends when the bus is closed, which is when the server stops.
                    let message = message.ok_or(End::Close(CloseCode::GoingAway))?;
                    mouth.say(&told(message)).await?;
                    said = Instant::now();
                }
            }
        }
    }

    async fn answer(&mut self, mouth: &mut Mouth, frame: Heard) -> Result<(), End> {
        let refused = match frame {
            Heard::Life => return Ok(()),
            Heard::Garbage(detail) => {
                self.faults += 1;
                if self.faults >= self.limits.faults {
                    return Err(End::Close(CloseCode::BadMessage));
                }
                detail
            }
            Heard::Message(message) => match self.obey(mouth, message).await {
                Ok(()) => return Ok(()),
                Err(Refusal::Told(error)) => error.to_string(),
                Err(Refusal::End(end)) => return Err(end),
            },
        };
        mouth.say(&ServerMessage::Error { detail: refused }).await
    }

    async fn obey(&mut self, mouth: &mut Mouth, message: ClientMessage) -> Result<(), Refusal> {
        match message {
            ClientMessage::Ping {} => mouth.say(&ServerMessage::Pong { at: self.now() }).await?,
            ClientMessage::Auth { token } => {
                let login = Login::new(&self.state, token, self.request_id.clone()).await?;
                if self
                    .login
                    .as_ref()
                    .is_some_and(|old| old.who.org != login.who.org)
                {
                    let message = "sign in as another organisation on a connection of its own";
                    return Err(Error::new(Code::Forbidden, message).into());
                }
                self.login = Some(login);
                let topics = self.topics.clone();
                let market = self.market.clone();
                mouth
                    .say(&ServerMessage::Subscribed { topics, market })
                    .await?;
            }
            ClientMessage::Subscribe { topics, after } => {
                self.subscribe(mouth, topics, after).await?;
            }
        }
        Ok(())
    }

    /// Replaces the subscription; all that follows the answer belongs to the new one.
    async fn subscribe(
        &mut self,
        mouth: &mut Mouth,
        mut topics: Vec<Topic>,
        after: Option<u64>,
    ) -> Result<(), Refusal> {
        topics.sort_unstable();
        topics.dedup();
        let other = topics.iter().find(|topic| **topic != Topic::MarketPrices);
        if let Some(other) = other.filter(|_| self.market.is_some()) {
            return Err(elsewhere(*other).into());
        }
        let listening = Listening {
            topics: topics.clone(),
            market: self.market.clone(),
            after,
        };
        let who = self.login.as_ref().map(|login| &login.who);
        self.events = self.state.app.listen(who, listening).await?;
        self.topics.clone_from(&topics);
        let answer = ServerMessage::Subscribed {
            topics,
            market: self.market.clone(),
        };
        Ok(mouth.say(&answer).await?)
    }

    fn now(&self) -> jiff::Timestamp {
        self.state.app.environment.clock.now()
    }
}

fn told(message: BusMessage) -> ServerMessage {
    match message {
        BusMessage::Event { sequence, event } => ServerMessage::Event {
            sequence,
            event: (*event).clone(),
        },
        BusMessage::Gap { missed, next } => ServerMessage::Gap { missed, next },
    }
}

/// Resolves when the server is about to stop, or is gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the platform was dropped.
    let _ = stopping.wait_for(|stop| *stop).await;
}

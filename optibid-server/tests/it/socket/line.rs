//! A server that listens, and clients of it.

use async_trait::async_trait;
use futures::{SinkExt, StreamExt};
use metrics_exporter_prometheus::PrometheusBuilder;
use optibid_core::api::{ClientMessage, ServerMessage};
use optibid_core::app::{App, Registration, Stores};
use optibid_core::auth::{Password, Role};
use optibid_core::bid::{BidEvent, BidState};
use optibid_core::event::{Event, EventKind};
use optibid_core::id::{BidId, EventId, OrgId};
use optibid_core::ports::{EventBus, HashError, PasswordHasher};
use optibid_core::testing::MemoryStore;
use optibid_core::testing::fixtures::{self, FixedClock, NOON, PriceSeries, SequentialIds};
use optibid_server::Config;
use optibid_server::config::Source;
use optibid_server::security::JwtIssuer;
use optibid_server::socket::{self, Limits};
use optibid_server::state::AppState;
use optibid_streaming::InProcessBus;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

/// Nothing in these tests takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);

struct PlainText;

#[async_trait]
impl PasswordHasher for PlainText {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        Ok(password.expose().to_owned())
    }

    async fn verify(&self, attempt: &str, hash: Option<&str>) -> Result<bool, HashError> {
        Ok(hash == Some(attempt))
    }
}

/// A user who is signed in.
pub(super) struct User {
    pub(super) org: OrgId,
    pub(super) token: String,
}

pub(super) struct World {
    pub(super) app: App,
    pub(super) bus: Arc<InProcessBus>,
    pub(super) clock: Arc<FixedClock>,
    pub(super) stop: watch::Sender<bool>,
    address: SocketAddr,
}

/// Limits as in production but for what a test changes.
pub(super) fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(Limits::default(), &[], 1_024).await
    }

    pub(super) async fn with(limits: Limits, settings: &[(&str, &str)], kept: usize) -> Self {
        let clock = Arc::new(FixedClock::default());
        let stores = Stores::of(Arc::new(MemoryStore::default()));
        let mut app = fixtures::app(stores, clock.clone(), Arc::new(SequentialIds::default()));
        let bus = Arc::new(InProcessBus::new(kept));
        app.bus = bus.clone();
        app.environment.passwords = Arc::new(PlainText);
        app.environment.tokens = Arc::new(JwtIssuer::new(&[7; 32]).unwrap());
        let (stop, stopping) = watch::channel(false);
        let config = Config::from_source(&Source::of(settings.iter().copied())).unwrap();
        let state = AppState {
            app: app.clone(),
            config: Arc::new(config),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            stopping,
        };
        let router = socket::router(limits).split_for_parts().0.with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            app,
            bus,
            clock,
            stop,
            address,
        }
    }

    /// A new organisation's only user.
    pub(super) async fn user(&self, name: &str, role: Role) -> User {
        let email = format!("{name}@{name}.example");
        let new = Registration {
            org_name: name.to_owned(),
            email: email.clone(),
            name: String::new(),
            password: "merit order of a windy day".to_owned(),
        };
        let password = new.password.clone();
        let (org, _) = self.app.found_org(new, role).await.unwrap();
        let credentials = optibid_core::app::Credentials { email, password };
        let token = self.app.login(credentials).await.unwrap().access_token;
        User { org: org.id, token }
    }

    pub(super) async fn analyst(&self) -> User {
        self.user("analyst", Role::Analyst).await
    }

    /// Connects without signing in.
    pub(super) async fn connect(&self, path: &str) -> Client {
        let url = format!("ws://{}{path}", self.address);
        Client(connect_async(url).await.unwrap().0)
    }

    /// Connects with a token in the header.
    pub(super) async fn connect_as(&self, user: &User, path: &str) -> Client {
        let mut request = format!("ws://{}{path}", self.address)
            .into_client_request()
            .unwrap();
        let value = format!("Bearer {}", user.token).parse().unwrap();
        request.headers_mut().insert("authorization", value);
        Client(connect_async(request).await.unwrap().0)
    }

    /// Connects with a token in the header; the status where the server refuses the upgrade.
    pub(super) async fn try_connect(&self, user: &User, path: &str) -> Result<(), u16> {
        let token = format!("Bearer {}", user.token);
        self.try_with(path, &[("authorization", &token)]).await
    }

    /// Connects as a page of an origin does, with the user's cookie; the status where the server refuses the upgrade.
    pub(super) async fn try_page(&self, user: &User, origin: Option<&str>) -> Result<(), u16> {
        let cookie = format!("theme=dark; __Host-optibid-access={}", user.token);
        let mut headers = vec![("cookie", cookie.as_str())];
        let own = format!("http://{}", self.address);
        headers
            .extend(origin.map(|origin| ("origin", if origin == "own" { &own } else { origin })));
        self.try_with("/api/ws/prices", &headers).await
    }

    async fn try_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<(), u16> {
        let mut request = format!("ws://{}{path}", self.address)
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok(_) => Ok(()),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                Err(answer.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Publishes a price of a market.
    pub(super) async fn price(&self, market: &str, price: &str) {
        let mut observed = PriceSeries::ercot_dam("2024-06-04T05:00:00Z")
            .values(&[price])
            .remove(0);
        observed.market = market.parse().unwrap();
        self.publish(None, EventKind::Price(observed)).await;
    }

    /// Publishes a move of a bid, with its reason.
    pub(super) async fn bid(&self, org: OrgId, reason: &str) {
        let event = BidEvent {
            bid: BidId::from_uuid(Uuid::now_v7()),
            org,
            version: 1,
            from: None,
            to: BidState::Draft,
            actor: optibid_core::audit::Actor::System,
            at: NOON,
            reason: reason.to_owned(),
        };
        self.publish(Some(org), EventKind::Bid(event)).await;
    }

    async fn publish(&self, org: Option<OrgId>, kind: EventKind) {
        let id = EventId::from_uuid(Uuid::now_v7());
        self.bus
            .publish(Event {
                id,
                at: NOON,
                org,
                kind,
            })
            .await
            .unwrap();
    }
}

/// What a client saw.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    Message(ServerMessage),
    Closed(u16),
    /// The line broke without a close frame.
    Cut,
}

pub(super) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    /// The next message or the end, whatever pings come between.
    pub(super) async fn see(&mut self) -> Seen {
        loop {
            let next = timeout(PATIENCE, self.0.next())
                .await
                .expect("the server says something");
            return match next {
                Some(Ok(Message::Text(text))) => {
                    Seen::Message(serde_json::from_str(&text).expect("a message of the protocol"))
                }
                Some(Ok(Message::Close(Some(frame)))) => Seen::Closed(frame.code.into()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => Seen::Cut,
                Some(Ok(_)) => continue,
            };
        }
    }

    /// The next message that is no heartbeat.
    pub(super) async fn message(&mut self) -> ServerMessage {
        loop {
            match self.see().await {
                Seen::Message(ServerMessage::Heartbeat { .. }) => {}
                Seen::Message(message) => return message,
                end => panic!("the connection ended: {end:?}"),
            }
        }
    }

    /// The next event: its sequence, and the price or reason it tells of.
    pub(super) async fn event(&mut self) -> (u64, String) {
        match self.message().await {
            ServerMessage::Event { sequence, event } => (sequence, told(&event)),
            other => panic!("no event: {other:?}"),
        }
    }

    /// The text of the next error.
    pub(super) async fn error(&mut self) -> String {
        match self.message().await {
            ServerMessage::Error { detail } => detail,
            other => panic!("no error: {other:?}"),
        }
    }

    /// The close code, after whatever messages come before it.
    pub(super) async fn end(&mut self) -> Seen {
        loop {
            match self.see().await {
                Seen::Message(_) => {}
                end => return end,
            }
        }
    }

    /// Takes the answer to a subscription and gives its topics' names.
    pub(super) async fn subscribed(&mut self) -> Vec<&'static str> {
        match self.message().await {
            ServerMessage::Subscribed { topics, .. } => topics.iter().map(|t| t.name()).collect(),
            other => panic!("not subscribed: {other:?}"),
        }
    }

    pub(super) async fn say(&mut self, message: &ClientMessage) {
        self.text(&serde_json::to_string(message).unwrap()).await;
    }

    pub(super) async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(super) async fn binary(&mut self, bytes: &[u8]) {
        self.0.send(Message::binary(bytes.to_vec())).await.unwrap();
    }
}

pub(super) fn told(event: &Event) -> String {
    match &event.kind {
        EventKind::Price(price) => format!("{} {}", price.market, price.price),
        EventKind::Bid(bid) => bid.reason.clone(),
        EventKind::Job(job) => job.job.to_string(),
        EventKind::Alert(alert) => alert.message.clone(),
    }
}

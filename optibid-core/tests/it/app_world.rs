//! The use cases over the in-memory adapter, with doubles for venue, hasher, tokens and bus.

use async_trait::async_trait;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use optibid_core::app::{App, DraftMode, Drafted, RequestKey, Stores};
use optibid_core::audit::{AuditEntry, ChainVerifier};
use optibid_core::auth::{AccessClaims, Password, Principal, Role, TokenHash};
use optibid_core::bid::{Bid, BidContent, BidEvent, BidState};
use optibid_core::error::{Code, Error};
use optibid_core::event::Event;
use optibid_core::id::{BidId, OrgId};
use optibid_core::market::MarketId;
use optibid_core::ports::{
    AuditStore, BidQuery, BidStore, BusError, Clock, EventBus, EventStream, HashError, OutboxStore,
    Page, PasswordHasher, StoreError, TokenError, TokenIssuer, Topics, Trail, Venue, VenueError,
    VenueStatus,
};
use optibid_core::testing::MemoryStore;
use optibid_core::testing::fixtures::{self, FixedClock, SequentialIds, Tenant};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The day after [`fixtures::NOON`]; its gate closes at 15:00 UTC of the day before.
pub(crate) const TOMORROW: Date = date(2024, 6, 4);

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) bids: Arc<FaultyBids>,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) venue: Arc<FakeVenue>,
    pub(crate) hasher: Arc<PlainHasher>,
    pub(crate) bus: Arc<FakeBus>,
    pub(crate) ours: Tenant,
    pub(crate) theirs: Tenant,
}

impl World {
    pub(crate) fn new() -> Self {
        let store = Arc::new(MemoryStore::default());
        let bids = Arc::new(FaultyBids {
            store: store.clone(),
            fails_at: Mutex::new(None),
        });
        let venue = Arc::new(FakeVenue::new(store.clone()));
        let (clock, ids) = (
            Arc::new(FixedClock::default()),
            Arc::new(SequentialIds::default()),
        );
        let (hasher, bus) = (
            Arc::new(PlainHasher::default()),
            Arc::new(FakeBus::default()),
        );
        let mut stores = Stores::of(store.clone());
        stores.bids = bids.clone();
        let mut app = fixtures::app(stores, clock.clone(), ids);
        app.environment.passwords = hasher.clone();
        app.environment.tokens = Arc::new(OpenTokens::default());
        app.bus = bus.clone();
        app.venues = vec![venue.clone()];
        let (ours, theirs) = (Tenant::numbered(1), Tenant::numbered(2));
        Self {
            app,
            store,
            bids,
            clock,
            venue,
            hasher,
            bus,
            ours,
            theirs,
        }
    }

    pub(crate) fn who(&self) -> Principal {
        self.ours.principal()
    }

    pub(crate) fn stranger(&self) -> Principal {
        self.theirs.principal()
    }

    pub(crate) fn as_role(&self, role: Role) -> Principal {
        fixtures::principal(&fixtures::user_with_role(&self.ours, role))
    }

    pub(crate) async fn draft(&self) -> Bid {
        let content = fixtures::ercot_dam_content(TOMORROW);
        let unique = format!("draft-{}", self.chain().await.len());
        let drafted = self
            .app
            .draft_bid(
                &self.who(),
                content.clone(),
                DraftMode::Strict,
                &key(&unique, &content),
            )
            .await;
        drafted.unwrap().bid
    }

    pub(crate) async fn drafted(
        &self,
        who: Principal,
        content: BidContent,
        mode: DraftMode,
        text: &str,
    ) -> Result<Drafted, Error> {
        let key = key(text, &content);
        self.app.draft_bid(&who, content, mode, &key).await
    }

    /// A bid that the venue answered with `answer` when it was submitted.
    pub(crate) async fn submitted(&self, answer: Result<&str, VenueError>) -> Bid {
        let bid = self.draft().await;
        self.venue.will_submit(answer.map(str::to_owned));
        // What the caller is told is looked at elsewhere.
        let _ = self
            .app
            .submit_bid(&self.who(), (bid.id(), None), None)
            .await;
        self.stored(bid.id()).await
    }

    pub(crate) async fn stored(&self, id: BidId) -> Bid {
        self.store.bid(self.ours.org.id, id).await.unwrap().unwrap()
    }

    pub(crate) async fn events(&self, id: BidId) -> Vec<BidEvent> {
        self.store.bid_events(self.ours.org.id, id).await.unwrap()
    }

    /// The states a bid went through, by its history.
    pub(crate) async fn path(&self, id: BidId) -> Vec<BidState> {
        self.events(id).await.iter().map(|event| event.to).collect()
    }

    /// The audit chain, verified.
    pub(crate) async fn chain(&self) -> Vec<AuditEntry> {
        let chain = self.store.audit_chain(0, 10_000).await.unwrap();
        let mut verifier = ChainVerifier::default();
        for entry in &chain {
            verifier.check(entry).unwrap();
        }
        chain
    }

    pub(crate) async fn actions(&self) -> Vec<String> {
        let chain = self.chain().await;
        chain.into_iter().map(|entry| entry.draft.action).collect()
    }

    pub(crate) async fn outbox(&self) -> Vec<Event> {
        let messages = self.store.unpublished(10_000).await.unwrap();
        messages.into_iter().map(|message| message.event).collect()
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) fn key(key: &str, body: &BidContent) -> RequestKey {
    RequestKey::new(key, body).unwrap()
}

/// The one code of a refusal's violations.
pub(crate) fn codes(error: &Error) -> Vec<&str> {
    assert_eq!(error.code(), Code::Invalid, "{error}");
    error
        .violations()
        .iter()
        .map(|violation| violation.code.as_str())
        .collect()
}

pub(crate) fn code<T>(result: Result<T, Error>) -> Code {
    match result {
        Ok(_) => panic!("it should have been refused"),
        Err(error) => error.code(),
    }
}

pub(crate) fn lost() -> VenueError {
    VenueError::OutcomeUnknown("the line broke".into())
}

pub(crate) fn unreachable() -> VenueError {
    VenueError::Unavailable("no route to the venue".into())
}

/// A venue that answers what it was told to, and notes what it was asked and how the bid was stored
/// at that moment.
pub(crate) struct FakeVenue {
    store: Arc<MemoryStore>,
    submissions: Mutex<VecDeque<Result<String, VenueError>>>,
    withdrawals: Mutex<VecDeque<Result<(), VenueError>>>,
    statuses: Mutex<VecDeque<Result<VenueStatus, VenueError>>>,
    calls: Mutex<Vec<(&'static str, BidState)>>,
}

impl FakeVenue {
    fn new(store: Arc<MemoryStore>) -> Self {
        Self {
            store,
            submissions: Mutex::default(),
            withdrawals: Mutex::default(),
            statuses: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    pub(crate) fn will_submit(&self, answer: Result<String, VenueError>) {
        self.submissions.lock().unwrap().push_back(answer);
    }

    pub(crate) fn will_withdraw(&self, answer: Result<(), VenueError>) {
        self.withdrawals.lock().unwrap().push_back(answer);
    }

    pub(crate) fn will_say(&self, status: Result<VenueStatus, VenueError>) {
        self.statuses.lock().unwrap().push_back(status);
    }

    /// The calls so far, each with the state in which the store had the bid.
    pub(crate) fn calls(&self) -> Vec<(&'static str, BidState)> {
        self.calls.lock().unwrap().clone()
    }

    async fn note(&self, call: &'static str, bid: &Bid) {
        let stored = self.store.bid(bid.org(), bid.id()).await.unwrap().unwrap();
        self.calls.lock().unwrap().push((call, stored.state()));
    }
}

fn told<T>(answers: &Mutex<VecDeque<T>>, call: &str) -> T {
    let answer = answers.lock().unwrap().pop_front();
    answer.unwrap_or_else(|| panic!("the venue was not told what to answer to {call}"))
}

#[async_trait]
impl Venue for FakeVenue {
    fn serves(&self, market: &MarketId) -> bool {
        market.as_str() == "ERCOT"
    }

    async fn submit(&self, bid: &Bid) -> Result<String, VenueError> {
        self.note("submit", bid).await;
        told(&self.submissions, "submit")
    }

    async fn withdraw(&self, bid: &Bid) -> Result<(), VenueError> {
        self.note("withdraw", bid).await;
        told(&self.withdrawals, "withdraw")
    }

    async fn status(&self, bid: &Bid) -> Result<VenueStatus, VenueError> {
        self.note("status", bid).await;
        told(&self.statuses, "status")
    }
}

/// The in-memory store of bids, save that it refuses to store a bid in one state.
pub(crate) struct FaultyBids {
    store: Arc<MemoryStore>,
    fails_at: Mutex<Option<BidState>>,
}

impl FaultyBids {
    pub(crate) fn fail_at(&self, state: impl Into<Option<BidState>>) {
        *self.fails_at.lock().unwrap() = state.into();
    }
}

#[async_trait]
impl BidStore for FaultyBids {
    async fn insert_bid(&self, b: &Bid, e: &BidEvent, t: &Trail) -> Result<(), StoreError> {
        self.store.insert_bid(b, e, t).await
    }

    async fn update_bid(&self, b: &Bid, e: &BidEvent, t: &Trail) -> Result<(), StoreError> {
        if *self.fails_at.lock().unwrap() == Some(b.state()) {
            return Err(StoreError::Unavailable {
                maybe_applied: false,
                source: "the disk is full".into(),
            });
        }
        self.store.update_bid(b, e, t).await
    }

    async fn bid(&self, org: OrgId, id: BidId) -> Result<Option<Bid>, StoreError> {
        self.store.bid(org, id).await
    }

    async fn bids(&self, org: OrgId, query: &BidQuery) -> Result<Page<Bid>, StoreError> {
        self.store.bids(org, query).await
    }

    async fn bid_events(&self, org: OrgId, id: BidId) -> Result<Vec<BidEvent>, StoreError> {
        self.store.bid_events(org, id).await
    }

    async fn open_bids(
        &self,
        states: &[BidState],
        after: Option<BidId>,
        limit: u32,
    ) -> Result<Vec<Bid>, StoreError> {
        self.store.open_bids(states, after, limit).await
    }
}

/// Keeps passwords as they are, and counts what it is asked.
#[derive(Default)]
pub(crate) struct PlainHasher {
    pub(crate) verified: AtomicU64,
}

#[async_trait]
impl PasswordHasher for PlainHasher {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        Ok(format!("plain:{}", password.expose()))
    }

    async fn verify(&self, attempt: &str, hash: Option<&str>) -> Result<bool, HashError> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        Ok(hash == Some(format!("plain:{attempt}").as_str()))
    }
}

/// Access tokens are their claims as JSON; refresh tokens are numbered.
#[derive(Default)]
pub(crate) struct OpenTokens(AtomicU64);

impl TokenIssuer for OpenTokens {
    fn issue(&self, claims: &AccessClaims) -> String {
        serde_json::to_string(claims).unwrap()
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError> {
        let claims: AccessClaims = serde_json::from_str(token).map_err(|_| TokenError::Invalid)?;
        if now < claims.expires_at {
            Ok(claims)
        } else {
            Err(TokenError::Expired)
        }
    }

    fn refresh_token(&self) -> String {
        format!("refresh-{}", self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn hash(&self, refresh_token: &str) -> TokenHash {
        TokenHash(format!("hash of {refresh_token}"))
    }
}

/// Keeps what is published; subscribers get what was put into `backlog`.
#[derive(Default)]
pub(crate) struct FakeBus {
    pub(crate) published: Mutex<Vec<Event>>,
    pub(crate) backlog: Mutex<Vec<optibid_core::ports::BusMessage>>,
    pub(crate) down: Mutex<bool>,
}

#[async_trait]
impl EventBus for FakeBus {
    async fn publish(&self, event: Event) -> Result<(), BusError> {
        if *self.down.lock().unwrap() {
            return Err(BusError::Unavailable("no broker".into()));
        }
        self.published.lock().unwrap().push(event);
        Ok(())
    }

    async fn subscribe(&self, _: Topics, _: Option<u64>) -> Result<EventStream, BusError> {
        let backlog = self.backlog.lock().unwrap().clone();
        Ok(Box::pin(futures::stream::iter(backlog)))
    }
}

//! Does at the server what the dashboard wants done, and brings back what came of it.

mod read;

use crate::request::{Act, Answer, Effect, Failure, FailureKind, Request, ServerName, Update};
use crate::tokens::TokenFile;
use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Client, Error, RetryPolicy, Subscription, Tokens, Update as Heard};
use optibid_core::api::{AcknowledgeRequest, ShelveRequest, WithdrawRequest};
use optibid_core::auth::Permission;
use optibid_core::event::Topic;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::{AbortHandle, JoinSet};

/// Longest time that one attempt of a call may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// One more attempt at once, where that can do no harm; after that the dashboard asks again when it is time.
const RETRY: RetryPolicy = RetryPolicy {
    attempts: 2,
    first_pause: Duration::from_millis(200),
    longest_pause: Duration::from_secs(2),
};

/// What a call needs, shared by all that run at once.
#[derive(Clone)]
struct Line {
    client: Client,
    url: String,
    tokens: Option<TokenFile>,
    /// The tokens as they stand in the file.
    saved: Arc<Mutex<Option<Tokens>>>,
    updates: UnboundedSender<(u64, Update)>,
    generation: u64,
}

/// The way to one server.
pub struct Feed {
    line: Line,
    reads: JoinSet<()>,
    acts: JoinSet<()>,
    /// The one that listens to events.
    listener: Option<AbortHandle>,
}

impl Feed {
    /// The way to a server, signed in with what is kept of an earlier run. What comes back carries the generation, so that
    /// what another server answered late is told apart.
    ///
    /// # Errors
    /// When the address is none.
    pub async fn new(
        server: &ServerName,
        tokens: Option<TokenFile>,
        updates: (u64, UnboundedSender<(u64, Update)>),
    ) -> Result<Self, Error> {
        let client = Client::builder(server.url.clone())
            .timeout(TIMEOUT)
            .retry(RETRY)
            .build()?;
        Ok(Self::over(client, tokens, updates).await)
    }

    /// The same over a client that is there.
    pub async fn over(
        client: Client,
        tokens: Option<TokenFile>,
        updates: (u64, UnboundedSender<(u64, Update)>),
    ) -> Self {
        let url = client.base().to_owned();
        let kept = tokens
            .as_ref()
            .and_then(|file| file.load(&url).ok().flatten());
        if kept.is_some() {
            client.set_tokens(kept.clone()).await;
        }
        let line = Line {
            client,
            url,
            tokens,
            saved: Arc::new(Mutex::new(kept)),
            generation: updates.0,
            updates: updates.1,
        };
        Self {
            line,
            reads: JoinSet::new(),
            acts: JoinSet::new(),
            listener: None,
        }
    }

    /// Which feed this is, and for whom it reads.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.line.generation
    }

    /// The client.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.line.client
    }

    /// Does what concerns the server; the rest is the terminal's.
    pub fn perform(&mut self, effect: Effect) {
        while self.reads.try_join_next().is_some() {}
        while self.acts.try_join_next().is_some() {}
        let line = self.line.clone();
        match effect {
            Effect::Fetch(request) => {
                self.reads.spawn(async move { line.fetch(request).await });
            }
            Effect::Act(act) => {
                self.acts.spawn(async move { line.act(act).await });
            }
            Effect::Listen => {
                self.listen_no_more();
                let listener = self.reads.spawn(async move { line.listen().await });
                self.listener = Some(listener);
            }
            Effect::SignIn { email, password } => {
                self.acts
                    .spawn(async move { line.sign_in(email, password.0).await });
            }
            Effect::SignOut => {
                self.listen_no_more();
                self.acts.spawn(async move { line.sign_out().await });
            }
            Effect::LetGo => {
                self.listen_no_more();
                self.reads.abort_all();
                self.line.generation += 1;
            }
            _ => {}
        }
    }

    fn listen_no_more(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.abort();
        }
    }

    /// Lets acts that are under way end, at most so long: whether they did.
    pub async fn finish(mut self, longest: Duration) -> bool {
        let ended = async { while self.acts.join_next().await.is_some() {} };
        tokio::time::timeout(longest, ended).await.is_ok()
    }
}

impl Line {
    fn send(&self, update: Update) {
        // Nobody listens any more once the dashboard has ended.
        let _ = self.updates.send((self.generation, update));
    }

    async fn fetch(&self, request: Request) {
        let mut got = read::read(&self.client, &request).await;
        // Another dashboard of the same person may have exchanged the tokens, which are good once.
        if matches!(&got, Err(error) if Failure::from(error).kind == FailureKind::SignedOut)
            && self.take_over().await
        {
            // They may be somebody else's.
            self.send(Update::SignedIn(Ok(())));
            got = read::read(&self.client, &request).await;
        }
        self.keep().await;
        let answer = got.map_err(|error| {
            tracing::warn!(?request, %error, "reading failed");
            Failure::from(&error)
        });
        self.send(Update::Got(request, answer));
    }

    async fn act(&self, act: Act) {
        tracing::info!(act = act.words(), "started");
        let done = self.done(&act).await;
        self.keep().await;
        match &done {
            Ok(_) => tracing::info!(act = act.words(), "done"),
            Err(error) => tracing::warn!(act = act.words(), %error, "failed"),
        }
        let answer = done.map_err(|error| Failure::from(&error));
        self.send(Update::Done(act, answer));
    }

    async fn done(&self, act: &Act) -> Result<Answer, Error> {
        let client = &self.client;
        let bid = |bid| Answer::Bid(Box::new(bid));
        Ok(match act {
            Act::Submit(id, version) => bid(client.submit_bid(*id).if_match(*version).await?),
            Act::Withdraw(id, version) => {
                let request = WithdrawRequest {
                    reason: "withdrawn in the terminal dashboard".to_owned(),
                };
                bid(client
                    .withdraw_bid(*id, &request)
                    .if_match(*version)
                    .await?)
            }
            Act::Validate(id) => bid(client.validate_bid(*id).await?),
            Act::AskVenue(id) => bid(client.refresh_bid(*id).await?),
            Act::CancelJob(id) => Answer::Job(Box::new(client.cancel_job(*id).await?)),
            Act::Acknowledge(id) => {
                let answer = AcknowledgeRequest::default();
                Answer::Alert(Box::new(client.acknowledge_alert(*id, &answer).await?))
            }
            Act::Shelve(id, minutes) => {
                let silence = SignedDuration::from_mins(i64::from(*minutes));
                let silence = ShelveRequest {
                    until: Timestamp::now()
                        .saturating_add(silence)
                        .unwrap_or(Timestamp::MAX),
                    reason: "shelved in the terminal dashboard".to_owned(),
                };
                Answer::AlertRule(Box::new(client.shelve_alert_rule(*id, &silence).await?))
            }
            Act::Unshelve(id) => {
                Answer::AlertRule(Box::new(client.unshelve_alert_rule(*id).await?))
            }
        })
    }

    async fn listen(&self) {
        let topics = match self.client.me().await {
            Ok(me) => {
                let may = |permission| me.user.role.allows(permission);
                let all = [
                    (Topic::MarketPrices, Permission::ReadMarketData),
                    (Topic::BidEvents, Permission::ReadBids),
                    (Topic::JobEvents, Permission::ReadJobs),
                    (Topic::MarketAlerts, Permission::ReadAlerts),
                ];
                all.into_iter()
                    .filter(|(_, permission)| may(*permission))
                    .map(|(topic, _)| topic)
                    .collect()
            }
            Err(error) => {
                self.send(Update::LineOver(Failure::from(&error)));
                return;
            }
        };
        let wanted = Subscription {
            topics,
            market: None,
            after: None,
        };
        let mut events = pin!(self.client.events(wanted));
        while let Some(heard) = events.next().await {
            match heard {
                Ok(Heard::Event { event, .. }) => self.send(Update::Event(event)),
                Ok(Heard::Listening) => self.send(Update::LineStands),
                Ok(Heard::Broken) => self.send(Update::LineBroken),
                Ok(Heard::Gap { missed }) => {
                    tracing::info!(?missed, "events were lost");
                    self.send(Update::Gap);
                }
                Err(error) => {
                    tracing::warn!(%error, "the line of events is over");
                    self.keep().await;
                    self.send(Update::LineOver(Failure::from(&error)));
                    return;
                }
            }
        }
    }

    async fn sign_in(&self, email: String, password: String) {
        let outcome = self.client.sign_in(email, password).await;
        self.keep().await;
        let outcome = outcome.map(|_| ()).map_err(|error| Failure::from(&error));
        self.send(Update::SignedIn(outcome));
    }

    async fn sign_out(&self) {
        if let Err(error) = self.client.sign_out().await {
            tracing::warn!(%error, "signing out at the server failed; the tokens are forgotten here");
            self.client.set_tokens(None).await;
        }
        self.keep().await;
        self.send(Update::SignedOut);
    }

    /// Writes the tokens down where they have changed: a refresh token is good once, the next run needs the newest.
    async fn keep(&self) {
        let now = self.client.tokens().await;
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = self.tokens.as_ref().filter(|_| *saved != now) {
            if let Err(error) = file.save(&self.url, now.as_ref()) {
                tracing::warn!(%error, "the tokens could not be written down");
            }
            *saved = now;
        }
    }

    /// Takes the tokens from the file where they are others than those in use.
    async fn take_over(&self) -> bool {
        let kept = self
            .tokens
            .as_ref()
            .and_then(|file| file.load(&self.url).ok().flatten());
        let in_use = self.client.tokens().await;
        let others = kept.is_some() && kept != in_use;
        if others {
            *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = kept.clone();
            self.client.set_tokens(kept).await;
        }
        others
    }
}

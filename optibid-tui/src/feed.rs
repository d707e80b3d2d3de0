//! Does at the server what the dashboard wants done, and brings back what came of it.

mod read;
mod session;

use crate::request::{Act, Answer, Effect, Failure, FailureKind, Request, ServerName, Update};
use crate::tokens::TokenFile;
use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Client, Error, RetryPolicy, Subscription, Update as Heard};
use optibid_core::api::{AcknowledgeRequest, ShelveRequest, WithdrawRequest};
use optibid_core::event::Topic;
use session::{Renewal, Session};
use std::pin::pin;
use std::sync::Arc;
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
    /// The session that is kept in a file; without one the client sees to its own.
    session: Option<Arc<Session>>,
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
        let session = match tokens {
            Some(file) => Some(Session::kept(file, &client).await),
            None => None,
        };
        let line = Line {
            client,
            session,
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
        self.reads.abort_all();
        let ended = async {
            while self.acts.join_next().await.is_some() {}
            if let Some(session) = &self.line.session {
                session.settled().await;
            }
        };
        tokio::time::timeout(longest, ended).await.is_ok()
    }
}

impl Line {
    fn send(&self, update: Update) {
        // Nobody listens any more once the dashboard has ended.
        let _ = self.updates.send((self.generation, update));
    }

    async fn fetch(&self, request: Request) {
        self.renew(None).await;
        let used = self.access().await;
        let mut got = read::read(&self.client, &request).await;
        if matches!(&got, Err(error) if is_signed_out(error)) && self.renew(Some(used)).await {
            got = read::read(&self.client, &request).await;
        }
        let answer = got.map_err(|error| {
            tracing::warn!(?request, %error, "reading failed");
            Failure::from(&error)
        });
        self.send(Update::Got(request, answer));
    }

    async fn act(&self, act: Act) {
        tracing::info!(act = act.words(), "started");
        self.renew(None).await;
        let done = self.done(&act).await;
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
        loop {
            self.renew(None).await;
            let used = self.access().await;
            let Err(error) = self.listen_once().await else {
                return;
            };
            if !is_signed_out(&error) || !self.renew(Some(used)).await {
                tracing::warn!(%error, "the line of events is over");
                self.send(Update::LineOver(Failure::from(&error)));
                return;
            }
            self.send(Update::LineBroken);
            tokio::time::sleep(RETRY.longest_pause).await;
        }
    }

    /// Listens until the line is over.
    async fn listen_once(&self) -> Result<(), Error> {
        let me = self.client.me().await?;
        let may = |topic: &Topic| me.user.role.allows(topic.permission());
        let wanted = Subscription::to(Topic::ALL.into_iter().filter(may));
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
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn sign_in(&self, email: String, password: String) {
        let outcome = self.client.sign_in(email, password).await;
        if outcome.is_ok() {
            self.keep().await;
        }
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

    /// Writes down with which tokens the client was signed in or out.
    async fn keep(&self) {
        if let Some(session) = &self.session {
            let now = self.client.tokens().await;
            session.put(&self.client, now).await;
        }
    }

    /// The access token in use; empty where nobody is signed in.
    async fn access(&self) -> String {
        let tokens = self.client.tokens().await;
        tokens.map_or_else(String::new, |tokens| tokens.access)
    }

    /// Sees to tokens that are good: whether there are others than those that were refused.
    async fn renew(&self, refused: Option<String>) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        let renewal = session.renewed(&self.client, refused).await;
        if renewal == Renewal::TakenOver
            && let Ok(me) = read::read(&self.client, &Request::Me).await
        {
            // They may be somebody else's: who it is comes before what is theirs.
            self.send(Update::Got(Request::Me, Ok(me)));
        }
        matches!(renewal, Renewal::Exchanged | Renewal::TakenOver)
    }
}

fn is_signed_out(error: &Error) -> bool {
    Failure::from(error).kind == FailureKind::SignedOut
}

//! Submit and withdraw bids.

use super::App;
use super::bids::{DraftMode, expect_version, refuse};
use super::keyed::RequestKey;
use crate::audit::Actor;
use crate::auth::{Permission, Principal};
use crate::bid::{Bid, BidState, Transition};
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::id::BidId;
use crate::ports::{Trail, Venue, VenueError};
use std::sync::Arc;

const OPERATION: &str = "bid.submit";

impl App {
    /// Validates a bid again and hands it to its venue.
    ///
    /// The move to `submitted` is durable before the venue is called, so that a crash in between
    /// leaves a trace that [`App::follow_up`] resolves by asking the venue. The answer decides the
    /// state: `acknowledged`, `rejected`, back to `validated` when the venue certainly did not get
    /// it, or `unknown` when no answer came.
    ///
    /// # Errors
    /// [`Code::Invalid`] with every broken rule (a closed gate among them), [`Code::Conflict`] when
    /// state or version do not fit, [`Code::Unavailable`] when no gateway serves the market or it
    /// cannot be reached.
    pub async fn submit_bid(
        &self,
        who: &Principal,
        (id, expected): (BidId, Option<u64>),
        key: Option<&RequestKey>,
    ) -> Result<Bid> {
        self.may_write(who, Permission::SubmitBids).await?;
        let operation = format!("{OPERATION}/{id}");
        if let Some(answer) = self.replay(who, &operation, key).await? {
            return self.current(who, answer).await;
        }
        match self
            .submit_once(who, (id, expected), (key, &operation))
            .await
        {
            // A twin with the same key may have moved the bid meanwhile: then its answer is ours.
            Err(error) if error.code() == Code::Conflict => {
                match self.replay(who, &operation, key).await? {
                    Some(answer) => self.current(who, answer).await,
                    None => Err(error),
                }
            }
            other => other,
        }
    }

    async fn submit_once(
        &self,
        who: &Principal,
        (id, expected): (BidId, Option<u64>),
        (key, operation): (Option<&RequestKey>, &str),
    ) -> Result<Bid> {
        let bid = self.own_bid(who, id).await?;
        // A twin may be half way: the move that only marks the same offer as validated is ours too.
        let half_way = key.is_some()
            && bid.state() == BidState::Validated
            && expected.and_then(|expected| expected.checked_add(1)) == Some(bid.version());
        if !half_way {
            expect_version(&bid, expected)?;
        }
        let venue = self.venue_of(&bid)?;
        refuse(
            &self.judge(who.org, bid.content()).await?,
            DraftMode::Strict,
        )?;
        let bid = match bid.state() {
            BidState::Draft => self.validate_to_submit(who, bid).await?,
            _ => bid,
        };
        let now = self.environment.clock.now();
        let actor = Actor::User(who.user);
        let (bid, event) = bid.apply(Transition::Submit, actor, now, "submitted")?;
        let trail = self.bid_trail(who, OPERATION, &event);
        let trail = self.keep_answer(trail, who, operation, (key, &bid))?;
        let written = self.stores.bids.update_bid(&bid, &event, &trail).await;
        let mine = written.is_ok();
        let bid = self
            .settle_twin(who, operation, key, (written, bid))
            .await?;
        if mine {
            self.hand_over(&venue, bid).await
        } else {
            self.current(who, bid).await
        }
    }

    /// Marks a draft that passed the rules as validated; a twin that was first with just that move is
    /// as good.
    async fn validate_to_submit(&self, who: &Principal, draft: Bid) -> Result<Bid> {
        let (id, version) = (draft.id(), draft.version());
        let why = ("bid.validate", "passed the rules on submission");
        match self.move_bid(who, draft, Transition::Validate, why).await {
            Err(error) if error.code() == Code::Conflict => {
                let now = self.own_bid(who, id).await?;
                let same = now.state() == BidState::Validated && now.version() == version + 1;
                if same { Ok(now) } else { Err(error) }
            }
            other => other,
        }
    }

    /// Takes back a bid that is not final; an acknowledged one is withdrawn at the venue first, which
    /// alone decides whether its gate still allows that.
    ///
    /// # Errors
    /// [`Code::Conflict`] when state or version do not fit or the venue refuses. An error after the
    /// venue took it back says that it may have taken effect.
    pub async fn withdraw_bid(
        &self,
        who: &Principal,
        (id, expected): (BidId, Option<u64>),
        reason: &str,
    ) -> Result<Bid> {
        self.may_write(who, Permission::SubmitBids).await?;
        let bid = self.own_bid(who, id).await?;
        expect_version(&bid, expected)?;
        if !Transition::Withdraw.is_allowed_from(bid.state()) {
            let message = format!("a bid that is {} cannot be withdrawn", bid.state());
            return Err(Error::new(Code::Conflict, message));
        }
        if bid.state() == BidState::Acknowledged {
            let venue = self.venue_of(&bid)?;
            venue.withdraw(&bid).await.map_err(venue_failed)?;
        }
        let at_venue = bid.state() == BidState::Acknowledged;
        let reason = said(reason, "withdrawn");
        self.move_bid(who, bid, Transition::Withdraw, ("bid.withdraw", reason))
            .await
            .map_err(|error| {
                if at_venue {
                    error.maybe_applied()
                } else {
                    error
                }
            })
    }

    /// Calls the venue for a bid stored as submitted, and stores what came of it.
    ///
    /// When that cannot be stored the bid stays submitted and [`App::follow_up`] asks the venue again;
    /// the error says that the submission may have taken effect.
    async fn hand_over(&self, venue: &Arc<dyn Venue>, bid: Bid) -> Result<Bid> {
        let answer = venue.submit(&bid).await;
        let undelivered = matches!(answer, Err(VenueError::Unavailable(_)));
        let (org, id) = (bid.org(), bid.id());
        match self.note_answer(bid, answer).await {
            Err(error) if undelivered => Err(error),
            // Somebody may have asked the venue meanwhile, and stored the same evidence first.
            Err(error) if error.code() == Code::Conflict => {
                let stored = self.stores.bids.bid(org, id).await.ok().flatten();
                let answered = stored.filter(|bid| is_answered(bid.state()));
                answered.ok_or_else(|| error.maybe_applied())
            }
            Err(error) => Err(error.maybe_applied()),
            Ok(bid) => Ok(bid),
        }
    }

    async fn note_answer(&self, bid: Bid, answer: Result<String, VenueError>) -> Result<Bid> {
        match answer {
            Ok(venue_reference) => {
                let reason = format!("acknowledged as {venue_reference}");
                self.venue_move(bid, Transition::Acknowledge { venue_reference }, reason)
                    .await
            }
            Err(VenueError::Refused(reason)) => {
                self.venue_move(bid, Transition::Reject, reason).await
            }
            Err(error @ VenueError::OutcomeUnknown(_)) => {
                self.venue_move(bid, Transition::LoseTrack, error.to_string())
                    .await
            }
            Err(error @ VenueError::Unavailable(_)) => {
                self.venue_move(bid, Transition::ReturnUndelivered, error.to_string())
                    .await?;
                Err(venue_failed(error))
            }
        }
    }

    /// Applies a move on the venue's evidence and stores it.
    pub(super) async fn venue_move(
        &self,
        bid: Bid,
        transition: Transition,
        reason: String,
    ) -> Result<Bid> {
        let now = self.environment.clock.now();
        let reason = said(&reason, "the venue gave no reason");
        let (bid, event) = bid.apply(transition, Actor::Venue, now, reason)?;
        let trail = self.venue_trail(&event);
        self.stores.bids.update_bid(&bid, &event, &trail).await?;
        Ok(bid)
    }

    pub(super) fn venue_trail(&self, event: &crate::bid::BidEvent) -> Trail {
        let subject = format!("bid/{}", event.bid);
        let action = format!("bid.{}", event.to);
        self.system_trail(Some(event.org), event.actor, &action, subject)
            .with_detail(&serde_json::json!({ "version": event.version, "reason": event.reason }))
            .with_event(self.event(Some(event.org), EventKind::Bid(event.clone())))
    }

    pub(super) fn venue_of(&self, bid: &Bid) -> Result<Arc<dyn Venue>> {
        let market = &bid.content().market;
        self.venues
            .iter()
            .find(|v| v.serves(market))
            .cloned()
            .ok_or_else(|| {
                Error::new(
                    Code::Unavailable,
                    format!("no gateway to {market} is configured"),
                )
            })
    }

    /// The bid as it stands now; what a replayed submission answers.
    async fn current(&self, who: &Principal, kept: Bid) -> Result<Bid> {
        self.own_bid(who, kept.id()).await
    }
}

/// Whether the state can only come from the venue's own answer.
const fn is_answered(state: BidState) -> bool {
    use BidState as S;
    match state {
        S::Draft | S::Validated | S::Submitted | S::Unknown | S::Expired | S::Withdrawn => false,
        S::Acknowledged | S::Rejected => true,
        S::Cleared | S::PartlyCleared | S::NotCleared | S::Settled => true,
    }
}

/// The words of a user or a venue; the default when there are none.
fn said<'a>(words: &'a str, default: &'a str) -> &'a str {
    if words.trim().is_empty() {
        default
    } else {
        words
    }
}

pub(super) fn venue_failed(error: VenueError) -> Error {
    let code = match error {
        VenueError::Refused(_) => Code::Conflict,
        VenueError::OutcomeUnknown(_) => Code::OutcomeUnknown,
        VenueError::Unavailable(_) => Code::Unavailable,
    };
    let applied = !error.certainly_not_applied();
    let wrapped = Error::new(code, error.to_string()).with_source(error);
    if applied {
        wrapped.maybe_applied()
    } else {
        wrapped
    }
}

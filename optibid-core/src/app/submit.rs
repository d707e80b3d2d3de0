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
        const OPERATION: &str = "bid.submit";
        self.may_write(who, Permission::SubmitBids).await?;
        let operation = format!("{OPERATION}/{id}");
        if let Some(answer) = self.replay(who, &operation, key).await? {
            return self.current(who, answer).await;
        }
        let bid = self.own_bid(who, id).await?;
        expect_version(&bid, expected)?;
        let venue = self.venue_of(&bid)?;
        refuse(
            &self.judge(who.org, bid.content()).await?,
            DraftMode::Strict,
        )?;
        let bid = match bid.state() {
            BidState::Draft => {
                let why = ("bid.validate", "passed the rules on submission");
                self.move_bid(who, bid, Transition::Validate, why).await?
            }
            _ => bid,
        };
        let now = self.environment.clock.now();
        let actor = Actor::User(who.user);
        let (bid, event) = bid.apply(Transition::Submit, actor, now, "submitted")?;
        let trail = self.bid_trail(who, OPERATION, &event);
        let trail = self.keep_answer(trail, who, &operation, (key, &bid))?;
        let written = self.stores.bids.update_bid(&bid, &event, &trail).await;
        let mine = written.is_ok();
        let bid = self
            .settle_twin(who, &operation, key, (written, bid))
            .await?;
        if mine {
            self.hand_over(&venue, bid).await
        } else {
            self.current(who, bid).await
        }
    }

    /// Takes back a bid that is not final; an acknowledged one is withdrawn at the venue first.
    ///
    /// # Errors
    /// [`Code::Conflict`] when state or version do not fit or the gate has closed at the venue.
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
        let reason = if reason.trim().is_empty() {
            "withdrawn"
        } else {
            reason
        };
        self.move_bid(who, bid, Transition::Withdraw, ("bid.withdraw", reason))
            .await
    }

    /// Calls the venue for a bid stored as submitted, and stores what came of it.
    async fn hand_over(&self, venue: &Arc<dyn Venue>, bid: Bid) -> Result<Bid> {
        match venue.submit(&bid).await {
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

//! Follow up on open bids: reconcile with the venue, collect awards, expire what missed its gate.

use super::App;
use crate::audit::Actor;
use crate::auth::{Permission, Principal};
use crate::bid::{Bid, BidOffer, BidState, BlockAward, OfferKind, Transition};
use crate::error::{Error, Result};
use crate::id::{AwardId, BidId};
use crate::portfolio::Award;
use crate::ports::{VenueAward, VenueStatus};
use crate::unit::{Power, Ratio};
use jiff::SignedDuration;

/// How long a submission may still be on its way: until then "not received" is no evidence that the
/// venue never gets it. A gateway gives up on an answer well within this time.
const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(60);

/// What a round of follow-up did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FollowUp {
    /// Bids that moved.
    pub moved: u64,
    /// Bids that stayed as they are.
    pub unchanged: u64,
    /// Bids whose venue could not be asked.
    pub failed: u64,
}

impl App {
    /// Goes through all open bids of all organisations, reading `batch` at a time.
    ///
    /// Bids that are submitted or unknown are reconciled by the venue's own evidence; acknowledged
    /// ones get their awards; drafts whose last gate has closed expire. That a venue has not received
    /// a bid counts only a minute after it was sent: it may still be on its way.
    ///
    /// # Errors
    /// When the store fails; a venue that fails is counted and asked again in the next round.
    pub async fn follow_up(&self, batch: u32) -> Result<FollowUp> {
        let states = [
            BidState::Submitted,
            BidState::Unknown,
            BidState::Acknowledged,
            BidState::Draft,
            BidState::Validated,
            BidState::Rejected,
        ];
        let mut round = FollowUp::default();
        let mut after = None;
        loop {
            let bids = self.stores.bids.open_bids(&states, after, batch).await?;
            let Some(last) = bids.last() else {
                return Ok(round);
            };
            after = Some(last.id());
            for bid in bids {
                let before = bid.version();
                match self.follow(bid).await {
                    Ok(bid) if bid.version() != before => round.moved += 1,
                    Ok(_) => round.unchanged += 1,
                    Err(_) => round.failed += 1,
                }
            }
        }
    }

    /// Moves one open bid on, if there is evidence for it.
    async fn follow(&self, bid: Bid) -> Result<Bid> {
        match bid.state() {
            BidState::Submitted | BidState::Unknown | BidState::Acknowledged => {
                self.ask_venue(bid).await
            }
            _ if self.missed_gate(&bid) => self.expire(bid).await,
            _ => Ok(bid),
        }
    }

    /// Asks the venue about one bid now, and stores what it says.
    ///
    /// # Errors
    /// When the organisation has no such bid, or the venue cannot be asked.
    pub async fn refresh_bid(&self, who: &Principal, id: BidId) -> Result<Bid> {
        self.may_write(who, Permission::SettlePortfolio).await?;
        let bid = self.own_bid(who, id).await?;
        match bid.state() {
            BidState::Submitted | BidState::Unknown | BidState::Acknowledged => {
                self.ask_venue(bid).await
            }
            _ => Ok(bid),
        }
    }

    async fn ask_venue(&self, bid: Bid) -> Result<Bid> {
        let venue = self.venue_of(&bid)?;
        let status = venue
            .status(&bid)
            .await
            .map_err(super::submit::venue_failed)?;
        let sent_for = self
            .environment
            .clock
            .now()
            .duration_since(bid.updated_at());
        match (status, bid.state()) {
            (VenueStatus::NotReceived, BidState::Submitted | BidState::Unknown)
                if sent_for >= IN_FLIGHT =>
            {
                let reason = "the venue has not received it".to_owned();
                self.venue_move(bid, Transition::ReturnUndelivered, reason)
                    .await
            }
            (VenueStatus::Accepted { reference }, BidState::Submitted | BidState::Unknown) => {
                self.acknowledge(bid, reference).await
            }
            (VenueStatus::Refused { reason }, BidState::Submitted | BidState::Unknown) => {
                self.venue_move(bid, Transition::Reject, reason).await
            }
            (
                VenueStatus::Awarded {
                    reference,
                    awards,
                    blocks,
                },
                state,
            ) => {
                let bid = match state {
                    BidState::Submitted | BidState::Unknown => {
                        self.acknowledge(bid, reference).await?
                    }
                    _ => bid,
                };
                self.record_awards(bid, &awards, &blocks).await
            }
            _ => Ok(bid),
        }
    }

    async fn acknowledge(&self, bid: Bid, venue_reference: String) -> Result<Bid> {
        let reason = format!("acknowledged as {venue_reference}");
        self.venue_move(bid, Transition::Acknowledge { venue_reference }, reason)
            .await
    }

    async fn record_awards(
        &self,
        bid: Bid,
        awarded: &[VenueAward],
        blocks: &[BlockAward],
    ) -> Result<Bid> {
        is_energy(&bid)?;
        let transition = outcome(&bid, awarded, blocks);
        let now = self.environment.clock.now();
        let awards: Vec<Award> = awarded
            .iter()
            .filter(|a| a.quantity != Power::ZERO)
            .map(|a| Award {
                id: AwardId::from_uuid(self.environment.ids.uuid()),
                org: bid.org(),
                bid: bid.id(),
                market: bid.content().market.clone(),
                product: bid.content().product.clone(),
                location: bid.content().location.clone(),
                period: a.period,
                quantity: a.quantity,
                price: a.price,
                currency: bid.content().currency,
                awarded_at: now,
            })
            .collect();
        let reason = told(&bid, &awards, blocks);
        let (bid, event) = bid.apply(transition, Actor::Venue, now, reason)?;
        let trail = self.venue_trail(&event);
        self.stores
            .portfolio
            .record_awards(&awards, &bid, &event, &trail)
            .await?;
        Ok(bid)
    }

    /// Whether every period's gate has closed, so that nothing of the bid can be submitted any more.
    fn missed_gate(&self, bid: &Bid) -> bool {
        let content = bid.content();
        let Ok(rules) = self.rules_of(content) else {
            return false;
        };
        let Ok(day) = rules.delivery_day(content.delivery_day) else {
            return false;
        };
        let now = self.environment.clock.now();
        let offered = content.offer.delivery_periods().into_iter();
        let last = offered.filter(|p| day.contains(p.start())).max();
        // A draft without a period of its day waits for the day's last gate.
        last.or_else(|| rules.periods(&day).last())
            .and_then(|p| rules.gate_closure(&day, &p).ok())
            .is_some_and(|closure| closure <= now)
    }

    async fn expire(&self, bid: Bid) -> Result<Bid> {
        let now = self.environment.clock.now();
        let reason = "the gate closed before it was submitted";
        let (bid, event) = bid.apply(Transition::Expire, Actor::System, now, reason)?;
        let trail = self.venue_trail(&event);
        self.stores.bids.update_bid(&bid, &event, &trail).await?;
        Ok(bid)
    }
}

/// Awards are kept as energy that is sold or bought at the bid's location. What a venue awards of a
/// spread or of capacity is neither, and is not written down as if it were.
fn is_energy(bid: &Bid) -> Result<()> {
    let kind = bid.content().offer.kind();
    match kind {
        OfferKind::Curve | OfferKind::ThreePart | OfferKind::Virtual | OfferKind::Block => Ok(()),
        OfferKind::Spread | OfferKind::AncillaryService => {
            let rule = "awards of this kind are no energy at the bid's location and cannot be kept";
            Err(Error::field("award_not_energy", "kind", kind, rule))
        }
    }
}

/// What the venue awarded, in words; block by block, with the conditions that the venue broke.
fn told(bid: &Bid, awards: &[Award], blocks: &[BlockAward]) -> String {
    let BidOffer::Block(orders) = &bid.content().offer else {
        let offered = bid.content().offer.delivery_periods().len();
        return format!("{} of {offered} periods awarded", awards.len());
    };
    let accepted: Vec<String> = blocks
        .iter()
        .filter(|award| award.acceptance > Ratio::ZERO)
        .map(|award| format!("{} {}", award.block, award.acceptance))
        .collect();
    let mut told = format!(
        "{} of {} blocks accepted",
        accepted.len(),
        orders.blocks().len()
    );
    if !accepted.is_empty() {
        told = format!("{told}: {}", accepted.join(", "));
    }
    for broken in orders.broken_by(blocks) {
        told = format!("{told}; against the order: {broken}");
    }
    told
}

/// Cleared when every period got all that its curve offers on the awarded side (a storage curve:
/// charging or discharging in full), partly when something was awarded. Block orders are cleared when
/// every block is accepted in full, of an exclusive group one.
fn outcome(bid: &Bid, awards: &[VenueAward], blocks: &[BlockAward]) -> Transition {
    if let BidOffer::Block(orders) = &bid.content().offer {
        let nothing = blocks.iter().all(|award| award.acceptance == Ratio::ZERO)
            && awards.iter().all(|award| award.quantity == Power::ZERO);
        return if nothing {
            Transition::ClearNothing
        } else if orders.in_full(blocks) {
            Transition::Clear
        } else {
            Transition::ClearPartly
        };
    }
    if awards.iter().all(|a| a.quantity == Power::ZERO) {
        return Transition::ClearNothing;
    }
    let in_full = bid.content().curves().iter().all(|p| {
        let (low, high) = p.curve.range();
        let award = awards
            .iter()
            .find(|a| a.period == p.period)
            .map(|a| a.quantity);
        award.is_some_and(|q| q != Power::ZERO && (q == low || q == high))
    });
    if in_full {
        Transition::Clear
    } else {
        Transition::ClearPartly
    }
}

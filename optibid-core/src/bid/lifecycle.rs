//! The lifecycle of a bid: which move is allowed from where, and the event each move leaves.
//!
//! ```text
//! edit
//! ┌───┐                              ┌─► rejected ──► draft, withdrawn, expired
//! draft ──► validated ──► submitted ─┼─► acknowledged ──► cleared ────────► settled
//!   │         │    ▲        │        │        │     ├───► partly_cleared ─► settled
//!   │         │    │        │        │        ▼     └───► not_cleared ────► settled
//!   │         │    └────────┤        │    withdrawn
//!   ▼         ▼  undelivered ▼       │
//! withdrawn, expired     unknown ────┘ (left only on the venue's evidence, which may be an award)
//! ```

use super::content::BidContent;
use super::model::{Bid, NewBid};
use super::state::BidState;
use crate::audit::Actor;
use crate::id::{BidId, OrgId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A move along the lifecycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// New content; the bid is a draft again.
    Edit(Box<BidContent>),
    /// The venue's rules are met.
    Validate,
    /// Handed to the gateway: recorded before the venue is called.
    Submit,
    /// The venue took it, under its own reference.
    Acknowledge {
        /// The venue's reference.
        venue_reference: String,
    },
    /// The venue refused it.
    Reject,
    /// The venue certainly has not got it: it is validated as before and may be submitted again.
    ReturnUndelivered,
    /// The venue's answer did not come.
    LoseTrack,
    /// Awarded in full.
    Clear,
    /// Awarded in part.
    ClearPartly,
    /// Awarded nothing.
    ClearNothing,
    /// Settled in money.
    Settle,
    /// Taken back.
    Withdraw,
    /// The gate closed first.
    Expire,
}

impl Transition {
    /// The state it leads to.
    #[must_use]
    pub const fn target(&self) -> BidState {
        match self {
            Self::Edit(_) => BidState::Draft,
            Self::Validate | Self::ReturnUndelivered => BidState::Validated,
            Self::Submit => BidState::Submitted,
            Self::Acknowledge { .. } => BidState::Acknowledged,
            Self::Reject => BidState::Rejected,
            Self::LoseTrack => BidState::Unknown,
            Self::Clear => BidState::Cleared,
            Self::ClearPartly => BidState::PartlyCleared,
            Self::ClearNothing => BidState::NotCleared,
            Self::Settle => BidState::Settled,
            Self::Withdraw => BidState::Withdrawn,
            Self::Expire => BidState::Expired,
        }
    }

    /// Whether the lifecycle allows it from `from`.
    #[must_use]
    pub const fn is_allowed_from(&self, from: BidState) -> bool {
        match self {
            // Two moves lead to the same state, each from elsewhere.
            Self::Validate => matches!(from, BidState::Draft),
            Self::ReturnUndelivered => matches!(from, BidState::Submitted | BidState::Unknown),
            _ => from.may_become(self.target()),
        }
    }
}

impl BidState {
    /// Whether some move of the lifecycle leads from here to `to`; an edit leads from draft to draft.
    ///
    /// ```
    /// use optibid_core::bid::BidState;
    /// assert!(BidState::Cleared.may_become(BidState::Settled));
    /// assert!(!BidState::Draft.may_become(BidState::Settled));
    /// ```
    #[must_use]
    pub const fn may_become(self, to: Self) -> bool {
        use BidState as S;
        match to {
            S::Draft | S::Expired => matches!(self, S::Draft | S::Validated | S::Rejected),
            S::Validated => matches!(self, S::Draft | S::Submitted | S::Unknown),
            S::Submitted => matches!(self, S::Validated),
            S::Acknowledged | S::Rejected => matches!(self, S::Submitted | S::Unknown),
            S::Unknown => matches!(self, S::Submitted),
            S::Cleared | S::PartlyCleared | S::NotCleared => {
                matches!(self, S::Acknowledged | S::Unknown)
            }
            S::Settled => matches!(self, S::Cleared | S::PartlyCleared | S::NotCleared),
            S::Withdrawn => matches!(
                self,
                S::Draft | S::Validated | S::Rejected | S::Acknowledged
            ),
        }
    }
}

/// Why a bid was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LifecycleError {
    /// The lifecycle does not have the move.
    #[error("a bid that is {from} cannot become {to}")]
    NoSuchMove {
        /// Where the bid stands.
        from: BidState,
        /// Where it should have gone.
        to: BidState,
    },
    /// Every move says why; blank is no reason.
    #[error("moving a bid from {from} to {to} needs a reason that is not blank")]
    BlankReason {
        /// Where the bid stands.
        from: BidState,
        /// Where it should have gone.
        to: BidState,
    },
}

/// What happened to a bid: one row of its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BidEvent {
    /// The bid.
    pub bid: BidId,
    /// Its owner.
    pub org: OrgId,
    /// The version the event led to; events of a bid are numbered without gaps from 1.
    pub version: u64,
    /// The state before; absent for the draft.
    pub from: Option<BidState>,
    /// The state after.
    pub to: BidState,
    /// Who did it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub reason: String,
}

impl Bid {
    /// Drafts a bid.
    #[must_use]
    pub fn draft(new: NewBid, content: BidContent) -> (Self, BidEvent) {
        let bid = Self {
            id: new.id,
            org: new.org,
            author: new.author,
            content,
            state: BidState::Draft,
            version: 1,
            venue_reference: None,
            created_at: new.at,
            updated_at: new.at,
        };
        let event = BidEvent {
            bid: bid.id,
            org: bid.org,
            version: 1,
            from: None,
            to: BidState::Draft,
            actor: Actor::User(new.author),
            at: new.at,
            reason: "drafted".to_owned(),
        };
        (bid, event)
    }

    /// Moves the bid along its lifecycle; the event says who, when and why.
    ///
    /// The version rises by one with every move, and the event carries the version it led to. The
    /// reason is kept without blanks around it.
    ///
    /// # Errors
    /// When the lifecycle has no such move from the bid's state, or the reason is blank.
    pub fn apply(
        mut self,
        transition: Transition,
        actor: Actor,
        at: Timestamp,
        reason: impl Into<String>,
    ) -> Result<(Self, BidEvent), LifecycleError> {
        let (from, to) = (self.state, transition.target());
        if !transition.is_allowed_from(from) {
            return Err(LifecycleError::NoSuchMove { from, to });
        }
        let reason = reason.into().trim().to_owned();
        if reason.is_empty() {
            return Err(LifecycleError::BlankReason { from, to });
        }
        match transition {
            Transition::Edit(content) => self.content = *content,
            Transition::Acknowledge { venue_reference } => {
                self.venue_reference = Some(venue_reference);
            }
            _ => {}
        }
        self.state = to;
        self.version = self.version.saturating_add(1);
        self.updated_at = at;
        let event = BidEvent {
            bid: self.id,
            org: self.org,
            version: self.version,
            from: Some(from),
            to,
            actor,
            at,
            reason,
        };
        Ok((self, event))
    }
}

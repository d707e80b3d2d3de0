//! The bid.

use super::content::BidContent;
use super::state::BidState;
use crate::id::{BidId, OrgId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Identity of a bid that is about to be drafted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBid {
    /// The bid's id.
    pub id: BidId,
    /// Its owner.
    pub org: OrgId,
    /// Who drafts it.
    pub author: UserId,
    /// When.
    pub at: Timestamp,
}

/// A bid for one product, location and delivery day.
///
/// Its state changes only through [`Bid::apply`](Bid::apply); every change is a
/// [`BidEvent`](super::BidEvent) and raises [`version`](Bid::version) by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bid {
    pub(super) id: BidId,
    pub(super) org: OrgId,
    pub(super) author: UserId,
    pub(super) content: BidContent,
    pub(super) state: BidState,
    pub(super) version: u64,
    pub(super) venue_reference: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Bid {
    /// The id.
    #[must_use]
    pub const fn id(&self) -> BidId {
        self.id
    }
    /// The owner.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.org
    }
    /// Who drafted it.
    #[must_use]
    pub const fn author(&self) -> UserId {
        self.author
    }
    /// What it offers.
    #[must_use]
    pub const fn content(&self) -> &BidContent {
        &self.content
    }
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> BidState {
        self.state
    }
    /// Number of changes since the draft, starting at 1: what optimistic updates compare.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
    /// The venue's own reference, once it acknowledged.
    #[must_use]
    pub fn venue_reference(&self) -> Option<&str> {
        self.venue_reference.as_deref()
    }
    /// When it was drafted.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }
    /// When it last changed.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

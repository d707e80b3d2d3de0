use super::{Page, PageRequest, StoreError, Trail};
use crate::bid::{Bid, BidEvent, BidState};
use crate::id::{BidId, OrgId};
use crate::market::{MarketId, ProductId};
use async_trait::async_trait;
use jiff::civil::Date;

/// Which bids of an organisation are wanted; every filter is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BidQuery {
    /// Only of this market.
    pub market: Option<MarketId>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// Only for this delivery day.
    pub delivery_day: Option<Date>,
    /// Only in one of these states; empty means any.
    pub states: Vec<BidState>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// Bids and their history.
///
/// - A bid is stored together with its event and its trail, or not at all.
/// - A write is acknowledged only when it is durable.
/// - A bid of another organisation is not found.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait BidStore: Send + Sync + 'static {
    /// Stores a new bid with its first event.
    ///
    /// [`StoreError::AlreadyExists`] when the id is taken, [`StoreError::KeyTaken`] when the trail's key is.
    async fn insert_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Replaces a bid whose stored version is one below the event's.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is
    /// no such bid of the organisation.
    async fn update_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// The bid, if the organisation has it.
    async fn bid(&self, org: OrgId, id: BidId) -> Result<Option<Bid>, StoreError>;

    /// Bids of the organisation, the newest first.
    async fn bids(&self, org: OrgId, query: &BidQuery) -> Result<Page<Bid>, StoreError>;

    /// The events of a bid in order of version; empty when the organisation has no such bid.
    async fn bid_events(&self, org: OrgId, id: BidId) -> Result<Vec<BidEvent>, StoreError>;

    /// Bids of all organisations in one of these states with an id above `after`, the oldest first:
    /// for the jobs that follow up on open bids, never for a reader.
    async fn open_bids(
        &self,
        states: &[BidState],
        after: Option<BidId>,
        limit: u32,
    ) -> Result<Vec<Bid>, StoreError>;
}

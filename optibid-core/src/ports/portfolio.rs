use super::{Page, PageRequest, StoreError, Trail};
use crate::bid::{Bid, BidEvent};
use crate::id::{BidId, OrgId, SettlementId};
use crate::market::{MarketId, ProductId};
use crate::portfolio::{Award, SettlementStatement};
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

/// Which awards of an organisation are wanted: periods that start in `[from, until)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardQuery {
    /// Only of this bid.
    pub bid: Option<BidId>,
    /// Only of this market.
    pub market: Option<MarketId>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// First start.
    pub from: Timestamp,
    /// First start after.
    pub until: Timestamp,
    /// Most awards to return.
    pub limit: u32,
}

/// Which settlements of an organisation are wanted: delivery days `from..=to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementQuery {
    /// Only of this market.
    pub market: Option<MarketId>,
    /// First delivery day.
    pub from: Option<Date>,
    /// Last delivery day.
    pub to: Option<Date>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// Awards and settlements.
///
/// - The awards of a bid, its new state and the trail are stored together, or not at all.
/// - Awards come in order of start, settlements the latest delivery day first.
/// - Nothing of another organisation is found.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait PortfolioStore: Send + Sync + 'static {
    /// Stores the awards of a bid and the state they bring it to; conflict rules as
    /// [`BidStore::update_bid`](super::BidStore::update_bid).
    async fn record_awards(
        &self,
        awards: &[Award],
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Awards in order of start.
    async fn awards(&self, org: OrgId, query: &AwardQuery) -> Result<Vec<Award>, StoreError>;

    /// Stores a statement and the bids it settles with their events.
    async fn record_settlement(
        &self,
        statement: &SettlementStatement,
        settled: &[(Bid, BidEvent)],
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// The statement, if the organisation has it.
    async fn settlement(
        &self,
        org: OrgId,
        id: SettlementId,
    ) -> Result<Option<SettlementStatement>, StoreError>;

    /// Statements, the latest delivery day first.
    async fn settlements(
        &self,
        org: OrgId,
        query: &SettlementQuery,
    ) -> Result<Page<SettlementStatement>, StoreError>;
}

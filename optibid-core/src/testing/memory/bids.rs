use super::{MemoryStore, State, already_exists, first, not_found, page, require_version};
use crate::bid::{Bid, BidEvent, BidState};
use crate::id::{BidId, OrgId};
use crate::ports::{BidQuery, BidStore, Page, StoreError, Trail};
use async_trait::async_trait;

impl State {
    /// Passes when the bid may follow the stored one.
    pub(super) fn require_next_bid(&self, bid: &Bid, event: &BidEvent) -> Result<(), StoreError> {
        let stored = self
            .bids
            .get(&bid.id())
            .filter(|stored| stored.org() == bid.org());
        let stored = stored.ok_or_else(|| not_found("bid", bid.id()))?;
        require_version("bid", bid.id(), (stored.version(), event.version))
    }

    pub(super) fn put_bid(&mut self, bid: &Bid, event: &BidEvent) {
        self.bids.insert(bid.id(), bid.clone());
        self.bid_events
            .entry(bid.id())
            .or_default()
            .push(event.clone());
    }

    fn owns_bid(&self, org: OrgId, id: BidId) -> bool {
        self.bids.get(&id).is_some_and(|bid| bid.org() == org)
    }
}

fn matches(query: &BidQuery, bid: &Bid) -> bool {
    let content = bid.content();
    query
        .market
        .as_ref()
        .is_none_or(|market| *market == content.market)
        && query
            .product
            .as_ref()
            .is_none_or(|product| *product == content.product)
        && query
            .delivery_day
            .is_none_or(|day| day == content.delivery_day)
        && (query.states.is_empty() || query.states.contains(&bid.state()))
}

#[async_trait]
impl BidStore for MemoryStore {
    async fn insert_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.bids.contains_key(&bid.id()) {
                return Err(already_exists("bid", bid.id()));
            }
            state.put_bid(bid, event);
            Ok(())
        })
    }

    async fn update_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            state.require_next_bid(bid, event)?;
            state.put_bid(bid, event);
            Ok(())
        })
    }

    async fn bid(&self, org: OrgId, id: BidId) -> Result<Option<Bid>, StoreError> {
        Ok(self.read(|state| state.bids.get(&id).filter(|bid| bid.org() == org).cloned()))
    }

    async fn bids(&self, org: OrgId, query: &BidQuery) -> Result<Page<Bid>, StoreError> {
        self.read(|state| {
            let own = state.bids.values().rev();
            let wanted = own.filter(|bid| bid.org() == org && matches(query, bid));
            page(wanted, &query.page, Bid::id)
        })
    }

    async fn bid_events(&self, org: OrgId, id: BidId) -> Result<Vec<BidEvent>, StoreError> {
        Ok(self.read(|state| {
            let events = state
                .bid_events
                .get(&id)
                .filter(|_| state.owns_bid(org, id));
            events.cloned().unwrap_or_default()
        }))
    }

    async fn open_bids(
        &self,
        states: &[BidState],
        after: Option<BidId>,
        limit: u32,
    ) -> Result<Vec<Bid>, StoreError> {
        Ok(self.read(|state| {
            let open = state.bids.values().filter(|bid| {
                states.contains(&bid.state()) && after.is_none_or(|after| after < bid.id())
            });
            first(open.cloned(), limit)
        }))
    }
}

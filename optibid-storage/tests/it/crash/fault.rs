//! Stores that break a promise, to see that it is noticed.

use async_trait::async_trait;
use optibid_core::bid::{Bid, BidEvent, BidState};
use optibid_core::id::{BidId, OrgId};
use optibid_core::ports::{BidQuery, BidStore, Page, StoreError, Trail};
use std::sync::Arc;
use std::time::Duration;

/// The promise that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A bid is acknowledged after five milliseconds, committed or not.
    AnswersEarly,
    /// The answer is not kept under its idempotency key.
    ForgetsKeys,
    /// The events of a bid do not reach the outbox.
    DropsMessages,
}

impl Fault {
    const ALL: [Self; 3] = [Self::AnswersEarly, Self::ForgetsKeys, Self::DropsMessages];

    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

/// A store of bids with a fault.
pub(super) struct Faulty {
    pub(super) fault: Fault,
    pub(super) inner: Arc<dyn BidStore>,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BidStore for Faulty {
    async fn insert_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let (bid, event, mut trail) = (bid.clone(), event.clone(), trail.clone());
        match self.fault {
            Fault::AnswersEarly => {
                let inner = self.inner.clone();
                let write =
                    tokio::spawn(async move { inner.insert_bid(&bid, &event, &trail).await });
                match tokio::time::timeout(Duration::from_millis(5), write).await {
                    Ok(written) => written.unwrap(),
                    Err(_) => Ok(()),
                }
            }
            Fault::ForgetsKeys => {
                trail.answer = None;
                self.inner.insert_bid(&bid, &event, &trail).await
            }
            Fault::DropsMessages => {
                trail.events.clear();
                self.inner.insert_bid(&bid, &event, &trail).await
            }
        }
    }

    async fn update_bid(
        &self,
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.inner.update_bid(bid, event, trail).await
    }

    async fn bid(&self, org: OrgId, id: BidId) -> Result<Option<Bid>, StoreError> {
        self.inner.bid(org, id).await
    }

    async fn bids(&self, org: OrgId, query: &BidQuery) -> Result<Page<Bid>, StoreError> {
        self.inner.bids(org, query).await
    }

    async fn bid_events(&self, org: OrgId, id: BidId) -> Result<Vec<BidEvent>, StoreError> {
        self.inner.bid_events(org, id).await
    }

    async fn open_bids(
        &self,
        states: &[BidState],
        after: Option<BidId>,
        limit: u32,
    ) -> Result<Vec<Bid>, StoreError> {
        self.inner.open_bids(states, after, limit).await
    }
}

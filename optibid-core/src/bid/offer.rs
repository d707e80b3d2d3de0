//! What a bid offers: one of the kinds that markets take.
//!
//! Each kind is a type that cannot be built against its own logic: a start-up cost that falls as the
//! plant cools, a loop of three blocks, a chain of links that bites its tail. A market's limits are
//! checked by [`validate`](fn@crate::bid::validate).

mod acceptance;
mod block;
mod blocks;
mod clearing;
mod commitment;
mod entry;
mod service;
mod spread;
mod three_part;
mod virtual_bid;

pub use acceptance::BlockAward;
pub use block::{BlockOrder, BlockRelation, BlockVolume};
pub use blocks::BlockOrders;
pub use commitment::{Commitment, CommitmentTerms, StartCost, StartState};
pub use entry::{BidPeriod, OfferError};
pub use service::ServiceOffer;
pub use spread::{SpreadBid, SpreadPeriod};
pub use three_part::ThreePartOffer;
pub use virtual_bid::VirtualBid;

use crate::market::DeliveryPeriod;
use crate::market::rules::OfferKind;

/// What a bid offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BidOffer {
    /// An energy curve in each period.
    Curve(Vec<BidPeriod>),
    /// Start-up, cost at minimum, and an energy curve in each period.
    ThreePart(ThreePartOffer),
    /// A financial energy curve in each period.
    Virtual(VirtualBid),
    /// A financial bid on the price difference from the bid's location to a sink.
    Spread(SpreadBid),
    /// A capacity curve in each period.
    AncillaryService(ServiceOffer),
    /// Block orders.
    Block(BlockOrders),
}

impl BidOffer {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> OfferKind {
        match self {
            Self::Curve(_) => OfferKind::Curve,
            Self::ThreePart(_) => OfferKind::ThreePart,
            Self::Virtual(_) => OfferKind::Virtual,
            Self::Spread(_) => OfferKind::Spread,
            Self::AncillaryService(_) => OfferKind::AncillaryService,
            Self::Block(_) => OfferKind::Block,
        }
    }

    /// The curves, one a period, of the kinds that have them: of energy, or of capacity in an
    /// ancillary-service offer. A spread bid and block orders have none.
    #[must_use]
    pub fn curves(&self) -> &[BidPeriod] {
        match self {
            Self::Curve(periods) => periods,
            Self::ThreePart(offer) => offer.periods(),
            Self::Virtual(bid) => bid.periods(),
            Self::AncillaryService(offer) => offer.periods(),
            Self::Spread(_) | Self::Block(_) => &[],
        }
    }

    /// The curves to change, of the one kind that has no rule beyond its curves'.
    #[must_use]
    pub const fn curves_mut(&mut self) -> Option<&mut Vec<BidPeriod>> {
        match self {
            Self::Curve(periods) => Some(periods),
            _ => None,
        }
    }

    /// Every period that something is offered in, in order of time, each once.
    #[must_use]
    pub fn delivery_periods(&self) -> Vec<DeliveryPeriod> {
        let mut periods: Vec<_> = self.profiles().into_iter().flat_map(|(_, p)| p).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }

    /// The lists of periods as they are written, each with the path of its field.
    pub(in crate::bid) fn profiles(&self) -> Vec<(String, Vec<DeliveryPeriod>)> {
        let one = |path: &str, periods| vec![(path.to_owned(), periods)];
        match self {
            Self::Spread(bid) => one("spreads", bid.periods().iter().map(|s| s.period).collect()),
            Self::Block(orders) => {
                let list = |(i, block): (usize, &BlockOrder)| {
                    let periods = block.profile.iter().map(|v| v.period).collect();
                    (format!("blocks[{i}].profile"), periods)
                };
                orders.blocks().iter().enumerate().map(list).collect()
            }
            _ => one("periods", self.curves().iter().map(|p| p.period).collect()),
        }
    }
}

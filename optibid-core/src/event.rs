//! What happened: the one enum that streams, audits and notifies.

use crate::alert::AlertEvent;
use crate::bid::BidEvent;
use crate::id::{EventId, OrgId};
use crate::job::JobEvent;
use crate::market::{MarketId, PriceObservation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where events are published; the configured prefix stands before it: `optibid.market.prices`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub enum Topic {
    /// New prices.
    #[serde(rename = "market.prices")]
    MarketPrices,
    /// Alarms that changed.
    #[serde(rename = "market.alerts")]
    MarketAlerts,
    /// Bids that changed state.
    #[serde(rename = "bids.events")]
    BidEvents,
    /// Jobs that changed state.
    #[serde(rename = "jobs.events")]
    JobEvents,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 4] = [
        Self::MarketPrices,
        Self::MarketAlerts,
        Self::BidEvents,
        Self::JobEvents,
    ];

    /// The name without prefix.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MarketPrices => "market.prices",
            Self::MarketAlerts => "market.alerts",
            Self::BidEvents => "bids.events",
            Self::JobEvents => "jobs.events",
        }
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum EventKind {
    /// A price became known.
    Price(PriceObservation),
    /// A bid moved along its lifecycle.
    Bid(BidEvent),
    /// A job moved.
    Job(JobEvent),
    /// An alarm changed.
    Alert(AlertEvent),
}

/// Something that happened, with an id by which consumers drop repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Event {
    /// Unique for ever.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// Whose it is; none for public market data. Delivered to nobody else.
    pub org: Option<OrgId>,
    /// What.
    pub kind: EventKind,
}

impl Event {
    /// Where it is published.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        match self.kind {
            EventKind::Price(_) => Topic::MarketPrices,
            EventKind::Bid(_) => Topic::BidEvents,
            EventKind::Job(_) => Topic::JobEvents,
            EventKind::Alert(_) => Topic::MarketAlerts,
        }
    }

    /// The market it concerns, where it concerns one.
    #[must_use]
    pub const fn market(&self) -> Option<&MarketId> {
        match &self.kind {
            EventKind::Price(price) => Some(&price.market),
            EventKind::Bid(_) | EventKind::Job(_) | EventKind::Alert(_) => None,
        }
    }
}

use crate::bid::{Bid, BlockAward};
use crate::market::{DeliveryPeriod, MarketId};
use crate::unit::{Power, Price};
use async_trait::async_trait;

/// An award as the venue reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VenueAward {
    /// The period.
    pub period: DeliveryPeriod,
    /// Awarded injection: positive sold, negative bought, zero nothing.
    pub quantity: Power,
    /// The clearing price.
    pub price: Price,
}

/// What the venue knows of a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VenueStatus {
    /// It never arrived.
    NotReceived,
    /// It was accepted and waits for the auction.
    Accepted {
        /// The venue's reference.
        reference: String,
    },
    /// It was refused.
    Refused {
        /// The venue's words.
        reason: String,
    },
    /// The auction is over.
    Awarded {
        /// The venue's reference.
        reference: String,
        /// One award a period of the bid; of block orders the sum of the accepted volumes.
        awards: Vec<VenueAward>,
        /// The accepted share of each block order; empty for other kinds of offer.
        blocks: Vec<BlockAward>,
    },
}

/// Why a venue did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VenueError {
    /// The venue refused, with its own words: it certainly has not got it.
    #[error("the venue refused: {0}")]
    Refused(String),
    /// No answer: the venue may or may not have it.
    #[error("the venue's answer never came")]
    OutcomeUnknown(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The venue was not reached: it certainly has not got it.
    #[error("the venue cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl VenueError {
    /// Whether the request certainly had no effect at the venue.
    #[must_use]
    pub const fn certainly_not_applied(&self) -> bool {
        !matches!(self, Self::OutcomeUnknown(_))
    }
}

/// A gateway to a market.
///
/// - Submitting a bid again under the same id and version has no further effect and gets the same answer.
/// - `status` tells the truth about any bid ever submitted.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait Venue: Send + Sync + 'static {
    /// Whether the gateway serves the market.
    fn serves(&self, market: &MarketId) -> bool;

    /// Submits a bid; answers the venue's reference.
    async fn submit(&self, bid: &Bid) -> Result<String, VenueError>;

    /// Takes back an acknowledged bid.
    async fn withdraw(&self, bid: &Bid) -> Result<(), VenueError>;

    /// What the venue knows of the bid.
    async fn status(&self, bid: &Bid) -> Result<VenueStatus, VenueError>;
}

//! The bid.

use super::curve::OfferCurve;
use super::state::BidState;
use crate::error::{Error, Result, Violation};
use crate::id::{AssetId, BidId, OrgId, UserId};
use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::unit::Currency;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The curve offered in one delivery period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BidPeriod {
    /// The period.
    pub period: DeliveryPeriod,
    /// The curve.
    pub curve: OfferCurve,
}

/// What a trader writes: everything but identity and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BidContent {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The settlement location.
    pub location: LocationCode,
    /// The delivery day, in market time.
    pub delivery_day: Date,
    /// Currency of all prices.
    pub currency: Currency,
    /// The asset behind the bid, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// One curve a period, in order of time.
    pub periods: Vec<BidPeriod>,
    /// The trader's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl BidContent {
    /// Most periods of a bid, whatever the market: the five-minute periods of a 25-hour day.
    pub const MAX_PERIODS: usize = 300;
    /// Most points of one curve, whatever the market; the largest limit of a venue is 256.
    pub const MAX_POINTS: usize = 300;
    /// Most characters of the note.
    pub const MAX_NOTE_CHARS: usize = 2_000;

    /// Checks the limits that hold in every market, so that nobody stores or validates a bid
    /// without bounds.
    ///
    /// # Errors
    /// Names every limit passed: `too_many_periods`, `curve_too_long`, `note_too_long`.
    pub fn check_form(&self) -> Result<()> {
        let mut violations = Vec::new();
        if self.periods.len() > Self::MAX_PERIODS {
            let rule = format!("at most {} periods", Self::MAX_PERIODS);
            violations.push(Violation::new(
                "too_many_periods",
                "periods",
                self.periods.len(),
                rule,
            ));
        }
        for (i, offered) in self.periods.iter().take(Self::MAX_PERIODS).enumerate() {
            let points = offered.curve.points().len();
            if points > Self::MAX_POINTS {
                let field = format!("periods[{i}].curve.points");
                let rule = format!("at most {} points", Self::MAX_POINTS);
                violations.push(Violation::new("curve_too_long", field, points, rule));
            }
        }
        let characters = self.note.as_deref().map_or(0, |note| note.chars().count());
        if characters > Self::MAX_NOTE_CHARS {
            let rule = format!("at most {} characters", Self::MAX_NOTE_CHARS);
            let value = format!("{characters} characters");
            violations.push(Violation::new("note_too_long", "note", value, rule));
        }
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(violations))
        }
    }
}

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

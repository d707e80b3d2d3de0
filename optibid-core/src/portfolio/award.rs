//! Awards.

use crate::id::{AwardId, BidId, OrgId};
use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::unit::{Currency, Energy, Power, Price};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Power that the venue awarded to a bid in one period, at the clearing price.
///
/// ```
/// use optibid_core::portfolio::Award;
/// use optibid_core::unit::Energy;
/// let award: Award = serde_json::from_str(
///     r#"{"id": "0190d2f0-0000-7000-8000-000000000001", "org": "0190d2f0-0000-7000-8000-000000000002",
///         "bid": "0190d2f0-0000-7000-8000-000000000003", "market": "ERCOT", "product": "DAM",
///         "location": "HB_SOUTH", "period": {"start": "2024-05-01T06:00:00Z", "resolution": "PT60M"},
///         "quantity": "-10", "price": "18.25", "currency": "USD",
///         "awarded_at": "2024-04-30T18:30:00Z"}"#,
/// )?;
/// assert_eq!(award.energy(), Some(Energy::from_mwh(-10)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// The id.
    pub id: AwardId,
    /// The owner of the bid.
    pub org: OrgId,
    /// The bid.
    pub bid: BidId,
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location it settles at.
    pub location: LocationCode,
    /// The delivery period.
    pub period: DeliveryPeriod,
    /// Awarded power through the whole period; positive is injection (sold).
    pub quantity: Power,
    /// The clearing price.
    pub price: Price,
    /// Currency of the price.
    pub currency: Currency,
    /// When the venue published it.
    pub awarded_at: Timestamp,
}

impl Award {
    /// The awarded energy; `None` past what [`Energy`] holds.
    #[must_use]
    pub fn energy(&self) -> Option<Energy> {
        self.quantity.over(self.period.resolution().duration())
    }

    /// The part of the awarded energy that falls into `period`: none of it in a period beside, all
    /// of it in one that covers the award's.
    #[must_use]
    pub fn energy_in(&self, period: &DeliveryPeriod) -> Option<Energy> {
        self.quantity.over(overlap(&self.period, period))
    }
}

/// How long two periods overlap; zero when they do not.
pub(in crate::portfolio) fn overlap(a: &DeliveryPeriod, b: &DeliveryPeriod) -> SignedDuration {
    let start = a.start().max(b.start());
    let end = a.end().min(b.end());
    end.duration_since(start).max(SignedDuration::ZERO)
}

//! Observed prices, with the time at which they became known.

use super::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::id::OrgId;
use crate::unit::Price;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names a price series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeriesKey {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
}

impl std::fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            market,
            product,
            location,
        } = self;
        write!(f, "{market} {product} {location}")
    }
}

/// Who may see a price: everybody, or the organisation that imported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataOwner {
    /// Public market data from a feed or loaded by the operator.
    Public,
    /// Imported by an organisation for its own use.
    Org(OrgId),
}

/// Parts of a locational marginal price; they add up to the price, save for the venue's rounding.
///
/// The sign is that of the sum: a market that publishes congestion with the opposite sign (NYISO)
/// is turned round at import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceComponents {
    /// Marginal cost of energy, the same everywhere.
    pub energy: Price,
    /// Marginal cost of congestion.
    pub congestion: Price,
    /// Marginal cost of losses.
    pub loss: Price,
    /// Marginal cost of greenhouse-gas allowances, where the market has it.
    pub greenhouse_gas: Price,
}

/// One published price.
///
/// The same period can be published again with another price (a restatement); both are kept, and
/// [`known_at`](Self::known_at) tells which was known when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct PriceObservation {
    /// The market.
    pub market: MarketId,
    /// The product: day-ahead, real-time.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// The period the price holds for.
    pub period: DeliveryPeriod,
    /// The price.
    pub price: Price,
    /// Its parts, where the market publishes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<PriceComponents>,
    /// When this figure became known.
    pub known_at: Timestamp,
}

/// Figures over a span of prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct PriceSummary {
    /// Number of periods with a price.
    pub count: u64,
    /// Number of periods with a price below zero.
    pub negative: u64,
    /// Lowest price.
    pub min: Price,
    /// Highest price.
    pub max: Price,
    /// Mean, rounded half-even to 1e-6.
    pub mean: Price,
    /// First period.
    pub first: DeliveryPeriod,
    /// Last period.
    pub last: DeliveryPeriod,
}

impl PriceSummary {
    /// Sums up prices; `None` when there are none.
    #[must_use]
    pub fn of<'a>(prices: impl IntoIterator<Item = &'a PriceObservation>) -> Option<Self> {
        let mut prices = prices.into_iter();
        let first = prices.next()?;
        let mut sum = i128::from(first.price.micros());
        let mut summary = Self {
            count: 1,
            negative: u64::from(first.price < Price::ZERO),
            min: first.price,
            max: first.price,
            mean: first.price,
            first: first.period,
            last: first.period,
        };
        for item in prices {
            summary.count += 1;
            summary.negative += u64::from(item.price < Price::ZERO);
            summary.min = summary.min.min(item.price);
            summary.max = summary.max.max(item.price);
            summary.first = summary.first.min(item.period);
            summary.last = summary.last.max(item.period);
            sum += i128::from(item.price.micros());
        }
        let mean = crate::unit::Rounding::HalfEven.div(sum, i128::from(summary.count));
        summary.mean = Price::from_micros(i64::try_from(mean).unwrap_or(i64::MAX));
        Some(summary)
    }
}

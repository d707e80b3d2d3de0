use super::StoreError;
use crate::id::OrgId;
use crate::market::{
    DataOwner, LocationCode, MarketId, PriceObservation, ProductId, Resolution, SeriesKey,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// Prices of one series that start in `[from, until)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceQuery {
    /// Who asks: public prices and the organisation's own are seen; none sees public prices alone.
    pub org: Option<OrgId>,
    /// The series.
    pub series: SeriesKey,
    /// Only periods of this length; none means any.
    pub resolution: Option<Resolution>,
    /// First start.
    pub from: Timestamp,
    /// First start after.
    pub until: Timestamp,
    /// Only what was known then; none means now.
    pub as_of: Option<Timestamp>,
    /// Most prices to return.
    pub limit: u32,
}

/// The latest price of every series seen by an organisation, now or by an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestQuery {
    /// Who asks; none sees public prices alone.
    pub org: Option<OrgId>,
    /// Only of this market.
    pub market: Option<MarketId>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// Only at this location.
    pub location: Option<LocationCode>,
    /// Only periods that have begun by then.
    pub until: Option<Timestamp>,
    /// Most prices to return.
    pub limit: u32,
}

/// What an append did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppendReport {
    /// Periods that had no price before.
    pub inserted: u64,
    /// Periods that had another price before: both are kept.
    pub restated: u64,
    /// Prices that said nothing new.
    pub unchanged: u64,
}

/// Observed prices, restatements kept.
///
/// - An append is applied wholly or not at all.
/// - A price that equals the latest one known for its owner, series and period is not stored again.
/// - A different price for a known period is stored beside the old one, under its own knowledge time;
///   with the same knowledge time it replaces it.
/// - A reader gets, for each period, the figure known last (at `as_of`), whether public or its own
///   organisation's; another organisation's prices are never seen.
/// - Series come in order of start.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait PriceStore: Send + Sync + 'static {
    /// Adds prices for an owner.
    async fn append_prices(
        &self,
        owner: DataOwner,
        prices: &[PriceObservation],
    ) -> Result<AppendReport, StoreError>;

    /// Prices of a series in order of start.
    async fn prices(&self, query: &PriceQuery) -> Result<Vec<PriceObservation>, StoreError>;

    /// The latest period's price of every matching series, ordered by series; with `until` of the periods that have begun by
    /// then.
    async fn latest_prices(&self, query: &LatestQuery)
    -> Result<Vec<PriceObservation>, StoreError>;

    /// Every version of one series' period known to the organisation, in order of knowledge time.
    async fn price_versions(
        &self,
        org: OrgId,
        series: &SeriesKey,
        start: Timestamp,
    ) -> Result<Vec<PriceObservation>, StoreError>;
}

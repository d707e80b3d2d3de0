//! Read and import prices.

use super::App;
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::event::EventKind;
use crate::market::{DataOwner, PriceObservation, PriceSummary, Resolution};
use crate::ports::{AppendReport, LatestQuery, PriceQuery, SeriesKey};
use jiff::Timestamp;

/// Which part of a price series is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInput {
    /// The series.
    pub series: SeriesKey,
    /// Only periods of this length.
    pub resolution: Option<Resolution>,
    /// First start.
    pub from: Timestamp,
    /// First start after.
    pub until: Timestamp,
    /// Only what was known then.
    pub as_of: Option<Timestamp>,
    /// Most prices to return.
    pub limit: u32,
}

/// Whom imported prices are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportTarget {
    /// The caller's organisation alone.
    Own,
    /// Everybody: for super admins.
    Public,
}

impl App {
    /// The latest price of every matching series; without a caller, of public series alone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn latest_prices(
        &self,
        who: Option<&Principal>,
        query: LatestQuery,
    ) -> Result<Vec<PriceObservation>> {
        if let Some(who) = who {
            who.require(Permission::ReadMarketData)?;
        }
        let query = LatestQuery {
            org: who.map(|w| w.org),
            ..query
        };
        Ok(self.stores.prices.latest_prices(&query).await?)
    }

    /// Prices of a series in order of start.
    ///
    /// # Errors
    /// When the span is empty, the series does not exist or the store fails.
    pub async fn price_history(
        &self,
        who: &Principal,
        input: SeriesInput,
    ) -> Result<Vec<PriceObservation>> {
        who.require(Permission::ReadMarketData)?;
        if input.until <= input.from {
            return Err(Error::field(
                "empty_span",
                "to",
                input.until,
                "must be after from",
            ));
        }
        let query = price_query(who, input);
        let prices = self.stores.prices.prices(&query).await?;
        if prices.is_empty() {
            // Nothing in a span of a series that exists, or a series that does not?
            self.price_terms(&query.series.market, &query.series.product)?;
            let place = ("location", &query.series);
            self.check_place(who.org, place).await?;
        }
        Ok(prices)
    }

    /// Count, extremes and mean of a span of prices; none when it holds no price.
    ///
    /// # Errors
    /// As [`App::price_history`].
    pub async fn price_summary(
        &self,
        who: &Principal,
        input: SeriesInput,
    ) -> Result<Option<PriceSummary>> {
        let prices = self.price_history(who, input).await?;
        Ok(PriceSummary::of(&prices))
    }

    /// Passes when the caller may import for the target: what a shell asks before it reads a file, so
    /// that who may not is told so and not what is wrong with the file.
    ///
    /// # Errors
    /// [`Code::Forbidden`](crate::error::Code::Forbidden) when the role does not allow it,
    /// [`Code::Unavailable`](crate::error::Code::Unavailable) in maintenance.
    pub async fn may_import(&self, who: &Principal, target: ImportTarget) -> Result<()> {
        let permission = match target {
            ImportTarget::Own => Permission::ImportPrices,
            ImportTarget::Public => Permission::ImportPublicPrices,
        };
        self.may_write(who, permission).await
    }

    /// Stores prices that a user imported: all of them or none.
    ///
    /// # Errors
    /// [`Code::Forbidden`](crate::error::Code::Forbidden) when the role does not allow the target.
    pub async fn import_prices(
        &self,
        who: &Principal,
        target: ImportTarget,
        prices: &[PriceObservation],
    ) -> Result<AppendReport> {
        self.may_import(who, target).await?;
        let owner = match target {
            ImportTarget::Own => DataOwner::Org(who.org),
            ImportTarget::Public => DataOwner::Public,
        };
        let report = self.stores.prices.append_prices(owner, prices).await?;
        let trail = self
            .trail(who, "prices.import", "prices")
            .with_detail(&serde_json::json!({
                "inserted": report.inserted,
                "restated": report.restated,
                "unchanged": report.unchanged,
                "public": target == ImportTarget::Public,
            }));
        // The prices are stored; a repeat says nothing new and leaves the entry that is missing.
        let recorded = self.stores.audit.record(&trail).await;
        recorded.map_err(|error| Error::from(error).maybe_applied())?;
        Ok(report)
    }

    /// Stores prices from a feed and tells subscribers: what feeds, replay and simulation call.
    ///
    /// # Errors
    /// When the store or the bus fails; the prices are stored when only the bus failed.
    pub async fn record_feed(&self, prices: &[PriceObservation]) -> Result<AppendReport> {
        let report = self
            .stores
            .prices
            .append_prices(DataOwner::Public, prices)
            .await?;
        for price in prices {
            let event = self.event(None, EventKind::Price(price.clone()));
            let published = self.bus.publish(event).await;
            published.map_err(|error| Error::from(error).maybe_applied())?;
        }
        Ok(report)
    }
}

fn price_query(who: &Principal, input: SeriesInput) -> PriceQuery {
    PriceQuery {
        org: Some(who.org),
        series: input.series,
        resolution: input.resolution,
        from: input.from,
        until: input.until,
        as_of: input.as_of,
        limit: input.limit,
    }
}

impl From<crate::ports::BusError> for Error {
    fn from(error: crate::ports::BusError) -> Self {
        Self::new(crate::error::Code::Unavailable, error.to_string()).with_source(error)
    }
}

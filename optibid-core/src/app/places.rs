//! Which settlement locations are known: those of the list, and those that have a price.

use super::App;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::market::{LocationCode, MarketId, SeriesKey};
use crate::ports::LatestQuery;

impl App {
    /// Whether the market's list has the location.
    pub(super) fn is_listed(&self, market: &MarketId, code: &LocationCode) -> bool {
        let mut listed = self.locations.iter();
        listed.any(|l| l.market == *market && l.code == *code)
    }

    /// Passes when the series settles somewhere: a market has far more locations than its list, and one that has a price is
    /// known by it. A misspelt one would be silent for ever.
    pub(super) async fn check_place(
        &self,
        org: OrgId,
        (field, series): (&str, &SeriesKey),
    ) -> Result<()> {
        if self.is_listed(&series.market, &series.location) {
            return Ok(());
        }
        let query = LatestQuery {
            org: Some(org),
            market: Some(series.market.clone()),
            product: None,
            location: Some(series.location.clone()),
            until: None,
            limit: 1,
        };
        if !self.stores.prices.latest_prices(&query).await?.is_empty() {
            return Ok(());
        }
        let rule = format!(
            "must be a location of {0} that is listed or has a price; GET /api/markets/{0}/locations lists them",
            series.market
        );
        let code = "unknown_location";
        Err(Error::field(code, field, &series.location, rule))
    }
}

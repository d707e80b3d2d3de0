//! What backtests need before they run: checked requests, rules and prices.

use super::App;
use super::forecasts::out_of_calendar;
use crate::backtest::{BacktestInput, BacktestRequest};
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::market::{DeliveryDay, PriceObservation, ProductId};
use crate::ports::{PriceQuery, SeriesKey};
use jiff::ToSpan;
use jiff::civil::Date;

/// Longest span of one job.
const MAX_DAYS: i32 = 3_700;
/// Most backtests of one job.
const MAX_BACKTESTS: usize = 200;
/// Days of history loaded before the first day.
const WARM_UP_DAYS: i32 = 70;
/// Most prices of one series: ten years of quarter hours.
const PRICE_LIMIT: u32 = 400_000;

/// Whether the days are in order and not too many.
pub(super) fn check_span(from: Date, to: Date) -> Result<()> {
    let days = (to - from).get_days();
    if (0..=MAX_DAYS).contains(&days) {
        return Ok(());
    }
    let rule = format!("must be from 0 to {MAX_DAYS} days after {from}");
    Err(Error::field("span", "to", to, rule))
}

impl App {
    /// Names what is wrong with a request before it is queued.
    pub(super) fn check_backtest(&self, request: &BacktestRequest) -> Result<()> {
        let faults = request.violations("");
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        for product in products(request) {
            self.rules.at(&request.market, product, request.from)?;
        }
        check_span(request.from, request.to)
    }

    /// As [`check_backtest`](Self::check_backtest) for each of several.
    pub(super) fn check_backtests(&self, requests: &[BacktestRequest]) -> Result<()> {
        if !(1..=MAX_BACKTESTS).contains(&requests.len()) {
            let rule = format!("from 1 to {MAX_BACKTESTS} backtests a job");
            let count = requests.len();
            return Err(Error::field("backtest_count", "requests", count, rule));
        }
        requests.iter().try_for_each(|r| self.check_backtest(r))
    }

    /// Loads rules and prices.
    pub(super) async fn backtest_input(
        &self,
        org: OrgId,
        request: &BacktestRequest,
    ) -> Result<BacktestInput> {
        let rules = self
            .rules
            .at(&request.market, &request.product, request.from)?;
        let day = |date: Date| rules.delivery_day(date).map_err(out_of_calendar);
        let first = day(request.from.saturating_sub(WARM_UP_DAYS.days()))?;
        let span = (first, day(request.to)?);
        let mut prices = Vec::new();
        for product in products(request) {
            prices.extend(self.series_prices(org, (request, product), &span).await?);
        }
        BacktestInput::new(request.clone(), &self.rules, prices)
    }

    async fn series_prices(
        &self,
        org: OrgId,
        (request, product): (&BacktestRequest, &ProductId),
        (first, last): &(DeliveryDay, DeliveryDay),
    ) -> Result<Vec<PriceObservation>> {
        let query = PriceQuery {
            org: Some(org),
            series: SeriesKey {
                market: request.market.clone(),
                product: product.clone(),
                location: request.location.clone(),
            },
            resolution: None,
            from: first.start(),
            until: last.end(),
            as_of: None,
            limit: PRICE_LIMIT,
        };
        let prices = self.stores.prices.prices(&query).await?;
        if prices.len() >= PRICE_LIMIT as usize {
            let rule = format!("the span must hold fewer than {PRICE_LIMIT} prices");
            return Err(Error::field("too_many_prices", "to", request.to, rule));
        }
        Ok(prices)
    }
}

/// The product bid into and the one that deviations settle at.
fn products(request: &BacktestRequest) -> impl Iterator<Item = &ProductId> {
    let balancing = request.settings.balancing.as_ref();
    std::iter::once(&request.product).chain(balancing.filter(|p| **p != request.product))
}

//! Which part of a price series a client wants.

use crate::error::ApiResult;
use crate::routes::paging::{AHEAD, Moment, Span, limit, read_on};
use jiff::Timestamp;
use optibid_core::app::{App, SeriesInput};
use optibid_core::auth::Principal;
use optibid_core::error::Error;
use optibid_core::market::{LocationCode, MarketId, PriceObservation, ProductId, Resolution};
use optibid_core::ports::SeriesKey;
use serde::Deserialize;
use utoipa::IntoParams;

/// Most prices of one answer that is given whole: three years of five-minute prices.
pub(super) const MAX_WHOLE: u32 = 320_000;

/// A part of a price series, to be read on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryParams {
    /// The market.
    market: MarketId,
    /// The product.
    product: ProductId,
    /// The location.
    location: LocationCode,
    /// First start: an RFC 3339 instant, or a day in market time.
    #[param(value_type = String)]
    from: Moment,
    /// End: the first instant after it, or the last day in market time.
    #[param(value_type = String)]
    to: Moment,
    /// Only periods of this length.
    resolution: Option<Resolution>,
    /// Only what was known at this instant.
    as_of: Option<Timestamp>,
    /// Most prices to return, 1 to 10,000; those of one start stay together.
    limit: Option<u32>,
}

/// A part of a price series as a whole.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct FigureParams {
    /// The market.
    market: MarketId,
    /// The product.
    product: ProductId,
    /// The location.
    location: LocationCode,
    /// First start: an RFC 3339 instant, or a day in market time.
    #[param(value_type = String)]
    from: Moment,
    /// End: the first instant after it, or the last day in market time.
    #[param(value_type = String)]
    to: Moment,
    /// Only periods of this length.
    resolution: Option<Resolution>,
    /// Only what was known at this instant.
    as_of: Option<Timestamp>,
}

impl FigureParams {
    /// The whole span; one price more than may be, so that [`complete`] can tell.
    pub(super) fn input(self, app: &App) -> ApiResult<SeriesInput> {
        let span = Span {
            from: self.from,
            to: self.to,
        };
        let series = (Some(&self.market), Some(&self.product));
        let (from, until) = span.instants(app, series)?;
        Ok(SeriesInput {
            series: SeriesKey {
                market: self.market,
                product: self.product,
                location: self.location,
            },
            resolution: self.resolution,
            from,
            until,
            as_of: self.as_of,
            limit: MAX_WHOLE + 1,
        })
    }
}

/// Passes when an answer holds all prices of its span.
///
/// # Errors
/// 422 naming `to` when there are more.
pub(super) fn complete(prices: u64, to: Timestamp) -> ApiResult<()> {
    if prices <= u64::from(MAX_WHOLE) {
        return Ok(());
    }
    let rule = format!("the span may hold at most {MAX_WHOLE} prices");
    Err(Error::field("span", "to", to, rule).into())
}

/// Prices of a series up to the limit, and where to read on.
pub(super) async fn part(
    app: &App,
    who: &Principal,
    params: HistoryParams,
) -> ApiResult<(Vec<PriceObservation>, Option<Timestamp>)> {
    let limit = limit(params.limit, 1_000, 10_000)?;
    let whole = FigureParams {
        market: params.market,
        product: params.product,
        location: params.location,
        from: params.from,
        to: params.to,
        resolution: params.resolution,
        as_of: params.as_of,
    };
    let input = SeriesInput {
        limit: limit + AHEAD,
        ..whole.input(app)?
    };
    let prices = app.price_history(who, input).await?;
    read_on(prices, limit, |p| p.period.start())
}

//! Which part of a price series a client wants.

use crate::error::ApiResult;
use crate::routes::paging::{AHEAD, Span, limit, read_on};
use jiff::Timestamp;
use optibid_core::api::{FigureParams, HistoryParams};
use optibid_core::app::{App, SeriesInput};
use optibid_core::auth::Principal;
use optibid_core::error::Error;
use optibid_core::market::PriceObservation;
use optibid_core::ports::SeriesKey;

/// Most prices of one answer that is given whole: three years of five-minute prices.
pub(super) const MAX_WHOLE: u32 = 320_000;

/// The whole span; one price more than may be, so that [`complete`] can tell.
pub(super) fn whole(params: FigureParams, app: &App) -> ApiResult<SeriesInput> {
    let span = Span {
        from: params.from,
        to: params.to,
    };
    let series = (Some(&params.market), Some(&params.product));
    let (from, until) = span.instants(app, series)?;
    Ok(SeriesInput {
        series: SeriesKey {
            market: params.market,
            product: params.product,
            location: params.location,
        },
        resolution: params.resolution,
        from,
        until,
        as_of: params.as_of,
        limit: MAX_WHOLE + 1,
    })
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
    let figures = FigureParams {
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
        ..whole(figures, app)?
    };
    let prices = app.price_history(who, input).await?;
    read_on(prices, limit, |p| p.period.start())
}

//! Parts of lists and of series.

use crate::error::{ApiError, ApiResult};
use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::api::Moment;
use optibid_core::app::App;
use optibid_core::error::Error;
use optibid_core::market::{DayError, MarketId, MarketZone, ProductId};
use optibid_core::ports::{PageRequest, StoreError};

/// Most items of one part of a list.
pub(crate) const MAX_PAGE: u32 = 200;
/// Items of one part of a list where the client names no number.
const DEFAULT_PAGE: u32 = 50;

/// The number of items wanted.
///
/// # Errors
/// 422 naming `limit` when it is zero or above `most`.
pub(crate) fn limit(wanted: Option<u32>, otherwise: u32, most: u32) -> ApiResult<u32> {
    let limit = wanted.unwrap_or(otherwise);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let rule = format!("must be from 1 to {most}");
    Err(Error::field("limit", "limit", limit, rule).into())
}

/// The part of a list that is wanted.
///
/// # Errors
/// As [`limit`].
pub(crate) fn page(wanted: Option<u32>, after: Option<String>) -> ApiResult<PageRequest> {
    Ok(PageRequest {
        limit: limit(wanted, DEFAULT_PAGE, MAX_PAGE)?,
        after,
    })
}

/// Answers a cursor that never was one with 422 naming `after`, every other error as it is.
pub(crate) fn cursor(error: Error) -> ApiError {
    let cause = std::error::Error::source(&error).and_then(|s| s.downcast_ref::<StoreError>());
    match cause {
        Some(StoreError::NotFound { kind: "cursor", id }) => {
            let rule = "must be the next of an earlier answer to the same question";
            Error::field("cursor", "after", id, rule).into()
        }
        _ => error.into(),
    }
}

/// A span of time as a client writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Its begin.
    pub(crate) from: Moment,
    /// Its end: an instant is the first after it, a day its last.
    pub(crate) to: Moment,
}

impl Span {
    /// The instants `[from, to)`.
    ///
    /// # Errors
    /// 422 when a day is given without the market whose time counts, or the span is empty; 404 when
    /// the market is not known.
    pub(crate) fn instants(
        self,
        app: &App,
        (market, product): (Option<&MarketId>, Option<&ProductId>),
    ) -> ApiResult<(Timestamp, Timestamp)> {
        let zone = |field: &str, day: Date| match (market, product) {
            (Some(market), Some(product)) => app.price_terms(market, product).map(|(zone, _)| zone),
            _ => {
                let rule = "must be an RFC 3339 instant, or come with market and product";
                Err(Error::field("no_market_time", field, day, rule))
            }
        };
        let instant = |field, moment, edge: Edge| match moment {
            Moment::At(instant) => Ok(instant),
            Moment::Day(day) => edge(&zone(field, day)?, day)
                .map_err(|error| Error::field("delivery_day", field, day, error.to_string())),
        };
        let from = instant("from", self.from, |zone, day| Ok(zone.day(day)?.start()))?;
        let to = instant("to", self.to, |zone, day| Ok(zone.day(day)?.end()))?;
        if to <= from {
            return Err(Error::field("empty_span", "to", to, "must be after from").into());
        }
        Ok((from, to))
    }
}

type Edge = fn(&MarketZone, Date) -> Result<Timestamp, DayError>;

/// The days `from..=to`.
///
/// # Errors
/// 422 naming `to` when it is before `from` or more than `most` days after it.
pub(crate) fn days(from: Date, to: Date, most: i32) -> ApiResult<(Date, Date)> {
    if (0..=most).contains(&(to - from).get_days()) {
        return Ok((from, to));
    }
    let rule = format!("must be from 0 to {most} days after from");
    Err(Error::field("span", "to", to, rule).into())
}

/// Items beyond the limit to ask a store for, so that those of one instant stay together.
pub(crate) const AHEAD: u32 = 1_000;

/// Cuts a series that was read with `limit +` [`AHEAD`] at an instant: the items of one instant stay
/// together, and the answer says from where to read on.
///
/// # Errors
/// 422 naming `limit` when more items belong to the first instant than were read.
pub(crate) fn read_on<T>(
    mut items: Vec<T>,
    limit: u32,
    start: impl Fn(&T) -> Timestamp,
) -> ApiResult<(Vec<T>, Option<Timestamp>)> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let Some(next) = items.get(most).map(&start) else {
        return Ok((items, None));
    };
    let read = items.len();
    let before = items.partition_point(|item| start(item) < next);
    if before > 0 {
        items.truncate(before);
        return Ok((items, Some(next)));
    }
    let together = items.partition_point(|item| start(item) <= next);
    if let Some(next) = items.get(together).map(&start) {
        items.truncate(together);
        return Ok((items, Some(next)));
    }
    if read >= most.saturating_add(AHEAD as usize) {
        let rule = format!("more than {read} items belong to {next}: ask for more at once");
        return Err(Error::field("limit", "limit", limit, rule).into());
    }
    Ok((items, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(seconds: &[i64], limit: u32) -> (Vec<i64>, Option<i64>) {
        let start = |s: &i64| Timestamp::from_second(*s).unwrap();
        let (items, next) = read_on(seconds.to_vec(), limit, start).unwrap();
        (items, next.map(Timestamp::as_second))
    }

    #[test]
    fn a_part_ends_between_instants() {
        assert_eq!(cut(&[1, 2, 3], 3), (vec![1, 2, 3], None));
        assert_eq!(cut(&[1, 2, 3], 2), (vec![1, 2], Some(3)));
        assert_eq!(cut(&[1, 2, 2, 3], 2), (vec![1], Some(2)));
        assert_eq!(cut(&[2, 2, 2, 3], 1), (vec![2, 2, 2], Some(3)));
        assert_eq!(cut(&[2, 2, 2], 1), (vec![2, 2, 2], None));
        assert_eq!(cut(&[], 1), (vec![], None));
    }

    #[test]
    fn an_instant_with_more_items_than_were_read_is_refused() {
        let same = vec![Timestamp::UNIX_EPOCH; 1_002];
        let error = read_on(same, 2, |t| *t).unwrap_err();
        assert_eq!(error.error().violations()[0].field, "limit");
    }
}

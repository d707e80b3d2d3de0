//! Yesterday's and last week's prices as forecasts: what others are measured against.

use super::history::{Day, History, slots};
use crate::door;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use optibid_core::forecast::ForecastRequest;
use optibid_core::ports::EngineError;
use optibid_core::unit::Price;

/// Last week's prices.
pub(super) const WEEK: &str = "the price of the same time a week before";

/// Yesterday's, where days follow each other.
pub(super) const DAY: &str =
    "the price of the same time on the day before from Tuesday to Friday, a week before otherwise";

/// The prices of the same time a week before.
pub(super) fn week(
    history: &History,
    request: &ForecastRequest,
) -> Result<Vec<Price>, EngineError> {
    of((history, request), |date, days| {
        on(days, date.checked_sub(7.days()).ok()?)
    })
}

/// The prices of the same time on the day before from Tuesday to Friday; a week before otherwise, or where the day before is not
/// known.
pub(super) fn day(history: &History, request: &ForecastRequest) -> Result<Vec<Price>, EngineError> {
    of((history, request), |date, days| {
        let week = || on(days, date.checked_sub(7.days()).ok()?);
        match date.weekday() {
            Weekday::Saturday | Weekday::Sunday | Weekday::Monday => week(),
            _ => on(days, date.checked_sub(1.days()).ok()?).or_else(week),
        }
    })
}

fn on(days: &[Day], date: Date) -> Option<&Day> {
    days.iter().rev().find(|day| day.date == date)
}

/// The prices of the day that `choose` names, by local time of day. A time that the day lacks has the price before it, or after.
fn of(
    (history, request): (&History, &ForecastRequest),
    choose: impl Fn(Date, &[Day]) -> Option<&Day>,
) -> Result<Vec<Price>, EngineError> {
    let date = request.day.date();
    let day = choose(date, history.days()).ok_or_else(|| {
        let rule = "the day that is copied must be known";
        door::invalid("not_enough_history", "history", date, rule)
    })?;
    let at = |slot: usize| {
        let before = day.prices.get(..=slot).unwrap_or_default().iter().rev();
        let after = day.prices.get(slot..).unwrap_or_default().iter();
        let price = before.chain(after).flatten().next().copied();
        door::to_price(price.unwrap_or_default())
    };
    slots(&request.day, request.resolution)
        .into_iter()
        .map(at)
        .collect()
}

//! A day's periods and what they have in common for charts: values, labels, the line of now.

use crate::format;
use crate::request::Series;
use crate::state::State;
use jiff::Timestamp;
use optibid_core::api::PriceView;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, Resolution};
use ratatui::layout::Rect;

/// The finest resolution of the prices of a series on a day; an hour where there are none.
pub(super) fn resolution(state: &State, series: &Series, day: &DeliveryDay) -> Resolution {
    on_day(state, series, day)
        .map(|price| price.resolution)
        .min()
        .unwrap_or(Resolution::Hour)
}

/// The prices of a series on a day.
pub(super) fn on_day<'a>(
    state: &'a State,
    series: &Series,
    day: &DeliveryDay,
) -> impl Iterator<Item = &'a PriceView> + use<'a> {
    let held = state.data.prices.get(series);
    let (start, end) = (day.start(), day.end());
    held.into_iter()
        .flat_map(move |prices| prices.range(start..end).map(|(_, price)| price))
}

/// The price of each of these periods: that of the price's period which covers it.
pub(super) fn priced(
    state: &State,
    series: &Series,
    periods: &[DeliveryPeriod],
) -> Vec<Option<i64>> {
    let held = state.data.prices.get(series);
    let price = |period: &DeliveryPeriod| {
        let (_, price) = held?.range(..=period.start()).next_back()?;
        (price.end > period.start()).then(|| price.price.micros())
    };
    periods.iter().map(price).collect()
}

/// The hours of a day as labels under its periods.
pub(super) fn hours(day: &DeliveryDay, periods: &[DeliveryPeriod]) -> Vec<(usize, String)> {
    let zone = day.zone().time_zone();
    let whole = |(_, period): &(usize, &DeliveryPeriod)| {
        let local = period.start().to_zoned(zone.clone());
        local.minute() == 0 && local.hour() % 3 == 0
    };
    let label = |(i, period): (usize, &DeliveryPeriod)| (i, format::clock(zone, period.start()));
    periods
        .iter()
        .enumerate()
        .filter(whole)
        .map(label)
        .collect()
}

/// What is left of an area below its first line.
pub(super) const fn below(area: Rect) -> Rect {
    Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    }
}

/// The period that an instant is in.
pub(super) fn index_at(periods: &[DeliveryPeriod], at: Timestamp) -> Option<usize> {
    periods.iter().position(|period| period.contains(at))
}

/// A price of the axis as text, in whole units where the axis is wide.
pub(super) fn axis(micros: i64) -> String {
    let text = optibid_core::unit::Price::from_micros(micros).to_string();
    let whole = text.strip_suffix(".00").unwrap_or(&text);
    format::grouped(whole)
}

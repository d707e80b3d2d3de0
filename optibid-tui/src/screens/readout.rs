//! What a chart of prices says in figures: one line of the period at the cursor, and one of the day.

use super::series_chart::{index_at, priced};
use crate::canvas::Canvas;
use crate::format;
use crate::request::Series;
use crate::state::State;
use crate::theme::Tone;
use crate::widgets::spark;
use optibid_core::market::DeliveryPeriod;
use optibid_core::unit::Price;
use ratatui::layout::Rect;

/// The prices that the axis has room for: the series' own, and as much again on both sides. A spike of another product would
/// press them flat.
pub(super) fn room(own: &[Option<i64>]) -> (i64, i64) {
    let (low, high) = spark::range(own.iter().copied()).unwrap_or((0, 0));
    let span = high.saturating_sub(low).max(1_000_000);
    (low.saturating_sub(span), high.saturating_add(span))
}

/// The series, those beside it, the periods of the day, and which of them is looked at.
type Reading<'a> = (&'a Series, &'a [Series], &'a [DeliveryPeriod], usize);

/// Whether a course goes beyond the axis on this day.
fn is_beyond(state: &State, series: &Series, axis: (&[DeliveryPeriod], (i64, i64))) -> bool {
    let (periods, room) = axis;
    let mut values = priced(state, series, periods).into_iter().flatten();
    values.any(|value| value < room.0 || value > room.1)
}

/// All series at the cursor's period, in one line.
pub(super) fn readout(canvas: &mut Canvas<'_>, state: &State, area: Rect, reading: Reading<'_>) {
    let (series, beside, periods, at) = reading;
    let Some(period) = periods.get(at) else {
        return;
    };
    let zone = state.data.time_zone(&series.market, &series.product);
    let span = format!(
        "{} to {}  {} of {}",
        format::clock_in(&zone, period.start()),
        format::clock(&zone, period.end()),
        at + 1,
        periods.len()
    );
    let mut spans = vec![(format!(" {span}"), Tone::Plain)];
    for (i, other) in std::iter::once(series).chain(beside).enumerate() {
        let price = priced(state, other, std::slice::from_ref(period))
            .first()
            .copied()
            .flatten();
        let text = price.map_or_else(
            || "none".to_owned(),
            |micros| Price::from_micros(micros).to_string(),
        );
        let beyond = i > 0
            && is_beyond(
                state,
                other,
                (periods, room(&priced(state, series, periods))),
            );
        let line = match (i, beyond) {
            (0, _) => "",
            (_, false) => " (dashed)",
            (_, true) => " (dashed, cut at the axis)",
        };
        spans.push((format!("   {}{line} ", other.product), Tone::Dim));
        spans.push((text, if i == 0 { Tone::Strong } else { Tone::Plain }));
    }
    if index_at(periods, state.now).is_some() {
        spans.push((
            format!("   now {}", format::clock_in(&zone, state.now)),
            Tone::Accent,
        ));
    }
    canvas.spans((area.x, area.y), area.width, &spans);
}

/// The price that holds or held last, the one that comes next, the least and the greatest of the day, with their unit.
pub(super) fn figures(
    canvas: &mut Canvas<'_>,
    state: &State,
    area: Rect,
    (series, periods): (&Series, &[DeliveryPeriod]),
) {
    let values = priced(state, series, periods);
    let all = || periods.iter().zip(&values);
    let begun = |period: &DeliveryPeriod| period.start() <= state.now;
    let last = all().rev().find(|(p, value)| begun(p) && value.is_some());
    let next = all().find(|(p, value)| !begun(p) && value.is_some());
    let range = spark::range(values.iter().copied());
    let written = |micros: Option<i64>| {
        micros.map_or_else(
            || "none".to_owned(),
            |micros| Price::from_micros(micros).to_string(),
        )
    };
    let figures = [
        ("last", last.and_then(|(_, value)| *value), Tone::Strong),
        ("next", next.and_then(|(_, value)| *value), Tone::Plain),
        ("min", range.map(|(low, _)| low), Tone::Plain),
        ("max", range.map(|(_, high)| high), Tone::Plain),
    ];
    let mut spans = Vec::new();
    for (name, value, tone) in figures {
        spans.push((format!(" {name} "), Tone::Dim));
        spans.push((written(value), tone));
    }
    if let Some(currency) = state.data.currency(&series.market, &series.product) {
        spans.push((format!(" {currency}/MWh"), Tone::Dim));
    }
    canvas.spans((area.x, area.y), area.width, &spans);
}

//! Prices of a day as steps, the days before as heat rows, the own offers of a period by price.

use super::gates;
use super::parts::freshness;
use super::readout::{figures, readout, room};
use super::series_chart::{axis, below, hours, index_at, on_day, priced, resolution};
use crate::canvas::Canvas;
use crate::format;
use crate::offers;
use crate::request::{HEAT_DAYS, Request, Series};
use crate::schedule::companions;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::chart::{self, Chart, Course};
use crate::widgets::frame::{Titles, frame, teach};
use crate::widgets::heat::{self, Heat, HeatRow};
use crate::widgets::stack;
use jiff::ToSpan;
use jiff::civil::Date;
use optibid_core::bid::BidState;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, Resolution};
use optibid_core::unit::Price;
use ratatui::layout::{Constraint, Layout, Rect};
use std::collections::BTreeSet;

/// Below this height the three panes would leave no room for any picture: the focused one is shown alone.
const ALL_THREE: u16 = 15;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    if area.height < ALL_THREE {
        return match state.view.focused() {
            Pane::Heat => draw_heat(canvas, state, area),
            Pane::Stack => draw_stack(canvas, state, area),
            _ => draw_chart(canvas, state, area, true),
        };
    }
    let wide = area.width >= 100;
    let rows = [Constraint::Fill(5), Constraint::Fill(4)];
    let [top, bottom] = Layout::vertical(rows).areas(area);
    let share = if wide { 60 } else { 50 };
    let [left, right] =
        Layout::horizontal([Constraint::Percentage(share), Constraint::Fill(1)]).areas(bottom);
    draw_chart(canvas, state, top, false);
    draw_heat(canvas, state, left);
    draw_stack(canvas, state, right);
}

/// The periods of the day in view, at the resolution of its prices.
fn periods(state: &State) -> Vec<DeliveryPeriod> {
    let (Some(series), Some(day)) = (state.series(), state.delivery_day()) else {
        return Vec::new();
    };
    day.periods(resolution(state, &series, &day)).collect()
}

/// How many periods the day in view has.
pub(crate) fn series_days(state: &State) -> usize {
    periods(state).len()
}

/// The period of the day in view that the cursor is on.
pub(crate) fn period(state: &State) -> usize {
    cursor(state, &periods(state))
}

/// The period that the cursor is on: the chosen one, or now, or the first.
fn cursor(state: &State, periods: &[DeliveryPeriod]) -> usize {
    let last = periods.len().saturating_sub(1);
    let chosen = state.view.period.map(|period| period.min(last));
    chosen.or_else(|| index_at(periods, state.now)).unwrap_or(0)
}

/// The prices of the natural day of a series, for its course in a table.
pub(super) fn values(state: &State, series: &Series) -> Vec<Option<i64>> {
    let zone = state.data.zone(&series.market, &series.product);
    let date = state.data.natural_day(series, state.now);
    let Some(day) = zone.zip(date).and_then(|(zone, date)| zone.day(date).ok()) else {
        return Vec::new();
    };
    let periods: Vec<_> = day.periods(resolution(state, series, &day)).collect();
    priced(state, series, &periods)
}

/// The chart; with the day's figures above it where nothing else tells them.
fn draw_chart(canvas: &mut Canvas<'_>, state: &State, area: Rect, with_figures: bool) {
    let focused = state.view.focused() == Pane::Chart;
    let (Some(series), Some(day)) = (state.series(), state.delivery_day()) else {
        let titles = Titles::new("Prices", "");
        let inner = frame(canvas, area, (Pane::Chart, focused), &titles);
        let lesson = [
            "Prices stand here once there are any.",
            "optibid import FILE brings them in.",
        ];
        teach(canvas, inner, &lesson);
        return;
    };
    let periods = periods(state);
    let own = priced(state, &series, &periods);
    let unit = state.data.currency(&series.market, &series.product);
    let unit = unit.map_or_else(String::new, |unit| format!("{unit}/MWh, "));
    let right = format!(
        "{unit}{}, {}",
        day.zone().name(),
        age(state, &series, day.date())
    );
    let left = format!("{series}  {}", format::day(day.date()));
    let inner = frame(
        canvas,
        area,
        (Pane::Chart, focused),
        &Titles::new(left, right),
    );
    if own.iter().all(Option::is_none) {
        let lesson = [
            "No prices of this day.",
            "< and > go to other days, t comes back.",
        ];
        teach(canvas, inner, &lesson);
        return;
    }
    let at = cursor(state, &periods);
    let beside = companions(&state.data, &series);
    readout(canvas, state, inner, (&series, &beside, &periods, at));
    let mut inner = below(inner);
    if with_figures {
        figures(canvas, state, inner, (&series, &periods));
        inner = below(inner);
    }
    let chart = chart_of(state, (&day, &periods), own, &beside);
    chart::draw(canvas, inner, &chart, &axis);
}

/// The day's prices, over those of the other products of the place.
fn chart_of(
    state: &State,
    (day, periods): (&DeliveryDay, &[DeliveryPeriod]),
    own: Vec<Option<i64>>,
    beside: &[Series],
) -> Chart {
    let room = room(&own);
    let courses = beside.iter().map(|other| {
        let values = priced(state, other, periods).into_iter();
        Course::dashed(
            values
                .map(|value| Some(value?.clamp(room.0, room.1)))
                .collect(),
            Tone::Dim,
        )
    });
    let own = Course::solid(own, Tone::Accent);
    Chart {
        courses: courses.chain([own]).collect(),
        periods: periods.len(),
        labels: hours(day, periods),
        cursor: Some(cursor(state, periods)),
        now: index_at(periods, state.now),
        pane: Some(Pane::Chart),
        ..Chart::default()
    }
}

fn age(state: &State, series: &Series, day: Date) -> String {
    let request = Request::prices(series.clone(), day, HEAT_DAYS);
    freshness(state, &request)
}

fn draw_heat(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let focused = state.view.focused() == Pane::Heat;
    let (Some(series), Some(day)) = (state.series(), state.delivery_day()) else {
        frame(
            canvas,
            area,
            (Pane::Heat, focused),
            &Titles::new("Days before", ""),
        );
        return;
    };
    let first = day.date().saturating_sub((HEAT_DAYS - 1).days());
    let days: Vec<DeliveryDay> = (0..HEAT_DAYS)
        .filter_map(|back| day.zone().day(first.saturating_add(back.days())).ok())
        .collect();
    let rough = days
        .iter()
        .map(|day| resolution(state, &series, day))
        .min()
        .unwrap_or(Resolution::Hour);
    let grid = Grid::of(&days, rough);
    let room = usize::from(area.width.saturating_sub(9)).max(1);
    let together = grid.columns.len().div_ceil(room).max(1);
    let groups = grid.columns.len().div_ceil(together);
    let note = if together > 1 {
        format!("means of {together}, ")
    } else {
        String::new()
    };
    let span = extremes(state, &series, &days);
    let titles = Titles::new("Days before", format!("{note}octiles of {span}"));
    let inner = frame(canvas, area, (Pane::Heat, focused), &titles);
    let shown = usize::from(inner.height.saturating_sub(1)).min(days.len());
    let days = days.get(days.len() - shown..).unwrap_or(&[]);
    let rows: Vec<HeatRow> = days
        .iter()
        .map(|each| HeatRow {
            title: each.date().strftime("%a %d").to_string(),
            cells: heat::gathered(&grid.row(state, &series, each), groups),
            selected: each.date() == day.date(),
            note: extremes(state, &series, std::slice::from_ref(each)),
        })
        .collect();
    let label = |(i, (minute, again)): (usize, &(i32, usize))| {
        let whole = minute % 180 == 0 && *again == 0 && i.is_multiple_of(together);
        whole.then(|| (i / together, format!("{:02}", minute / 60)))
    };
    let labels: Vec<_> = grid.columns.iter().enumerate().filter_map(label).collect();
    heat::draw(canvas, inner, &rows, &labels);
}

fn extremes(state: &State, series: &Series, days: &[DeliveryDay]) -> String {
    let prices = days
        .iter()
        .flat_map(|day| on_day(state, series, day))
        .map(|price| price.price);
    let (low, high) = prices.fold(
        (None, None),
        |(low, high): (Option<Price>, Option<Price>), price| {
            (
                Some(low.map_or(price, |l| l.min(price))),
                Some(high.map_or(price, |h| h.max(price))),
            )
        },
    );
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        _ => "no prices".to_owned(),
    }
}

/// The columns of several days: one for each time of the day, and one more where an hour comes twice.
struct Grid {
    resolution: Resolution,
    columns: Vec<(i32, usize)>,
}

/// The wall-clock minute of each period of a day, and whether it is the second of that name.
fn named(day: &DeliveryDay, resolution: Resolution) -> Vec<(i32, usize, DeliveryPeriod)> {
    let zone = day.zone().time_zone();
    let mut seen: BTreeSet<i32> = BTreeSet::new();
    let name = |period: DeliveryPeriod| {
        let local = period.start().to_zoned(zone.clone());
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        let again = usize::from(!seen.insert(minute));
        (minute, again, period)
    };
    day.periods(resolution).map(name).collect()
}

impl Grid {
    fn of(days: &[DeliveryDay], resolution: Resolution) -> Self {
        let first = days.first().map(|day| named(day, resolution));
        let start = first
            .and_then(|all| all.first().map(|(minute, _, _)| *minute))
            .unwrap_or(0);
        let all = days.iter().flat_map(|day| named(day, resolution));
        let names: BTreeSet<(i32, usize)> = all.map(|(minute, again, _)| (minute, again)).collect();
        let mut columns: Vec<_> = names.into_iter().collect();
        // The day may start later than midnight; a repeated hour stands behind the whole first one.
        let hour = |minute: i32| (minute - start).rem_euclid(24 * 60) / 60;
        columns.sort_by_key(|(minute, again)| (hour(*minute), *again, *minute));
        Self {
            resolution,
            columns,
        }
    }

    fn row(&self, state: &State, series: &Series, day: &DeliveryDay) -> Vec<Heat> {
        let named = named(day, self.resolution);
        let cell = |(minute, again): &(i32, usize)| {
            let found = named.iter().find(|(m, a, _)| (m, a) == (minute, again));
            let Some((_, _, period)) = found else {
                return if *again > 0 {
                    Heat::Absent
                } else {
                    Heat::Skipped
                };
            };
            let price = priced(state, series, std::slice::from_ref(period));
            price
                .first()
                .copied()
                .flatten()
                .map_or(Heat::Gap, Heat::Value)
        };
        self.columns.iter().map(cell).collect()
    }
}

fn draw_stack(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let focused = state.view.focused() == Pane::Stack;
    let periods = periods(state);
    let at = cursor(state, &periods);
    let (Some(series), Some(day), Some(period)) =
        (state.series(), state.delivery_day(), periods.get(at))
    else {
        frame(
            canvas,
            area,
            (Pane::Stack, focused),
            &Titles::new("Order stack", ""),
        );
        return;
    };
    let bids = gates::own_bids(state, (&series.market, &series.product), day.date());
    let here: Vec<_> = bids
        .into_iter()
        .filter(|bid| bid.content.location == series.location && bid.state != BidState::Rejected)
        .collect();
    let zone = day.zone().time_zone();
    let right = format!(
        "{}, {}",
        format::count(here.len(), "own bid"),
        format::clock_in(zone, period.start())
    );
    let inner = frame(
        canvas,
        area,
        (Pane::Stack, focused),
        &Titles::new("Order stack", right),
    );
    let steps = offers::stack(&here, *period);
    if steps.is_empty() {
        teach(
            canvas,
            inner,
            &[
                "No own offer in this period.",
                "h and l go to other periods.",
            ],
        );
        return;
    }
    let price = priced(state, &series, std::slice::from_ref(period))
        .first()
        .copied()
        .flatten();
    let cleared = price.map(|micros| (micros, Price::from_micros(micros).to_string()));
    let top = state
        .view
        .scroll(Pane::Stack)
        .cursor
        .min(steps.len().saturating_sub(1));
    stack::draw(canvas, inner, steps.get(top..).unwrap_or(&[]), cleared);
}

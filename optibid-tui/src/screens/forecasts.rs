//! A day's forecast: the median with its band, beside what came.

use super::parts::{List, freshness, list};
use super::series_chart::{axis, below, hours, index_at, priced};
use crate::canvas::Canvas;
use crate::format;
use crate::request::{Request, Series};
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::chart::{self, Chart, Course};
use crate::widgets::frame::{Titles, frame, teach, wrapped};
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::forecast::Forecast;
use optibid_core::market::{DeliveryDay, DeliveryPeriod};
use optibid_core::unit::Price;
use ratatui::layout::{Constraint, Layout, Rect};

fn forecast(state: &State) -> Option<&Forecast> {
    state.data.forecasts.get(&(state.series()?, state.day()?))
}

fn request(state: &State) -> Option<Request> {
    let (series, day) = (state.series()?, state.day()?);
    Some(Request::Forecast { series, day })
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let [top, bottom] = Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(area);
    draw_chart(canvas, state, top);
    let fresh = request(state).map_or_else(String::new, |request| freshness(state, &request));
    let unit = state
        .series()
        .and_then(|s| state.data.currency(&s.market, &s.product));
    let unit = unit.map_or_else(String::new, |unit| format!("{unit}/MWh, "));
    let (left, right) = ("By period".to_owned(), format!("{unit}{fresh}"));
    let lesson = &["The median and the band of each period stand here."];
    list(
        canvas,
        state,
        bottom,
        List {
            pane: Pane::ForecastTable,
            left,
            right,
            lesson,
            table: table(state),
        },
    );
}

fn draw_chart(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let focused = state.view.focused() == Pane::ForecastChart;
    let (Some(series), Some(day)) = (state.series(), state.delivery_day()) else {
        let inner = frame(
            canvas,
            area,
            (Pane::ForecastChart, focused),
            &Titles::new("Forecast", ""),
        );
        teach(
            canvas,
            inner,
            &["A forecast needs prices of the days before."],
        );
        return;
    };
    let left = format!("{series}  {}", format::day(day.date()));
    let zone = day.zone().time_zone();
    let right = forecast(state).map_or_else(
        || day.zone().name().to_owned(),
        |made| {
            format!(
                "made {}, {}",
                format::stamp(zone, made.made_at),
                day.zone().name()
            )
        },
    );
    let inner = frame(
        canvas,
        area,
        (Pane::ForecastChart, focused),
        &Titles::new(left, right),
    );
    let Some(made) = forecast(state) else {
        let slot = request(state).and_then(|request| state.slots.get(&request).cloned());
        let failure = slot.and_then(|slot| slot.failure);
        let text = failure.map_or_else(|| "The forecast is being made.".to_owned(), |f| f.reason);
        teach(canvas, inner, &[&text]);
        return;
    };
    let legend = legend(made);
    let mut plot = inner;
    for line in wrapped(&legend, usize::from(inner.width.saturating_sub(2)))
        .iter()
        .take(2)
    {
        canvas.text(
            (plot.x + 1, plot.y),
            inner.width.saturating_sub(1),
            line,
            Tone::Dim,
        );
        plot = below(plot);
    }
    let chart = chart_of(state, made, &series, &day);
    chart::draw(canvas, plot, &chart, &axis);
}

fn legend(made: &Forecast) -> String {
    format!(
        "median solid, prices dashed, band for {} % of outcomes; {}, from {}",
        format::percent(made.coverage.ppm()),
        made.method,
        format::count(made.history_days as usize, "day")
    )
}

fn chart_of(state: &State, made: &Forecast, series: &Series, day: &DeliveryDay) -> Chart {
    let periods: Vec<DeliveryPeriod> = made.points.iter().map(|point| point.period).collect();
    let came = Course::dashed(priced(state, series, &periods), Tone::Plain);
    let medians = made.points.iter().map(|p| Some(p.median.micros()));
    let median = Course::solid(medians.collect(), Tone::Accent);
    let ends = made
        .points
        .iter()
        .map(|p| Some((p.lower.micros(), p.upper.micros())));
    Chart {
        courses: vec![came, median],
        band: ends.collect(),
        labels: hours(day, &periods),
        now: index_at(&periods, state.now),
        periods: periods.len(),
        ..Chart::default()
    }
}

/// The forecast by period, beside the price that came.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("period", 0),
        Column::number("lower", 0),
        Column::number("median", 0),
        Column::number("upper", 0),
        Column::number("price", 1),
        Column::number("price - median", 2),
    ]);
    let (Some(made), Some(series)) = (forecast(state), state.series()) else {
        return table;
    };
    let zone = state.data.time_zone(&series.market, &series.product);
    for point in &made.points {
        let price = priced(state, &series, std::slice::from_ref(&point.period))
            .first()
            .copied()
            .flatten();
        let price = price.map(Price::from_micros);
        let off = price.and_then(|price| price.checked_sub(point.median));
        let within = price.is_none_or(|price| (point.lower..=point.upper).contains(&price));
        table.row([
            Cell::from(format::clock_in(&zone, point.period.start())),
            Cell::new(point.lower.to_string(), Tone::Dim),
            Cell::new(point.median.to_string(), Tone::Strong),
            Cell::new(point.upper.to_string(), Tone::Dim),
            Cell::from(price.map_or_else(String::new, |price| price.to_string())),
            Cell::new(
                off.map_or_else(String::new, |off| format::signed(&off.to_string())),
                if within { Tone::Dim } else { Tone::Warn },
            ),
        ]);
    }
    table
}

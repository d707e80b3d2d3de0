//! What is happening now: am I in trouble, what is next and when, how am I doing, why.

use super::parts::{List, freshness, list};
use super::{assets, attention, gates};
use crate::action::Screen;
use crate::canvas::Canvas;
use crate::format;
use crate::request::{Request, Series};
use crate::schedule::shown_series;
use crate::state::{Line, State};
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::spark;
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::api::{HealthStatus, PriceView, ServiceAvailability};
use optibid_core::unit::{Currency, Money};
use ratatui::layout::{Constraint, Layout, Rect};
use std::collections::BTreeSet;

/// Columns of a course of the day in a table.
const COURSE: usize = 12;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let columns = [Constraint::Percentage(58), Constraint::Percentage(42)];
    let [left, right] = Layout::horizontal(columns).areas(area);
    // The eye finds the answer in this order: am I in trouble, what is next, how am I doing, why.
    let rows = [
        Constraint::Fill(5),
        Constraint::Fill(5),
        Constraint::Fill(4),
    ];
    let [alarms, gates, prices] = Layout::vertical(rows).areas(left);
    let [storage, profit, service] = Layout::vertical(rows).areas(right);
    let areas = [alarms, gates, prices, storage, profit, service];
    for (pane, area) in Pane::of(Screen::Overview, false).iter().zip(areas) {
        let (left, right, table) = content(state, *pane);
        let (pane, lesson) = (*pane, lesson(*pane));
        list(
            canvas,
            state,
            area,
            List {
                pane,
                left,
                right,
                lesson,
                table,
            },
        );
    }
}

/// The titles of a pane and its table.
fn content(state: &State, pane: Pane) -> (String, String, Table) {
    let fresh = |request: Request| freshness(state, &request);
    let named = |left: &str, right, table| (left.to_owned(), right, table);
    match pane {
        Pane::Prices => named("Prices", fresh(Request::Latest), prices(state)),
        Pane::Gates => named("Next gates", "market time".to_owned(), gates::table(state)),
        Pane::Storage => named(
            "State of charge",
            assets::newest(state),
            assets::storage(state),
        ),
        Pane::Profit => named("P&L", profit_sum(state), profit(state)),
        Pane::Alarms => (
            attention::title(state),
            fresh(Request::Alerts),
            attention::table(state),
        ),
        _ => named("Service", fresh(Request::Health), service(state)),
    }
}

const fn lesson(pane: Pane) -> &'static [&'static str] {
    match pane {
        Pane::Prices => &[
            "Latest prices stand here once there are any: import a file with",
            "optibid import FILE, or start the server with --demo.",
        ],
        Pane::Gates => &["Gate closures of the markets stand here."],
        Pane::Alarms => &["Nothing needs you now."],
        Pane::Storage => &["Batteries stand here. Add one with POST /api/assets."],
        Pane::Profit => &["Settled days stand here, each beside perfect foresight."],
        _ => &["The parts of the service stand here."],
    }
}

/// Latest prices with the course of their day.
pub(super) fn prices(state: &State) -> Table {
    let series = shown_series(&state.data);
    let units: Vec<_> = series
        .iter()
        .map(|s| state.data.currency(&s.market, &s.product))
        .collect();
    let one_unit = units
        .first()
        .copied()
        .flatten()
        .filter(|u| units.iter().all(|o| *o == Some(*u)));
    let places: BTreeSet<_> = series.iter().map(|s| (&s.market, &s.location)).collect();
    let markets: BTreeSet<_> = series.iter().map(|s| &s.market).collect();
    let told_apart = places.len() > markets.len();
    let price = one_unit.map_or_else(|| "price".to_owned(), |unit| format!("{unit}/MWh"));
    let mut columns = vec![
        Column::text("market", 0),
        Column::text("product", 0),
        // Two places of one market are told apart by it; one is known.
        Column::text("location", if told_apart { 0 } else { 6 }),
        Column::number(price, 0),
    ];
    if one_unit.is_none() {
        columns.push(Column::text("unit", 4));
    }
    columns.extend([
        Column::number("change", 5),
        Column::text("period", 2),
        Column::text("day", 1),
    ]);
    let mut table = Table::new(columns);
    for (series, unit) in series.iter().zip(units) {
        let Some(latest) = state.data.latest.get(series) else {
            continue;
        };
        let mut cells = vec![
            Cell::from(series.market.as_str()),
            Cell::from(series.product.as_str()),
            Cell::new(series.location.as_str(), Tone::Dim),
            Cell::new(latest.price.to_string(), Tone::Strong),
        ];
        if one_unit.is_none() {
            let unit = unit.map_or_else(String::new, |unit| format!("{unit}/MWh"));
            cells.push(Cell::new(unit, Tone::Dim));
        }
        let zone = state.data.time_zone(&series.market, &series.product);
        cells.extend([
            change(state, series, latest),
            Cell::new(format::date_stamp(&zone, latest.start), Tone::Dim),
            Cell::new(course(state, series), Tone::Accent),
        ]);
        table.row(cells);
    }
    table
}

fn change(state: &State, series: &Series, latest: &PriceView) -> Cell {
    let before = state
        .data
        .prices
        .get(series)
        .and_then(|prices| prices.range(..latest.start).next_back());
    let Some(change) = before.and_then(|(_, before)| latest.price.checked_sub(before.price)) else {
        return Cell::default();
    };
    let (up, down) = state.theme.glyphs.arrows();
    let arrow = match change.micros() {
        ..=-1 => down,
        0 => "",
        1.. => up,
    };
    Cell::new(
        format!("{arrow}{}", format::signed(&change.to_string())),
        Tone::Dim,
    )
}

/// The day's prices as blocks.
fn course(state: &State, series: &Series) -> String {
    let values = super::market::values(state, series);
    let drawn = spark::means(&values, COURSE);
    let Some((low, high)) = spark::range(drawn.iter().copied()) else {
        return String::new();
    };
    let levels = state.theme.glyphs.levels();
    let mark = |value: &Option<i64>| {
        value.map_or(" ", |value| {
            levels
                .get(spark::level(value, low, high))
                .copied()
                .unwrap_or(" ")
        })
    };
    drawn.iter().map(mark).collect()
}

/// Settled days, the latest first.
pub(super) fn profit(state: &State) -> Table {
    let unit = state.data.profit.first().map(|day| day.currency);
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let mut table = Table::new([
        Column::text("delivery day", 0),
        Column::number(format!("net{unit}"), 0),
        Column::number("capture %", 2),
        Column::number(format!("best{unit}"), 3),
        Column::number(format!("wear{unit}"), 4),
    ]);
    for day in state.data.profit.iter().rev() {
        let tone = if day.net.minor() < 0 {
            Tone::Warn
        } else {
            Tone::Strong
        };
        table.row([
            Cell::from(format::day(day.day)),
            Cell::new(format::money(day.net), tone),
            Cell::from(
                day.capture
                    .map_or_else(String::new, |ratio| format::percent(ratio.ppm())),
            ),
            Cell::new(
                day.perfect_foresight
                    .map_or_else(String::new, format::money),
                Tone::Dim,
            ),
            Cell::new(format::grouped(&day.wear.to_string()), Tone::Dim),
        ]);
    }
    table
}

fn profit_sum(state: &State) -> String {
    let days = &state.data.profit;
    let Some(currency) = days.first().map(|day| day.currency) else {
        return freshness(state, &state.profit_span());
    };
    let net = sum(days.iter().map(|day| day.net), currency);
    format!(
        "{} {net}, {}",
        format::count(days.len(), "day"),
        freshness(state, &state.profit_span())
    )
}

fn sum(amounts: impl Iterator<Item = Money>, currency: Currency) -> String {
    Money::sum(amounts, currency).map_or_else(String::new, |sum| {
        format!("{} {currency}", format::money(sum))
    })
}

/// The parts of the service.
pub(super) fn service(state: &State) -> Table {
    let mut table = Table::new([Column::text("part", 0), Column::wide("state")]);
    let Some(health) = &state.data.health else {
        return table;
    };
    let (word, tone) = match health.status {
        HealthStatus::Healthy => ("healthy", Tone::Plain),
        HealthStatus::Degraded => ("degraded: something optional does not answer", Tone::Warn),
        HealthStatus::Unhealthy => ("unhealthy", Tone::Danger),
    };
    table.row([
        Cell::from("service"),
        Cell::new(format!("{word}, version {}", health.version), tone),
    ]);
    if let Some(maintenance) = state.data.maintenance.as_ref().filter(|m| m.enabled) {
        let text = format!("writes are refused: {}", maintenance.message);
        table.row([Cell::from("maintenance"), Cell::new(text, Tone::Warn)]);
    }
    let (word, tone) = match state.line {
        Line::Listening => ("listening", Tone::Plain),
        Line::Down | Line::Asked => ("not listening yet", Tone::Dim),
        Line::Paused(_) => ("broken; made again soon", Tone::Warn),
        Line::Denied => (
            "the role may not listen; lists are read every minute",
            Tone::Warn,
        ),
    };
    table.row([Cell::from("events"), Cell::new(word, tone)]);
    for (name, availability) in &health.services {
        let (word, tone) = match availability {
            ServiceAvailability::Available => ("available", Tone::Plain),
            ServiceAvailability::Unavailable => ("not there", Tone::Dim),
        };
        table.row([Cell::from(name.as_str()), Cell::new(word, tone)]);
    }
    table
}

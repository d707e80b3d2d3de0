//! Batteries and plants, what they measured, how full they are.

use super::parts::{List, chosen, flow, freshness, list};
use super::series_chart::axis;
use crate::canvas::Canvas;
use crate::format;
use crate::measured;
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::chart::{self, Chart, Course};
use crate::widgets::frame::{Titles, frame, teach};
use crate::widgets::meter::meter;
use crate::widgets::table::{Cell, Column, Table};
use jiff::Timestamp;
use optibid_core::asset::{Asset, Battery, Telemetry};
use ratatui::layout::{Constraint, Layout, Rect};

const BAR: usize = 10;
/// Columns of the telemetry chart: a quarter of an hour each, over a day.
const QUARTERS: i64 = 96;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let [top, bottom] = Layout::vertical([Constraint::Fill(2), Constraint::Fill(3)]).areas(area);
    let (left, right) = ("Assets".to_owned(), freshness(state, &Request::Assets));
    let lesson = &["Batteries, plants and loads stand here. Add one with POST /api/assets."];
    list(
        canvas,
        state,
        top,
        List {
            pane: Pane::Assets,
            left,
            right,
            lesson,
            table: table(state),
        },
    );
    draw_telemetry(canvas, state, bottom);
}

fn last<'a>(state: &'a State, asset: &Asset) -> Option<&'a Telemetry> {
    state.data.telemetry.get(&asset.id)?.last()
}

/// What an asset does, as far as that is known.
fn does(state: &State, sample: Option<&Telemetry>) -> (&'static str, Tone) {
    match sample {
        None => ("no data", Tone::Dim),
        Some(sample) if measured::is_old(state.now, sample.at) => ("long ago", Tone::Warn),
        Some(sample) => flow(sample.power.kilowatts()),
    }
}

/// How old the newest sample of all is.
pub(super) fn newest(state: &State) -> String {
    let samples = state
        .data
        .telemetry
        .values()
        .filter_map(|samples| samples.last());
    let newest = samples.map(|sample| sample.at).max();
    newest.map_or_else(
        || "no telemetry".to_owned(),
        |at| format!("measured {}", format::ago(state.now, at)),
    )
}

/// All assets.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::wide("asset"),
        Column::text("kind", 1),
        Column::text("market", 3),
        Column::text("location", 4),
        Column::number("MW from", 5),
        Column::number("MW to", 2),
        Column::number("MW now", 0),
        Column::text("does", 0),
        Column::number("MWh", 0),
        Column::number("of", 2),
        Column::age("age", 1),
    ]);
    for asset in &state.data.assets {
        let (low, high) = asset.kind.power_range();
        let sample = last(state, asset);
        let power = sample.map(|sample| sample.power);
        let (word, tone) = does(state, sample);
        let stored = sample.and_then(|sample| sample.state_of_charge);
        let capacity = asset
            .kind
            .battery()
            .map(|battery| battery.energy_capacity.to_string());
        table.row([
            Cell::new(asset.name.as_str(), Tone::Strong),
            Cell::from(asset.kind.code()),
            Cell::from(asset.market.as_str()),
            Cell::new(asset.location.as_str(), Tone::Dim),
            Cell::new(format::signed(&low.to_string()), Tone::Dim),
            Cell::new(format::signed(&high.to_string()), Tone::Dim),
            Cell::new(
                power.map_or_else(String::new, |p| format::signed(&p.to_string())),
                tone,
            ),
            Cell::new(word, tone),
            Cell::from(stored.map_or_else(String::new, |energy| energy.to_string())),
            Cell::new(capacity.unwrap_or_default(), Tone::Dim),
            Cell::new(
                sample.map_or_else(String::new, |s| format::age(state.now, s.at)),
                Tone::Dim,
            ),
        ]);
    }
    table
}

fn ppm(battery: &Battery, sample: &Telemetry) -> Option<i64> {
    let stored = i128::from(sample.state_of_charge?.kilowatt_seconds());
    let capacity = i128::from(battery.energy_capacity.kilowatt_seconds()).max(1);
    i64::try_from(stored * 1_000_000 / capacity).ok()
}

/// Batteries with how full they are.
pub(super) fn storage(state: &State) -> Table {
    let mut table = Table::new([
        Column::wide("battery"),
        Column::text("charge", 0),
        Column::number("%", 0),
        Column::number("MWh", 2),
        Column::number("of", 4),
        Column::number("MW", 1),
        Column::text("does", 3),
    ]);
    let (full, empty) = state.theme.glyphs.bar();
    for asset in &state.data.assets {
        let Some(battery) = asset.kind.battery() else {
            continue;
        };
        let sample = last(state, asset);
        let share = sample.and_then(|sample| ppm(battery, sample));
        let filled = share.map_or(0, |share| {
            usize::try_from(share * BAR as i64 / 1_000_000)
                .unwrap_or(0)
                .min(BAR)
        });
        let bar = share.map_or_else(String::new, |_| {
            format!("{}{}", full.repeat(filled), empty.repeat(BAR - filled))
        });
        let power = sample.map(|sample| sample.power);
        let (word, tone) = does(state, sample);
        let stored = sample.and_then(|sample| sample.state_of_charge);
        table.row([
            Cell::new(asset.name.as_str(), Tone::Plain),
            Cell::new(bar, tone),
            Cell::new(
                share.map_or_else(String::new, format::percent),
                Tone::Strong,
            ),
            Cell::from(stored.map_or_else(String::new, |energy| energy.to_string())),
            Cell::new(battery.energy_capacity.to_string(), Tone::Dim),
            Cell::new(
                power.map_or_else(String::new, |p| format::signed(&p.to_string())),
                tone,
            ),
            Cell::new(word, tone),
        ]);
    }
    table
}

fn draw_telemetry(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let focused = state.view.focused() == Pane::Telemetry;
    let asset = chosen(state, Pane::Assets, table(state)).and_then(|at| state.data.assets.get(at));
    let Some(asset) = asset else {
        frame(
            canvas,
            area,
            (Pane::Telemetry, focused),
            &Titles::new("Telemetry", ""),
        );
        return;
    };
    let zone = state.data.markets.iter().find(|m| m.market == asset.market);
    let zone = zone.and_then(|market| market.products.first());
    let zone = zone.map_or_else(|| "UTC".to_owned(), |product| product.time_zone.clone());
    let fresh = freshness(state, &Request::Telemetry(asset.id));
    let samples = state
        .data
        .telemetry
        .get(&asset.id)
        .map_or(&[][..], Vec::as_slice);
    let clock = jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let last = samples.last().map_or(state.now, |sample| sample.at);
    let end = measured::end(state.now, last);
    let span = match end == state.now {
        true => "last 24h".to_owned(),
        false => format!("24h until {}", format::full_stamp(&clock, end)),
    };
    let titles = Titles::new(
        format!("Telemetry of {}", asset.name),
        format!("{span}, {zone}, {fresh}"),
    );
    let inner = frame(canvas, area, (Pane::Telemetry, focused), &titles);
    if samples.is_empty() {
        let limits = limits(asset);
        teach(
            canvas,
            inner,
            &[
                "Nothing was ever measured.",
                "POST /api/assets/{id}/telemetry records samples.",
                "",
                &limits,
            ],
        );
        return;
    }
    let does = does(state, samples.last());
    draw_samples(canvas, inner, (asset, samples, does), (end, &clock));
}

/// Power over stored energy, on one axis of time.
fn draw_samples(
    canvas: &mut Canvas<'_>,
    inner: Rect,
    measured: (&Asset, &[Telemetry], (&'static str, Tone)),
    clock: (Timestamp, &jiff::tz::TimeZone),
) {
    let (asset, samples, does) = measured;
    let (now, zone) = clock;
    let mut plots = inner;
    if let Some((battery, sample)) = asset.kind.battery().zip(samples.last()) {
        gauge(canvas, inner, (battery, sample), does);
        plots = Rect::new(
            inner.x,
            inner.y + 1,
            inner.width,
            inner.height.saturating_sub(1),
        );
    }
    let [power, store] = Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(plots);
    let course = |value: &dyn Fn(&Telemetry) -> Option<i64>| quarters(now, samples, value);
    let powers = Course {
        signed: true,
        ..Course::solid(
            course(&|sample| Some(sample.power.kilowatts())),
            Tone::Accent,
        )
    };
    plot(
        canvas,
        (power, " MW, + discharge, - charge", zone),
        (now, powers),
        &megawatts,
    );
    let stores = course(&|sample| Some(sample.state_of_charge?.kilowatt_seconds() / 3_600));
    if stores.iter().any(Option::is_some) {
        plot(
            canvas,
            (store, " MWh stored", zone),
            (now, Course::solid(stores, Tone::Accent)),
            &megawatts,
        );
    }
}

fn limits(asset: &Asset) -> String {
    let (low, high) = asset.kind.power_range();
    let store = asset.kind.battery().map_or_else(String::new, |b| {
        format!(
            ", {} MWh, {} to {} MWh usable",
            b.energy_capacity, b.min_soc, b.max_soc
        )
    });
    format!(
        "Limits: {low} to {} MW{store}",
        format::signed(&high.to_string())
    )
}

fn gauge(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (battery, sample): (&Battery, &Telemetry),
    (word, tone): (&'static str, Tone),
) {
    let Some((stored, share)) = sample.state_of_charge.zip(ppm(battery, sample)) else {
        return;
    };
    let text = format!(
        " {stored} of {} MWh, {} %  ",
        battery.energy_capacity,
        format::percent(share)
    );
    let taken = canvas.text((area.x, area.y), area.width, &text, Tone::Strong);
    let width = area.width.saturating_sub(taken + 22).min(40);
    meter(
        canvas,
        (area.x + taken, area.y),
        width,
        (share, 1_000_000),
        tone,
    );
    let power = format!("  {} MW {word}", format::signed(&sample.power.to_string()));
    canvas.text((area.x + taken + width, area.y), 22, &power, tone);
}

/// The last value of each quarter of an hour of the last day.
fn quarters(
    now: Timestamp,
    samples: &[Telemetry],
    value: &dyn Fn(&Telemetry) -> Option<i64>,
) -> Vec<Option<i64>> {
    let quarter = |at: Timestamp| at.as_second().div_euclid(900);
    let first = quarter(now) - QUARTERS + 1;
    let mut values = vec![None; usize::try_from(QUARTERS).unwrap_or(0)];
    for sample in samples {
        let slot = usize::try_from(quarter(sample.at) - first).ok();
        if let Some(slot) = slot.and_then(|slot| values.get_mut(slot)) {
            *slot = value(sample);
        }
    }
    values
}

/// Kilowatts as megawatts.
fn megawatts(kilowatts: i64) -> String {
    axis(kilowatts.saturating_mul(1_000))
}

type Place<'a> = (Rect, &'a str, &'a jiff::tz::TimeZone);

fn plot(
    canvas: &mut Canvas<'_>,
    place: Place<'_>,
    course: (Timestamp, Course),
    write: &dyn Fn(i64) -> String,
) {
    let (area, title, zone) = place;
    let (now, course) = course;
    canvas.text((area.x, area.y), area.width, title, Tone::Dim);
    let first = now.as_second().div_euclid(900) - QUARTERS + 1;
    let label = |slot: usize| {
        let at = Timestamp::from_second((first + i64::try_from(slot).unwrap_or(0)) * 900).ok()?;
        let local = at.to_zoned(zone.clone());
        (local.minute() == 0 && local.hour() % 3 == 0).then(|| (slot, format::clock(zone, at)))
    };
    let chart = Chart {
        labels: (0..course.values.len()).filter_map(label).collect(),
        periods: course.values.len(),
        courses: vec![course],
        ..Chart::default()
    };
    let below = Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1),
    );
    chart::draw(canvas, below, &chart, write);
}

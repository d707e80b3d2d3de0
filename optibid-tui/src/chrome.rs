//! What stands around every screen: tabs, context, messages, the bottom line, and what lies on top.

mod bottom;
mod help;
mod overlay;

use crate::action::Screen;
use crate::canvas::{Canvas, Target, columns};
use crate::format;
use crate::screens;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Mode;
use ratatui::layout::Rect;

/// The smallest terminal that the screens fit on.
pub(crate) const LEAST: (u16, u16) = (60, 15);

/// Draws everything.
pub(crate) fn draw(canvas: &mut Canvas<'_>, state: &State) {
    let area = *canvas.buf.area();
    canvas.clear(area);
    if area.width < LEAST.0 || area.height < LEAST.1 {
        too_small(canvas, area, &state.view.mode);
        return;
    }
    tabs(canvas, state, Rect::new(area.x, area.y, area.width, 1));
    context(canvas, state, Rect::new(area.x, area.y + 1, area.width, 1));
    let body = Rect::new(area.x, area.y + 2, area.width, area.height - 4);
    screens::draw(canvas, state, body);
    let message = Rect::new(area.x, area.bottom() - 2, area.width, 1);
    let bottom = Rect::new(area.x, area.bottom() - 1, area.width, 1);
    match &state.view.mode {
        Mode::Command(line) => overlay::prompt(canvas, state, message, (":", line)),
        Mode::Filter(line) => overlay::prompt(canvas, state, message, ("/", line)),
        _ => notice(canvas, state, message),
    }
    bottom::draw(canvas, state, bottom);
    match &state.view.mode {
        Mode::Help(top) => help::draw(canvas, state, body, *top),
        Mode::Confirm(question) => overlay::question(canvas, body, question),
        Mode::SignIn(form) => overlay::sign_in(canvas, state, body, form),
        Mode::Normal | Mode::Command(_) | Mode::Filter(_) => {}
    }
}

fn too_small(canvas: &mut Canvas<'_>, area: Rect, mode: &Mode) {
    let size = format!("{}x{}", area.width, area.height);
    let needed = format!("at least {}x{}", LEAST.0, LEAST.1);
    let keys = match mode {
        Mode::Confirm(_) => "a question waits; n does nothing",
        _ => "q ends",
    };
    for (y, text) in (area.y..area.bottom()).zip(["Too small:", &size, &needed, keys]) {
        canvas.text((area.x, y), area.width, text, Tone::Plain);
    }
}

fn tabs(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let mut x = area.x;
    for (i, screen) in Screen::ALL.into_iter().enumerate() {
        let current = screen == state.view.screen;
        let (number, title) = (i + 1, screen.title());
        let title = match area.width {
            92.. => format!(" {number} {title} "),
            80.. => format!(" {number} {title}"),
            _ => format!(" {number}{}", title.chars().take(4).collect::<String>()),
        };
        let width = u16::try_from(columns(&title)).unwrap_or(0);
        let tone = if current { Tone::Strong } else { Tone::Dim };
        let place = Rect::new(x, area.y, width.min(area.right().saturating_sub(x)), 1);
        canvas.text((x, area.y), place.width, &title, tone);
        if current {
            canvas.buf.set_style(place, canvas.theme.selected(true));
        }
        canvas.targets.push((place, Target::Tab(screen)));
        x = x.saturating_add(width).min(area.right());
    }
    if area.width >= 120 {
        let name = if state.settings.readonly {
            "OptiBid  READ ONLY "
        } else {
            "OptiBid "
        };
        canvas.right((area.x, area.y), area.width, name, Tone::Dim);
    }
}

/// What is looked at; where there is little room without the name of the zone, whose abbreviation stands at the time.
fn looked_at(state: &State, short: bool) -> Vec<(String, Tone)> {
    let Some(series) = state.series() else {
        let now = format::exact_stamp(&state.time_zone(), state.now);
        return vec![(format!(" {now}"), Tone::Dim)];
    };
    let mut spans = vec![(format!(" {series}"), Tone::Plain)];
    if let Some(day) = state.day() {
        spans.push((format!("  {}", format::day(day)), Tone::Strong));
    }
    if let Some(zone) = state.zone() {
        let name = match short {
            true => String::new(),
            false => format!("{} now ", zone.name()),
        };
        let now = format::clock_in(zone.time_zone(), state.now);
        spans.push((format!("  {name}{now}"), Tone::Dim));
    }
    spans
}

fn width_of(spans: &[(String, Tone)]) -> u16 {
    let width: usize = spans.iter().map(|(text, _)| columns(text)).sum();
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// What is looked at, and the next own gate.
fn context(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let whole = looked_at(state, false);
    let left = match width_of(&whole) > area.width {
        true => looked_at(state, true),
        false => whole,
    };
    let taken = canvas.spans((area.x, area.y), area.width, &left);
    let long = screens::next_gate(state);
    // Where there is no room for its name, the countdown alone says enough.
    let short = long
        .last()
        .cloned()
        .map(|(left, tone)| vec![("gate ".to_owned(), Tone::Dim), (left, tone)]);
    let readonly = state.settings.readonly && area.width < 120;
    let mark = readonly.then(|| ("READ ONLY  ".to_owned(), Tone::Warn));
    for spans in [long, short.unwrap_or_default(), Vec::new()] {
        let right: Vec<_> = mark.clone().into_iter().chain(spans).collect();
        let width = width_of(&right);
        if taken.saturating_add(width) + 2 <= area.width {
            canvas.spans((area.right() - width - 1, area.y), width, &right);
            return;
        }
    }
}

fn notice(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let Some(notice) = &state.view.notice else {
        return;
    };
    let taken = canvas.text(
        (area.x + 1, area.y),
        area.width - 2,
        &notice.text,
        notice.tone,
    );
    let age = format!("  {}", format::age(state.now, notice.at));
    let room = area.width.saturating_sub(taken + 2);
    canvas.text((area.x + 1 + taken, area.y), room, &age, Tone::Line);
}

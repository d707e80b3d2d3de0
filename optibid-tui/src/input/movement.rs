//! Moving about: rows, panes, periods, days, series.

use crate::action::Screen;
use crate::filter::Filter;
use crate::screens;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use jiff::ToSpan;

/// The rows of a pane, where it is a list.
fn rows(state: &State, pane: Pane) -> usize {
    screens::table(state, pane).map_or(0, |table| table.len())
}

/// Keeps the cursor of a list on a row.
pub(super) fn clamp(state: &mut State, pane: Pane) {
    let last = rows(state, pane).saturating_sub(1);
    let scroll = state.view.scrolls.entry(pane).or_default();
    scroll.cursor = scroll.cursor.min(last);
}

/// Moves the cursor of a pane by so many rows.
pub(super) fn by(state: &mut State, pane: Pane, rows_down: isize) {
    if pane == Pane::Heat {
        day(state, i64::try_from(rows_down).unwrap_or(0));
        return;
    }
    // Panes that are no lists scroll as far as their drawing lets them.
    let last =
        screens::table(state, pane).map_or(usize::MAX / 2, |table| table.len().saturating_sub(1));
    let scroll = state.view.scrolls.entry(pane).or_default();
    scroll.cursor = scroll
        .cursor
        .min(last)
        .saturating_add_signed(rows_down)
        .min(last);
    if pane == Pane::Stack {
        scroll.cursor = scroll.cursor.min(300);
    }
}

/// Half a page of a pane.
pub(super) fn half_page(state: &State, pane: Pane) -> isize {
    isize::try_from(state.view.scroll(pane).page / 2)
        .unwrap_or(1)
        .max(1)
}

/// To the first or the last row.
pub(super) fn to_end(state: &mut State, pane: Pane, last: bool) {
    let row = if last {
        rows(state, pane).saturating_sub(1)
    } else {
        0
    };
    state.view.scrolls.entry(pane).or_default().cursor = row;
    if matches!(pane, Pane::Chart | Pane::Heat | Pane::Stack) {
        let end = screens::series_days(state).saturating_sub(1);
        state.view.period = Some(if last { end } else { 0 });
    }
}

/// To the next pane, or the one before.
pub(super) fn pane(state: &mut State, forward: bool) {
    let panes = state.view.panes();
    let at = panes
        .iter()
        .position(|pane| *pane == state.view.focused())
        .unwrap_or(0);
    let step = if forward { 1 } else { panes.len() - 1 };
    if let Some(next) = panes.get((at + step) % panes.len()) {
        state.view.focus.insert(state.view.screen, *next);
    }
}

/// To the next screen, or the one before.
pub(super) fn screen(state: &mut State, forward: bool) {
    let all = Screen::ALL;
    let at = all
        .iter()
        .position(|screen| *screen == state.view.screen)
        .unwrap_or(0);
    let step = if forward { 1 } else { all.len() - 1 };
    if let Some(next) = all.get((at + step) % all.len()) {
        state.view.screen = *next;
    }
}

/// To a period left or right of the cursor; on screens without periods to another pane.
pub(super) fn across(state: &mut State, right: bool) {
    if state.view.screen != Screen::Market {
        pane(state, right);
        return;
    }
    let last = screens::series_days(state).saturating_sub(1);
    let now = screens::period(state);
    let next = if right {
        now.saturating_add(1)
    } else {
        now.saturating_sub(1)
    };
    state.view.period = Some(next.min(last));
}

/// To a delivery day so many days later.
pub(super) fn day(state: &mut State, days: i64) {
    if let Some(day) = state.day() {
        state.view.day = day.checked_add(days.days()).ok();
    }
}

/// To the next series, or the one before.
pub(super) fn series(state: &mut State, forward: bool) {
    let all: Vec<_> = state.data.latest.keys().cloned().collect();
    let Some(now) = state.series() else { return };
    let at = all.iter().position(|series| *series == now).unwrap_or(0);
    let step = if forward {
        1
    } else {
        all.len().saturating_sub(1)
    };
    if let Some(next) = all.get((at + step) % all.len().max(1)) {
        state.view.series = Some(next.clone());
        state.view.period = None;
        state.tell(Tone::Plain, format!("{next}"));
    }
}

/// To the next row that has the words of the last filter, or the one before.
pub(super) fn to_match(state: &mut State, forward: bool) {
    let pane = state.view.focused();
    let Some(filter) = state.view.last_filter.clone() else {
        state.tell(
            Tone::Plain,
            "no words were looked for yet: / looks for some",
        );
        return;
    };
    let Some(table) = screens::table(state, pane) else {
        return;
    };
    let matches: Vec<usize> = (0..table.len())
        .filter(|row| filter.shows(&table.words(*row)))
        .collect();
    let cursor = state.view.scroll(pane).cursor;
    let next = if forward {
        matches
            .iter()
            .find(|row| **row > cursor)
            .or(matches.first())
    } else {
        matches
            .iter()
            .rfind(|row| **row < cursor)
            .or(matches.last())
    };
    let Some(row) = next.copied() else {
        state.tell(Tone::Warn, format!("no row has {filter}"));
        return;
    };
    let place = matches.iter().position(|held| *held == row).unwrap_or(0) + 1;
    state.view.scrolls.entry(pane).or_default().cursor = row;
    state.tell(
        Tone::Plain,
        format!("/{filter}: {place} of {}", matches.len()),
    );
}

/// Filters the focused list.
pub(super) fn set_filter(state: &mut State, text: &str) {
    let pane = state.view.focused();
    match Filter::parse(text) {
        Some(filter) => {
            state.view.last_filter = Some(filter.clone());
            state.view.filters.insert(pane, filter);
        }
        None => {
            state.view.filters.remove(&pane);
        }
    }
    clamp(state, pane);
}

//! What every screen needs: lists in their panes, ages, words for flows.

use crate::canvas::Canvas;
use crate::data::MOST;
use crate::format;
use crate::request::Request;
use crate::state::{Link, State};
use crate::theme::Tone;
use crate::view::{Pane, Scroll};
use crate::widgets::frame::{Titles, frame, teach, wrapped};
use crate::widgets::table::{self, Table};
use ratatui::layout::Rect;

/// A list: its pane, the titles at the left and the right of its border, what belongs there while it is empty, its table.
pub(super) struct List<'a> {
    pub(super) pane: Pane,
    pub(super) left: String,
    pub(super) right: String,
    pub(super) lesson: &'a [&'a str],
    pub(super) table: Table,
}

/// Draws a list in its pane.
pub(super) fn list(canvas: &mut Canvas<'_>, state: &State, area: Rect, list: List<'_>) {
    let List {
        pane,
        left,
        right,
        lesson,
        table,
    } = list;
    let focused = state.view.focused() == pane;
    let filter = state.view.filter(pane);
    let table = table.filtered(filter);
    let left = match filter {
        Some(filter) => format!("{left}  /{filter}  {} shown", table.len()),
        None => left,
    };
    let inner = frame(canvas, area, (pane, focused), &Titles::new(left, right));
    if table.len() > 0 {
        let inner = explained(canvas, inner, &table, state.view.scroll(pane));
        table::draw(
            canvas,
            inner,
            &table,
            (pane, focused, state.view.scroll(pane)),
        );
    } else if filter.is_some() {
        teach(
            canvas,
            inner,
            &["No row has these words. esc shows all rows again."],
        );
    } else {
        teach(canvas, inner, lesson);
    }
}

/// Lines at the foot of a list for what of the selected row was cut.
const EXPLAINED: u16 = 3;

/// Writes the selected row's long text out at the foot of a list that has room; what is left for the rows.
fn explained(canvas: &mut Canvas<'_>, area: Rect, table: &Table, scroll: Scroll) -> Rect {
    let Some(column) = table.explained.filter(|_| area.height >= 4 * EXPLAINED) else {
        return area;
    };
    let rows = Rect {
        height: area.height - EXPLAINED - 1,
        ..area
    };
    let rule = canvas
        .theme
        .glyphs
        .rules()
        .1
        .repeat(usize::from(area.width));
    canvas.text((area.x, rows.bottom()), area.width, &rule, Tone::Line);
    let row = scroll.cursor.min(table.len().saturating_sub(1));
    let text = table.text(row, column);
    let lines = wrapped(text, usize::from(area.width.saturating_sub(2)));
    for (y, line) in (rows.bottom() + 1..area.bottom()).zip(lines) {
        canvas.text(
            (area.x + 1, y),
            area.width.saturating_sub(2),
            &line,
            Tone::Plain,
        );
    }
    // The line that counts the rows stands on the border below.
    rows
}

/// The place of the selected row in the list that a pane's table was made of.
pub(super) fn chosen(state: &State, pane: Pane, table: Table) -> Option<usize> {
    let table = table.filtered(state.view.filter(pane));
    let cursor = state
        .view
        .scroll(pane)
        .cursor
        .min(table.len().checked_sub(1)?);
    table.origin(cursor)
}

/// The title of a list with a word that it is cut, where it may be.
pub(super) fn cut(title: String, items: usize) -> String {
    if items < MOST {
        return title;
    }
    format!("{title}, only {MOST} are read")
}

/// How old the answer to a request is, with the reason where a newer one failed.
pub(super) fn freshness(state: &State, request: &Request) -> String {
    let slot = state.slots.get(request);
    let Some(at) = slot.and_then(|slot| slot.got) else {
        let failed = slot.and_then(|slot| slot.failure.as_ref());
        return failed.map_or_else(|| "reading".to_owned(), |failure| failure.reason.clone());
    };
    let old = format::oldness(state.now, at);
    let stale = matches!(state.link, Link::Away { .. } | Link::Offline)
        || slot.is_some_and(|slot| slot.failure.is_some());
    match (stale, old.as_str()) {
        (false, _) => old,
        (true, "fresh") => "stale".to_owned(),
        (true, _) => format!("stale, {old}"),
    }
}

/// The word and colour of a signed power: what a battery does, with its sign.
pub(super) fn flow(kilowatts: i64) -> (&'static str, Tone) {
    match kilowatts {
        ..=-1 => ("charge", Tone::Buy),
        0 => ("idle", Tone::Dim),
        1.. => ("discharge", Tone::Sell),
    }
}

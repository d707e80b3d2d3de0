//! What the dashboard itself logged.

use super::parts::{List, list};
use crate::canvas::Canvas;
use crate::format;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::table::{Cell, Column, Table};
use ratatui::layout::Rect;

/// Lines that are shown; the file has them all.
const SHOWN: usize = 500;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let lesson =
        &["What the dashboard does and what goes wrong with it stands here and in its log file."];
    list(
        canvas,
        state,
        area,
        List {
            pane: Pane::Log,
            left: "Log of the dashboard".to_owned(),
            right: format!("{}, the latest first", state.zone_name()),
            lesson,
            table: table(state),
        },
    );
}

/// The latest lines, the latest first.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("time", 1),
        Column::text("level", 0),
        Column::wide("what"),
    ])
    .explaining(2);
    let zone = state.time_zone();
    for line in state.data.log.iter().rev().take(SHOWN) {
        let tone = match line.level {
            "ERROR" => Tone::Danger,
            "WARN" => Tone::Warn,
            _ => Tone::Dim,
        };
        table.row([
            Cell::new(format::exact_stamp(&zone, line.at), Tone::Dim),
            Cell::new(line.level, tone),
            Cell::from(line.text.as_str()),
        ]);
    }
    table
}

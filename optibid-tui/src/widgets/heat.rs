//! Days as rows, periods as columns, each cell as high and as bright as the octile that its value is in: a few dear hours do not
//! make all others look alike.

use crate::canvas::Canvas;
use crate::theme::Tone;
use ratatui::layout::Rect;

/// What a day has in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heat {
    /// A value.
    Value(i64),
    /// A period without a value.
    Gap,
    /// No such period: the repeated hour of a day that repeats none.
    Absent,
    /// An hour that the clocks skipped.
    Skipped,
}

/// A day.
pub(crate) struct HeatRow {
    pub(crate) title: String,
    pub(crate) cells: Vec<Heat>,
    pub(crate) selected: bool,
    /// Behind the cells, where there is room.
    pub(crate) note: String,
}

/// The seven values that part all values into eight groups of the same size.
fn octiles(rows: &[HeatRow]) -> Vec<i64> {
    let mut values: Vec<i64> = rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter_map(|cell| match cell {
            Heat::Value(value) => Some(*value),
            _ => None,
        })
        .collect();
    values.sort_unstable();
    let at = |eighth: usize| values.get(eighth * values.len() / 8).copied();
    (1..8).filter_map(at).collect()
}

/// Cells drawn together to that many.
pub(crate) fn gathered(cells: &[Heat], groups: usize) -> Vec<Heat> {
    let (len, groups) = (cells.len(), groups.min(cells.len()));
    let one = |part: &[Heat]| {
        let values: Vec<Option<i64>> = part
            .iter()
            .map(|cell| match cell {
                Heat::Value(value) => Some(*value),
                _ => None,
            })
            .collect();
        let mean = super::spark::means(&values, 1).first().copied().flatten();
        mean.map_or(part.first().copied().unwrap_or(Heat::Absent), Heat::Value)
    };
    (0..groups)
        .map(|i| {
            one(cells
                .get(i * len / groups..(i + 1) * len / groups)
                .unwrap_or(&[]))
        })
        .collect()
}

/// Draws the rows on one scale; labels stand over their columns.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    rows: &[HeatRow],
    labels: &[(usize, String)],
) {
    let title = rows
        .iter()
        .map(|row| row.title.chars().count())
        .max()
        .unwrap_or(0);
    let left = u16::try_from(title + 1).unwrap_or(0).min(area.width);
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let room = area.width - left;
    if columns == 0 || room == 0 || area.height < 2 {
        return;
    }
    let note = rows.iter().map(|row| row.note.chars().count() + 1).max();
    let fits = |room: usize| (room / columns).clamp(1, 3);
    let wide = fits(usize::from(room));
    // The notes may cost a column of width, but not the last.
    let beside = fits(usize::from(room).saturating_sub(note.unwrap_or(0)));
    let wide = if wide > 1 { beside } else { wide };
    let octiles = octiles(rows);
    let x = |column: usize| area.x + left + u16::try_from(column * wide).unwrap_or(u16::MAX / 2);
    let mut free = area.x;
    for (column, label) in labels {
        let at = x(*column);
        if at >= free && at < area.right() {
            free = at + 1 + canvas.text((at, area.y), area.right() - at, label, Tone::Dim);
        }
    }
    for (y, row) in (area.y + 1..area.bottom()).zip(rows) {
        let tone = if row.selected {
            Tone::Strong
        } else {
            Tone::Dim
        };
        canvas.text((area.x, y), left, &row.title, tone);
        for (column, cell) in row.cells.iter().enumerate() {
            let at = x(column);
            if at < area.right() {
                draw_cell(canvas, (at, y), (*cell, wide), &octiles);
            }
        }
        let behind = x(columns) + 1;
        let room = area.right().saturating_sub(behind);
        if usize::from(room) >= row.note.chars().count() {
            canvas.text((behind, y), room, &row.note, Tone::Dim);
        }
    }
}

fn draw_cell(canvas: &mut Canvas<'_>, at: (u16, u16), cell: (Heat, usize), octiles: &[i64]) {
    let (cell, wide) = cell;
    let width = u16::try_from(wide).unwrap_or(1);
    match cell {
        Heat::Value(value) => {
            let level = octiles.iter().filter(|end| **end <= value).count();
            let mark = canvas
                .theme
                .glyphs
                .levels()
                .get(level)
                .copied()
                .unwrap_or(" ");
            let style = canvas.theme.level(level);
            canvas.styled(at, width, &mark.repeat(wide), style);
        }
        Heat::Gap => {
            canvas.text(at, width, ".", Tone::Line);
        }
        Heat::Absent => {}
        Heat::Skipped => {
            let mark = canvas.theme.glyphs.missing();
            canvas.text(at, width, mark, Tone::Warn);
        }
    }
}

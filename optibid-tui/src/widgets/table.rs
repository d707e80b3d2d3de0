//! Rows and columns: numbers at the right with their decimal points aligned, units once in the header.

use crate::canvas::{Canvas, Target, columns};
use crate::filter::Filter;
use crate::format;
use crate::theme::Tone;
use crate::view::{Pane, Scroll};
use ratatui::layout::Rect;

/// A column.
pub(crate) struct Column {
    title: String,
    number: bool,
    /// Columns with the highest figure go first when there is no room.
    rank: u8,
    /// Whether it takes the room that is left.
    wide: bool,
    /// Columns that it has at least, so that nothing moves when what it holds gets longer.
    least: usize,
}

impl Column {
    /// A column of texts.
    pub(crate) fn text(title: impl Into<String>, rank: u8) -> Self {
        Self {
            title: title.into(),
            number: false,
            rank,
            wide: false,
            least: 0,
        }
    }

    /// A column of numbers.
    pub(crate) fn number(title: impl Into<String>, rank: u8) -> Self {
        Self {
            number: true,
            ..Self::text(title, rank)
        }
    }

    /// A column of how long ago something was.
    pub(crate) fn age(title: impl Into<String>, rank: u8) -> Self {
        Self {
            least: format::AGE,
            ..Self::number(title, rank)
        }
    }

    /// A column of durations.
    pub(crate) fn duration(title: impl Into<String>, rank: u8) -> Self {
        Self {
            least: format::DURATION,
            ..Self::number(title, rank)
        }
    }

    /// A column of texts that takes what room is left, and is cut where there is too little.
    pub(crate) fn wide(title: impl Into<String>) -> Self {
        Self {
            wide: true,
            ..Self::text(title, 0)
        }
    }
}

/// A cell.
#[derive(Clone, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// A table. Every row keeps its place in the list that it was made of.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    /// The column whose text is written out for the selected row.
    pub(crate) explained: Option<usize>,
    rows: Vec<(usize, Vec<Cell>)>,
    next: usize,
}

impl Table {
    pub(crate) fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self {
            columns: columns.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The text of that column is written out for the selected row.
    pub(crate) fn explaining(self, column: usize) -> Self {
        Self {
            explained: Some(column),
            ..self
        }
    }

    /// The text of a cell.
    pub(crate) fn text(&self, row: usize, column: usize) -> &str {
        self.cell(row, column).map_or("", |cell| cell.text.as_str())
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push((self.next, cells.into_iter().collect()));
        self.next += 1;
    }

    /// Leaves out the rows that a filter does not show.
    pub(crate) fn filtered(mut self, filter: Option<&Filter>) -> Self {
        if let Some(filter) = filter {
            self.rows.retain(|(_, cells)| filter.shows(&words(cells)));
        }
        self
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place that a row had in the list that it was made of.
    pub(crate) fn origin(&self, row: usize) -> Option<usize> {
        self.rows.get(row).map(|(origin, _)| *origin)
    }

    /// What of a row a filter looks at.
    pub(crate) fn words(&self, row: usize) -> String {
        self.rows
            .get(row)
            .map(|(_, cells)| words(cells))
            .unwrap_or_default()
    }

    fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.1.get(column)
    }

    /// Columns behind the decimal point, the point included.
    fn fraction(&self, column: usize) -> usize {
        let of =
            |(_, cells): &(usize, Vec<Cell>)| cells.get(column).map_or(0, |c| fraction(&c.text));
        self.rows.iter().map(of).max().unwrap_or(0)
    }

    /// A text with its decimal point where the column has it.
    fn aligned(&self, column: usize, text: &str, fraction_width: usize) -> String {
        let numeric = self.columns.get(column).is_some_and(|c| c.number);
        let is_number = text.contains(|c: char| c.is_ascii_digit());
        if !numeric || !is_number {
            return text.to_owned();
        }
        format!(
            "{text}{}",
            " ".repeat(fraction_width - fraction(text).min(fraction_width))
        )
    }

    /// Which columns fit, with their widths and the widths of their fractions.
    fn layout(&self, width: usize) -> Vec<(usize, usize, usize)> {
        let natural = |column: usize| {
            let fraction = self.fraction(column);
            let cells = (0..self.rows.len()).filter_map(|row| self.cell(row, column));
            let widest = cells.map(|cell| columns(&self.aligned(column, &cell.text, fraction)));
            let head = self.columns.get(column);
            let least = head.map_or(0, |c| c.least.max(columns(&c.title)));
            (column, widest.max().unwrap_or(0).max(least), fraction)
        };
        let mut fitting: Vec<_> = (0..self.columns.len()).map(natural).collect();
        let wide = |column: usize| self.columns.get(column).is_some_and(|c| c.wide);
        let rank = |column: usize| self.columns.get(column).map_or(0, |c| c.rank);
        loop {
            // A wide column asks for no more than sixteen columns to stay.
            let least = |(column, natural, _): &(usize, usize, usize)| {
                if wide(*column) {
                    (*natural).min(16)
                } else {
                    *natural
                }
            };
            let taken: usize = fitting.iter().map(|c| least(c) + 2).sum();
            let last = fitting.iter().map(|c| rank(c.0)).max().unwrap_or(0);
            if taken <= width + 2 || last == 0 {
                break;
            }
            let at = fitting.iter().rposition(|c| rank(c.0) == last);
            if let Some(at) = at {
                fitting.remove(at);
            }
        }
        let fixed: usize = fitting
            .iter()
            .map(|c| if wide(c.0) { 2 } else { c.1 + 2 })
            .sum();
        let room = (width + 2).saturating_sub(fixed);
        for column in &mut fitting {
            if wide(column.0) {
                column.1 = column.1.min(room);
            }
        }
        fitting
    }
}

fn words(cells: &[Cell]) -> String {
    let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    texts.join(" ")
}

fn fraction(text: &str) -> usize {
    text.find('.').map_or(0, |at| text.len() - at)
}

/// Where a list stands when its cursor must be seen on a page of that many rows.
pub(crate) fn settled(scroll: Scroll, rows: usize, page: usize) -> Scroll {
    let cursor = scroll.cursor.min(rows.saturating_sub(1));
    let highest = (cursor + 1).saturating_sub(page.max(1));
    let top = scroll.top.clamp(highest, cursor.max(highest));
    let top = top.min(rows.saturating_sub(page.max(1)));
    Scroll { cursor, top, page }
}

/// Draws a table with its header; rows answer to the mouse.
pub(crate) fn draw(canvas: &mut Canvas<'_>, area: Rect, table: &Table, list: (Pane, bool, Scroll)) {
    let (pane, focused, scroll) = list;
    if area.height < 2 || area.width < 4 {
        return;
    }
    let layout = table.layout(usize::from(area.width) - 1);
    let body = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
    let scroll = settled(scroll, table.len(), usize::from(body.height));
    canvas.scrolls.push((pane, scroll));
    header(canvas, area, table, &layout);
    for (y, row) in (body.y..body.bottom()).zip(scroll.top..table.len()) {
        let line = Rect::new(body.x, y, body.width, 1);
        canvas.targets.push((line, Target::Row(pane, row)));
        let selected = row == scroll.cursor;
        let mut x = body.x + 1;
        for (column, width, fraction) in &layout {
            let cell = table.cell(row, *column).cloned().unwrap_or_default();
            let text = table.aligned(*column, &cell.text, *fraction);
            let width = u16::try_from(*width).unwrap_or(0);
            let number = table.columns.get(*column).is_some_and(|c| c.number);
            let room = width.min(body.right().saturating_sub(x));
            if number {
                canvas.right((x, y), room, &text, cell.tone);
            } else {
                canvas.text((x, y), room, &text, cell.tone);
            }
            x = x.saturating_add(width + 2);
        }
        if selected {
            canvas.buf.set_style(line, canvas.theme.selected(focused));
            let tone = if focused { Tone::Accent } else { Tone::Line };
            let mark = canvas.theme.glyphs.cursor();
            canvas.text((body.x, y), 1, mark, tone);
        }
    }
    more(canvas, area, (table.len(), scroll));
}

fn header(canvas: &mut Canvas<'_>, area: Rect, table: &Table, layout: &[(usize, usize, usize)]) {
    let mut x = area.x + 1;
    for (column, width, _) in layout {
        let width = u16::try_from(*width).unwrap_or(0);
        let room = width.min(area.right().saturating_sub(x));
        if let Some(column) = table.columns.get(*column) {
            if column.number {
                canvas.right((x, area.y), room, &column.title, Tone::Dim);
            } else {
                canvas.text((x, area.y), room, &column.title, Tone::Dim);
            }
        }
        x = x.saturating_add(width + 2);
    }
}

/// Says in the header how many rows there are, where not all are seen.
fn more(canvas: &mut Canvas<'_>, area: Rect, list: (usize, Scroll)) {
    let (rows, scroll) = list;
    if rows > scroll.page && area.width > 30 {
        let text = format!(" {}/{rows}", scroll.cursor + 1);
        canvas.right((area.x, area.bottom()), area.width, &text, Tone::Dim);
    }
}

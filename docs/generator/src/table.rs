//! Tables of Markdown.

/// A table, row by row.
#[derive(Debug, Default)]
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new<const N: usize>(columns: [&str; N]) -> Self {
        let mut table = Self::default();
        table.row(columns);
        table.row(["---"; N]);
        table
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        let cells = cells.map(cell);
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    /// The table.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// A text as it may stand in a cell: one line, bars kept from ending it.
fn cell(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('|', "\\|")
}

/// A text as code, or nothing.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

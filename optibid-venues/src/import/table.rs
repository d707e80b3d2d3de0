//! Rows and cells of a comma-separated file, with their positions.

use super::fault::{CellFault, ImportError};
use super::source::OverLimit;
use std::io::{self, BufRead, Read};

/// Longest line.
const MAX_LINE: u64 = 64 << 10;

/// A header: column names with the outer spaces gone.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) row: u64,
    pub(crate) columns: Vec<String>,
}

/// A name with only its letters and digits, in small letters: how column names are compared.
pub(crate) fn normal(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

impl Header {
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let mut columns = Vec::new();
        split(line.trim_start_matches('\u{feff}'), &mut columns).ok()?;
        Some(Self { row: 1, columns })
    }

    /// Number of the column whose name satisfies the test.
    pub(crate) fn position(&self, test: impl Fn(&str) -> bool) -> Option<usize> {
        self.columns.iter().position(|name| test(&normal(name)))
    }

    /// Number of the column with one of these normal names.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        self.position(|name| names.contains(&name))
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.find(&[name]).is_some())
    }

    /// Number of the column with one of these normal names, or a fault that names the column as
    /// its market writes it.
    pub(crate) fn require(&self, written: &str, names: &[&str]) -> Result<usize, CellFault> {
        let rule = || format!("the header names a column {written}");
        self.find(names).ok_or_else(|| {
            CellFault::new(self.row, written, &self.text(), "column_missing", rule())
        })
    }

    /// The name of a column, or its number from 1 where it has none.
    pub(crate) fn name(&self, column: usize) -> String {
        match self.columns.get(column) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => (column + 1).to_string(),
        }
    }

    pub(crate) fn text(&self) -> String {
        self.columns.join(",")
    }
}

/// A data row with as many cells as the header has columns.
pub(crate) struct Row<'a> {
    pub(crate) number: u64,
    header: &'a Header,
    cells: &'a [String],
}

impl Row<'_> {
    /// The cell, its outer spaces gone; empty past the last column.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    pub(crate) fn fault(
        &self,
        column: usize,
        code: &'static str,
        rule: impl std::fmt::Display,
    ) -> CellFault {
        CellFault::new(
            self.number,
            self.header.name(column),
            self.cell(column),
            code,
            rule,
        )
    }
}

/// Why a row could not be read.
pub(crate) enum RowError {
    /// The row is bad, those after it may be read.
    Fault(CellFault),
    /// Reading cannot go on.
    Fatal(ImportError),
}

/// Reads lines, splits them into cells and checks their number.
pub(crate) struct Table<R> {
    reader: R,
    max_bytes: u64,
    line: Vec<u8>,
    cells: Vec<String>,
    number: u64,
    terminated: bool,
}

impl<R: BufRead> Table<R> {
    pub(crate) fn new(reader: R, max_bytes: u64) -> Self {
        let (line, cells) = (Vec::new(), Vec::new());
        Self {
            reader,
            max_bytes,
            line,
            cells,
            number: 0,
            terminated: true,
        }
    }

    /// Whether the last line read had a line end.
    pub(crate) const fn terminated(&self) -> bool {
        self.terminated
    }

    /// The first line that is not blank.
    pub(crate) fn header(&mut self) -> Result<Header, RowError> {
        if !self.next_line()? {
            let rule = "the file has a header and rows";
            return Err(RowError::Fault(CellFault::new(
                1,
                "",
                "",
                "file_empty",
                rule,
            )));
        }
        let row = self.number;
        let line = text(&self.line, row)?;
        if line.contains(';') && !line.contains(',') {
            let rule = "cells are separated by ',' and decimals are written with '.'";
            return Err(RowError::Fault(CellFault::new(
                row,
                "",
                line,
                "separator",
                rule,
            )));
        }
        split(line.trim_start_matches('\u{feff}'), &mut self.cells)
            .map_err(|column| unclosed(row, column, line))?;
        Ok(Header {
            row,
            columns: self.cells.clone(),
        })
    }

    /// The next row that is not blank.
    pub(crate) fn next<'a>(&'a mut self, header: &'a Header) -> Result<Option<Row<'a>>, RowError> {
        if !self.next_line()? {
            return Ok(None);
        }
        let number = self.number;
        let line = text(&self.line, number)?;
        split(line, &mut self.cells).map_err(|column| unclosed(number, column, line))?;
        let (found, expected) = (self.cells.len(), header.columns.len());
        if found != expected {
            let fault = if found < expected {
                let column = header.name(found.saturating_sub(1));
                let what = if self.terminated {
                    "the row is cut off"
                } else {
                    "the file is cut off"
                };
                let rule = format!("a row has {expected} columns: {what} after column {found}");
                CellFault::new(number, column, line, "row_truncated", rule)
            } else {
                let rule = format!(
                    "a row has {expected} columns, this one {found} (a decimal comma splits a number in two)"
                );
                CellFault::new(
                    number,
                    (expected + 1).to_string(),
                    line,
                    "row_too_long",
                    rule,
                )
            };
            return Err(RowError::Fault(fault));
        }
        Ok(Some(Row {
            number,
            header,
            cells: &self.cells,
        }))
    }

    /// Reads the next line that is not blank into `self.line`; false at the end.
    fn next_line(&mut self) -> Result<bool, RowError> {
        loop {
            self.line.clear();
            let mut limited = self.reader.by_ref().take(MAX_LINE + 1);
            let read = limited.read_until(b'\n', &mut self.line);
            let read = read.map_err(|error| RowError::Fatal(self.fatal(error)))?;
            if read == 0 {
                return Ok(false);
            }
            self.number += 1;
            self.terminated = self.line.ends_with(b"\n");
            if self.line.len() as u64 > MAX_LINE {
                let rule = format!("a line has at most {MAX_LINE} bytes");
                let start = String::from_utf8_lossy(self.line.get(..80).unwrap_or_default());
                let fault = CellFault::new(self.number, "", &start, "line_too_long", rule);
                return Err(RowError::Fatal(ImportError::Cells(vec![fault])));
            }
            let end = self.line.trim_ascii_end().len();
            self.line.truncate(end);
            if !self.line.is_empty() {
                return Ok(true);
            }
        }
    }

    fn fatal(&self, source: io::Error) -> ImportError {
        if source.get_ref().is_some_and(|e| e.is::<OverLimit>()) {
            return ImportError::TooLarge {
                limit: self.max_bytes,
            };
        }
        if source.kind() == io::ErrorKind::UnexpectedEof {
            return ImportError::Truncated { row: self.number };
        }
        ImportError::Read {
            row: self.number,
            source,
        }
    }
}

fn text(line: &[u8], number: u64) -> Result<&str, RowError> {
    std::str::from_utf8(line).map_err(|_| {
        let value = String::from_utf8_lossy(line);
        let rule = "the file is text in UTF-8";
        RowError::Fault(CellFault::new(number, "", &value, "not_utf8", rule))
    })
}

fn unclosed(row: u64, column: usize, line: &str) -> RowError {
    let rule = "a quoted cell ends with a quote before the comma or the line end";
    RowError::Fault(CellFault::new(row, column.to_string(), line, "quote", rule))
}

/// Splits a line at its commas; a quoted cell may hold commas and doubled quotes.
///
/// Fails with the number (from 1) of a cell whose quote is not closed.
fn split(line: &str, cells: &mut Vec<String>) -> Result<(), usize> {
    cells.clear();
    let mut rest = line;
    loop {
        let number = cells.len() + 1;
        let Some(quoted) = rest.trim_start().strip_prefix('"') else {
            let (cell, next) = rest
                .split_once(',')
                .map_or((rest, None), |(c, n)| (c, Some(n)));
            cells.push(cell.trim().to_owned());
            let Some(next) = next else { return Ok(()) };
            rest = next;
            continue;
        };
        let (cell, tail) = unquote(quoted).ok_or(number)?;
        cells.push(cell);
        let (blank, next) = tail
            .split_once(',')
            .map_or((tail, None), |(b, n)| (b, Some(n)));
        if !blank.trim().is_empty() {
            return Err(number);
        }
        let Some(next) = next else { return Ok(()) };
        rest = next;
    }
}

/// The text up to the closing quote, and what follows it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let (mut cell, mut tail) = (String::new(), quoted);
    loop {
        let (head, after) = tail.split_once('"')?;
        cell.push_str(head);
        let Some(more) = after.strip_prefix('"') else {
            return Some((cell, after));
        };
        cell.push('"');
        tail = more;
    }
}

#[cfg(test)]
mod tests {
    use super::{normal, split};

    fn cells(line: &str) -> Result<Vec<String>, usize> {
        let mut cells = Vec::new();
        split(line, &mut cells).map(|()| cells)
    }

    #[test]
    fn splits_quotes_spaces_and_empty_cells() {
        assert_eq!(
            cells("a, b ,,\"c,d\" ,\"say \"\"x\"\"\"").unwrap(),
            ["a", "b", "", "c,d", "say \"x\""]
        );
        assert_eq!(cells("").unwrap(), [""]);
        assert_eq!(cells(",").unwrap(), ["", ""]);
    }

    #[test]
    fn an_open_quote_names_its_cell() {
        assert_eq!(cells("a,\"b"), Err(2));
        assert_eq!(cells("\"a\"x,b"), Err(1));
    }

    #[test]
    fn names_are_compared_by_letters_and_digits() {
        assert_eq!(
            normal(" Marginal Cost Congestion ($/MWHr)"),
            "marginalcostcongestionmwhr"
        );
    }
}

//! All that commands print: tables for people, JSON and CSV for programs.
//!
//! Results go to standard output, everything else to standard error. A reader that goes away
//! (`optibid … | head`) is no failure.

use clap::ValueEnum;
use serde_json::{Map, Value};
use std::io::{self, IsTerminal, Write};

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Aligned columns for people.
    Table,
    /// One JSON object: `{"rows": […], "totals": {…}}`; decimals are strings.
    Json,
    /// Rows with a header; no totals.
    Csv,
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name for programs.
    pub(super) key: &'static str,
    /// Its heading for people, with the unit.
    pub(super) heading: String,
    /// Whether it holds numbers: they stand to the right.
    pub(super) number: bool,
    /// Whether people are not shown it where it holds nothing but zeroes.
    pub(super) sparse: bool,
}

impl Column {
    /// The column, hidden from people where it holds nothing but zeroes; programs always get it.
    pub(super) fn sparse(mut self) -> Self {
        self.sparse = true;
        self
    }
}

/// A column of words.
pub(super) fn text(key: &'static str, heading: &str) -> Column {
    Column {
        key,
        heading: heading.to_owned(),
        number: false,
        sparse: false,
    }
}

/// A column of numbers.
pub(super) fn number(key: &'static str, heading: &str) -> Column {
    Column {
        key,
        heading: heading.to_owned(),
        number: true,
        sparse: false,
    }
}

/// A result: rows of cells, and their sums where they have any.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    totals: Option<Vec<String>>,
    beside: Map<String, Value>,
}

impl Sheet {
    /// An empty sheet.
    pub(super) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
            totals: None,
            beside: Map::new(),
        }
    }

    /// Adds a row; one cell a column.
    pub(super) fn row<S: ToString>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows
            .push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    /// Sets the sums.
    pub(super) fn totals<S: ToString>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.totals = Some(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    /// Adds what programs get beside the rows, as JSON.
    pub(super) fn beside(&mut self, key: &str, value: Value) {
        self.beside.insert(key.to_owned(), value);
    }

    /// The sheet without the columns that people are not shown.
    fn dense(&self) -> Self {
        let nothing = |cell: &String| cell.chars().all(|c| matches!(c, '0' | '.' | '-'));
        let wanted = |(i, column): (usize, &Column)| {
            let mut cells = self.rows.iter().filter_map(|row| row.get(i));
            !column.sparse || !cells.all(nothing)
        };
        let shown: Vec<bool> = self.columns.iter().enumerate().map(wanted).collect();
        let kept = |cells: &[String]| -> Vec<String> {
            let cells = cells.iter().zip(&shown);
            cells
                .filter(|(_, shown)| **shown)
                .map(|(cell, _)| cell.clone())
                .collect()
        };
        let columns = self.columns.iter().zip(&shown);
        Self {
            columns: columns
                .filter(|(_, shown)| **shown)
                .map(|(c, _)| c.clone())
                .collect(),
            rows: self.rows.iter().map(|row| kept(row)).collect(),
            totals: self.totals.as_deref().map(kept),
            beside: Map::new(),
        }
    }

    fn object(&self, cells: &[String]) -> Value {
        let pairs = self
            .columns
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty());
        let pairs = pairs.map(|(c, cell)| (c.key.to_owned(), Value::String(cell.clone())));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    fn json(&self) -> Value {
        let rows: Vec<_> = self.rows.iter().map(|row| self.object(row)).collect();
        let mut whole = Map::new();
        whole.insert("rows".to_owned(), Value::Array(rows));
        if let Some(totals) = &self.totals {
            whole.insert("totals".to_owned(), self.object(totals));
        }
        whole.extend(self.beside.clone());
        Value::Object(whole)
    }

    fn csv(&self) -> io::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|c| c.key))?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The sheet with columns under each other.
    pub(super) fn table(&self) -> String {
        let shown = |cells: &[String]| -> Vec<String> {
            let cells = self.columns.iter().zip(cells);
            cells
                .map(|(c, cell)| {
                    if c.number {
                        grouped(cell)
                    } else {
                        cell.clone()
                    }
                })
                .collect()
        };
        let rows: Vec<_> = self.rows.iter().map(|row| shown(row)).collect();
        let totals = self.totals.as_deref().map(shown);
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let cells = rows.iter().chain(&totals).filter_map(|row| row.get(i));
                cells
                    .map(|c| c.chars().count())
                    .max()
                    .unwrap_or(0)
                    .max(column.heading.chars().count())
            })
            .collect();
        let line = |cells: Vec<&str>| {
            let mut out = String::new();
            for ((cell, column), width) in cells.iter().zip(&self.columns).zip(&widths) {
                let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
                let cell = if column.number {
                    pad + cell
                } else {
                    (*cell).to_owned() + &pad
                };
                out.push_str(&cell);
                out.push_str("  ");
            }
            out.trim_end().to_owned() + "\n"
        };
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let rule = line(rule.iter().map(String::as_str).collect());
        let mut out = line(self.columns.iter().map(|c| c.heading.as_str()).collect());
        out.push_str(&rule);
        for row in &rows {
            out.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        if let Some(totals) = &totals {
            out.push_str(&rule);
            out.push_str(&line(totals.iter().map(String::as_str).collect()));
        }
        out
    }
}

/// A number with its thousands set apart: `-1234567.50` gives `-1,234,567.50`.
fn grouped(text: &str) -> String {
    let (sign, rest) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(w, f)| (w, Some(f)));
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Where and how a command prints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    format: Format,
    quiet: bool,
}

impl Output {
    /// Prints in that format; a quiet one prints results alone.
    pub(super) const fn new(format: Format, quiet: bool) -> Self {
        Self { format, quiet }
    }

    /// Whether somebody watches who can be shown progress.
    pub(super) fn is_watched(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Prints a result.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn sheet(&self, sheet: &Sheet) -> io::Result<()> {
        match self.format {
            Format::Table => write_out(&sheet.dense().table()),
            Format::Json => self.json(&sheet.json()),
            Format::Csv => write_out(&sheet.csv()?),
        }
    }

    /// Prints a result that programs get as the API gives it, where JSON is asked for.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn sheet_or(&self, sheet: &Sheet, json: &Value) -> io::Result<()> {
        match self.format {
            Format::Json => self.json(json),
            Format::Table | Format::Csv => self.sheet(sheet),
        }
    }

    /// Prints a result that is JSON whatever the format.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn json(&self, value: &Value) -> io::Result<()> {
        write_out(&(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Prints text that is the result.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn raw(&self, text: &str) -> io::Result<()> {
        write_out(text)
    }

    /// Prints what a person must see even when quiet, apart from results that a program reads.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn banner(&self, text: &str) -> io::Result<()> {
        if self.format == Format::Table {
            return write_out(text);
        }
        complain(text.trim_end());
        Ok(())
    }

    /// Tells a person something beside the result: on standard error, unless quiet.
    pub(super) fn note(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            complain(text);
        }
    }
}

/// Writes a line to standard error, quiet or not.
pub(super) fn complain(text: impl std::fmt::Display) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart_and_words_left_alone() {
        let cases = [
            ("0.00", "0.00"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.50", "-1,234,567.50"),
            ("86.1 %", "86.1 %"),
            ("", ""),
            ("2024-06-01", "2024-06-01"),
        ];
        for (plain, shown) in cases {
            assert_eq!(grouped(plain), shown);
        }
    }

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new([text("day", "Day"), number("net", "Net (USD)")]);
        sheet.row(["2024-08-12", "1234.50"]);
        sheet.row(["2024-08-13", "-8.00"]);
        sheet.totals(["Total", "1226.50"]);
        sheet
    }

    #[test]
    fn columns_line_up() {
        let expected = "\
Day         Net (USD)
──────────  ─────────
2024-08-12   1,234.50
2024-08-13      -8.00
──────────  ─────────
Total        1,226.50
";
        assert_eq!(sheet().table(), expected);
    }

    #[test]
    fn people_are_not_shown_a_sparse_column_of_zeroes_and_programs_are() {
        let mut sheet = Sheet::new([
            text("day", "Day"),
            number("fee", "Fee").sparse(),
            number("gain", "Gain").sparse(),
        ]);
        sheet.row(["2024-08-12", "0.00", ""]);
        sheet.row(["2024-08-13", "", "-0.01"]);
        sheet.totals(["2 days", "0.00", "-0.01"]);
        let expected = "\
Day          Gain
──────────  ─────
2024-08-12
2024-08-13  -0.01
──────────  ─────
2 days      -0.01
";
        assert_eq!(sheet.dense().table(), expected);
        assert!(sheet.csv().unwrap().starts_with("day,fee,gain\n"));
    }

    #[test]
    fn programs_get_plain_numbers() {
        assert_eq!(
            sheet().csv().unwrap(),
            "day,net\n2024-08-12,1234.50\n2024-08-13,-8.00\n"
        );
        assert_eq!(sheet().json()["rows"][0]["net"], "1234.50");
        assert_eq!(sheet().json()["totals"]["net"], "1226.50");
    }
}

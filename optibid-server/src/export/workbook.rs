//! Workbooks of one sheet.

use super::table::{Cell, Table};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// Digits that a spreadsheet keeps of a number: it computes in IEEE 754 doubles and shows no more.
const DIGITS: usize = 15;

/// Widest column, characters.
const WIDEST: usize = 40;

pub(super) fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(table.name)?;
    let bold = Format::new().set_bold();
    for (column, name) in (0_u16..).zip(&table.columns) {
        sheet.write_with_format(0, column, name, &bold)?;
        sheet.set_column_width(column, width(table, column))?;
    }
    let mut formats = BTreeMap::new();
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            put(sheet, (row, column), cell, &mut formats)?;
        }
    }
    let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    workbook.save_to_buffer()
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    formats: &mut BTreeMap<usize, Format>,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Decimal(text) => match number(text) {
            Some((value, decimals)) => {
                let format = formats.entry(decimals).or_insert_with(|| shown(decimals));
                sheet.write_number_with_format(row, column, value, format)?;
            }
            None => {
                sheet.write_string(row, column, text)?;
            }
        },
    }
    Ok(())
}

/// A decimal as the number that a spreadsheet shows as the same digits, with its decimals; none where it has more digits than are kept.
fn number(text: &str) -> Option<(f64, usize)> {
    let digits = text.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = format!("{whole}{fraction}");
    let kept = significant.trim_start_matches('0').len() <= DIGITS;
    let value: f64 = text.parse().ok().filter(|_| kept)?;
    Some((value, fraction.len()))
}

/// A format with that many decimals.
fn shown(decimals: usize) -> Format {
    let format = match decimals {
        0 => "0".to_owned(),
        decimals => format!("0.{}", "0".repeat(decimals)),
    };
    Format::new().set_num_format(format)
}

/// A width that holds the header and the first rows.
fn width(table: &Table, column: u16) -> f64 {
    let at = usize::from(column);
    let header = table.columns.get(at).map_or(0, |name| name.chars().count());
    let cells = table.rows.iter().take(100).filter_map(|row| row.get(at));
    let longest = cells.map(|cell| match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Decimal(text) => text.chars().count(),
    });
    let longest = longest.max().unwrap_or(0).max(header).min(WIDEST);
    f64::from(u32::try_from(longest).unwrap_or(0)) + 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_a_number_where_fifteen_digits_hold_it() {
        assert_eq!(number("24.57"), Some((24.57, 2)));
        assert_eq!(number("-0.005"), Some((-0.005, 3)));
        assert_eq!(number("0"), Some((0.0, 0)));
        assert_eq!(number("123456789012345"), Some((123_456_789_012_345.0, 0)));
        assert_eq!(number("1234567890123.45"), Some((1_234_567_890_123.45, 2)));
        assert_eq!(number("12345678901234.56"), None);
        assert_eq!(number("1234567890.123456"), None);
        assert_eq!(number("none"), None);
    }
}

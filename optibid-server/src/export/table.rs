//! A table of cells with a header.

use jiff::Timestamp;
use optibid_core::market::MarketZone;

/// Rows under one header.
pub(crate) struct Table {
    /// What the sheet of a workbook is called.
    pub(super) name: &'static str,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// Text, also of instants: no spreadsheet keeps an offset from UTC.
    Text(String),
    /// A decimal, exact.
    Decimal(String),
}

impl Cell {
    pub(super) fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }

    pub(super) fn decimal(value: impl ToString) -> Self {
        Self::Decimal(value.to_string())
    }

    /// What there is, or nothing.
    pub(super) fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }

    /// An instant in market time with its offset, and in UTC; the first is empty where market time is not known.
    pub(super) fn both_times(instant: Timestamp, zone: Option<&MarketZone>) -> [Self; 2] {
        let local = |zone: &MarketZone| {
            let offset = zone.local(instant).offset();
            Self::text(instant.display_with_offset(offset))
        };
        [Self::maybe(zone, local), Self::text(instant)]
    }
}

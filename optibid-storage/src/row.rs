//! Rows back into the domain.

use crate::fault::corrupt;
use crate::sql::Cell;
use jiff::Timestamp;
use optibid_core::ports::StoreError;
use std::str::FromStr;
use uuid::Uuid;

/// A row, read column by column in the order of the query.
pub(crate) struct Row {
    kind: &'static str,
    cells: std::vec::IntoIter<Cell>,
}

impl Row {
    /// Wraps a row of that kind of thing.
    pub(crate) fn new(kind: &'static str, cells: Vec<Cell>) -> Self {
        Self {
            kind,
            cells: cells.into_iter(),
        }
    }

    fn wrong(&self, column: &str, found: Option<&Cell>) -> StoreError {
        let found = match found {
            None => "no such column",
            Some(Cell::Null) => "null",
            Some(Cell::Int(_)) => "an integer",
            Some(Cell::Text(_)) => "a text",
            Some(Cell::Id(_)) => "an id",
            Some(Cell::Flag(_)) => "a truth value",
        };
        corrupt(self.kind, format!("{column} holds {found}"))
    }

    /// The next column, an integer.
    pub(crate) fn int(&mut self, column: &str) -> Result<i64, StoreError> {
        match self.cells.next() {
            Some(Cell::Int(value)) => Ok(value),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a number that is not negative.
    pub(crate) fn count(&mut self, column: &str) -> Result<u64, StoreError> {
        let value = self.int(column)?;
        u64::try_from(value).map_err(|_| corrupt(self.kind, format!("{column} holds {value}")))
    }

    /// The next column, an instant.
    pub(crate) fn at(&mut self, column: &str) -> Result<Timestamp, StoreError> {
        let value = self.int(column)?;
        instant(value).map_err(|e| corrupt(self.kind, format!("{column} {value}: {e}")))
    }

    /// The next column, an instant or null.
    pub(crate) fn opt_at(&mut self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        match self.cells.next() {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(value)) => instant(value)
                .map(Some)
                .map_err(|e| corrupt(self.kind, format!("{column} {value}: {e}"))),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a text.
    pub(crate) fn text(&mut self, column: &str) -> Result<String, StoreError> {
        match self.cells.next() {
            Some(Cell::Text(value)) => Ok(value),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a text or null.
    pub(crate) fn opt_text(&mut self, column: &str) -> Result<Option<String>, StoreError> {
        match self.cells.next() {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(value)) => Ok(Some(value)),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a text that stands for a `T`.
    pub(crate) fn parse<T>(&mut self, column: &str) -> Result<T, StoreError>
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        let text = self.text(column)?;
        text.parse()
            .map_err(|e| corrupt(self.kind, format!("{column} {text:?}: {e}")))
    }

    /// The next column, an id.
    pub(crate) fn id(&mut self, column: &str) -> Result<Uuid, StoreError> {
        match self.cells.next() {
            Some(Cell::Id(value)) => Ok(value),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, an id or null.
    pub(crate) fn opt_id(&mut self, column: &str) -> Result<Option<Uuid>, StoreError> {
        match self.cells.next() {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Id(value)) => Ok(Some(value)),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a truth value (SQLite keeps it as 0 or 1).
    pub(crate) fn flag(&mut self, column: &str) -> Result<bool, StoreError> {
        match self.cells.next() {
            Some(Cell::Flag(value)) => Ok(value),
            Some(Cell::Int(value @ (0 | 1))) => Ok(value == 1),
            other => Err(self.wrong(column, other.as_ref())),
        }
    }

    /// The next column, a body.
    pub(crate) fn body<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text("body")?;
        crate::body::decode(self.kind, &text)
    }
}

fn instant(micros: i64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_microsecond(micros)
}

/// An instant as it is stored: whole microseconds.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A count as it is stored.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

//! What the stores ask of a connection, whatever the database behind it.

use crate::fault::SqlError;
use async_trait::async_trait;
use uuid::Uuid;

/// A value bound to a statement; `None` is SQL's null of that type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// An integer or an instant.
    Int(Option<i64>),
    /// A text, a day or a JSON body.
    Text(Option<String>),
    /// An id.
    Id(Option<Uuid>),
    /// A truth value.
    Flag(bool),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Id(Some(value))
    }
}

impl From<Option<Uuid>> for Value {
    fn from(value: Option<Uuid>) -> Self {
        Self::Id(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

/// Values in the order of the statement's `$1`, `$2`, …
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::sql::Value::from($value)),*]
    };
}
pub(crate) use values;

/// A value that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Text(String),
    Id(Uuid),
    Flag(bool),
}

/// A connection: one statement at a time.
///
/// Statements number their values `$1`, `$2`, …, which both databases understand.
#[async_trait]
pub(crate) trait Connection: Send {
    /// Runs a statement; answers how many rows it wrote.
    async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, SqlError>;

    /// Runs a query; answers its rows.
    async fn rows(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Vec<Cell>>, SqlError>;

    /// Runs several statements that need no values.
    async fn script(&mut self, sql: &'static str) -> Result<(), SqlError>;

    /// Says goodbye; a connection that is only dropped leaves the same rows.
    async fn close(self: Box<Self>);
}

/// Where connections come from.
#[async_trait]
pub(crate) trait Connector: Send + Sync + 'static {
    /// A connection of its own, for a writer.
    async fn connect(&self) -> Result<Box<dyn Connection>, SqlError>;

    /// A connection of the pool, for one read.
    async fn reader(&self) -> Result<Box<dyn Connection>, SqlError>;

    /// Closes the pool.
    async fn close(&self);
}

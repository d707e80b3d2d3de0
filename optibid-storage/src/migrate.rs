//! Migrating by hand: what `optibid migrate` does.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use optibid_storage::migrate;
//! # let folder = tempfile::tempdir()?;
//! let url = format!("sqlite:{}", folder.path().join("optibid.db").display());
//! migrate::up(&url).await?;
//! assert!(migrate::status(&url).await?.iter().all(|migration| migration.applied));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::options::{OpenError, Options};
use crate::row::Row;
use crate::schema;
use crate::sql::Connection;
use crate::target::{absent, connector};

pub use crate::schema::{Migration, MigrationError};

/// Applies all missing migrations; answers how many.
///
/// # Errors
/// When one fails, or the database is newer than this program.
pub async fn up(url: &str) -> Result<u64, OpenError> {
    let (connector, dialect, set) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let applied = schema::apply_all(connection.as_mut(), dialect, set).await;
    connection.close().await;
    Ok(applied?)
}

/// Takes back the last `count` migrations; answers how many there were to take back. Their tables and
/// rows are gone then: [`holdings`] tells what is at stake.
///
/// # Errors
/// When one fails, or the database is newer than this program.
pub async fn down(url: &str, count: u64) -> Result<u64, OpenError> {
    if absent(url)?.is_some() {
        return Ok(0);
    }
    let (connector, dialect, set) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let undone = schema::undo(connection.as_mut(), dialect, set, count).await;
    connection.close().await;
    Ok(undone?)
}

/// What a database holds that nobody can make again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Number of users.
    pub users: u64,
    /// Number of bids.
    pub bids: u64,
}

/// What the database holds; nothing where no migration is applied or the file is not there, which is
/// not made.
///
/// # Errors
/// When the database does not answer, or is newer than this program.
pub async fn holdings(url: &str) -> Result<Holdings, OpenError> {
    if !status(url).await?.iter().any(|migration| migration.applied) {
        return Ok(Holdings::default());
    }
    let (connector, ..) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let counted = count(connection.as_mut()).await;
    connection.close().await;
    counted
}

async fn count(connection: &mut dyn Connection) -> Result<Holdings, OpenError> {
    let sql = "select (select count(*) from users), (select count(*) from bids)";
    let Some(cells) = connection.rows(sql, Vec::new()).await?.into_iter().next() else {
        return Ok(Holdings::default());
    };
    let mut row = Row::new("count", cells);
    let (users, bids) = (row.count("users")?, row.count("bids")?);
    Ok(Holdings { users, bids })
}

/// All migrations this program knows, in order; none is applied where the file is not there, which is
/// not made.
///
/// # Errors
/// When the database does not answer, or is newer than this program.
pub async fn status(url: &str) -> Result<Vec<Migration>, OpenError> {
    if let Some(set) = absent(url)? {
        return Ok(schema::at(set, 0));
    }
    let (connector, dialect, set) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let migrations = schema::list(connection.as_mut(), dialect, set).await;
    connection.close().await;
    Ok(migrations?)
}

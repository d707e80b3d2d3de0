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
use crate::schema;
use crate::target::connector;

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

/// Takes back the last `count` migrations; answers how many there were to take back.
///
/// # Errors
/// When one fails, or the database is newer than this program.
pub async fn down(url: &str, count: u64) -> Result<u64, OpenError> {
    let (connector, dialect, set) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let undone = schema::undo(connection.as_mut(), dialect, set, count).await;
    connection.close().await;
    Ok(undone?)
}

/// All migrations this program knows, in order.
///
/// # Errors
/// When the database does not answer, or is newer than this program.
pub async fn status(url: &str) -> Result<Vec<Migration>, OpenError> {
    let (connector, dialect, set) = connector(url, &Options::default())?;
    let mut connection = connector.connect().await?;
    let migrations = schema::list(connection.as_mut(), dialect, set).await;
    connection.close().await;
    Ok(migrations?)
}

//! The one place where an adapter is chosen.

use crate::dialect::Dialect;
use crate::options::{OpenError, Options};
use crate::schema::{self, Set};
use crate::sql::Connector;
use crate::url::Target;
use crate::{postgres, sqlite};
use std::path::Path;
use std::sync::Arc;

/// The migrations of a database file that is not there yet; `None` for every database that can be asked.
pub(crate) fn absent(url: &str) -> Result<Option<Set>, OpenError> {
    Ok(match Target::parse(url)? {
        Target::Sqlite(path) if !Path::new(&path).exists() => Some(schema::SQLITE),
        _ => None,
    })
}

/// The database behind a URL, before its schema is looked at.
pub(crate) fn connector(
    url: &str,
    options: &Options,
) -> Result<(Arc<dyn Connector>, &'static Dialect, Set), OpenError> {
    Ok(match Target::parse(url)? {
        Target::Sqlite(path) => (
            Arc::new(sqlite::File::open(&path, options)?),
            &sqlite::DIALECT,
            schema::SQLITE,
        ),
        Target::Postgres(url) => (
            Arc::new(postgres::Server::open(&url, options)?),
            &postgres::DIALECT,
            schema::POSTGRES,
        ),
    })
}

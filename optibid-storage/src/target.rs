//! The one place where an adapter is chosen.

use crate::dialect::Dialect;
use crate::options::{OpenError, Options};
use crate::schema::{self, Set};
use crate::sql::Connector;
use crate::url::Target;
use crate::{postgres, sqlite};
use std::sync::Arc;

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

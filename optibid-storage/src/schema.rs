//! The schema, step by step.
//!
//! Migrations are files that are only ever added, each with its way back. A migration and the row
//! that remembers it are one transaction; a failed one changes nothing and stops the start. A
//! database that a newer program has migrated is refused.

use crate::dialect::Dialect;
use crate::row::{Row, stored};
use crate::sql::{Connection, values};
use optibid_core::ports::StoreError;
use sha2::{Digest, Sha256};

/// One step of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    version: u64,
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

/// All steps of one database, in order.
pub(crate) type Set = &'static [Step];

macro_rules! steps {
    ($folder:literal: $($version:literal $name:literal),+ $(,)?) => {
        &[$(Step {
            version: $version,
            name: $name,
            up: include_str!(concat!("../migrations/", $folder, "/", $name, ".up.sql")),
            down: include_str!(concat!("../migrations/", $folder, "/", $name, ".down.sql")),
        }),+]
    };
}

pub(crate) const SQLITE: Set =
    steps!("sqlite": 1 "0001_initial", 2 "0002_alerts", 3 "0003_accounts", 4 "0004_alert_routes");
pub(crate) const POSTGRES: Set =
    steps!("postgres": 1 "0001_initial", 2 "0002_alerts", 3 "0003_accounts", 4 "0004_alert_routes");

/// Why a schema was not migrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A newer program has migrated the database.
    #[error(
        "the database is at migration {found} and this program knows {known}: start a program of the \
         newer version, or take the migrations back with it first (optibid migrate down)"
    )]
    Newer {
        /// Migration of the database.
        found: u64,
        /// Latest migration of this program.
        known: u64,
    },
    /// Migrations are missing and were not to be applied.
    #[error("migrations {from} to {to} are missing: run optibid migrate up")]
    Missing {
        /// First that is missing.
        from: u64,
        /// Last that is missing.
        to: u64,
    },
    /// A migration was altered after it had been applied.
    #[error("migration {name} is not the one that was applied to this database")]
    Altered {
        /// Its name.
        name: &'static str,
    },
    /// A migration failed; nothing of it remains.
    #[error("migration {name} failed; the database is as it was before it")]
    Failed {
        /// Its name.
        name: &'static str,
        /// The cause.
        #[source]
        source: StoreError,
    },
    /// The database does not answer as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<crate::fault::SqlError> for MigrationError {
    fn from(error: crate::fault::SqlError) -> Self {
        Self::Store(error.into())
    }
}

/// A migration and whether the database has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Number, from 1 without gaps.
    pub version: u64,
    /// Name of its files.
    pub name: &'static str,
    /// Whether it is applied.
    pub applied: bool,
}

/// Brings the schema up to date, or checks that it is.
pub(crate) async fn ready(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
    migrate: bool,
) -> Result<(), MigrationError> {
    if migrate {
        return apply_all(connection, dialect, set).await.map(|_| ());
    }
    let (at, known) = (current(connection, dialect, set).await?, latest(set));
    if at == known {
        Ok(())
    } else {
        Err(MigrationError::Missing {
            from: at + 1,
            to: known,
        })
    }
}

fn latest(set: Set) -> u64 {
    set.last().map_or(0, |step| step.version)
}

/// All migrations of the set, and which of them the database has.
pub(crate) async fn list(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
) -> Result<Vec<Migration>, MigrationError> {
    Ok(at(set, current(connection, dialect, set).await?))
}

/// All migrations of the set as a database at `version` has them; at 0 it has none.
pub(crate) fn at(set: Set, version: u64) -> Vec<Migration> {
    let migration = |step: &Step| Migration {
        version: step.version,
        name: step.name,
        applied: step.version <= version,
    };
    set.iter().map(migration).collect()
}

/// The migration the database is at.
async fn current(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
) -> Result<u64, MigrationError> {
    connection.execute(dialect.begin, Vec::new()).await?;
    let at = locked(connection, dialect, set).await;
    let ended = connection.execute("commit", Vec::new()).await;
    let at = at?;
    ended?;
    Ok(at)
}

/// The migration the database is at, with every other migrator kept out until the transaction ends.
async fn locked(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
) -> Result<u64, MigrationError> {
    connection.rows(dialect.lock_migrations, Vec::new()).await?;
    connection
        .execute(dialect.create_migrations, Vec::new())
        .await?;
    let sql = "select version, checksum from schema_migrations order by version";
    let mut at = 0;
    for cells in connection.rows(sql, Vec::new()).await? {
        let mut row = Row::new("migration", cells);
        let (version, sum) = (row.count("version")?, row.text("checksum")?);
        at = version;
        let Some(step) = set.iter().find(|s| s.version == version) else {
            continue;
        };
        if checksum(step.up) != sum {
            return Err(MigrationError::Altered { name: step.name });
        }
    }
    let known = latest(set);
    if at > known {
        Err(MigrationError::Newer { found: at, known })
    } else {
        Ok(at)
    }
}

/// Applies all missing migrations; answers how many.
pub(crate) async fn apply_all(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
) -> Result<u64, MigrationError> {
    let mut count = 0;
    while step_on(connection, dialect, set, Way::Up).await? {
        count += 1;
    }
    Ok(count)
}

/// Takes back the last `count` migrations; answers how many there were to take back.
pub(crate) async fn undo(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
    count: u64,
) -> Result<u64, MigrationError> {
    let mut undone = 0;
    while undone < count && step_on(connection, dialect, set, Way::Down).await? {
        undone += 1;
    }
    Ok(undone)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// One step in one transaction; answers whether there was one to take.
async fn step_on(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
    way: Way,
) -> Result<bool, MigrationError> {
    connection.execute(dialect.begin, Vec::new()).await?;
    let stepped = step_in(connection, dialect, set, way).await;
    let end = if stepped.is_ok() {
        "commit"
    } else {
        "rollback"
    };
    let ended = connection.execute(end, Vec::new()).await;
    let stepped = stepped?;
    ended?;
    Ok(stepped)
}

async fn step_in(
    connection: &mut dyn Connection,
    dialect: &Dialect,
    set: Set,
    way: Way,
) -> Result<bool, MigrationError> {
    let at = locked(connection, dialect, set).await?;
    let wanted = if way == Way::Up { at + 1 } else { at };
    let Some(step) = set.iter().find(|s| s.version == wanted) else {
        return Ok(false);
    };
    let failed = |source: crate::fault::SqlError| MigrationError::Failed {
        name: step.name,
        source: source.into(),
    };
    match way {
        Way::Up => {
            connection.script(step.up).await.map_err(failed)?;
            let sql = "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)";
            let row = values![stored(step.version), step.name, checksum(step.up)];
            connection.execute(sql, row).await?;
        }
        Way::Down => {
            connection.script(step.down).await.map_err(failed)?;
            let sql = "delete from schema_migrations where version = $1";
            connection
                .execute(sql, values![stored(step.version)])
                .await?;
        }
    }
    tracing::info!(
        migration = step.name,
        up = way == Way::Up,
        "schema migrated"
    );
    Ok(true)
}

fn checksum(sql: &str) -> String {
    Sha256::digest(sql.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Connector;
    use crate::sqlite::{DIALECT, File};

    const BROKEN: Set = &[
        Step {
            version: 1,
            name: "1",
            up: "create table a (x integer) strict",
            down: "drop table a",
        },
        Step {
            version: 2,
            name: "2",
            up: "create table b (x integer) strict; insert into nowhere values (1)",
            down: "drop table b",
        },
    ];

    #[tokio::test]
    async fn a_failed_migration_leaves_nothing_of_itself_and_stops_the_start() {
        let file = File::open(":memory:", &crate::Options::default()).unwrap();
        let mut connection = Connector::connect(&file).await.unwrap();
        let error = ready(connection.as_mut(), &DIALECT, BROKEN, true)
            .await
            .unwrap_err();
        assert!(
            matches!(error, MigrationError::Failed { name: "2", .. }),
            "{error:?}"
        );
        let listed = list(connection.as_mut(), &DIALECT, BROKEN).await.unwrap();
        assert_eq!(
            listed.iter().map(|m| m.applied).collect::<Vec<_>>(),
            [true, false]
        );
        let sql = "select name from sqlite_schema where name in ('a', 'b')";
        let tables = connection.rows(sql, Vec::new()).await.unwrap();
        assert_eq!(tables, [[crate::sql::Cell::Text("a".to_owned())]]);
    }

    #[test]
    fn both_databases_have_the_same_steps_numbered_from_1() {
        let steps = |set: Set| set.iter().map(|s| (s.version, s.name)).collect::<Vec<_>>();
        assert_eq!(steps(SQLITE), steps(POSTGRES));
        assert!(
            SQLITE
                .iter()
                .zip(1..)
                .all(|(step, number)| step.version == number)
        );
    }
}

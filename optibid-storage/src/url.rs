//! Which database a URL names.

use crate::options::OpenError;

/// A database as its URL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file of SQLite.
    Sqlite(String),
    /// A PostgreSQL server, as `postgresql://…`.
    Postgres(String),
}

impl Target {
    /// Reads a URL.
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        let (scheme, rest) = url.split_once(':').ok_or_else(|| unknown(url))?;
        match scheme {
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() {
                    return Err(unknown(url));
                }
                if path.contains('?') {
                    let reason = "a sqlite URL takes no parameters after '?'".to_owned();
                    return Err(OpenError::Url { reason });
                }
                Ok(Self::Sqlite(path.to_owned()))
            }
            // The second is how Python programs name their driver in the same variable.
            "postgres" | "postgresql" | "postgresql+asyncpg" => {
                Ok(Self::Postgres(format!("postgresql:{rest}")))
            }
            _ => Err(unknown(url)),
        }
    }
}

fn unknown(url: &str) -> OpenError {
    // A URL may hold a password: only the scheme is shown.
    let scheme = url.split(':').next().unwrap_or_default();
    let scheme = if scheme.len() < url.len() { scheme } else { "" };
    OpenError::Url {
        reason: format!(
            "scheme {scheme:?} names no database: sqlite:<path>, sqlite::memory:, \
             postgresql://<user>@<host>/<database>"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_names_its_database() {
        let sqlite = |url: &str| match Target::parse(url).unwrap() {
            Target::Sqlite(path) => path,
            other => panic!("{other:?}"),
        };
        assert_eq!(sqlite("sqlite:data/a.db"), "data/a.db");
        assert_eq!(sqlite("sqlite://data/a.db"), "data/a.db");
        assert_eq!(sqlite("sqlite:///var/a.db"), "/var/a.db");
        assert_eq!(sqlite("sqlite::memory:"), ":memory:");
        assert_eq!(sqlite("sqlite://:memory:"), ":memory:");
        for url in [
            "postgres://a@b/c",
            "postgresql://a@b/c",
            "postgresql+asyncpg://a@b/c",
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!(target, Target::Postgres("postgresql://a@b/c".to_owned()));
        }
    }

    #[test]
    fn a_url_that_names_nothing_is_refused_without_showing_its_password() {
        for url in [
            "mysql://root:secret@h/d",
            "optibid.db",
            "",
            "sqlite:",
            "secret",
        ] {
            let error = Target::parse(url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}

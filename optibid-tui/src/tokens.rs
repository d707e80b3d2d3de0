//! Tokens of the servers that somebody signed in to, in a file that only its owner can read.

use crate::private_file;
use jiff::Timestamp;
use optibid_client::Tokens;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// The file of tokens.
#[derive(Debug, Clone)]
pub struct TokenFile(PathBuf);

#[derive(Serialize, Deserialize)]
struct Kept {
    access: String,
    expires_at: Option<Timestamp>,
    refresh: Option<String>,
}

type All = BTreeMap<String, Kept>;

impl TokenFile {
    /// The file at that place.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    fn all(&self) -> io::Result<All> {
        let text = private_file::read(&self.0)?;
        // A file that cannot be understood is worth no more than none: one signs in again.
        Ok(text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }

    /// The tokens of a server.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self, url: &str) -> io::Result<Option<Tokens>> {
        let kept = self.all()?.remove(url);
        Ok(kept.map(|kept| Tokens {
            access: kept.access,
            expires_at: kept.expires_at,
            refresh: kept.refresh,
        }))
    }

    /// Keeps the tokens of a server, or forgets them.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, url: &str, tokens: Option<&Tokens>) -> io::Result<()> {
        self.locked()?.save(url, tokens)
    }

    /// The file while nobody else changes it.
    pub(crate) fn locked(&self) -> io::Result<LockedTokens> {
        Ok(LockedTokens {
            file: self.clone(),
            _lock: private_file::lock(&self.0.with_extension("lock"))?,
        })
    }
}

/// The file of tokens while nobody else changes it.
pub(crate) struct LockedTokens {
    file: TokenFile,
    _lock: File,
}

impl LockedTokens {
    pub(crate) fn save(&self, url: &str, tokens: Option<&Tokens>) -> io::Result<()> {
        let mut all = self.file.all()?;
        match tokens {
            Some(tokens) => {
                let kept = Kept {
                    access: tokens.access.clone(),
                    expires_at: tokens.expires_at,
                    refresh: tokens.refresh.clone(),
                };
                all.insert(url.to_owned(), kept);
            }
            None => {
                all.remove(url);
            }
        }
        let text = serde_json::to_string_pretty(&all).map_err(io::Error::other)?;
        private_file::write(&self.file.0, &text)
    }
}

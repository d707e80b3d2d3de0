//! Tokens of the servers that somebody signed in to: in the system's key store, or where there is none in a file that only its owner
//! can read.

use crate::private_file;
use jiff::Timestamp;
use optibid_client::Tokens;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the app in the system's key store.
const SERVICE: &str = "OptiBid";

/// Keeps tokens from one start to the next.
#[derive(Debug, Clone)]
pub(crate) struct TokenStore {
    file: PathBuf,
    with_keys: bool,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    access: String,
    expires_at: Option<Timestamp>,
    refresh: Option<String>,
}

impl From<&Tokens> for Kept {
    fn from(tokens: &Tokens) -> Self {
        Self {
            access: tokens.access.clone(),
            expires_at: tokens.expires_at,
            refresh: tokens.refresh.clone(),
        }
    }
}

impl From<Kept> for Tokens {
    fn from(kept: Kept) -> Self {
        Self {
            access: kept.access,
            expires_at: kept.expires_at,
            refresh: kept.refresh,
        }
    }
}

type All = BTreeMap<String, Kept>;

impl TokenStore {
    /// The store whose file, where one is needed, lies in that folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            file: folder.join("tokens.json"),
            with_keys: true,
        }
    }

    /// The tokens of a server.
    pub(crate) async fn load(&self, url: &str) -> Option<Tokens> {
        let (store, url) = (self.clone(), url.to_owned());
        // The key store may ask the user to open it.
        let loaded = tokio::task::spawn_blocking(move || store.load_now(&url)).await;
        loaded.ok().flatten()
    }

    /// Keeps the tokens of a server, or forgets them.
    pub(crate) async fn save(&self, url: &str, tokens: Option<&Tokens>) {
        let (store, url) = (self.clone(), url.to_owned());
        let kept = tokens.map(Kept::from);
        let saved = tokio::task::spawn_blocking(move || store.save_now(&url, kept)).await;
        // The session goes on without it; the next start asks to sign in.
        match saved {
            Ok(Err(error)) => tracing::warn!(%error, "the session could not be kept"),
            Err(error) => tracing::warn!(%error, "the session could not be kept"),
            Ok(Ok(())) => {}
        }
    }

    fn load_now(&self, url: &str) -> Option<Tokens> {
        let text = match self.key(url).map(|key| key.get_password()) {
            Some(Ok(text)) => serde_json::from_str(&text).ok(),
            _ => None,
        };
        let kept = text.or_else(|| self.all().ok()?.remove(url));
        kept.map(Tokens::from)
    }

    fn save_now(&self, url: &str, kept: Option<Kept>) -> io::Result<()> {
        let in_keys = match (self.key(url), &kept) {
            (None, _) => false,
            (Some(key), None) => key.delete_credential().is_ok(),
            (Some(key), Some(kept)) => {
                let text = serde_json::to_string(kept).map_err(io::Error::other)?;
                key.set_password(&text).is_ok()
            }
        };
        // What the key store has, the file must not.
        let left = kept.filter(|_| !in_keys);
        let mut all = self.all()?;
        match left {
            Some(kept) => {
                all.insert(url.to_owned(), kept);
            }
            None if all.remove(url).is_none() => return Ok(()),
            None => {}
        }
        let text = serde_json::to_string_pretty(&all).map_err(io::Error::other)?;
        private_file::write(&self.file, &text)
    }

    fn key(&self, url: &str) -> Option<keyring::Entry> {
        self.with_keys
            .then(|| keyring::Entry::new(SERVICE, url).ok())
            .flatten()
    }

    fn all(&self) -> io::Result<All> {
        let text = private_file::read(&self.file)?;
        // A file that cannot be understood is worth no more than none: one signs in again.
        Ok(text
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_key_store_a_file_of_the_owner_keeps_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = TokenStore {
            with_keys: false,
            ..TokenStore::new(folder.path())
        };
        let (url, tokens) = ("https://desk.example.com", Tokens::access("secret"));
        store.save(url, Some(&tokens)).await;
        assert_eq!(store.load(url).await, Some(tokens));
        assert_eq!(store.load("https://other.example.com").await, None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&store.file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        store.save(url, None).await;
        assert_eq!(store.load(url).await, None);
    }
}

//! Answers that were read, to be read again while the server does not answer. They are marked as old, and belong to one session: a new
//! one begins with an empty shelf.

use crate::connection::{Answer, Call};
use crate::frame;
use crate::private_file;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Says in an answer's head when it was read.
pub(crate) const KEPT_AT: HeaderName = HeaderName::from_static("x-optibid-kept-at");
/// Longer answers are not kept.
const LONGEST: usize = 2_000_000;
/// So many are kept; the oldest go.
const MOST: usize = 300;

/// The folder of answers.
#[derive(Debug, Clone)]
pub(crate) struct Shelf(PathBuf);

#[derive(Serialize, Deserialize)]
struct Label {
    url: String,
    kind: String,
    at: Timestamp,
}

impl Shelf {
    /// The shelf in that folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.join("answers"))
    }

    fn place(&self, url: &str) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        url.hash(&mut hasher);
        self.0.join(format!("{:016x}", hasher.finish()))
    }

    /// Keeps an answer, if it is one to keep: read, whole, and data.
    pub(crate) async fn keep(&self, server: &str, call: &Call, answer: &Answer) {
        let kind = answer.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let wanted = call.method == "GET"
            && answer.status() == StatusCode::OK
            && kind.starts_with("application/json")
            && answer.body().len() <= LONGEST;
        if !wanted {
            return;
        }
        let label = Label {
            url: format!("{server}{}", call.path),
            kind: kind.to_owned(),
            at: Timestamp::now(),
        };
        let (shelf, body) = (self.clone(), answer.body().clone());
        let kept = tokio::task::spawn_blocking(move || shelf.put(&label, &body)).await;
        if let Ok(Err(error)) = kept {
            tracing::debug!(%error, "an answer was not kept");
        }
    }

    fn put(&self, label: &Label, body: &[u8]) -> io::Result<()> {
        let whole = frame::join(label, body).map_err(io::Error::other)?;
        private_file::write_bytes(&self.place(&label.url), &whole)?;
        self.make_room()
    }

    fn make_room(&self) -> io::Result<()> {
        let entries = fs::read_dir(&self.0)?.collect::<io::Result<Vec<_>>>()?;
        if entries.len() <= MOST {
            return Ok(());
        }
        let age = |entry: &fs::DirEntry| {
            let changed = entry.metadata().and_then(|data| data.modified());
            changed.unwrap_or(SystemTime::UNIX_EPOCH)
        };
        // Some at a time, so that not every answer makes us look.
        let mut entries: Vec<_> = entries
            .iter()
            .map(|entry| (age(entry), entry.path()))
            .collect();
        entries.sort_unstable();
        for (_, path) in entries.iter().take(entries.len() - MOST * 9 / 10) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// What the server said the last time, marked with when that was.
    pub(crate) async fn find(&self, server: &str, call: &Call) -> Option<Answer> {
        if call.method != "GET" {
            return None;
        }
        let url = format!("{server}{}", call.path);
        let whole = tokio::fs::read(self.place(&url)).await.ok()?;
        let (label, body) = frame::split::<Label>(&whole).ok()?;
        if label.url != url {
            return None;
        }
        let mut answer = Response::new(body.to_vec());
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(&label.kind).ok()?);
        headers.insert(KEPT_AT, HeaderValue::from_str(&label.at.to_string()).ok()?);
        Some(answer)
    }

    /// Throws everything away: somebody else may sign in.
    pub(crate) async fn clear(&self) {
        match tokio::fs::remove_dir_all(&self.0).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "kept answers were not thrown away");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://desk.example.com";

    fn answer(status: u16, kind: &'static str) -> Answer {
        let mut answer = Response::new(b"[1]".to_vec());
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        answer
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        answer
    }

    #[tokio::test]
    async fn what_was_read_is_found_with_its_time_until_the_shelf_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let call = Call::get("/api/bids?limit=2");
        shelf
            .keep(SERVER, &call, &answer(200, "application/json"))
            .await;
        let found = shelf.find(SERVER, &call).await.unwrap();
        assert_eq!(found.body(), b"[1]");
        let at: Timestamp = found.headers()[KEPT_AT].to_str().unwrap().parse().unwrap();
        assert!(at <= Timestamp::now());
        assert!(
            shelf
                .find("https://other.example.com", &call)
                .await
                .is_none()
        );
        shelf.clear().await;
        assert!(shelf.find(SERVER, &call).await.is_none());
    }

    #[tokio::test]
    async fn faults_files_and_changes_are_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let get = Call::get("/api/bids");
        let post = Call {
            method: "POST".to_owned(),
            ..get.clone()
        };
        shelf
            .keep(SERVER, &get, &answer(404, "application/json"))
            .await;
        shelf.keep(SERVER, &get, &answer(200, "text/csv")).await;
        shelf
            .keep(SERVER, &post, &answer(200, "application/json"))
            .await;
        assert!(shelf.find(SERVER, &get).await.is_none());
        assert!(shelf.find(SERVER, &post).await.is_none());
    }

    #[tokio::test]
    async fn the_oldest_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        for number in 0..=MOST {
            let call = Call::get(format!("/api/bids/{number}"));
            shelf
                .keep(SERVER, &call, &answer(200, "application/json"))
                .await;
        }
        assert!(fs::read_dir(&shelf.0).unwrap().count() <= MOST);
        let newest = Call::get(format!("/api/bids/{MOST}"));
        assert!(shelf.find(SERVER, &newest).await.is_some());
    }
}

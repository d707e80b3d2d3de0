//! Links into the app from outside: `optibid://bid/ID` opens that bid.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::ipc::Channel;
use url::Url;
use uuid::Uuid;

/// The address of the page that a link leads to; none for a link of which we know nothing. Whatever made the link is not trusted: nothing
/// of it but an id gets through.
pub(crate) fn address(link: &Url) -> Option<String> {
    if link.scheme() != "optibid" {
        return None;
    }
    let mut segments = link.path_segments()?.filter(|segment| !segment.is_empty());
    let id = Uuid::try_parse(segments.next()?).ok()?;
    match (link.host_str()?, segments.next()) {
        ("bid", None) => Some(format!("/bids/{}", id.hyphenated())),
        _ => None,
    }
}

/// Where links are told: the page that listens, or the next one that does.
#[derive(Default)]
pub(crate) struct Links(Mutex<Told>);

#[derive(Default)]
struct Told {
    page: Option<Channel<String>>,
    waiting: Option<String>,
}

impl Links {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens what the link leads to, as soon as there is a page.
    pub(crate) fn open(&self, link: &Url) {
        let Some(address) = address(link) else {
            tracing::warn!(%link, "a link that leads nowhere");
            return;
        };
        let mut told = self.told();
        let heard = match &told.page {
            Some(page) => page.send(address.clone()).is_ok(),
            None => false,
        };
        if !heard {
            told.waiting = Some(address);
        }
    }

    /// Tells this page from now on.
    pub(crate) fn listen(&self, page: Channel<String>) {
        let mut told = self.told();
        if let Some(address) = told.waiting.take() {
            // A page that listens and is gone has no use for it either.
            let _ = page.send(address);
        }
        told.page = Some(page);
    }

    /// The page that listened is gone.
    pub(crate) fn forget(&self) {
        self.told().page = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199d7a2-7c5e-7a3b-8f00-2b1c3d4e5f60";

    #[test]
    fn a_link_to_a_bid_opens_it() {
        for link in [
            format!("optibid://bid/{ID}"),
            format!("optibid://bid/{ID}/"),
        ] {
            let link = Url::parse(&link).unwrap();
            assert_eq!(address(&link), Some(format!("/bids/{ID}")));
        }
    }

    #[test]
    fn other_links_lead_nowhere() {
        for link in [
            "optibid://bid/".to_owned(),
            "optibid://bid/../admin".to_owned(),
            format!("optibid://bid/{ID}/submit"),
            format!("optibid://asset/{ID}"),
            format!("https://bid/{ID}"),
            "optibid://bid/%3Cscript%3E".to_owned(),
        ] {
            assert_eq!(address(&Url::parse(&link).unwrap()), None, "{link}");
        }
    }
}

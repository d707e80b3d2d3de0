//! The session of a server, which all dashboards on this machine share by way of the file of tokens.
//!
//! A refresh token is good once: whoever uses it a second time ends the session for all. So the client gets none; tokens are
//! exchanged here, by one dashboard at a time, and by none that finds newer ones in the file.

use crate::tokens::{LockedTokens, TokenFile};
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Client, Tokens};
use optibid_core::api::RefreshRequest;
use std::io;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Tokens are exchanged so long before their end, which is before the client takes them for ended.
const EARLY: SignedDuration = SignedDuration::from_secs(45);

pub(super) struct Session {
    file: TokenFile,
    url: String,
    held: Mutex<Option<Tokens>>,
}

/// What came of asking for tokens that are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// Those in hand are, as far as can be told.
    Kept,
    /// They were exchanged.
    Exchanged,
    /// Another dashboard wrote newer ones down.
    TakenOver,
    /// There are none.
    Failed,
}

fn ends_soon(tokens: &Tokens) -> bool {
    let soon = Timestamp::now().saturating_add(EARLY);
    let soon = soon.unwrap_or(Timestamp::MAX);
    tokens.expires_at.is_some_and(|end| end <= soon)
}

/// What the client gets: nothing that it could exchange.
fn usable(tokens: Option<&Tokens>) -> Option<Tokens> {
    tokens.map(|tokens| Tokens {
        refresh: None,
        ..tokens.clone()
    })
}

impl Session {
    /// The session that is in the file.
    pub(super) async fn kept(file: TokenFile, client: &Client) -> Arc<Self> {
        let url = client.base().to_owned();
        let kept = file.load(&url).ok().flatten();
        client.set_tokens(usable(kept.as_ref())).await;
        Arc::new(Self {
            file,
            url,
            held: Mutex::new(kept),
        })
    }

    /// Another session, or none.
    pub(super) async fn put(&self, client: &Client, tokens: Option<Tokens>) {
        let mut held = self.held.lock().await;
        client.set_tokens(usable(tokens.as_ref())).await;
        let (file, url, kept) = (self.file.clone(), self.url.clone(), tokens.clone());
        let saved = tokio::task::spawn_blocking(move || file.save(&url, kept.as_ref())).await;
        note(saved.unwrap_or(Ok(())));
        *held = tokens;
    }

    /// Sees to it that the client has good tokens: others than those that the server refused, where it did.
    pub(super) async fn renewed(
        self: &Arc<Self>,
        client: &Client,
        refused: Option<String>,
    ) -> Renewal {
        let (this, client) = (Arc::clone(self), client.clone());
        // A task of its own: an exchange that is let go half-way loses the session.
        let renewal = tokio::spawn(async move { this.renew(&client, refused).await });
        renewal.await.unwrap_or(Renewal::Failed)
    }

    /// Waits until no exchange is under way.
    pub(super) async fn settled(&self) {
        drop(self.held.lock().await);
    }

    async fn locked(&self) -> Option<LockedTokens> {
        let file = self.file.clone();
        let locked = tokio::task::spawn_blocking(move || file.locked()).await;
        match locked.ok()? {
            Ok(lock) => Some(lock),
            Err(error) => {
                tracing::warn!(%error, "the file of tokens cannot be locked");
                None
            }
        }
    }

    async fn renew(&self, client: &Client, refused: Option<String>) -> Renewal {
        let mut held = self.held.lock().await;
        let is_good =
            |tokens: &Tokens| refused.as_ref() != Some(&tokens.access) && !ends_soon(tokens);
        match (held.as_ref(), &refused) {
            (None, None) => return Renewal::Kept,
            (Some(tokens), None) if is_good(tokens) => return Renewal::Kept,
            // Another call has seen to it.
            (Some(tokens), Some(_)) if is_good(tokens) => return Renewal::Exchanged,
            _ => {}
        }
        let Some(lock) = self.locked().await else {
            return Renewal::Failed;
        };
        let kept = self.file.load(&self.url).ok().flatten();
        let others = kept.is_some() && kept != *held;
        if others {
            *held = kept;
        }
        let renewal = match held.as_ref() {
            None => Renewal::Failed,
            Some(tokens) if others && is_good(tokens) => Renewal::TakenOver,
            Some(tokens) => match exchanged(client, tokens).await {
                None => Renewal::Failed,
                Some(new) => {
                    note(lock.save(&self.url, Some(&new)));
                    *held = Some(new);
                    Renewal::Exchanged
                }
            },
        };
        if renewal != Renewal::Failed {
            client.set_tokens(usable(held.as_ref())).await;
        }
        renewal
    }
}

fn note(saved: io::Result<()>) {
    if let Err(error) = saved {
        tracing::warn!(%error, "the tokens could not be written down");
    }
}

async fn exchanged(client: &Client, tokens: &Tokens) -> Option<Tokens> {
    let refresh_token = tokens.refresh.clone()?;
    match client.refresh(&RefreshRequest { refresh_token }).await {
        Ok(view) => Some(Tokens::from(&view)),
        Err(error) => {
            tracing::warn!(%error, "the tokens could not be exchanged");
            None
        }
    }
}

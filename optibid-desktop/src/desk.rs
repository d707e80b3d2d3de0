//! What the app holds: which server it works with, and the platform of its own where it works with that.

use crate::connection::{Answer, Call, Connection, Entry, Fault};
use crate::local::LocalPlatform;
use crate::place::{self, Kept, Place};
use crate::shelf::Shelf;
use crate::tokens::TokenStore;
use optibid_client::Network;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Mutex, OnceCell, RwLock};

/// Longest time that making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// What the app holds.
pub(crate) struct Desk {
    folder: PathBuf,
    network: Network,
    store: TokenStore,
    /// What was read before, for when the server does not answer.
    shelf: Shelf,
    /// Set once the place of the last time has been gone to.
    resumed: OnceCell<()>,
    connection: RwLock<Option<Arc<Connection>>>,
    local: Mutex<Option<LocalPlatform>>,
    /// Why the place of the last time could not be gone to.
    fault: OnceLock<String>,
}

/// Where the app works, as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Whereabouts {
    #[serde(flatten)]
    kept: Kept,
    fault: Option<String>,
}

impl Desk {
    /// With its data in the first folder, and what can be read again in the second. Nothing is opened before it is asked for.
    ///
    /// # Errors
    /// When the system gives no connections.
    pub(crate) fn new(folder: PathBuf, cache: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            store: TokenStore::new(&folder),
            shelf: Shelf::new(cache),
            network: Network::new(CONNECT)?,
            folder,
            resumed: OnceCell::new(),
            connection: RwLock::new(None),
            local: Mutex::new(None),
            fault: OnceLock::new(),
        })
    }

    /// The server in use, once the place of the last time has been gone to.
    ///
    /// # Errors
    /// When none has been chosen.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>, Fault> {
        self.resumed.get_or_init(|| self.resume()).await;
        let connection = self.connection.read().await.clone();
        connection.ok_or_else(|| Fault::Refused("no server has been chosen".to_owned()))
    }

    /// Where the app works, once the place of the last time has been gone to.
    pub(crate) async fn whereabouts(&self) -> Whereabouts {
        self.resumed.get_or_init(|| self.resume()).await;
        Whereabouts {
            kept: self.kept(),
            fault: self.fault.get().cloned(),
        }
    }

    /// What is remembered of the last time.
    fn kept(&self) -> Kept {
        place::load(&self.folder)
    }

    async fn resume(&self) {
        let gone = match self.kept().place {
            Some(Place::Server { url }) => {
                self.connect(url, Entry::Kept(self.store.clone())).await;
                Ok(())
            }
            Some(Place::Local) => self.enter_local().await,
            None => Ok(()),
        };
        if let Err(error) = gone {
            tracing::error!(%error, "the place of the last time cannot be gone to");
            // Told once, by the form that asks where to work.
            let _ = self.fault.set(format!("{error:#}"));
        }
    }

    async fn connect(&self, url: String, entry: Entry) -> Arc<Connection> {
        let made = Arc::new(Connection::new(url, self.network.clone(), entry).await);
        *self.connection.write().await = Some(made.clone());
        made
    }

    /// Works with the server at that address from now on, with the session that was kept for it.
    ///
    /// # Errors
    /// When it is no address, or no OptiBid answers there.
    pub(crate) async fn use_server(&self, typed: &str) -> Result<String, String> {
        self.resumed.get_or_init(|| self.resume()).await;
        let url = place::address(typed)?;
        let there = Connection::new(url.clone(), self.network.clone(), Entry::None).await;
        let answer = there.call(&Call::get("/health"), b"").await;
        let answer = answer.map_err(|fault| format!("{url}: {fault}"))?;
        let health: Option<Value> = serde_json::from_slice(answer.body()).ok();
        if health.is_none_or(|health| health.get("services").is_none()) {
            return Err(format!("{url} answers, but is no OptiBid server"));
        }
        self.connect(url.clone(), Entry::Kept(self.store.clone()))
            .await;
        let place = Place::Server { url: url.clone() };
        self.remember(Some(place), Some(url.clone()));
        Ok(url)
    }

    /// Works with a platform inside the app from now on.
    ///
    /// # Errors
    /// When it cannot be started or entered.
    pub(crate) async fn use_local(&self) -> Result<(), String> {
        // Nothing to resume: another place is gone to.
        self.resumed.get_or_init(|| async {}).await;
        self.enter_local()
            .await
            .map_err(|error| format!("{error:#}"))?;
        self.remember(Some(Place::Local), None);
        Ok(())
    }

    async fn enter_local(&self) -> anyhow::Result<()> {
        let mut local = self.local.lock().await;
        let platform = match local.take() {
            Some(platform) => platform,
            None => LocalPlatform::start(&self.folder.join("local")).await?,
        };
        let (url, login) = (platform.url.clone(), platform.login.clone());
        *local = Some(platform);
        let connection = self.connect(url, Entry::Own(login)).await;
        let answer = connection.renew().await?;
        anyhow::ensure!(
            answer.status().is_success(),
            "the own platform does not let its user in: {}",
            String::from_utf8_lossy(answer.body())
        );
        Ok(())
    }

    /// Signs out. Who leaves the own platform is asked at the next start where to work.
    pub(crate) async fn sign_out(&self) -> Result<(), Fault> {
        let connection = self.connection().await?;
        connection.sign_out().await;
        self.shelf.clear().await;
        if self.kept().place == Some(Place::Local) {
            *self.connection.write().await = None;
            self.remember(None, None);
        }
        Ok(())
    }

    /// Signs in or founds an organisation, at an address that does so.
    ///
    /// # Errors
    /// When no server was chosen, or it does not answer.
    pub(crate) async fn open(&self, path: &str, body: &Value) -> Result<Answer, Fault> {
        let connection = self.connection().await?;
        self.shelf.clear().await;
        connection.open(path, body).await
    }

    /// Sends what the page asks for to the server in use. What was read before is the answer where the server gives none.
    ///
    /// # Errors
    /// When there is none, or it does not answer.
    pub(crate) async fn call(&self, call: &Call, body: &[u8]) -> Result<Answer, Fault> {
        let connection = self.connection().await?;
        let answer = connection.call(call, body).await;
        if connection.is_own() {
            return answer;
        }
        match answer {
            Ok(answer) => {
                self.shelf.keep(&connection.url, call, &answer).await;
                Ok(answer)
            }
            Err(Fault::Silent(error)) => {
                let found = self.shelf.find(&connection.url, call).await;
                found.ok_or(Fault::Silent(error))
            }
            Err(fault) => Err(fault),
        }
    }

    fn remember(&self, place: Option<Place>, server: Option<String>) {
        let server = server.or_else(|| self.kept().server);
        if let Err(error) = place::save(&self.folder, &Kept { place, server }) {
            tracing::warn!(%error, "the place cannot be remembered");
        }
    }

    /// Stops the platform inside the app, if one runs.
    pub(crate) async fn close(&self) {
        let local = self.local.lock().await.take();
        if let Some(platform) = local
            && let Err(error) = platform.stop().await
        {
            tracing::error!(%error, "the own platform failed");
        }
    }
}

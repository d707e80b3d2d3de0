//! The whole platform inside the app: on a loopback port that the system chooses, over an SQLite file in the user's folder.

use crate::private_file;
use anyhow::Context;
use optibid_core::app::{App, Registration};
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_server::config::Source;
use optibid_server::demo;
use optibid_server::platform::Local;
use optibid_server::serve::Server;
use optibid_server::{Config, Platform};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The user of a platform that is one's own.
const EMAIL: &str = "me@optibid.example";

/// How long another one may take to finish.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 15 });

/// Who signs in to the own platform: made at the first start, kept in a file that only its owner can read.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The address.
    pub(crate) email: String,
    /// The password.
    pub(crate) password: String,
}

/// The platform while it runs.
pub(crate) struct LocalPlatform {
    /// Where it listens.
    pub(crate) url: String,
    /// Who signs in.
    pub(crate) login: Login,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
    _alone: File,
}

impl LocalPlatform {
    /// Opens the database in that folder, makes what is missing, and serves it.
    ///
    /// # Errors
    /// When the database is in use or cannot be opened, or its login is lost.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        private_file::make_folder(folder)
            .with_context(|| format!("making {}", folder.display()))?;
        // Two platforms over one database would each run its jobs.
        let alone = alone(folder).await?;
        let config = config(folder)?;
        let server = Server::bind(&config).await?;
        let port = server.address()?.port();
        let login = found(&config, &folder.join("login.json")).await?;
        let platform = Platform::open(config).await?;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.run(platform, async {
            // A sender that is gone is a reason to stop as well.
            let _ = stopped.await;
        }));
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            login,
            stop,
            served,
            _alone: alone,
        })
    }

    /// Stops it; requests under way may finish.
    ///
    /// # Errors
    /// When it failed while it ran.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        // A server that has ended already needs no word.
        let _ = self.stop.send(());
        self.served.await?
    }
}

/// The folder's lock. An app that is just being closed gets the time to finish.
async fn alone(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("platform.lock");
    let end = Instant::now() + PATIENCE;
    loop {
        match private_file::try_lock(&path) {
            Ok(lock) => return Ok(lock),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => {
                let used = || format!("{} is in use by another OptiBid", folder.display());
                return Err(error).with_context(used);
            }
        }
    }
}

fn config(folder: &Path) -> anyhow::Result<Config> {
    let database = format!("sqlite:{}", folder.join("optibid.sqlite").display());
    let data = folder.display().to_string();
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", data.as_str()),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        // Nobody else founds an organisation in a database that is one person's.
        ("OPEN_REGISTRATION", "false"),
    ];
    Ok(Config::from_source(&Source::of(settings))?)
}

/// Makes the user before the platform is served, or finds who it is.
async fn found(config: &Config, kept: &Path) -> anyhow::Result<Login> {
    let local = Local::open(config).await?;
    let login = login(local.app(), kept).await;
    local.close().await;
    login
}

async fn login(app: &App, kept: &Path) -> anyhow::Result<Login> {
    match (app.act_as(EMAIL).await, load(kept)?) {
        (Ok(_), Some(login)) => Ok(login),
        (Ok(_), None) => Err(lost(kept)),
        (Err(error), _) if error.code() == Code::NotFound => {
            let login = Login {
                email: EMAIL.to_owned(),
                password: demo::password(),
            };
            // Written first: a user whose password nobody knows would be in the way for ever.
            let text = serde_json::to_string_pretty(&login)?;
            private_file::write(kept, &text)
                .with_context(|| format!("writing {}", kept.display()))?;
            let new = Registration {
                org_name: "My organisation".to_owned(),
                email: login.email.clone(),
                name: "Me".to_owned(),
                password: login.password.clone(),
            };
            app.found_org(new, Role::OrgAdmin).await?;
            Ok(login)
        }
        (Err(error), _) => Err(error.into()),
    }
}

fn load(kept: &Path) -> anyhow::Result<Option<Login>> {
    let reading = || format!("reading {}", kept.display());
    let text = private_file::read(kept).with_context(reading)?;
    text.map(|text| serde_json::from_str(&text).with_context(reading))
        .transpose()
}

fn lost(kept: &Path) -> anyhow::Error {
    let folder = kept.parent().unwrap_or(kept).display();
    anyhow::anyhow!(
        "the database has its user, but {} with the password is gone; move the database in {folder} aside to begin anew",
        kept.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_starts_a_second_time_as_the_same_user_and_never_twice_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = LocalPlatform::start(folder.path()).await.unwrap();
        assert!(LocalPlatform::start(folder.path()).await.is_err());
        let password = first.login.password.clone();
        first.stop().await.unwrap();
        let second = LocalPlatform::start(folder.path()).await.unwrap();
        assert_eq!(second.login.password, password);
        second.stop().await.unwrap();
    }
}

//! `--local`: the whole platform in the dashboard's process, on a loopback port that the system chooses.

use crate::private_file;
use crate::request::ServerName;
use anyhow::{Context, bail};
use jiff::Timestamp;
use optibid_core::app::{App, Registration};
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_server::config::Source;
use optibid_server::demo::{self, Fixture};
use optibid_server::platform::Local;
use optibid_server::serve::Server;
use optibid_server::{Config, Platform};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::Path;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The user of a platform that is one's own.
const EMAIL: &str = "me@optibid.example";

/// Who signs in to the own platform: made at the first start, kept in a file that only its owner can read.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// The platform while it runs.
pub struct LocalPlatform {
    /// Where it listens.
    pub server: ServerName,
    /// Who signs in.
    pub login: Login,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

impl LocalPlatform {
    /// Opens the database in that folder, makes what is missing, and serves it.
    ///
    /// # Errors
    /// When the database cannot be opened, or its login is lost.
    pub async fn start(folder: &Path, with_demo: bool) -> anyhow::Result<Self> {
        private_file::make_folder(folder)
            .with_context(|| format!("making {}", folder.display()))?;
        let name = if with_demo { "demo" } else { "local" };
        let config = config(folder, name)?;
        let server = Server::bind(&config).await?;
        let port = server.address()?.port();
        let kept = folder.join(format!("{name}-login.json"));
        let (login, live) = prepare(&config, &kept, with_demo).await?;
        let platform = Platform::open(config).await?;
        if let Some((fixture, until)) = live {
            let state = platform.state.clone();
            tokio::spawn(demo::live(state.app, fixture, until, state.stopping));
        }
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.run(platform, async {
            // A sender that is gone is a reason to stop as well.
            let _ = stopped.await;
        }));
        Ok(Self {
            server: ServerName {
                name: name.to_owned(),
                url: format!("http://127.0.0.1:{port}"),
            },
            login,
            stop,
            served,
        })
    }

    /// Stops it; requests under way may finish.
    ///
    /// # Errors
    /// When it failed while it ran.
    pub async fn stop(self) -> anyhow::Result<()> {
        // A server that has ended already needs no word.
        let _ = self.stop.send(());
        self.served.await?
    }
}

fn config(folder: &Path, name: &str) -> anyhow::Result<Config> {
    let database = format!("sqlite:{}", folder.join(format!("{name}.sqlite")).display());
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

type Live = Option<(Fixture, Timestamp)>;

/// Makes the user, and the demo's history, before the platform is served.
async fn prepare(config: &Config, kept: &Path, with_demo: bool) -> anyhow::Result<(Login, Live)> {
    let local = Local::open(config).await?;
    let prepared = if with_demo {
        rehearse(local.app(), kept)
            .await
            .map(|(login, live)| (login, Some(live)))
    } else {
        found(local.app(), kept).await.map(|login| (login, None))
    };
    local.close().await;
    prepared
}

fn load(kept: &Path) -> anyhow::Result<Option<Login>> {
    let text = private_file::read(kept).with_context(|| format!("reading {}", kept.display()))?;
    text.map(|text| {
        serde_json::from_str(&text).with_context(|| format!("reading {}", kept.display()))
    })
    .transpose()
}

fn keep(kept: &Path, login: &Login) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(login)?;
    private_file::write(kept, &text).with_context(|| format!("writing {}", kept.display()))
}

fn lost(kept: &Path) -> anyhow::Error {
    let folder = kept.parent().unwrap_or(kept).display();
    anyhow::anyhow!(
        "the database has its user, but {} with the password is gone; move the database in {folder} aside to begin anew",
        kept.display()
    )
}

async fn found(app: &App, kept: &Path) -> anyhow::Result<Login> {
    match (app.act_as(EMAIL).await, load(kept)?) {
        (Ok(_), Some(login)) => Ok(login),
        (Ok(_), None) => Err(lost(kept)),
        (Err(error), _) if error.code() == Code::NotFound => {
            let login = Login {
                email: EMAIL.to_owned(),
                password: demo::password(),
            };
            // Written first: a user whose password nobody knows would be in the way for ever.
            keep(kept, &login)?;
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

/// The demo, as `optibid serve --demo` makes it.
async fn rehearse(app: &App, kept: &Path) -> anyhow::Result<(Login, (Fixture, Timestamp))> {
    let fixture = Fixture::load()?;
    let last = demo::last_day(demo::FIRST_DAY, demo::DAYS);
    let until = demo::end_of(app, &fixture, last)?;
    say("preparing the demo: two weeks of real prices and bids");
    let world = demo::prepare(app, &fixture, until).await?;
    let login = match world.login.password.clone() {
        Some(password) => {
            let login = Login {
                email: world.login.email.clone(),
                password,
            };
            keep(kept, &login)?;
            login
        }
        None => load(kept)?.ok_or_else(|| lost(kept))?,
    };
    let mut progress = |day: u32| say(&format!("{day} of {} days traded", demo::DAYS));
    let summary = demo::replay(
        app,
        (&fixture, &world),
        (demo::FIRST_DAY, demo::DAYS),
        &mut progress,
    )
    .await?;
    if summary.days.iter().all(|day| day.outcome.is_err()) {
        bail!("no day of the demo could be traded");
    }
    Ok((login, (fixture, until)))
}

/// Tells how far it is, before the terminal is taken.
fn say(text: &str) {
    // Nobody who cannot be told is waiting.
    let _ = writeln!(std::io::stderr(), "{text}");
}

//! Starts the dashboard.

use super::args::Cli;
use crate::action::Screen;
use crate::config::{Config, ConfigError, Marks};
use crate::dashboard::Dashboard;
use crate::environment::Environment;
use crate::glyphs::Glyphs;
use crate::known::{self, Keeper};
use crate::logs;
use crate::password::Password;
use crate::request::{ServerName, Update};
use crate::runner::{Ended, Runner};
use crate::state::Settings;
use crate::terminal::Terminal;
use crate::theme::{Theme, ThemeName};
use crate::tokens::TokenFile;
use anyhow::Context;
use crossterm::event::EventStream;
use jiff::Timestamp;
use std::process::ExitCode;
use tokio::sync::mpsc::unbounded_channel;

/// Who signs in, where that is known without asking.
pub(super) type Login = Option<(String, String)>;

/// Runs the dashboard until it ends.
pub(super) async fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let environment = Environment::read();
    let config = read_config(cli.common.config.as_deref(), &environment)?;
    let keymap = config.keymap().map_err(ConfigError::Keys)?;
    let screen = cli.screen.as_deref().map(screen).transpose()?;
    let updates = unbounded_channel();
    logs::start(&environment.paths.log(), updates.0.clone())
        .with_context(|| format!("writing {}", environment.paths.log().display()))?;
    let place = Place::find(&cli.common, &config, &environment).await?;
    let settings = Settings {
        keymap,
        readonly: cli.readonly || config.readonly,
        offline: cli.common.offline,
        servers: place.servers(&config),
    };
    let mut dashboard = Dashboard::new(
        settings,
        theme(cli, &config, &environment),
        place.server.clone(),
    );
    let known = environment.paths.known(&place.server.name);
    let keeper = if cli.common.offline {
        let (data, slots) = known::load(&known)?;
        dashboard.restore(data, slots);
        Keeper::idle()
    } else {
        Keeper::new(known).context("keeping the last known state")?
    };
    let mut effects = dashboard.tick(Timestamp::now());
    if place.login.is_some() && !cli.common.offline {
        effects.extend(dashboard.apply(Update::SigningIn));
    }
    effects.extend(screen.map_or_else(Vec::new, |screen| dashboard.apply(Update::Show(screen))));
    let tokens = place
        .is_lasting()
        .then(|| TokenFile::new(environment.paths.tokens()));
    let mut runner = Runner::new(dashboard, tokens, keeper, updates);
    if !cli.common.offline {
        runner.connect(&place.server).await?;
        if let Some((email, password)) = place.login.clone() {
            let url = place.server.url.clone();
            runner.sign_in(crate::login::Login::new(url, email, Password(password)));
        }
        if let Some(feed) = runner.feed() {
            effects.into_iter().for_each(|effect| feed.perform(effect));
        }
    }
    tracing::info!(server = place.server.url, "started");
    let ended = {
        let mut terminal = Terminal::take(!config.release_mouse).context("taking the terminal")?;
        runner.run(&mut terminal, EventStream::new()).await
    };
    place.leave().await;
    Ok(match ended? {
        Ended::Quit => ExitCode::SUCCESS,
        Ended::Signal(number) => ExitCode::from(128 + number),
    })
}

/// The configuration of the file that is named, or of the usual one.
pub(super) fn read_config(
    named: Option<&std::path::Path>,
    environment: &Environment,
) -> Result<Config, ConfigError> {
    Config::read(named.unwrap_or(&environment.paths.config), named.is_some())
}

fn screen(wanted: &str) -> anyhow::Result<Screen> {
    let number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let by_number = number.and_then(|at| Screen::ALL.get(at).copied());
    let named = |screen: &Screen| screen.title().eq_ignore_ascii_case(wanted);
    by_number
        .or_else(|| Screen::ALL.into_iter().find(named))
        .with_context(|| {
            format!(
                "--screen {wanted}: there are {}",
                Screen::ALL.map(Screen::title).join(", ")
            )
        })
}

fn theme(cli: &Cli, config: &Config, environment: &Environment) -> Theme {
    let usual = match (environment.no_color, environment.many_colors) {
        (true, _) => ThemeName::Mono,
        (false, true) => ThemeName::Dark,
        (false, false) => ThemeName::Sixteen,
    };
    let configured = config.theme.filter(|_| !environment.no_color);
    let ascii = match config.glyphs {
        _ if cli.ascii => true,
        Marks::Auto => !environment.unicode,
        Marks::Unicode => false,
        Marks::Ascii => true,
    };
    Theme {
        name: cli.theme.or(configured).unwrap_or(usual),
        glyphs: if ascii {
            Glyphs::Ascii
        } else {
            Glyphs::Unicode
        },
    }
}

/// Which server it is, and who signs in to it.
pub(super) struct Place {
    /// The server.
    pub(super) server: ServerName,
    /// Who signs in.
    pub(super) login: Login,
    #[cfg(feature = "local")]
    platform: Option<crate::local::LocalPlatform>,
}

impl Place {
    /// The server that is asked for; with `--local` it is started.
    pub(super) async fn find(
        common: &super::args::Common,
        config: &Config,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        #[cfg(feature = "local")]
        if common.local {
            let platform =
                crate::local::LocalPlatform::start(&environment.paths.data, common.demo).await?;
            return Ok(Self {
                server: platform.server.clone(),
                login: Some((
                    platform.login.email.clone(),
                    platform.login.password.clone(),
                )),
                platform: Some(platform),
            });
        }
        Ok(Self {
            server: config.server(common.server.as_deref())?,
            login: environment.email.clone().zip(environment.password.clone()),
            #[cfg(feature = "local")]
            platform: None,
        })
    }

    /// Whether the server is there in the next run as well: only then its tokens are worth keeping.
    pub(super) const fn is_lasting(&self) -> bool {
        #[cfg(feature = "local")]
        return self.platform.is_none();
        #[cfg(not(feature = "local"))]
        true
    }

    /// The servers that can be switched to; the one in use is among them.
    fn servers(&self, config: &Config) -> Vec<ServerName> {
        let mut servers = config.servers();
        if !servers.contains(&self.server) {
            servers.insert(0, self.server.clone());
        }
        servers
    }

    /// Stops what was started.
    pub(super) async fn leave(self) {
        #[cfg(feature = "local")]
        if let Some(platform) = self.platform
            && let Err(error) = platform.stop().await
        {
            super::exit::complain(&format!("error: stopping the platform: {error:#}"));
        }
    }
}

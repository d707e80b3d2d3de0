//! The configuration file: servers, theme, keys. It is checked as a whole before anything starts.

use crate::keymap::{Keymap, KeymapError};
use crate::request::ServerName;
use crate::theme::ThemeName;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which marks are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Marks {
    /// Unicode where the locale has it.
    #[default]
    Auto,
    /// Unicode.
    Unicode,
    /// ASCII.
    Ascii,
}

/// The configuration file.
///
/// ```
/// use optibid_tui::config::Config;
/// let config = Config::parse(r#"
///     server = "prod"
///     theme = "light"
///     [servers]
///     prod = "https://optibid.example.com"
///     test = "https://test.optibid.example.com"
///     [keys]
///     submit = ["ctrl-s"]
/// "#)?;
/// assert_eq!(config.servers().len(), 2);
/// let unclear = Config::parse("[keys]\nsubmit = [\"j\"]")?;
/// let faults = unclear.keymap().unwrap_err();
/// assert_eq!(faults[0].to_string(), "the key j means both down and submit");
/// # Ok::<(), optibid_tui::config::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The server that is used when nobody names one.
    pub server: Option<String>,
    /// The theme.
    pub theme: Option<ThemeName>,
    /// The marks.
    #[serde(default)]
    pub glyphs: Marks,
    /// Whether acts are refused.
    #[serde(default)]
    pub readonly: bool,
    /// Whether the terminal keeps the mouse.
    #[serde(default)]
    pub release_mouse: bool,
    /// Servers by name.
    #[serde(default)]
    servers: BTreeMap<String, String>,
    /// Keys by the names of actions, instead of those of the table.
    #[serde(default)]
    keys: BTreeMap<String, Vec<String>>,
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// It is no such file.
    #[error("{0}")]
    Malformed(String),
    /// Keys contradict each other.
    #[error("{}", told(.0))]
    Keys(Vec<KeymapError>),
    /// A server that is not there.
    #[error(
        "server {name:?} is neither an address (http://… or https://…) nor one of the configuration ({known})"
    )]
    UnknownServer {
        /// The name.
        name: String,
        /// Those that are there.
        known: String,
    },
}

fn told(faults: &[KeymapError]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether it is the address of a server.
fn is_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        !rest.trim_matches('/').is_empty() && !rest.contains(|c: char| c.is_whitespace())
    })
}

impl Config {
    /// Reads a file; one that is not there is empty, unless it was asked for.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn read(path: &Path, asked_for: bool) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !asked_for => {
                return Ok(Self::default());
            }
            Err(reason) => {
                return Err(ConfigError::Unreadable {
                    path: path.to_owned(),
                    reason,
                });
            }
        };
        Self::parse(&text).map_err(|error| match error {
            ConfigError::Malformed(reason) => {
                ConfigError::Malformed(format!("{}: {reason}", path.display()))
            }
            other => other,
        })
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// When it is not TOML, or has a name or a value that means nothing.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|error| ConfigError::Malformed(error.to_string().trim_end().to_owned()))?;
        match config.servers.iter().find(|(_, url)| !is_address(url)) {
            None => Ok(config),
            Some((name, url)) => Err(ConfigError::Malformed(format!(
                "servers.{name}: {url:?} is no address: it must begin with http:// or https:// and name a host"
            ))),
        }
    }

    /// Its servers.
    #[must_use]
    pub fn servers(&self) -> Vec<ServerName> {
        let server = |(name, url): (&String, &String)| ServerName {
            name: name.clone(),
            url: url.trim_end_matches('/').to_owned(),
        };
        self.servers.iter().map(server).collect()
    }

    /// Its keymap.
    ///
    /// # Errors
    /// Every unknown action and key, and every key with two meanings on one screen.
    pub fn keymap(&self) -> Result<Keymap, Vec<KeymapError>> {
        Keymap::new(&self.keys)
    }

    /// The server of that name or address; without one that of the configuration, or the first, or the one on this machine.
    ///
    /// # Errors
    /// When it is neither.
    pub fn server(&self, wanted: Option<&str>) -> Result<ServerName, ConfigError> {
        let servers = self.servers();
        let wanted = wanted.or(self.server.as_deref());
        let Some(wanted) = wanted else {
            let here = || ServerName {
                name: "local".to_owned(),
                url: "http://127.0.0.1:8000".to_owned(),
            };
            return Ok(servers.first().cloned().unwrap_or_else(here));
        };
        if let Some(named) = servers.iter().find(|server| server.name == wanted) {
            return Ok(named.clone());
        }
        let url = wanted.trim_end_matches('/');
        match url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"))
        {
            Some(host) if !host.is_empty() => Ok(servers
                .into_iter()
                .find(|s| s.url == url)
                .unwrap_or(ServerName {
                    name: host.to_owned(),
                    url: url.to_owned(),
                })),
            _ => Err(ConfigError::UnknownServer {
                name: wanted.to_owned(),
                known: servers
                    .into_iter()
                    .map(|s| s.name)
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

//! The environment, read in this one place.

use std::env;
use std::path::PathBuf;

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `OPTIBID_EMAIL`: signs in without asking.
    pub email: Option<String>,
    /// `OPTIBID_PASSWORD`: signs in without asking.
    pub password: Option<String>,
    /// `NO_COLOR`: no colours.
    pub no_color: bool,
    /// Whether the locale has Unicode and the terminal shows it.
    pub unicode: bool,
    /// Whether the terminal has 256 colours.
    pub many_colors: bool,
    /// Where files are.
    pub paths: Paths,
}

/// Where files are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config: PathBuf,
    /// The folder for tokens, logs and the last known state.
    pub state: PathBuf,
    /// The folder for the database of `--local`.
    pub data: PathBuf,
}

impl Paths {
    /// The log file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.state.join("optibid-tui.log")
    }

    /// The file of tokens.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.state.join("tokens.json")
    }

    /// The folder of the last known state of a server.
    #[must_use]
    pub fn known(&self, server: &str) -> PathBuf {
        let safe = |c: char| {
            if c.is_ascii_alphanumeric() || "-.".contains(c) {
                c
            } else {
                '_'
            }
        };
        self.state
            .join("known")
            .join(server.chars().map(safe).collect::<String>())
    }
}

fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A folder by its XDG variable, or below the home folder.
fn folder(variable: &str, below_home: &str) -> PathBuf {
    let home = || {
        set("HOME")
            .or_else(|| set("USERPROFILE"))
            .map_or_else(|| PathBuf::from("."), PathBuf::from)
    };
    let named = set(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    named
        .unwrap_or_else(|| home().join(below_home))
        .join("optibid")
}

impl Environment {
    /// Reads it.
    #[must_use]
    pub fn read() -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(set)
            .unwrap_or_default();
        let locale = locale.to_lowercase().replace('-', "");
        let terminal = set("TERM").unwrap_or_default();
        // The kernel's console has a font of 256 or 512 glyphs, without braille.
        let plain = matches!(terminal.as_str(), "dumb" | "linux" | "vt100" | "vt220");
        Self {
            email: set("OPTIBID_EMAIL"),
            password: set("OPTIBID_PASSWORD"),
            no_color: set("NO_COLOR").is_some(),
            unicode: locale.contains("utf8") && !plain,
            many_colors: terminal.contains("256color") || set("COLORTERM").is_some(),
            paths: Paths {
                config: folder("XDG_CONFIG_HOME", ".config").join("tui.toml"),
                state: folder("XDG_STATE_HOME", ".local/state").join("tui"),
                data: folder("XDG_DATA_HOME", ".local/share"),
            },
        }
    }
}

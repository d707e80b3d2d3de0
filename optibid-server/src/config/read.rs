//! Reads and checks single settings, and gathers every fault.

use super::settings::{SETTINGS, SettingKind};
use crate::webhooks::WebhookPolicy;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// One setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Its name.
    pub name: String,
    /// Its value; not shown for secrets.
    pub value: String,
    /// The rule it breaks.
    pub rule: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?}: {}", self.name, self.value, self.rule)
    }
}

/// All settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration cannot be used:{}", .0.iter().map(|e| format!("\n  {e}")).collect::<String>())]
pub struct ConfigErrors(pub Vec<ConfigError>);

/// Settings by name.
#[derive(Debug, Clone, Default)]
pub struct Source(BTreeMap<String, String>);

impl Source {
    /// Given settings.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect(),
        )
    }

    /// The environment over the `.env` file of the working folder.
    ///
    /// # Errors
    /// When the file cannot be read, has a line that is no assignment, or an unknown name.
    pub fn ambient() -> Result<Self, ConfigErrors> {
        let mut found = match std::fs::read_to_string(".env") {
            Ok(text) => parse_file(&text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                let rule = format!("cannot be read: {error}");
                let fault = ConfigError {
                    name: ".env".to_owned(),
                    value: String::new(),
                    rule,
                };
                return Err(ConfigErrors(vec![fault]));
            }
        };
        for setting in SETTINGS {
            if let Ok(value) = std::env::var(setting.name) {
                found.insert(setting.name.to_owned(), value);
            }
        }
        Ok(Self(found))
    }

    /// The value of a setting; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// Replaces a value: what command-line flags do.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

fn parse_file(text: &str) -> Result<BTreeMap<String, String>, ConfigErrors> {
    let mut found = BTreeMap::new();
    let mut faults = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let assignment = line.strip_prefix("export ").unwrap_or(line).split_once('=');
        let fault = match assignment {
            None => Some("must be NAME=value"),
            Some((name, _)) if !SETTINGS.iter().any(|s| s.name == name.trim()) => {
                Some("is not a setting; `optibid config print` lists them")
            }
            Some((name, value)) => {
                found.insert(name.trim().to_owned(), unquoted(value.trim()).to_owned());
                None
            }
        };
        if let Some(rule) = fault {
            let name = assignment.map_or("", |(name, _)| name.trim()).to_owned();
            let rule = format!("line {} of .env {rule}", i + 1);
            faults.push(ConfigError {
                name,
                value: String::new(),
                rule,
            });
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(ConfigErrors(faults))
    }
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| {
        value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote))
    };
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// Reads settings one by one and gathers faults.
pub(super) struct Reader<'a> {
    source: &'a Source,
    faults: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            faults: Vec::new(),
        }
    }

    pub(super) fn fault(&mut self, name: &str, value: &str, rule: impl Into<String>) {
        let secret = SETTINGS.iter().any(|s| s.name == name && s.secret);
        let value = if secret { "…" } else { value };
        self.faults.push(ConfigError {
            name: name.to_owned(),
            value: value.to_owned(),
            rule: rule.into(),
        });
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.source.get(name).map(str::to_owned)
    }

    pub(super) fn optional<T: FromStr>(&mut self, name: &str) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        let value = self.source.get(name)?;
        match value.parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.fault(name, value, error.to_string());
                None
            }
        }
    }

    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, default: T) -> T
    where
        T::Err: fmt::Display,
    {
        self.optional(name).unwrap_or(default)
    }

    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.source.get(name)?;
        let found = choices
            .iter()
            .find(|(text, _)| text.eq_ignore_ascii_case(value));
        if found.is_none() {
            let known = choices
                .iter()
                .map(|(text, _)| *text)
                .collect::<Vec<_>>()
                .join(", ");
            self.fault(name, value, format!("must be one of {known}"));
        }
        found.map(|(_, choice)| *choice)
    }

    pub(super) fn flag(&mut self, name: &str, default: bool) -> bool {
        let words = [
            ("true", true),
            ("1", true),
            ("yes", true),
            ("on", true),
            ("false", false),
            ("0", false),
            ("no", false),
            ("off", false),
        ];
        self.choice(name, &words).unwrap_or(default)
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let value = self.source.get(name).unwrap_or("");
        value
            .split(',')
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The first of several names of one secret; others that are set must agree.
    pub(super) fn secret(&mut self, names: &[&str]) -> Option<String> {
        let mut found: Option<String> = None;
        for name in names {
            let Some(value) = self.source.get(name) else {
                continue;
            };
            match &found {
                Some(first) if first != value => {
                    self.fault(name, "", format!("must equal {}, or be absent", names[0]));
                }
                _ => found = Some(value.to_owned()),
            }
        }
        found
    }

    fn positive(&mut self, name: &str, default: u64, unit: (&str, u64)) -> Duration {
        let value: u64 = self.parsed(name, default);
        if value == 0 || value > 10_000_000 {
            self.fault(
                name,
                &value.to_string(),
                format!("must be 1 or more {}", unit.0),
            );
        }
        Duration::from_secs(value.saturating_mul(unit.1))
    }

    pub(super) fn seconds(&mut self, name: &str, default: u64) -> Duration {
        self.positive(name, default, ("seconds", 1))
    }

    pub(super) fn days(&mut self, name: &str, default: u64) -> Duration {
        self.positive(name, default, ("days", 86_400))
    }

    /// `ACCESS_TOKEN_EXPIRE_MINUTES`, or `JWT_EXPIRATION` in seconds.
    pub(super) fn access_lifetime(&mut self) -> Duration {
        let minutes = "ACCESS_TOKEN_EXPIRE_MINUTES";
        if self.source.get(minutes).is_none() && self.source.get("JWT_EXPIRATION").is_some() {
            return self.seconds("JWT_EXPIRATION", 900);
        }
        self.positive(minutes, 15, ("minutes", 60))
    }

    /// `WEBHOOKS_ALLOW_PRIVATE` and `WEBHOOKS_PORTS`.
    pub(super) fn webhooks(&mut self) -> WebhookPolicy {
        let mut ports = Vec::new();
        for text in self.list("WEBHOOKS_PORTS") {
            match text.parse::<u16>() {
                Ok(port) if port > 0 => ports.push(port),
                _ => self.fault("WEBHOOKS_PORTS", &text, "must be ports from 1 to 65535"),
            }
        }
        if ports.is_empty() {
            ports.push(443);
        }
        WebhookPolicy {
            allow_private: self.flag("WEBHOOKS_ALLOW_PRIVATE", false),
            ports,
        }
    }

    /// A switch for something that this build does not have must not be on.
    pub(super) fn refuse_absent_features(&mut self) {
        let absent = SETTINGS
            .iter()
            .filter(|s| s.kind == SettingKind::AbsentSwitch);
        for setting in absent {
            if self.flag(setting.name, false) {
                self.fault(
                    setting.name,
                    "true",
                    "this build does not have it: leave it off",
                );
            }
        }
    }

    /// A secret that is given must be long enough to be one.
    pub(super) fn require_long_secret(&mut self, jwt_secret: Option<&str>) {
        if jwt_secret.is_some_and(|secret| secret.len() < 32) {
            self.fault("JWT_SECRET", "", "must have at least 32 characters");
        }
    }

    pub(super) fn require_production_secrets(&mut self, jwt_secret: Option<&str>) {
        let secret = jwt_secret.unwrap_or("");
        let lower = secret.to_lowercase();
        let weak = ["change", "secret", "default", "example"]
            .iter()
            .any(|w| lower.contains(w));
        if secret.is_empty() || weak {
            let rule = "production needs a random secret of its own";
            self.fault("JWT_SECRET", secret, rule);
        }
    }

    pub(super) fn finish(self) -> Result<(), ConfigErrors> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(ConfigErrors(self.faults))
        }
    }
}

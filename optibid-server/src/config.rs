//! Configuration: read once, from the environment and a `.env` file, and checked as a whole.
//!
//! This is the only place that reads the environment. The environment goes before the file. Every
//! value is checked before anything starts; an unknown name in the file, a malformed value or a
//! switch for something this build does not have is an error that names the setting.

mod read;
mod settings;
mod url;

pub use read::{ConfigError, ConfigErrors, Source};
pub use settings::{SETTINGS, Setting, SettingKind};

use crate::webhooks::WebhookPolicy;
use read::Reader;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What kind of installation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine: secrets may be generated.
    Development,
    /// A shared test installation.
    Staging,
    /// Real money: secrets must be given.
    Production,
}

/// The configuration in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// What kind of installation it is.
    pub environment: Environment,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// A second port for WebSockets alone.
    pub websocket_port: Option<u16>,
    /// Whether WebSockets are served.
    pub websocket: bool,
    /// Host names that requests may name; empty means any.
    pub allowed_hosts: Vec<String>,
    /// Origins that pages may call from; empty means none but our own.
    pub cors_origins: Vec<String>,
    /// The database.
    pub database_url: String,
    /// Secret that access tokens are signed with; absent means one is made and kept beside the data.
    pub jwt_secret: Option<String>,
    /// How long an access token is good.
    pub access_lifetime: Duration,
    /// How long a session can be refreshed.
    pub session_lifetime: Duration,
    /// Whether anybody may found an organisation by registering.
    pub open_registration: bool,
    /// Whether the latest prices and the market WebSocket are open to readers who are not signed in.
    pub public_market_data: bool,
    /// Whether simulated prices are fed in.
    pub simulation: bool,
    /// Pause between simulated prices.
    pub simulation_interval: Duration,
    /// Whether `/metrics` answers.
    pub metrics: bool,
    /// Which log lines are written, as a filter: `info`, `debug,sqlx=warn`.
    pub log_level: String,
    /// Folder for what the server keeps beside the database.
    pub data_dir: PathBuf,
    /// Where messages to webhooks may be sent.
    pub webhooks: WebhookPolicy,
    /// File of further settlement locations.
    pub locations_file: Option<PathBuf>,
}

impl Config {
    /// Reads the environment and, if there is one, the `.env` file of the working folder.
    ///
    /// # Errors
    /// Every setting that cannot be used, at once.
    pub fn load() -> Result<Self, ConfigErrors> {
        Self::from_source(&Source::ambient()?)
    }

    /// Reads given settings: for tests and for embedding.
    ///
    /// # Errors
    /// Every setting that cannot be used, at once.
    pub fn from_source(source: &Source) -> Result<Self, ConfigErrors> {
        let mut r = Reader::new(source);
        let environment = r.choice(
            "ENVIRONMENT",
            &[
                ("development", Environment::Development),
                ("staging", Environment::Staging),
                ("production", Environment::Production),
            ],
        );
        let environment = environment.unwrap_or(Environment::Development);
        let config = Self {
            environment,
            host: r.parsed("HOST", IpAddr::from([127, 0, 0, 1])),
            port: r.parsed("PORT", 8000),
            websocket_port: r.optional("WEBSOCKET_PORT"),
            websocket: r.flag("ENABLE_WEBSOCKET", true),
            allowed_hosts: r.list("ALLOWED_HOSTS"),
            cors_origins: r.list("CORS_ALLOWED_ORIGINS"),
            database_url: url::database(&mut r),
            jwt_secret: r.secret(&["JWT_SECRET", "JWT_SECRET_KEY"]),
            access_lifetime: r.access_lifetime(),
            session_lifetime: r.days("REFRESH_TOKEN_EXPIRE_DAYS", 7),
            open_registration: r.flag("OPEN_REGISTRATION", true),
            public_market_data: r.flag("PUBLIC_MARKET_DATA", false),
            simulation: r.flag("SIMULATION_MODE", false),
            simulation_interval: r.seconds("SIMULATION_INTERVAL", 5),
            metrics: r.flag("PROMETHEUS_ENABLED", true),
            webhooks: r.webhooks(),
            log_level: r.text("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()),
            data_dir: r
                .text("DATA_DIR")
                .map_or_else(|| PathBuf::from("data"), PathBuf::from),
            locations_file: r.text("LOCATIONS_FILE").map(PathBuf::from),
        };
        r.refuse_absent_features();
        r.require_long_secret(config.jwt_secret.as_deref());
        if environment == Environment::Production {
            r.require_production_secrets(config.jwt_secret.as_deref());
        }
        r.finish().map(|()| config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::from_source(&Source::of(pairs.iter().copied()))
    }

    fn names(result: Result<Config, ConfigErrors>) -> Vec<String> {
        result.unwrap_err().0.into_iter().map(|e| e.name).collect()
    }

    #[test]
    fn the_defaults_need_nothing() {
        let config = load(&[]).unwrap();
        assert_eq!(config.port, 8000);
        assert!(config.database_url.starts_with("sqlite:"));
        assert_eq!(config.access_lifetime, Duration::from_secs(900));
    }

    #[test]
    fn every_way_of_saying_no_means_no() {
        for no in ["false", "FALSE", "False", "0", "no", "off"] {
            assert!(
                !load(&[("ENABLE_WEBSOCKET", no)]).unwrap().websocket,
                "{no}"
            );
        }
        assert_eq!(
            names(load(&[("ENABLE_WEBSOCKET", "nope")])),
            ["ENABLE_WEBSOCKET"]
        );
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults = names(load(&[
            ("PORT", "99999"),
            ("SIMULATION_INTERVAL", "-1"),
            ("HOST", "x"),
        ]));
        assert_eq!(faults, ["HOST", "PORT", "SIMULATION_INTERVAL"]);
    }

    #[test]
    fn production_refuses_a_missing_or_a_short_secret() {
        assert_eq!(
            names(load(&[("ENVIRONMENT", "production")])),
            ["JWT_SECRET"]
        );
        let short = [("ENVIRONMENT", "production"), ("JWT_SECRET", "f3a9")];
        assert_eq!(names(load(&short)), ["JWT_SECRET"]);
        let weak = [
            ("ENVIRONMENT", "production"),
            ("JWT_SECRET", "change-me-change-me-change-me-change-me"),
        ];
        assert_eq!(names(load(&weak)), ["JWT_SECRET"]);
    }

    #[test]
    fn what_this_build_does_not_have_is_refused() {
        assert_eq!(names(load(&[("ENABLE_KAFKA", "true")])), ["ENABLE_KAFKA"]);
        assert!(load(&[("ENABLE_KAFKA", "false")]).is_ok());
    }

    #[test]
    fn an_asyncpg_address_and_single_parts_give_a_postgres_address() {
        let config = load(&[("DATABASE_URL", "postgresql+asyncpg://u:p@h:5433/d")]).unwrap();
        assert_eq!(config.database_url, "postgresql://u:p@h:5433/d");
        let parts = [
            ("DB_HOST", "h"),
            ("DB_NAME", "d"),
            ("DB_USER", "u"),
            ("DB_PASSWORD", "p/w"),
        ];
        assert_eq!(
            load(&parts).unwrap().database_url,
            "postgresql://u:p%2Fw@h:5432/d"
        );
    }

    #[test]
    fn webhooks_go_to_public_addresses_at_port_443_unless_said_otherwise() {
        let usual = load(&[]).unwrap().webhooks;
        assert_eq!((usual.allow_private, usual.ports), (false, vec![443]));
        let ports = load(&[("WEBHOOKS_PORTS", "443, 8443")]).unwrap();
        assert_eq!(ports.webhooks.ports, [443, 8443]);
        for wrong in ["0", "https", "443,70000", "443,,x"] {
            let refused = names(load(&[("WEBHOOKS_PORTS", wrong)]));
            assert_eq!(refused, ["WEBHOOKS_PORTS"], "{wrong}");
        }
    }

    #[test]
    fn two_names_of_one_setting_must_agree() {
        let twice = [
            ("JWT_SECRET", "a".repeat(40)),
            ("JWT_SECRET_KEY", "b".repeat(40)),
        ];
        let twice: Vec<_> = twice.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(names(load(&twice)), ["JWT_SECRET_KEY"]);
    }
}

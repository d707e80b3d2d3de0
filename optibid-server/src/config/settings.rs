//! Data table: every setting OptiBid knows by name.

/// How a setting is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// Read and used.
    Value,
    /// Switches something that this build does not have: it must be off.
    AbsentSwitch,
    /// A name that is reserved; this build does not read it.
    Reserved,
}

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds when it is absent, as text.
    pub default: &'static str,
    /// How it is treated.
    pub kind: SettingKind,
    /// Whether its value is masked when shown.
    pub secret: bool,
    /// What it does.
    pub about: &'static str,
}

const fn value(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting {
        name,
        default,
        kind: SettingKind::Value,
        secret: false,
        about,
    }
}

const fn secret(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting {
        name,
        default,
        kind: SettingKind::Value,
        secret: true,
        about,
    }
}

const fn absent(name: &'static str) -> Setting {
    let about = "this build does not have it";
    Setting {
        name,
        default: "false",
        kind: SettingKind::AbsentSwitch,
        secret: false,
        about,
    }
}

const fn reserved(name: &'static str, secret: bool) -> Setting {
    let about = "reserved; this build does not read it";
    Setting {
        name,
        default: "",
        kind: SettingKind::Reserved,
        secret,
        about,
    }
}

/// All settings.
pub const SETTINGS: &[Setting] = &[
    value(
        "ENVIRONMENT",
        "development",
        "development, staging or production; production demands real secrets",
    ),
    reserved("DEBUG", false),
    value("HOST", "127.0.0.1", "address to listen on"),
    value("PORT", "8000", "port to listen on; 0 takes a free one"),
    value("WEBSOCKET_PORT", "", "a second port for WebSockets alone"),
    value("ENABLE_WEBSOCKET", "true", "serve WebSockets"),
    value(
        "ALLOWED_HOSTS",
        "",
        "host names that requests may name, separated by commas; empty allows any",
    ),
    value(
        "CORS_ALLOWED_ORIGINS",
        "",
        "origins whose pages may call, separated by commas",
    ),
    secret(
        "DATABASE_URL",
        "sqlite:data/optibid.sqlite",
        "sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME",
    ),
    value(
        "DB_HOST",
        "",
        "host of a PostgreSQL database, where DATABASE_URL is absent",
    ),
    value("DB_PORT", "5432", "with DB_HOST: its port"),
    value("DB_NAME", "optibid", "with DB_HOST: name of the database"),
    value("DB_USER", "optibid", "with DB_HOST: user of the database"),
    secret("DB_PASSWORD", "", "with DB_HOST: the user's password"),
    value(
        "DB_SSL_MODE",
        "",
        "with DB_HOST: disable, prefer, require, verify-ca or verify-full",
    ),
    value(
        "DATA_DIR",
        "data",
        "folder for what is kept beside the database, such as a generated secret",
    ),
    value(
        "LOCATIONS_FILE",
        "",
        "JSON file of further settlement locations, as GET /api/markets/{market}/locations lists them, with their coordinates",
    ),
    secret(
        "JWT_SECRET",
        "",
        "secret that signs access tokens, 32 characters or more; generated and kept outside production",
    ),
    secret("JWT_SECRET_KEY", "", "another name of JWT_SECRET"),
    value(
        "ACCESS_TOKEN_EXPIRE_MINUTES",
        "15",
        "how long an access token is good",
    ),
    value(
        "JWT_EXPIRATION",
        "",
        "the same in seconds, where ACCESS_TOKEN_EXPIRE_MINUTES is absent",
    ),
    value(
        "REFRESH_TOKEN_EXPIRE_DAYS",
        "7",
        "how long a session can be refreshed",
    ),
    value(
        "OPEN_REGISTRATION",
        "true",
        "anybody may found an organisation by registering",
    ),
    value(
        "PUBLIC_MARKET_DATA",
        "false",
        "latest prices and market WebSocket without signing in",
    ),
    value("SIMULATION_MODE", "false", "feed simulated prices"),
    value(
        "SIMULATION_INTERVAL",
        "5",
        "seconds between simulated prices",
    ),
    value(
        "WEBHOOKS_ALLOW_PRIVATE",
        "false",
        "webhooks over http, at any port and at private and loopback addresses: for development, or where every user may reach them",
    ),
    value(
        "WEBHOOKS_PORTS",
        "443",
        "ports of webhooks, separated by commas",
    ),
    value("PROMETHEUS_ENABLED", "true", "answer /metrics"),
    value(
        "LOG_LEVEL",
        "info",
        "which log lines are written: error, warn, info, debug, or a filter",
    ),
    absent("ENABLE_REDIS"),
    absent("ENABLE_KAFKA"),
    absent("ENABLE_RABBITMQ"),
    absent("ENABLE_CLICKHOUSE"),
    absent("ENABLE_MLFLOW"),
    absent("AUDIT_LOG_ENCRYPTED"),
    reserved("BASE_URL", false),
    reserved("API_BASE_URL", false),
    reserved("SECRET_KEY", true),
    reserved("REDIS_URL", true),
    reserved("REDIS_HOST", false),
    reserved("REDIS_PORT", false),
    reserved("REDIS_PASSWORD", true),
    reserved("KAFKA_BOOTSTRAP_SERVERS", false),
    reserved("KAFKA_TOPIC_PREFIX", false),
    reserved("RABBITMQ_HOST", false),
    reserved("RABBITMQ_PORT", false),
    reserved("RABBITMQ_USER", false),
    reserved("RABBITMQ_PASSWORD", true),
    reserved("RABBITMQ_VHOST", false),
    reserved("CLICKHOUSE_HOST", false),
    reserved("CLICKHOUSE_PORT", false),
    reserved("CLICKHOUSE_USER", false),
    reserved("CLICKHOUSE_PASSWORD", true),
    reserved("CLICKHOUSE_DATABASE", false),
    reserved("MLFLOW_TRACKING_URI", false),
    reserved("MLFLOW_EXPERIMENT_NAME", false),
    reserved("MODELS_DIR", false),
    reserved("SMTP_HOST", false),
    reserved("SMTP_PORT", false),
    reserved("SMTP_USERNAME", false),
    reserved("SMTP_PASSWORD", true),
    reserved("EMAIL_FROM", false),
    reserved("GOOGLE_MAPS_API_KEY", true),
    reserved("WEATHER_API_KEY", true),
    reserved("POSOCO_API_URL", false),
    reserved("XTS_API_URL", false),
    reserved("XTS_API_KEY", true),
    reserved("XTS_API_SECRET", true),
    reserved("SENTRY_DSN", true),
    reserved("OTEL_EXPORTER_OTLP_ENDPOINT", false),
    reserved("RATE_LIMIT_ENABLED", false),
    reserved("RATE_LIMIT_STORAGE", false),
    reserved("SECURITY_HEADERS_ENABLED", false),
    reserved("HSTS_MAX_AGE", false),
    reserved("CSP_ENABLED", false),
    reserved("AZURE_AD_CLIENT_ID", false),
    reserved("AZURE_AD_CLIENT_SECRET", true),
    reserved("AZURE_AD_TENANT_ID", false),
    reserved("OKTA_CLIENT_ID", false),
    reserved("OKTA_CLIENT_SECRET", true),
    reserved("OKTA_ISSUER", false),
    reserved("GOOGLE_CLIENT_ID", false),
    reserved("GOOGLE_CLIENT_SECRET", true),
    reserved("TWILIO_ACCOUNT_SID", false),
    reserved("TWILIO_AUTH_TOKEN", true),
    reserved("TWILIO_PHONE_NUMBER", false),
    reserved("MFA_ISSUER_NAME", false),
    reserved("MFA_BACKUP_CODES_COUNT", false),
    reserved("STRIPE_SECRET_KEY", true),
    reserved("STRIPE_WEBHOOK_SECRET", true),
    reserved("RAZORPAY_KEY_ID", false),
    reserved("RAZORPAY_KEY_SECRET", true),
    reserved("AWS_ACCESS_KEY_ID", true),
    reserved("AWS_SECRET_ACCESS_KEY", true),
    reserved("AWS_REGION", false),
    reserved("S3_ENDPOINT", false),
    reserved("S3_BACKUP_BUCKET", false),
    reserved("AUDIT_LOG_ENABLED", false),
    reserved("AUDIT_LOG_RETENTION_DAYS", false),
    reserved("SOC2_COMPLIANCE", false),
    reserved("GDPR_COMPLIANCE", false),
    reserved("DATA_RETENTION_DAYS", false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_name_of_its_own_and_says_what_it_does() {
        for (i, setting) in SETTINGS.iter().enumerate() {
            assert!(!setting.about.is_empty(), "{}", setting.name);
            let again = SETTINGS[i + 1..].iter().any(|s| s.name == setting.name);
            assert!(!again, "{} is there twice", setting.name);
        }
    }
}

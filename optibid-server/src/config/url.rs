//! The address of the database.

use super::read::Reader;

/// `DATABASE_URL`, or one made of `DB_HOST` and its companions, or an SQLite file.
pub(super) fn database(r: &mut Reader<'_>) -> String {
    if let Some(url) = r.text("DATABASE_URL") {
        let url = url.replacen("postgresql+asyncpg://", "postgresql://", 1);
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            let scheme = url.split(':').next().unwrap_or("").to_owned();
            r.fault(
                "DATABASE_URL",
                &scheme,
                "must start with sqlite:, postgres:// or postgresql://",
            );
        }
        return url;
    }
    let Some(host) = r.text("DB_HOST") else {
        return "sqlite:data/optibid.sqlite".to_owned();
    };
    let port: u16 = r.parsed("DB_PORT", 5432);
    let name = r.text("DB_NAME").unwrap_or_else(|| "optibid".to_owned());
    let user = r.text("DB_USER").unwrap_or_else(|| "optibid".to_owned());
    let password = r
        .text("DB_PASSWORD")
        .map(|p| format!(":{}", escaped(&p)))
        .unwrap_or_default();
    let mode = r
        .text("DB_SSL_MODE")
        .map(|m| format!("?sslmode={m}"))
        .unwrap_or_default();
    format!(
        "postgresql://{}{password}@{host}:{port}/{}{mode}",
        escaped(&user),
        escaped(&name)
    )
}

/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

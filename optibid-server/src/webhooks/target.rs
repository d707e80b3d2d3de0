//! An address that a user named, taken apart.

use super::WebhookPolicy;
use super::guard;
use axum::http::Uri;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use std::net::IpAddr;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Whether over TLS.
    pub(super) secure: bool,
    /// The host's name, or its address without brackets.
    pub(super) host: String,
    /// The host's address, where it was named by it.
    pub(super) literal: Option<IpAddr>,
    /// The port.
    pub(super) port: u16,
    /// Host, and port where one was named: the `Host` header.
    pub(super) authority: String,
    /// What is asked for.
    pub(super) path: String,
}

impl Target {
    /// Takes an address apart.
    ///
    /// # Errors
    /// The rule it breaks, in words.
    pub(super) fn of(url: &str, policy: &WebhookPolicy) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| example())?;
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP && policy.allow_private => false,
            Some(_) => return Err("must begin with https://".to_owned()),
            None => return Err(example()),
        };
        if url.contains('#') {
            return Err("must have no part after #".to_owned());
        }
        let authority = uri.authority().ok_or_else(example)?;
        if authority.as_str().contains('@') {
            return Err("must hold no user and no password".to_owned());
        }
        let port = port(authority, secure)?;
        if !policy.allow_private && !policy.ports.contains(&port) {
            let known: Vec<_> = policy.ports.iter().map(u16::to_string).collect();
            return Err(format!("must be at port {}", known.join(" or ")));
        }
        let (host, bracketed) = (authority.host(), authority.host().starts_with('['));
        let host = host
            .strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'))
            .unwrap_or(host);
        if host.is_empty() {
            return Err(example());
        }
        let literal: Option<IpAddr> = host.parse().ok();
        if bracketed && literal.is_none() {
            return Err(example());
        }
        if let Some(about) = literal.and_then(|ip| guard::refusal(ip, policy.allow_private)) {
            return Err(format!("must not lead to {about}"));
        }
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        Ok(Self {
            secure,
            host: host.to_owned(),
            literal,
            port,
            authority: authority.as_str().to_owned(),
            path: path.to_owned(),
        })
    }
}

/// The port that an authority without user and password names, or the usual one. Read here, because the parser takes one that
/// is no port for none.
fn port(authority: &Authority, secure: bool) -> Result<u16, String> {
    let named = authority.as_str().strip_prefix(authority.host());
    let port = match named.map(|rest| rest.strip_prefix(':')) {
        Some(None) => Some(if secure { 443 } else { 80 }),
        Some(Some(digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port > 0)
        }
        _ => None,
    };
    port.ok_or_else(|| "must have a port from 1 to 65535".to_owned())
}

fn example() -> String {
    "must be an address such as https://hooks.example.com/optibid".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<Target, String> {
        Target::of(url, &WebhookPolicy::default())
    }

    fn open(url: &str) -> Result<Target, String> {
        let policy = WebhookPolicy {
            allow_private: true,
            ..WebhookPolicy::default()
        };
        Target::of(url, &policy)
    }

    #[test]
    fn an_address_is_taken_apart() {
        let found = target("https://hooks.example.com/a/b?c=d").unwrap();
        assert_eq!(
            (
                found.host.as_str(),
                found.port,
                found.path.as_str(),
                found.secure
            ),
            ("hooks.example.com", 443, "/a/b?c=d", true)
        );
        assert_eq!(target("https://hooks.example.com").unwrap().path, "/");
        let literal = target("https://[2606:4700::1111]:443/x").unwrap();
        assert_eq!(literal.literal, Some("2606:4700::1111".parse().unwrap()));
        assert_eq!(literal.authority, "[2606:4700::1111]:443");
    }

    #[test]
    fn what_may_not_be_sent_to_is_refused_by_its_text() {
        for url in [
            "",
            "hooks.example.com",
            "/hooks",
            "https://",
            "https:///x",
            "ftp://example.com/",
            "http://hooks.example.com/",
            "https://hooks.example.com:8443/",
            "https://hooks.example.com:0/",
            "https://hooks.example.com:99999/",
            "https://hooks.example.com:+443/",
            "https://hooks.example.com:",
            "https://user:secret@hooks.example.com/",
            "https://hooks.example.com@127.0.0.1/",
            "https://hooks.example.com/#part",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://0.0.0.0/",
            "https://hööks.example.com/",
            "https://hooks example.com/",
            "https://exa\nmple.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "https://[::1",
            "https://[fe80::1%25eth0]/",
        ] {
            assert!(target(url).is_err(), "{url}");
        }
    }

    #[test]
    fn the_setting_opens_http_and_other_ports_but_no_metadata() {
        let found = open("http://127.0.0.1:9000/hook").unwrap();
        assert_eq!((found.secure, found.port), (false, 9000));
        assert_eq!(open("http://localhost/hook").unwrap().port, 80);
        assert!(open("http://169.254.169.254/").is_err());
        assert!(open("ftp://127.0.0.1/").is_err());
    }

    #[test]
    fn further_ports_are_a_setting() {
        let policy = WebhookPolicy {
            allow_private: false,
            ports: vec![443, 8443],
        };
        assert!(Target::of("https://hooks.example.com:8443/", &policy).is_ok());
        let other = Target::of("https://hooks.example.com:9443/", &policy);
        assert_eq!(other, Err("must be at port 443 or 8443".to_owned()));
        assert!(Target::of("http://hooks.example.com:8443/", &policy).is_err());
    }
}

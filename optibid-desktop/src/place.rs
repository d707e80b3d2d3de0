//! Where the platform is: at a server, or inside the app. What was chosen is remembered.

use crate::private_file;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use url::{Host, Url};

/// Where the platform is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub(crate) enum Place {
    /// At a server.
    Server {
        /// Its address, without a slash at its end.
        url: String,
    },
    /// Inside the app.
    Local,
}

/// What is remembered from one start to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// Where to go at the start; none asks.
    pub(crate) place: Option<Place>,
    /// The server that was used last, to be offered again.
    pub(crate) server: Option<String>,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("place.json")
}

/// What is remembered in that folder. What cannot be understood is worth no more than nothing: one is asked again.
pub(crate) fn load(folder: &Path) -> Kept {
    let text = private_file::read(&file(folder)).ok().flatten();
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

/// Remembers it.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn save(folder: &Path, kept: &Kept) -> io::Result<()> {
    let text = serde_json::to_string_pretty(kept).map_err(io::Error::other)?;
    private_file::write(&file(folder), &text)
}

/// The address of a server as somebody typed it: `desk.example.com` means HTTPS.
///
/// # Errors
/// Why it is none. A password must not travel in the clear, so that plain HTTP is for the machine itself.
pub(crate) fn address(typed: &str) -> Result<String, String> {
    let typed = typed.trim().trim_end_matches('/');
    let whole = match typed.contains("://") {
        true => typed.to_owned(),
        false if is_loopback(&format!("http://{typed}")) => format!("http://{typed}"),
        false => format!("https://{typed}"),
    };
    let none = || format!("\"{typed}\" is no address such as https://optibid.example.com");
    let url = Url::parse(&whole).map_err(|_| none())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !url.has_host() || !bare || !url.username().is_empty() || url.password().is_some() {
        return Err(none());
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&whole) => {}
        "http" => return Err(format!("{whole} is not encrypted: use https")),
        _ => return Err(none()),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_as_people_type_it() {
        for (typed, meant) in [
            ("desk.example.com", "https://desk.example.com"),
            (" https://desk.example.com/ ", "https://desk.example.com"),
            ("localhost:8000", "http://localhost:8000"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("desk.example.com:8443", "https://desk.example.com:8443"),
        ] {
            assert_eq!(address(typed).as_deref(), Ok(meant), "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_or_not_encrypted_is_refused() {
        for typed in [
            "",
            "http://desk.example.com",
            "ftp://desk.example.com",
            "https://me:secret@desk.example.com",
            "https://desk.example.com/api",
            "https://desk.example.com?x=1",
            "file:///etc/passwd",
        ] {
            assert!(address(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn what_was_chosen_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), Kept::default());
        let kept = Kept {
            place: Some(Place::Local),
            server: Some("https://desk.example.com".to_owned()),
        };
        save(folder.path(), &kept).unwrap();
        assert_eq!(load(folder.path()), kept);
    }
}

//! Sign-in of a browser: tokens in cookies that no script can read, taken only from our own page.
//!
//! The names begin with `__Host-`, so a browser keeps them for this very host, over TLS (or to the machine itself) alone. A request that
//! comes with them must have been made by a page of ours: browsers say so in `Sec-Fetch-Site`, older ones in `Origin`. One that says
//! neither is refused: it may come from anywhere.

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use optibid_core::app::SignedIn;
use optibid_core::error::{Code, Error};

/// Holds the access token.
const ACCESS: &str = "__Host-optibid-access";
/// Holds the refresh token.
const REFRESH: &str = "__Host-optibid-refresh";

/// The access token of a browser, if it sent one.
///
/// # Errors
/// [`Code::Forbidden`] when the request was not made by our own page.
pub(crate) fn access_token(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    from_own_page(headers, ACCESS)
}

/// The refresh token of a browser, if it sent one.
///
/// # Errors
/// As [`access_token`].
pub(crate) fn refresh_token(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    from_own_page(headers, REFRESH)
}

fn from_own_page<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Error> {
    let Some(value) = cookie(headers, name) else {
        return Ok(None);
    };
    check_own_page(headers)?;
    Ok(Some(value))
}

/// Passes when a page of this very host made the request.
///
/// # Errors
/// [`Code::Forbidden`] otherwise.
pub(crate) fn check_own_page(headers: &HeaderMap) -> Result<(), Error> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == text("host")
        }
        (None, None) => false,
    };
    if own {
        return Ok(());
    }
    let message = "a request with cookies must come from our own page, and say so in Sec-Fetch-Site or Origin; send a bearer token instead";
    Err(Error::new(Code::Forbidden, message))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = sent
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'));
    pairs.find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name && !value.is_empty()).then_some(value)
    })
}

/// `Set-Cookie` of a fresh sign-in.
pub(crate) fn set(signed_in: &SignedIn, now: Timestamp) -> Vec<HeaderValue> {
    // The access token outlives its own end in the browser, so that an answer says it has ended rather than that there is none.
    let seconds = signed_in
        .session_expires_at
        .duration_since(now)
        .as_secs()
        .max(0);
    let both = [
        (ACCESS, &signed_in.access_token),
        (REFRESH, &signed_in.refresh_token),
    ];
    both.into_iter()
        .filter_map(|(name, token)| header_of(name, token, seconds))
        .collect()
}

/// `Set-Cookie` that forgets a sign-in.
pub(crate) fn forget() -> Vec<HeaderValue> {
    [ACCESS, REFRESH]
        .into_iter()
        .filter_map(|name| header_of(name, "", 0))
        .collect()
}

fn header_of(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let text =
        format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    let mut header = HeaderValue::from_str(&text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

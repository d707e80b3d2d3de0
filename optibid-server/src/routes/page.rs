//! The web page: the trading desk, as it was built into the program.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// The files of the page by address, in order. Each text is there as Brotli and gzip too, under its name with `.br` and `.gz`.
static FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Where the page begins: every address that is none of a file leads here, and the page reads the address itself.
const START: &str = "index.html";

/// Scripts, styles, fonts and calls from here alone. Charts set the styles of elements, which is no way to load anything.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Answers every address that no route has: with a file of the page, with the page itself for an address of the page, with 404.
pub async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || path == "api" || path.starts_with("api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(response) = file(path, request.headers()) {
        return response;
    }
    let accepted = request.headers().get(header::ACCEPT);
    let browses =
        accepted.is_some_and(|kinds| kinds.as_bytes().windows(9).any(|w| w == b"text/html"));
    // What looks like a file and is none of ours must not be answered with a page.
    let named = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    if named || !(browses || path.is_empty()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    file(START, request.headers()).unwrap_or_else(missing)
}

/// What a program that was built without the page says.
fn missing() -> Response {
    Html(
        "<!doctype html><html lang=en><meta charset=utf-8><title>OptiBid</title><h1>OptiBid</h1>\
         <p>This program was built without the trading desk. <code>make run</code> builds both; \
         <a href=/api/docs>/api/docs</a> describes the API, which is all here.",
    )
    .into_response()
}

/// A file in the smallest form that the reader takes.
fn file(name: &str, asked: &HeaderMap) -> Option<Response> {
    let plain = bytes(name)?;
    let takes = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok());
    let takes = takes.unwrap_or_default();
    let packed = ["br", "gzip"].into_iter().find_map(|coding| {
        let suffix = if coding == "br" { "br" } else { "gz" };
        let wanted = takes.split(',').any(|part| accepts(part, coding));
        let packed = wanted.then(|| bytes(&format!("{name}.{suffix}")))??;
        Some((coding, packed))
    });
    let (coding, body) = packed.map_or((None, plain), |(coding, body)| (Some(coding), body));
    let mut response = Body::from(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    // The names of all but the first file change with what is in them.
    let keep = match name.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if name == START {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        );
        let opener = HeaderValue::from_static("same-origin");
        headers.insert("cross-origin-opener-policy", opener);
    }
    Some(response)
}

/// Whether a part of `Accept-Encoding` takes the coding: `br;q=1.0` does, `br;q=0` does not.
fn accepts(part: &str, coding: &str) -> bool {
    let mut pieces = part.split(';').map(str::trim);
    let named = pieces
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(coding));
    let refused = |piece: &str| {
        piece
            .strip_prefix("q=")
            .is_some_and(|q| q.parse() == Ok(0.0))
    };
    named && !pieces.any(refused)
}

fn bytes(name: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(FILES[at].1)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_unless_it_is_refused() {
        for (part, taken) in [
            ("br", true),
            (" br;q=0.5", true),
            ("br;q=0", false),
            ("br; q=0.0", false),
            ("gzip", false),
        ] {
            assert_eq!(accepts(part, "br"), taken, "{part}");
        }
    }
}

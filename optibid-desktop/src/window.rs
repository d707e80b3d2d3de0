//! The one window.

use crate::line::Lines;
use crate::link::Links;
use std::sync::Arc;
use tauri::webview::PageLoadEvent;
use tauri::{App, AppHandle, Manager as _, WebviewUrl, WebviewWindowBuilder};
use url::Url;

/// Its name, which `capabilities/main.json` knows.
const LABEL: &str = "main";

/// On Linux the web view takes its language from the system's locale, and for the locale `C` says one that its own formatters refuse.
const LANGUAGE: &str = r#"
try { new Intl.Locale(navigator.language); } catch {
  Object.defineProperty(navigator, "language", { value: "en-US" });
  Object.defineProperty(navigator, "languages", { value: Object.freeze(["en-US"]) });
}"#;

/// Opens it.
///
/// # Errors
/// When the system has no web view.
pub(crate) fn open(app: &App, lines: Arc<Lines>, links: Arc<Links>) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("OptiBid")
        .inner_size(1440.0, 900.0)
        .min_inner_size(960.0, 600.0)
        .initialization_script(LANGUAGE)
        .on_navigation(is_ours)
        .on_page_load(move |_, load| {
            if load.event() == PageLoadEvent::Started {
                // Whoever listened is gone with the page before.
                lines.end_all();
                links.forget();
            }
        })
        .build()?;
    Ok(())
}

/// Only our own page is ever shown: what could talk to the commands must be ours.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => url.as_str() == "about:blank",
    }
}

/// Brings it to the front.
pub(crate) fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let shown = window
        .unminimize()
        .and_then(|()| window.show())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::debug!(%error, "the window was not brought to the front");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_page_is_shown() {
        let ours = |url: &str| is_ours(&Url::parse(url).unwrap());
        assert!(ours("tauri://localhost/bids"));
        assert!(ours("http://tauri.localhost/"));
        assert!(!ours("https://example.com/"));
        assert!(!ours("http://127.0.0.1:8000/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("data:text/html,x"));
    }
}

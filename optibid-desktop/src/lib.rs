//! OptiBid as an app of the desktop: a window around the trading desk's page, with the session and the line to the server held here, and
//! the whole platform inside where no server is.

mod commands;
mod connection;
mod desk;
mod frame;
mod glance;
mod line;
mod link;
mod local;
mod place;
mod private_file;
mod saving;
mod shelf;
mod tokens;
mod tray;
mod updates;
mod window;

use crate::desk::Desk;
use crate::line::Lines;
use crate::link::Links;
use std::sync::Arc;
use std::time::Duration;
use tauri::{App, AppHandle, Manager as _, RunEvent, Wry};
use tauri_plugin_deep_link::DeepLinkExt as _;

/// How long the platform inside may take to finish.
const GRACE: Duration = Duration::from_secs(20);

/// Runs the app until its window is closed.
///
/// # Errors
/// When the system gives it no window.
pub fn run() -> anyhow::Result<()> {
    let app = with_commands(tauri::Builder::default())
        // First of all: a second start ends here, and hands over the link it was started with.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::focus(app);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .setup(|app| Ok(set_up(app)?))
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            close(app);
        }
    });
    Ok(())
}

fn with_commands(builder: tauri::Builder<Wry>) -> tauri::Builder<Wry> {
    builder.invoke_handler(tauri::generate_handler![
        commands::call,
        commands::sign_in,
        commands::register,
        commands::renew,
        commands::sign_out,
        commands::whereabouts,
        commands::use_server,
        commands::use_local,
        commands::open_line,
        commands::send_line,
        commands::close_line,
        commands::listen_links,
        commands::save,
        commands::notify,
    ])
}

fn set_up(app: &App) -> anyhow::Result<()> {
    let desk = Arc::new(Desk::new(
        app.path().app_data_dir()?,
        &app.path().app_cache_dir()?,
    )?);
    let (lines, links) = (Arc::new(Lines::default()), Arc::new(Links::default()));
    app.manage(desk.clone());
    app.manage(lines.clone());
    app.manage(links.clone());
    follow_links(app, &links);
    window::open(app, lines, links)?;
    tray::show(app, desk);
    tauri::async_runtime::spawn(updates::look(app.handle().clone()));
    Ok(())
}

fn follow_links(app: &App, links: &Arc<Links>) {
    // An installed app is known to the system already; one that was copied here is made known now.
    #[cfg(any(target_os = "linux", windows))]
    if let Err(error) = app.deep_link().register_all() {
        tracing::warn!(%error, "links to the app will not open it");
    }
    match app.deep_link().get_current() {
        Ok(opened) => opened.iter().flatten().for_each(|link| links.open(link)),
        Err(error) => tracing::warn!(%error, "the link that the app was started with is lost"),
    }
    let (links, app_handle) = (links.clone(), app.handle().clone());
    app.deep_link().on_open_url(move |event| {
        event.urls().iter().for_each(|link| links.open(link));
        window::focus(&app_handle);
    });
}

/// Lets the platform inside finish before the process ends.
fn close(app: &AppHandle) {
    // From here on a new start is a start of its own, and waits for our folder instead of talking to an app that goes away.
    tauri_plugin_single_instance::destroy(app);
    if let Some(desk) = app.try_state::<Arc<Desk>>() {
        let closed = async { tokio::time::timeout(GRACE, desk.close()).await };
        if tauri::async_runtime::block_on(closed).is_err() {
            tracing::error!("the own platform does not end; what it acknowledged is kept");
        }
    }
}

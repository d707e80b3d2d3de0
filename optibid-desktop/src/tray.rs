//! The icon beside the clock: what is next, and what was earned.

use crate::desk::Desk;
use crate::glance::{self, Glance};
use crate::window;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{App, AppHandle, Wry};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(30);

struct Tray {
    icon: TrayIcon,
    gate: MenuItem<Wry>,
    profit: MenuItem<Wry>,
}

/// Shows the icon and keeps what it says up to date. Where the system has no place for it, the app goes on without.
pub(crate) fn show(app: &App, desk: Arc<Desk>) {
    // The library that shows it on Linux panics where the system lacks a part.
    let made = catch_unwind(AssertUnwindSafe(|| make(app)));
    match made {
        Ok(Ok(tray)) => {
            tauri::async_runtime::spawn(keep(app.handle().clone(), Arc::new(tray), desk));
        }
        Ok(Err(error)) => tracing::warn!(%error, "no icon in the tray"),
        Err(_) => tracing::warn!("no icon in the tray: the system has no place for it"),
    }
}

fn make(app: &App) -> tauri::Result<Tray> {
    let Glance { gate, profit } = Glance::unknown();
    let gate = MenuItemBuilder::new(gate).enabled(false).build(app)?;
    let profit = MenuItemBuilder::new(profit).enabled(false).build(app)?;
    let menu = MenuBuilder::new(app)
        .items(&[&gate, &profit])
        .separator()
        .text("open", "Open OptiBid")
        .text("quit", "Quit")
        .build()?;
    let mut icon = TrayIconBuilder::with_id("optibid")
        .menu(&menu)
        .tooltip("OptiBid")
        .on_menu_event(chosen);
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    let icon = icon.build(app)?;
    Ok(Tray { icon, gate, profit })
}

fn chosen(app: &AppHandle, event: tauri::menu::MenuEvent) {
    match event.id().as_ref() {
        "open" => window::focus(app),
        "quit" => app.exit(0),
        _ => {}
    }
}

async fn keep(app: AppHandle, tray: Arc<Tray>, desk: Arc<Desk>) {
    let mut shown = Glance::unknown();
    loop {
        let glance = glance::look(&desk).await;
        if glance != shown {
            shown = glance.clone();
            let tray = tray.clone();
            // Handed over and not waited for: a thread of the runtime that waited for the window's would hold up the end of the app.
            let put = app.run_on_main_thread(move || {
                if let Err(error) = put(&tray, &glance) {
                    tracing::debug!(%error, "the tray was not changed");
                }
            });
            if put.is_err() {
                return;
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn put(tray: &Tray, glance: &Glance) -> tauri::Result<()> {
    tray.gate.set_text(&glance.gate)?;
    tray.profit.set_text(&glance.profit)?;
    let text = format!("{}\n{}", glance.gate, glance.profit);
    tray.icon.set_tooltip(Some(text))
}

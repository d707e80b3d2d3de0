//! Newer versions of the app, where the build says from where they come (`plugins.updater` in `tauri.conf.json`); elsewhere nobody is asked.
//!
//! What is installed is signed, and says in its signature which version it is: an older one, offered as if it were newer, is refused.

use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons};
use tauri_plugin_updater::{Error, Update, UpdaterExt as _};
use tokio::sync::oneshot;

/// Looks once, and installs what the user agrees to.
pub(crate) async fn look(app: AppHandle) {
    let updater = match app.updater() {
        Ok(updater) => updater,
        Err(Error::EmptyEndpoints) => return,
        Err(error) => {
            tracing::warn!(%error, "newer versions cannot be looked for");
            return;
        }
    };
    match updater.check().await {
        Ok(None) => {}
        Ok(Some(update)) => offer(&app, update).await,
        Err(error) => tracing::warn!(%error, "newer versions cannot be looked for"),
    }
}

async fn offer(app: &AppHandle, update: Update) {
    if !agreed(app, &update).await {
        return;
    }
    match update.download_and_install(|_, _| {}, || {}).await {
        Ok(()) => app.restart(),
        Err(error) => {
            tracing::error!(%error, version = update.version, "a newer version was not installed");
            let told = format!("Version {} was not installed: {error}", update.version);
            app.dialog().message(told).title("OptiBid").show(|_| {});
        }
    }
}

async fn agreed(app: &AppHandle, update: &Update) -> bool {
    let (version, current) = (&update.version, &update.current_version);
    let question = format!(
        "Version {version} is there; this is {current}. Install it and start again? Work that is not saved is kept as a draft."
    );
    let (answer, answered) = oneshot::channel();
    let buttons = MessageDialogButtons::OkCancelCustom("Install".to_owned(), "Later".to_owned());
    let dialog = app.dialog().message(question).title("OptiBid");
    dialog.buttons(buttons).show(|yes| {
        // Who asked may be gone.
        let _ = answer.send(yes);
    });
    answered.await.unwrap_or(false)
}

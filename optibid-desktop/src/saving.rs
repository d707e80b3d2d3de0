//! Saving what the page made: the user says where, and only there is anything written.

use std::path::Path;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

/// Asks where, and writes it there; false where the user would rather not.
///
/// # Errors
/// When it cannot be written.
pub(crate) async fn ask(app: &AppHandle, name: &str, content: Vec<u8>) -> Result<bool, String> {
    let name = bare(name);
    let (answer, answered) = oneshot::channel();
    let mut dialog = app.dialog().file().set_file_name(&name);
    if let Some(kind) = Path::new(&name).extension().and_then(|kind| kind.to_str()) {
        dialog = dialog.add_filter(kind.to_uppercase(), &[kind]);
    }
    dialog.save_file(|chosen| {
        // Who asked may be gone.
        let _ = answer.send(chosen);
    });
    let Some(chosen) = answered.await.ok().flatten() else {
        return Ok(false);
    };
    let path = chosen.into_path().map_err(|error| error.to_string())?;
    let written = tokio::fs::write(&path, content).await;
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(true)
}

/// A name without folders: what the page proposes must not lead anywhere.
fn bare(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                '-'
            } else {
                c
            }
        })
        .collect();
    match name.trim_matches(['.', ' ']) {
        "" => "optibid".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere() {
        assert_eq!(bare("prices 2026-11-20.csv"), "prices 2026-11-20.csv");
        assert_eq!(bare("../../.bashrc"), "-..-.bashrc");
        assert_eq!(bare(".."), "optibid");
    }
}

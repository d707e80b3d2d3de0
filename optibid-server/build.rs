//! Puts the built web page into the program: a table of its files, compressed as they are served.
//!
//! The page is built by `make ui` (Node is needed there, and nowhere else). Without it the server is whole but for the page, and `/` says how to
//! get it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=OPTIBID_UI_DIST");
    let beside = Path::new(&variable("CARGO_MANIFEST_DIR")).join("../optibid-desktop/ui/dist");
    let folder = env::var_os("OPTIBID_UI_DIST").map_or(beside, PathBuf::from);
    // A folder that does not exist yet is watched by its parent.
    let watched = if folder.exists() {
        Some(folder.as_path())
    } else {
        folder.parent()
    };
    if let Some(watched) = watched.filter(|path| path.exists()) {
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let mut files = Vec::new();
    if folder.exists() {
        collect(&folder, &folder, &mut files)?;
    }
    files.sort();
    let mut table = "[\n".to_owned();
    for (name, path) in &files {
        let path = fs::canonicalize(path)?;
        let _ = writeln!(table, "    ({name:?}, include_bytes!({path:?})),");
    }
    table.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")).join("page.rs"), table)
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// All files below a folder with their names as addresses: `assets/index-1a2b.js`.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // What tools keep beside the files is not served.
        let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
        if path.file_name().is_some_and(hidden) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            let parts = name
                .components()
                .map(|part| part.as_os_str().to_string_lossy());
            files.push((parts.collect::<Vec<_>>().join("/"), path));
        }
    }
    Ok(())
}

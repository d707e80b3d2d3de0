//! Writes the pages, or tells which differ.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What brings the committed pages up to date.
pub const RENEW: &str = "cargo run -p optibid-docs";

const MARK: &str =
    "<!-- Written by cargo run -p optibid-docs. To change it, change what it is made from: ";

/// A page or a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it lies below `docs/src`.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Page {
    /// A page of Markdown made from `source`.
    pub(crate) fn markdown(path: impl Into<String>, source: &str, body: &str) -> Self {
        let text = format!("{MARK}{source} -->\n\n{}\n", body.trim_end());
        Self {
            path: path.into(),
            text,
        }
    }

    /// A figure made from `source`. Without empty lines: it stands inside of pages.
    pub(crate) fn figure(name: &str, source: &str, svg: &str) -> Self {
        let lines = svg.lines().filter(|line| !line.trim().is_empty());
        let body: Vec<_> = lines.collect();
        Self {
            path: format!("figures/{name}.svg"),
            text: format!("{MARK}{source} -->\n{}\n", body.join("\n")),
        }
    }
}

/// The folder of the project.
#[must_use]
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_path_buf()
}

fn sources() -> PathBuf {
    root().join("docs").join("src")
}

/// Writes what differs, removes what is no longer made, and tells how many files that were.
///
/// # Errors
/// When a file cannot be written.
pub fn write(pages: &[Page]) -> Result<usize> {
    let mut changed = 0;
    for page in pages {
        let path = sources().join(&page.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == page.text) {
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(&path, &page.text).with_context(|| path.display().to_string())?;
        changed += 1;
    }
    for path in stale(pages)? {
        fs::remove_file(&path).with_context(|| path.display().to_string())?;
        changed += 1;
    }
    Ok(changed)
}

/// Which committed pages differ, each with the command that renews it.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(pages: &[Page]) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for page in pages {
        let fault = match fs::read_to_string(sources().join(&page.path)) {
            Ok(text) if text == page.text => continue,
            Ok(text) => first_difference(&text, &page.text),
            Err(error) => error.to_string(),
        };
        faults.push(format!(
            "docs/src/{}: {fault}; renew it: {RENEW}",
            page.path
        ));
    }
    for path in stale(pages)? {
        let path = path
            .strip_prefix(root())
            .unwrap_or(&path)
            .display()
            .to_string();
        faults.push(format!(
            "{path}: nothing makes it any more; renew it: {RENEW}"
        ));
    }
    Ok(faults)
}

fn first_difference(have: &str, want: &str) -> String {
    let lines = have.lines().zip(want.lines());
    let same = lines.take_while(|(have, want)| have == want).count();
    format!("differs from line {} on", same + 1)
}

/// Files that were made once and are not any more.
fn stale(pages: &[Page]) -> Result<Vec<PathBuf>> {
    let made: BTreeSet<_> = pages
        .iter()
        .map(|page| sources().join(&page.path))
        .collect();
    let mut folders = vec![sources()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if !made.contains(&path)
                && fs::read_to_string(&path).is_ok_and(|text| text.starts_with(MARK))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

//! Runs every program of the folder and compares what it prints with what its first lines say.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::thread;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// The sources of the programs by name.
fn programs() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(Path::new(FOLDER).join("src/bin")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.map(named).collect()
}

/// The text of a program's first comment.
fn comment(source: &str) -> Vec<&str> {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect()
}

/// The lines of the block under the heading `Prints`.
fn promised<'a>(comment: &[&'a str]) -> Vec<&'a str> {
    let heading = comment.iter().position(|line| *line == "# Prints");
    let block = comment
        .iter()
        .skip(heading.unwrap_or(comment.len()))
        .skip(2);
    block.copied().take_while(|line| *line != "```").collect()
}

/// Whether a printed line is the promised one, in which `…` stands for any text.
fn fits(printed: &str, promised: &str) -> bool {
    let mut parts = promised.split('…').map(str::trim);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.trim().strip_prefix(first) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What is wrong with a program; none when it did as it says.
fn fault(name: &str, source: &str) -> Option<String> {
    let wanted = promised(&comment(source));
    if wanted.is_empty() {
        return Some(format!("{name} does not say what it prints"));
    }
    // Programs of one crate lie in one folder.
    let folder = Path::new(env!("CARGO_BIN_EXE_validate_a_bid"))
        .parent()
        .unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let run = Command::new(folder.join(name))
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    let (out, errors) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    if !run.status.success() || !errors.is_empty() {
        return Some(format!("{name}: {}\n{out}\n{errors}", run.status));
    }
    let mut printed = out.lines();
    for line in wanted {
        if !printed.any(|printed| fits(printed, line)) {
            return Some(format!(
                "{name} does not print {line:?}, or not there:\n{out}"
            ));
        }
    }
    None
}

#[test]
fn every_program_prints_what_it_says() {
    let programs = programs();
    assert!(programs.len() >= 15, "{} programs", programs.len());
    let faults: Vec<String> = thread::scope(|scope| {
        let runs = programs
            .iter()
            .map(|(name, source)| scope.spawn(|| fault(name, source)));
        let runs: Vec<_> = runs.collect();
        runs.into_iter()
            .filter_map(|run| run.join().unwrap())
            .collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn the_index_names_every_program_with_its_first_sentence() {
    let index = std::fs::read_to_string(Path::new(FOLDER).join("README.md")).unwrap();
    let rows: Vec<_> = index
        .lines()
        .filter(|line| line.starts_with("| ["))
        .collect();
    let wanted = programs().into_iter().map(|(name, source)| {
        let first = comment(&source)
            .first()
            .copied()
            .unwrap_or_default()
            .trim_end_matches('.');
        format!("| [{name}](src/bin/{name}.rs) | {first} |")
    });
    let mut wanted: Vec<_> = wanted.collect();
    let mut rows: Vec<_> = rows.into_iter().map(str::to_owned).collect();
    // The order is the reader's: from the simple to the whole.
    wanted.sort();
    rows.sort();
    assert_eq!(rows, wanted);
}

#[test]
fn a_line_fits_with_any_text_for_an_ellipsis() {
    assert!(fits("net   5.00 of 7 USD", "net … of … USD"));
    assert!(fits("  Accept", "Accept"));
    assert!(!fits("Accepted", "Accept"));
    assert!(!fits("net 5.00 EUR", "net … USD"));
    assert!(fits("a b c", "a …") && !fits("b a", "a …"));
}

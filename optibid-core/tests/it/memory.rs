//! The in-memory adapter passes the rules of every port, and the list of rules is whole.

use optibid_core::testing::{MemoryStore, conformance_suite};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

conformance_suite!(store, async || Arc::new(MemoryStore::default()));

/// The names after `mark` in a text, up to the first character that cannot be in a name.
fn names_after<'a>(text: &'a str, mark: &str) -> BTreeSet<&'a str> {
    let name = |rest: &'a str| rest.split(|c: char| c != '_' && !c.is_alphanumeric()).next();
    text.split(mark).skip(1).filter_map(name).collect()
}

#[test]
fn every_rule_of_every_port_is_in_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/conformance");
    let suite = std::fs::read_to_string(folder.join("suite.rs")).unwrap();
    let mut ports = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let port = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let rules = names_after(&text, "\npub async fn ");
        if rules.is_empty() {
            continue;
        }
        ports += 1;
        let (_, arm) = suite.split_once(&format!("    ({port}, $make:expr)")).unwrap();
        let (arm, _) = arm.split_once("]);").unwrap();
        assert_eq!(names_after(arm, "\n            "), rules, "the list of {port}");
    }
    assert_eq!(ports, 11, "ports with rules");
}

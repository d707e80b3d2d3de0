//! Every metric that the server counts is one that the book lists, and the other way round.

use optibid_server::metrics::METRICS;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn counted(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            counted(&path, found);
        } else if !path.ends_with("src/metrics.rs") {
            let text = fs::read_to_string(&path).unwrap();
            for kind in ["counter!(", "gauge!(", "histogram!("] {
                for rest in text.split(kind).skip(1) {
                    let name = rest.trim_start().trim_start_matches('"');
                    found.insert(name.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
}

#[test]
fn every_metric_that_is_counted_is_listed() {
    let mut found = BTreeSet::new();
    counted(&optibid_docs::root().join("optibid-server/src"), &mut found);
    let listed: BTreeSet<_> = METRICS.iter().map(|m| m.name.to_owned()).collect();
    assert_eq!(found, listed);
}

//! The client has what the API's description has, no more and no less.

use optibid_client::operations;
use std::collections::BTreeSet;

/// The WebSocket's addresses, which are streams and no calls.
const STREAMS: [&str; 2] = ["marketSocket", "priceSocket"];

#[test]
fn every_operation_of_the_description_is_a_method() {
    let description = optibid_server::http::description();
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            if !STREAMS.contains(&id) {
                described.insert((id.to_owned(), method.to_uppercase(), path.clone()));
            }
        }
    }
    let known: BTreeSet<_> = operations::all()
        .map(|it| (it.id.to_owned(), it.method.to_string(), it.path.to_owned()))
        .collect();
    assert_eq!(known, described);
    assert_eq!(known.len(), operations::all().count(), "one line each");
    assert!(known.len() > 60);
}

/// Operations that the description wants a key or a version for get one.
#[test]
fn keys_and_versions_are_sent_where_the_description_wants_them() {
    let description = optibid_server::http::description();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/operations");
    let sections = std::fs::read_dir(folder).unwrap();
    let text: String = sections
        .map(|section| std::fs::read_to_string(section.unwrap().path()).unwrap())
        .collect();
    for methods in description["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            let Some(at) = text.find(&format!("\"{id}\"")) else {
                continue;
            };
            let line = &text[at..at + text[at..].find(';').unwrap()];
            let named = |name: &str| {
                let parameters = operation["parameters"].as_array();
                parameters
                    .into_iter()
                    .flatten()
                    .find(|it| it["name"] == name)
            };
            assert_eq!(
                named("Idempotency-Key").is_some(),
                line.contains("keyed()"),
                "{id}"
            );
            let version = named("If-Match").is_some_and(|it| it["required"] == true);
            assert_eq!(version, line.contains("if_match("), "{id}");
        }
    }
}

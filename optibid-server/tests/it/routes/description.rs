//! The description of the API is whole.

use super::access::described;
use super::call::post;
use super::world::World;
use serde_json::Value;
use std::collections::BTreeSet;

fn description() -> Value {
    optibid_server::http::description()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                found.insert(target.clone());
            }
            fields.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.contains("#/components/schemas/Problem"));
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{target}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_a_problem() {
    let description = description();
    let mut names = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            let name = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{at}"));
            assert!(names.insert(name.to_owned()), "{at}: {name} is taken");
            assert!(
                operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
                "{at}"
            );
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}");
            if path.starts_with("/api/") && !path.starts_with("/api/ws/") {
                let problem = &operation["responses"]["default"]["content"];
                assert!(problem["application/problem+json"].is_object(), "{at}");
            }
        }
    }
    assert_eq!(names.len(), described().len());
}

#[test]
fn every_tag_that_is_used_is_described() {
    let description = description();
    let tags = description["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["name"].clone());
    let tags: Vec<Value> = tags.collect();
    for (path, item) in description["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for tag in operation["tags"].as_array().unwrap() {
                assert!(tags.contains(tag), "{path}: {tag}");
            }
        }
    }
}

/// The parts of every `allOf` within.
fn parts<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("allOf")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
            fields.values().for_each(|v| parts(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| parts(v, found)),
        _ => {}
    }
}

/// An object that refuses unknown fields fits no `allOf` in which another part names a field.
#[test]
fn no_part_of_an_object_refuses_the_fields_of_the_others() {
    let description = description();
    let mut found = Vec::new();
    parts(&description, &mut found);
    assert!(!found.is_empty());
    for part in found {
        let target = part["$ref"]
            .as_str()
            .and_then(|target| target.strip_prefix('#'));
        let part = target.map_or(Some(part), |pointer| description.pointer(pointer));
        assert_ne!(part.unwrap()["additionalProperties"], false, "{part:?}");
    }
}

#[test]
fn a_list_names_the_type_of_its_items() {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let lists = schemas
        .iter()
        .filter(|(name, _)| name.starts_with("ListView_"));
    let mut seen = 0;
    for (name, list) in lists {
        let item = name.trim_start_matches("ListView_");
        let wanted = format!("#/components/schemas/{item}");
        assert_eq!(
            list["properties"]["items"]["items"]["$ref"], *wanted,
            "{name}"
        );
        seen += 1;
    }
    assert!(seen >= 11, "{seen} lists");
}

/// What need not be given is left out: a header or a part of the address cannot be null.
#[test]
fn no_parameter_is_null() {
    let description = description();
    let mut seen = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let schema = parameter["schema"].to_string();
                assert!(!schema.contains("\"null\""), "{path}: {parameter}");
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} parameters");
}

/// The examples of an operation's body.
fn examples(operation: &Value) -> Vec<Value> {
    let body = &operation["requestBody"]["content"]["application/json"];
    let several = body["examples"].as_object().into_iter().flatten();
    let several = several.map(|(_, example)| example["value"].clone());
    several.chain(body.get("example").cloned()).collect()
}

#[tokio::test]
async fn every_example_of_a_body_is_one_that_the_server_reads() {
    let world = World::new().await;
    let asset = world.battery().await;
    let mut tried = 0;
    for (path, item) in description()["paths"].as_object().unwrap() {
        for mut example in examples(&item["post"]) {
            if let Some(field) = example.get_mut("asset") {
                *field = asset.clone().into();
            }
            let answer = world.trade(post(path.clone()).json(&example)).await;
            // Prices of those days are not stored here; what is asked for is understood all the same.
            match answer.status.as_u16() {
                200..=202 => {}
                _ => {
                    let named = answer.named(422);
                    let wanting =
                        |v: &String| v.starts_with("prices=") || v.starts_with("history=");
                    assert!(named.iter().all(wanting), "{path}: {named:?}");
                }
            }
            tried += 1;
        }
    }
    assert!(tried >= 6, "{tried} examples");
}

use crate::output::Page;
use crate::table::{Table, code};
use serde_json::Value;

/// Every operation of the HTTP API.
pub(super) fn page() -> Page {
    let api = optibid_server::http::description();
    let mut body = "# Operations\n\n\
        Every operation of the HTTP API, as its own description names them. A running server shows the same with every field and \
        example at `/api/docs`, for programs at `/api/openapi.json`; `optibid openapi` prints it without a server. A star marks what a \
        request must have. [Conventions](index.md) hold for all of them.\n\n"
        .to_owned();
    for tag in api["tags"].as_array().into_iter().flatten() {
        let name = text(&tag["name"]);
        let mut table = Table::new(["address, operation", "what it does", "takes", "answers"]);
        for (path, method, operation) in operations(&api) {
            if operation["tags"][0] == tag["name"] {
                let name = text(&operation["operationId"]);
                let address = format!("`{} {path}`<br>*{name}*", method.to_uppercase());
                let takes = [content(operation), parameters(operation)];
                let takes: Vec<_> = takes.into_iter().filter(|part| !part.is_empty()).collect();
                table.row([
                    &address,
                    &about(operation),
                    &takes.join("; "),
                    &answers(operation),
                ]);
            }
        }
        body.push_str(&format!(
            "## {}\n\n{}.\n\n{}\n",
            title(name),
            text(&tag["description"]),
            table.finish()
        ));
    }
    Page::markdown(
        "api/operations.md",
        "the OpenAPI document of optibid-server",
        &body,
    )
}

fn operations(api: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = api["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn about(operation: &Value) -> String {
    let open = operation["security"].as_array().is_none_or(Vec::is_empty);
    let note = if open { " *Without signing in.*" } else { "" };
    format!("{}{note}", text(&operation["summary"]))
}

/// Names of what goes into the query and the headers; what is in the path is in the address.
fn parameters(operation: &Value) -> String {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let named = all.filter(|p| p["in"] != "path").map(|p| {
        let star = if p["required"] == true { "\\*" } else { "" };
        format!("`{}`{star}", text(&p["name"]))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// The name of what is sent.
fn content(operation: &Value) -> String {
    let kinds = operation["requestBody"]["content"]
        .as_object()
        .into_iter()
        .flatten();
    let names = kinds.map(|(kind, content)| match schema(&content["schema"]) {
        Some(name) => code(name),
        None => kind.clone(),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The good answers: status and what they hold.
fn answers(operation: &Value) -> String {
    let all = operation["responses"].as_object().into_iter().flatten();
    let told = all
        .filter(|(status, _)| *status != "default")
        .map(|(status, answer)| {
            let content = answer["content"].as_object().into_iter().flatten().next();
            let held = content.and_then(|(_, content)| schema(&content["schema"]));
            held.map_or(status.clone(), |name| format!("{status} {}", named(name)))
        });
    told.collect::<Vec<_>>().join(", ")
}

/// The name of what is answered, in words where it is a list.
fn named(schema: &str) -> String {
    match schema.strip_prefix("ListView_") {
        Some(item) => format!("list of `{item}`"),
        None => code(schema),
    }
}

fn schema(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

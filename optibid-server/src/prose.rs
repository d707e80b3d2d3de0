//! The description of the API for readers who do not know Rust.

use serde_json::Value;
use utoipa::openapi::OpenApi;

/// The description with its texts in plain words: the types' documentation is written for Rust, whose examples and links say
/// nothing to who calls over HTTP.
pub(crate) fn plain(description: &OpenApi) -> Value {
    let mut value = serde_json::to_value(description).unwrap_or_default();
    reword(&mut value);
    value
}

fn reword(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => *text = words(text),
                    other => reword(other),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(reword),
        _ => {}
    }
}

/// A text without fenced code, and with the names of links alone.
fn words(text: &str) -> String {
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let mut left = prose.join("");
    let mut plain = String::with_capacity(left.len());
    while let Some(begin) = left.find("[`") {
        let (before, link) = left.split_at(begin);
        plain.push_str(before);
        let Some((name, after)) = link.get(2..).and_then(|link| link.split_once("`]")) else {
            left = link.to_owned();
            break;
        };
        plain.push_str(name);
        let target = after
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'));
        left = target.map_or(after, |(_, rest)| rest).to_owned();
    }
    plain.push_str(&left);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_go_and_links_become_names() {
        let text = "A price as [`Price`](crate::unit::Price) says, or [`of`] old.\n\n```\nlet x = 1;\n```\n\nMore.";
        assert_eq!(
            words(text),
            "A price as Price says, or of old.\n\n\n\nMore."
        );
        assert_eq!(words("From [`half"), "From [`half");
        assert_eq!(words("`code` stays"), "`code` stays");
    }

    /// All but the texts.
    fn bare(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let others = fields.iter();
                let others =
                    others.filter(|(name, value)| *name != "description" || !value.is_string());
                others
                    .map(|(name, value)| (name.clone(), bare(value)))
                    .collect()
            }
            Value::Array(values) => values.iter().map(bare).collect(),
            other => other.clone(),
        }
    }

    #[test]
    fn nothing_but_the_texts_changes() {
        let before = crate::http::api().into_openapi();
        let after = plain(&before);
        let same = bare(&after) == bare(&serde_json::to_value(before).unwrap());
        assert!(same, "more than texts has changed");
        let text = after.to_string();
        assert!(!text.contains("```") && !text.contains("[`"));
    }
}

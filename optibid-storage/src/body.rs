//! Bodies: nested structures as JSON text with the format they were written in.
//!
//! A body is `{"format":1,"value":…}`. A format, once released, is read for ever; a change that old
//! readers cannot follow gets the next number and a conversion here. One fixture a format lies in
//! `tests/fixtures`.

use crate::fault::{corrupt, defect};
use optibid_core::ports::StoreError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The format written today. Format 2 of bids has all kinds of offer; format 1 had curves only, in the
/// same form, and needs no conversion.
fn format_of(kind: &str) -> u32 {
    if kind == "bid" { 2 } else { 1 }
}

#[derive(Serialize)]
struct Written<'a, T> {
    format: u32,
    value: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    format: u32,
    value: T,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// A value as body.
pub(crate) fn encode<T: Serialize>(kind: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(&Written {
        format: format_of(kind),
        value,
    })
    .map_err(|e| defect(format!("a {kind} cannot be written as JSON: {e}")))
}

/// A body as value.
pub(crate) fn decode<T: DeserializeOwned>(kind: &'static str, text: &str) -> Result<T, StoreError> {
    match serde_json::from_str::<Read<T>>(text) {
        Ok(read) if (1..=format_of(kind)).contains(&read.format) => Ok(read.value),
        Ok(read) => Err(unknown_format(kind, read.format)),
        // A later format may well not fit today's types: then the number says more than the parser.
        Err(error) => match serde_json::from_str::<Head>(text) {
            Ok(head) if !(1..=format_of(kind)).contains(&head.format) => {
                Err(unknown_format(kind, head.format))
            }
            _ => Err(corrupt(kind, error)),
        },
    }
}

fn unknown_format(kind: &'static str, format: u32) -> StoreError {
    let newest = format_of(kind);
    let detail = format!("it has format {format}, and this program reads formats up to {newest}");
    corrupt(kind, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_format_is_named_even_when_its_shape_is_unknown() {
        let text = r#"{"format":3,"value":{"a":1}}"#;
        let error = decode::<Vec<u8>>("bid", text).unwrap_err().to_string();
        assert!(error.contains("format 3"), "{error}");
        let fits = decode::<Vec<u8>>("bid", r#"{"format":7,"value":[1]}"#).unwrap_err();
        assert!(fits.to_string().contains("format 7"), "{fits}");
    }

    #[test]
    fn a_body_comes_back_and_a_damaged_one_does_not() {
        let text = encode("bid", &vec![1_u8, 2]).unwrap();
        assert_eq!(text, r#"{"format":2,"value":[1,2]}"#);
        assert_eq!(encode("award", &1_u8).unwrap(), r#"{"format":1,"value":1}"#);
        assert_eq!(decode::<Vec<u8>>("bid", &text).unwrap(), [1, 2]);
        let error = decode::<Vec<u8>>("bid", &text[..text.len() - 2]).unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { kind: "bid", .. }),
            "{error}"
        );
    }
}

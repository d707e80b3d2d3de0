//! JSON documents from files or standard input.

use super::input::open;
use crate::extract::from_json;
use optibid_core::error::Error;
use serde::de::DeserializeOwned;
use std::io::Read;
use std::path::Path;

/// Most that is read of a document.
const MOST_BYTES: u64 = crate::http::MAX_BODY as u64;

/// Reads a document; what is wrong with it is named field by field.
pub(super) fn read<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    let mut body = Vec::new();
    open(file)?.take(MOST_BYTES).read_to_end(&mut body)?;
    from_json(&body).map_err(|error| known(&error).into())
}

/// The error of a body, without what belongs to HTTP.
fn known(error: &crate::error::ApiError) -> Error {
    let inner = error.error();
    Error::new(inner.code(), inner.to_string()).with_violations(inner.violations().to_vec())
}

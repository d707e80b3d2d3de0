//! An operation of the API.

use http::Method;

/// An operation as the API's description knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path, places in braces.
    pub path: &'static str,
    /// Whether the call carries the session.
    pub(crate) signs: bool,
    /// Whether 503 is an answer of it and no failure.
    pub(crate) tells_unready: bool,
}

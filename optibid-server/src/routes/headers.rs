//! Headers that a request may carry, as the description tells them: a header is there or not, it is never null.
#![expect(
    dead_code,
    reason = "they are described; the handlers read the request's own headers"
)]

use utoipa::IntoParams;

/// A key that makes a repeat harmless.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct OptionalKey {
    /// A key of your own; the same one on a repeat
    #[param(rename = "Idempotency-Key", nullable = false)]
    key: Option<String>,
}

/// The version that is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct OptionalMatch {
    /// The ETag of the version that is meant
    #[param(rename = "If-Match", nullable = false)]
    version: Option<String>,
}

//! The description of the API, for programs and for people.

use crate::state::AppState;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use optibid_core::api::Problem;
use optibid_core::error::Code;
use utoipa_swagger_ui::SwaggerUi;

/// `/api/openapi.json`, `/api/docs` (everything it shows comes from this server) and `/api/problems`.
pub fn router(description: serde_json::Value) -> Router<AppState> {
    let pages = SwaggerUi::new("/api/docs");
    let pages = pages.external_url_unchecked("/api/openapi.json", description);
    Router::new()
        .merge(pages)
        .route("/api/problems", get(problems))
}

/// Every kind of problem, with an anchor of its code: where the `type` of a problem points.
async fn problems() -> Html<String> {
    let rows: String = PROBLEMS
        .iter()
        .map(|(code, about)| row(*code, about))
        .collect();
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>OptiBid problems</title>\
         <h1>Problems</h1><p>Errors are <code>application/problem+json</code> (RFC 9457). \
         <code>violations</code> name every field that breaks a rule, \
         <code>certainly_not_applied</code> tells whether a repeat is safe, and \
         <code>request_id</code> finds the cause in the logs.</p><dl>{rows}</dl>"
    ))
}

fn row(code: Code, about: &str) -> String {
    let name = serde_json::to_value(code).ok();
    let name = name.as_ref().and_then(|v| v.as_str()).unwrap_or_default();
    let (status, title) = (Problem::status_of(code), Problem::title_of(code));
    format!("<dt id={name}><code>{name}</code> ({status}) {title}</dt><dd>{about}</dd>")
}

/// Every kind of problem with what a caller does about it.
pub const PROBLEMS: [(Code, &str); 12] = [
    (
        Code::Invalid,
        "Correct the fields in <code>violations</code> and send it again.",
    ),
    (
        Code::NotFound,
        "There is no such thing, or it belongs to another organisation.",
    ),
    (
        Code::AlreadyExists,
        "Choose another identity, or use what exists.",
    ),
    (
        Code::Conflict,
        "Read it again and build on what it is now. 412 when If-Match did not fit.",
    ),
    (
        Code::KeyReused,
        "Use a new Idempotency-Key for a new request.",
    ),
    (Code::Unauthenticated, "Sign in, or refresh the token."),
    (
        Code::Forbidden,
        "Ask an administrator of the organisation for the role.",
    ),
    (Code::RateLimited, "Wait as long as Retry-After says."),
    (
        Code::Unavailable,
        "Try again later, with the same Idempotency-Key.",
    ),
    (Code::Timeout, "Try again with the same Idempotency-Key."),
    (
        Code::OutcomeUnknown,
        "Do not send it anew: the venue is asked what became of it.",
    ),
    (Code::Internal, "Report it with its request id."),
];

//! What happens around every request: its id, its log line, its metrics, the shape of its errors.

use crate::error::ApiError;
use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use optibid_core::error::{Code, Error};
use std::time::Instant;
use uuid::Uuid;

/// The id of a request, as it stands in logs, audit and problems.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub String);

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id, logs and counts it, and renders its error.
pub(crate) async fn around(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|m| m.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let response = next.run(request).await;
    let mut response = shaped(response, &path, &id);
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    let route = route.unwrap_or_else(|| "unmatched".to_owned());
    let labels = [
        ("method", method.to_string()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("optibid_http_requests_total", &labels).increment(1);
    metrics::histogram!("optibid_http_request_duration_seconds", &labels).record(seconds);
    // Whole microseconds: more digits say nothing.
    let milliseconds = (seconds * 1e6).round() / 1e3;
    tracing::info!(%method, %path, status, request_id = %id, milliseconds, "request");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// Answers only requests for configured host names, so that a page elsewhere cannot reach us under a
/// name of its own (DNS rebinding). With none configured, any name will do.
pub(crate) async fn known_host(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let allowed = &state.config.allowed_hosts;
    let named = request
        .headers()
        .get(header::HOST)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let name = named.rsplit_once(':').map_or(named, |(name, _)| name);
    if allowed.is_empty()
        || allowed
            .iter()
            .any(|a| a == "*" || a.eq_ignore_ascii_case(name))
    {
        return next.run(request).await;
    }
    let rule = "is not a host name of this server";
    ApiError::bad_request(Error::field("host", "Host", named, rule)).into_response()
}

/// The client's id where it sent a sane one, else a new one.
fn request_id(request: &Request) -> String {
    let sent = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|v| v.to_str().ok());
    let sane = |id: &&str| {
        (8..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    sent.filter(sane)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Renders errors as problem+json; also those that the framework answers by itself.
fn shaped(mut response: Response, path: &str, id: &str) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        if error.error().code() == Code::Internal {
            let cause = causes(error.error());
            tracing::error!(request_id = %id, %path, cause, "internal error");
        }
        return error.render(path, id);
    }
    let status = response.status();
    let bare = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| {
            kind.to_str()
                .is_ok_and(|kind| kind.starts_with("text/plain"))
        });
    let plain_error = (status.is_client_error() || status.is_server_error()) && bare;
    if !plain_error {
        return response;
    }
    let headers = std::mem::take(response.headers_mut());
    let mut problem = ApiError::with_status(framework_error(status), status).render(path, id);
    if let Some(allow) = headers.get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem.into_response()
}

fn framework_error(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::new(Code::NotFound, "nothing has this address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Error::new(Code::Invalid, "this address does not take that method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::Invalid, "the body is too large"),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            Error::new(Code::Timeout, "the request took too long").maybe_applied()
        }
        StatusCode::SERVICE_UNAVAILABLE => Error::new(Code::Unavailable, "not available now"),
        status if status.is_client_error() => Error::new(
            Code::Invalid,
            status.canonical_reason().unwrap_or("bad request"),
        ),
        _ => Error::new(Code::Internal, "an internal error").maybe_applied(),
    }
}

fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

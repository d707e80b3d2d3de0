//! From a request to domain values.

pub(crate) mod cookie;
mod query;

pub use query::{ApiQuery, from_query};

use crate::error::{ApiError, ApiResult};
use crate::middleware::RequestId;
use crate::state::AppState;
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use optibid_core::app::RequestKey;
use optibid_core::auth::Principal;
use optibid_core::error::{Code, Error};
use optibid_core::ports::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The signed-in caller.
pub struct Caller(pub Principal);

/// The caller, where signing in is optional.
pub struct MaybeCaller(pub Option<Principal>);

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let caller = MaybeCaller::from_request_parts(parts, state).await?.0;
        let missing = || Error::new(Code::Unauthenticated, "send a bearer token");
        Ok(Self(caller.ok_or_else(missing)?))
    }
}

impl FromRequestParts<AppState> for MaybeCaller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let token = match bearer(&parts.headers) {
            Some(token) => Some(token),
            None => cookie::access_token(&parts.headers)?,
        };
        let Some(token) = token else {
            return Ok(Self(None));
        };
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone());
        Ok(Self(Some(state.app.authenticate(token, request_id).await?)))
    }
}

/// The bearer token of a request.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A JSON body whose errors name the field.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for ApiJson<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        let is_json = kind.is_some_and(|k| k.starts_with("application/json"));
        if !is_json {
            let rule = "must be application/json";
            let error = Error::field("content_type", "Content-Type", kind.unwrap_or(""), rule);
            return Err(ApiError::with_status(
                error,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ));
        }
        from_json(&body(request, state).await?).map(Self)
    }
}

async fn body(request: Request, state: &AppState) -> ApiResult<Bytes> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            let error = Error::field("body", "body", "", rejection.body_text());
            ApiError::with_status(error, rejection.status())
        })
}

/// The body of a file upload: CSV, or CSV in gzip.
pub struct ApiBytes(pub Bytes);

impl FromRequest<AppState> for ApiBytes {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        const KINDS: [&str; 4] = [
            "text/csv",
            "text/plain",
            "application/gzip",
            "application/octet-stream",
        ];
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        let kind = kind.unwrap_or("");
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !KINDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(essence))
        {
            let rule = format!("must be one of {}", KINDS.join(", "));
            let error = Error::field("content_type", "Content-Type", kind, rule);
            return Err(ApiError::with_status(
                error,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ));
        }
        body(request, state).await.map(Self)
    }
}

/// Reads JSON; the error names the path of the field.
///
/// # Errors
/// 400 when it is no JSON, 422 when a field does not fit.
pub fn from_json<T: DeserializeOwned>(body: &[u8]) -> ApiResult<T> {
    // A struct would also be read from an array of its fields in order, which nobody means.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|byte| *byte == b'[') {
        return Err(Error::field("json", "body", "[…]", "must be a JSON object").into());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        let broken = inner.is_syntax() || inner.is_eof();
        let text = inner.to_string();
        // A field is named by its path; the position helps only where the text is no JSON at all.
        let rule = match text.rsplit_once(" at line ") {
            Some((rule, _)) if !broken => rule.to_owned(),
            _ => text,
        };
        let field = path_of(path, &rule);
        let value = serde_json::from_slice::<serde_json::Value>(body).ok();
        let shown = value
            .as_ref()
            .and_then(|v| at_path(v, &field))
            .unwrap_or_default();
        let error = Error::field("json", field, shown, rule);
        if broken {
            ApiError::bad_request(error)
        } else {
            ApiError::from(error)
        }
    })?;
    deserializer.end().map_err(|error| {
        ApiError::bad_request(Error::field("json", "body", "", error.to_string()))
    })?;
    Ok(value)
}

/// The path of the field: of one that is missing, the reader knows only where it should have been.
fn path_of(path: String, rule: &str) -> String {
    let name = rule
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    // Of a value that was buffered to look at its kind first, the reader knows no path at all.
    let unknown = rule
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.split('`').next());
    match name.or(unknown.filter(|_| path == ".")) {
        Some(name) if path == "." => name.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None => path,
    }
}

/// The value at a path such as `periods[3].curve`, shortened.
fn at_path(value: &serde_json::Value, path: &str) -> Option<String> {
    let mut at = value;
    for part in path
        .split(['.', '[', ']'])
        .filter(|part| !part.is_empty() && *part != "?")
    {
        at = match part.parse::<usize>() {
            Ok(index) => at.get(index)?,
            Err(_) => at.get(part)?,
        };
    }
    let text = match at {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(_) | serde_json::Value::Array(_) => return None,
        other => other.to_string(),
    };
    Some(text.chars().take(200).collect())
}

/// A JSON body that may be left out: then it is the default.
pub struct MaybeJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<AppState> for MaybeJson<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &AppState) -> ApiResult<Self> {
        let bare = !request.headers().contains_key(header::CONTENT_TYPE);
        if bare && request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        Ok(Self(ApiJson::from_request(request, state).await?.0))
    }
}

/// A path whose errors answer 404, as for an id that does not exist.
pub struct ApiPath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for ApiPath<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(path) => Ok(Self(path.0)),
            Err(_) => Err(Error::new(Code::NotFound, "nothing has this address").into()),
        }
    }
}

/// The idempotency key of a request, if it has one.
///
/// # Errors
/// 400 when the key's form is wrong.
pub fn key(headers: &HeaderMap, body: &impl Serialize) -> ApiResult<Option<RequestKey>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let value = value.to_str().unwrap_or("\u{fffd}");
    RequestKey::new(value, body)
        .map(Some)
        .map_err(ApiError::bad_request)
}

/// The idempotency key of a request that must have one.
///
/// # Errors
/// 400 when it is missing or its form is wrong.
pub fn required_key(headers: &HeaderMap, body: &impl Serialize) -> ApiResult<RequestKey> {
    key(headers, body)?.ok_or_else(|| {
        let rule = "send a key of your own, and the same one when you repeat the request";
        ApiError::bad_request(Error::field("idempotency_key", "Idempotency-Key", "", rule))
    })
}

/// The version that an `If-Match` header names, if there is one: `"3"`.
///
/// # Errors
/// 400 when it is not a version of ours.
pub fn if_match(headers: &HeaderMap) -> ApiResult<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("");
    let version = text.trim().trim_matches('"').parse().map_err(|_| {
        let rule = "must be the ETag of an earlier answer, such as \"3\"";
        ApiError::bad_request(Error::field("if_match", "If-Match", text, rule))
    })?;
    Ok(Some(version))
}

/// The version that an `If-Match` header must name.
///
/// # Errors
/// 428 when it is missing, 400 when it is not a version of ours.
pub fn required_if_match(headers: &HeaderMap) -> ApiResult<u64> {
    if_match(headers)?.ok_or_else(|| {
        let rule = "send the ETag of the version that you changed";
        let error = Error::field("if_match", "If-Match", "", rule);
        ApiError::with_status(error, StatusCode::PRECONDITION_REQUIRED)
    })
}

/// Answers a failed `If-Match` with 412, every other error as it is.
pub fn precondition(error: Error) -> ApiError {
    let cause = std::error::Error::source(&error).and_then(|s| s.downcast_ref::<StoreError>());
    if matches!(cause, Some(StoreError::Conflict { .. })) {
        return ApiError::with_status(error, StatusCode::PRECONDITION_FAILED);
    }
    error.into()
}

/// The `ETag` header of a version.
#[must_use]
pub fn etag(version: u64) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

//! Errors of handlers, rendered as problem+json by the outermost layer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use optibid_core::api::Problem;
use optibid_core::error::{Code, Error};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::openapi::{Content, Ref, RefOr, Response as Described, ResponseBuilder};

/// An error of a handler.
///
/// Path and request id are not known where it arises; the outermost layer adds them and renders it as
/// `application/problem+json`, so that every error of the API has the same shape.
#[derive(Debug, Clone)]
pub struct ApiError {
    error: Arc<Error>,
    status: Option<StatusCode>,
}

/// Result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// A request that cannot be read: 400, where the use case's code alone would say 422.
    #[must_use]
    pub fn bad_request(error: Error) -> Self {
        Self::with_status(error, StatusCode::BAD_REQUEST)
    }

    /// An error under another status than its code's.
    #[must_use]
    pub fn with_status(error: Error, status: StatusCode) -> Self {
        Self {
            error: Arc::new(error),
            status: Some(status),
        }
    }

    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        let by_code = Problem::status_of(self.error.code());
        self.status.unwrap_or_else(|| {
            StatusCode::from_u16(by_code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }

    /// The error behind it.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The answer, with path and request id.
    pub(crate) fn render(&self, instance: &str, request_id: &str) -> Response {
        let status = self.status();
        let mut problem = Problem::of(&self.error, instance, request_id);
        problem.status = status.as_u16();
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if matches!(self.error.code(), Code::RateLimited | Code::Unavailable) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.error.code() == Code::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self {
            error: Arc::new(error),
            status: None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// How every operation's description says what errors look like.
pub struct Problems;

impl utoipa::IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let content = Content::new(Some(Ref::from_schema_name("Problem")));
        let problem = ResponseBuilder::new()
            .description("A problem")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), RefOr::T(problem))])
    }
}

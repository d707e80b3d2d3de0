//! One request and its answer.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// A request to be sent.
#[derive(Clone)]
pub(super) struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

pub(super) fn get(path: impl Into<String>) -> Call {
    Call::new(Method::GET, path)
}

pub(super) fn post(path: impl Into<String>) -> Call {
    Call::new(Method::POST, path)
}

pub(super) fn delete(path: impl Into<String>) -> Call {
    Call::new(Method::DELETE, path)
}

pub(super) fn put(path: impl Into<String>) -> Call {
    Call::new(Method::PUT, path)
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn by(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(super) fn if_match(self, version: u64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub(super) fn text(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub(super) async fn send(self, router: &Router) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(self.body)).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        // A packed answer is no text, nor is a workbook.
        let text = String::from_utf8(bytes.clone()).unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            text,
            bytes,
        }
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
    pub(super) text: String,
    /// As it came.
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    /// The answer, which must have that status.
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The problem, which must have that status; its form is checked.
    #[track_caller]
    pub(super) fn problem(self, status: u16) -> Self {
        let answer = self.expect(status);
        assert_eq!(
            answer.header(header::CONTENT_TYPE.as_str()),
            "application/problem+json"
        );
        let body = &answer.body;
        assert_eq!(body["status"], status);
        for name in ["type", "title", "detail", "instance", "request_id"] {
            assert!(
                body[name].as_str().is_some_and(|t| !t.is_empty()),
                "{name}: {body}"
            );
        }
        assert_eq!(body["certainly_not_applied"], true, "{body}");
        answer
    }

    /// The problem's violations as `field=value`.
    #[track_caller]
    pub(super) fn named(self, status: u16) -> Vec<String> {
        let answer = self.problem(status);
        let found = answer.body["violations"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let text = |v: &Value, name: &str| v[name].as_str().unwrap_or_default().to_owned();
        found
            .iter()
            .map(|v| format!("{}={}", text(v, "field"), text(v, "value")))
            .collect()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    pub(super) fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }
}

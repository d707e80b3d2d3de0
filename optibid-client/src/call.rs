//! One call: what is sent, and how often.

use crate::client::Client;
use crate::error::{Error, Result};
use crate::operation::Operation;
use bytes::Bytes;
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH, RETRY_AFTER,
};
use http::{Method, Request, Response, StatusCode};
use optibid_core::api::Problem;
use optibid_core::error::Code;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;
use tracing::{Instrument as _, Span, field};

/// What the server keeps an answer under.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What is written with a percent sign in a path or a query.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b',')
    .add(b'/')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// A call that is made when it is awaited.
///
/// Where the operation takes one, an `Idempotency-Key` is made with the call and kept through its attempts: awaiting one call twice is
/// not possible, and a call made anew is another call.
///
/// ```no_run
/// # async fn run(client: optibid_client::Client, id: optibid_core::id::BidId) -> optibid_client::Result<()> {
/// use std::time::Duration;
/// let bid = client.get_bid(id).timeout(Duration::from_secs(2)).await?;
/// let submitted = client.submit_bid(id).if_match(bid.version).idempotency_key("monday").await?;
/// # Ok(()) }
/// ```
#[must_use = "a call is made when it is awaited"]
#[derive(Debug)]
pub struct Call<T> {
    client: Client,
    operation: &'static Operation,
    path: String,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
    timeout: Duration,
    decode: fn(&'static Operation, Bytes) -> Result<T>,
    /// What could not be written; it is told when the call is made.
    fault: Option<Error>,
}

impl<T> Call<T> {
    /// Another key than the one made with the call: the same key with the same request is done once.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        self.header(IDEMPOTENCY_KEY, key.as_ref())
    }

    /// Only if the thing still has that version; else the server answers with a conflict.
    pub fn if_match(self, version: u64) -> Self {
        self.header(IF_MATCH, &format!("\"{version}\""))
    }

    /// Another time limit than the client's, for each attempt.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub(crate) fn new(
        client: Client,
        operation: &'static Operation,
        decode: fn(&'static Operation, Bytes) -> Result<T>,
    ) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        Self {
            timeout: client.timeout(),
            client,
            operation,
            path: operation.path.to_owned(),
            query: Vec::new(),
            headers,
            body: Bytes::new(),
            decode,
            fault: None,
        }
    }

    pub(crate) fn path(mut self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        let value = utf8_percent_encode(&value, RESERVED).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &value);
        self
    }

    pub(crate) fn query(mut self, params: &impl Serialize) -> Self {
        match serde_json::to_value(params) {
            Ok(Value::Object(fields)) => {
                for (name, value) in fields {
                    self.put(&name, value);
                }
            }
            Ok(_) => {}
            Err(error) => self.fault = Some(unwritable("the query", &error)),
        }
        self
    }

    fn put(&mut self, name: &str, value: Value) {
        match value {
            Value::Null => {}
            Value::Array(values) => values.into_iter().for_each(|value| self.put(name, value)),
            Value::String(text) => self.query.push((name.to_owned(), text)),
            other => self.query.push((name.to_owned(), other.to_string())),
        }
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = bytes.into(),
            Err(error) => self.fault = Some(unwritable("the body", &error)),
        }
        self.header(CONTENT_TYPE, "application/json")
    }

    pub(crate) fn csv(mut self, file: Bytes) -> Self {
        self.body = file;
        self.header(CONTENT_TYPE, "text/csv")
    }

    /// The operation takes a key: one is made.
    pub(crate) fn keyed(self) -> Self {
        self.idempotency_key(uuid::Uuid::now_v7().to_string())
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.headers.insert(name, value);
            }
            Err(error) => {
                let (field, reason) = ("a header", format!("{name}: {error}"));
                self.fault = Some(Error::Request { field, reason });
            }
        }
        self
    }

    /// Whether the server recognises the call when it comes again.
    fn repeatable(&self) -> bool {
        self.operation.method == Method::GET || self.headers.contains_key(IDEMPOTENCY_KEY)
    }

    /// Makes the call within a span of its own, which says the operation, the attempts and how it ended. Addresses, bodies and tokens
    /// stay out of it.
    async fn run(self) -> Result<T> {
        let span = tracing::debug_span!(
            "optibid_call",
            operation = self.operation.id,
            attempts = field::Empty,
            outcome = field::Empty,
        );
        let answer = self.repeat().instrument(span.clone()).await;
        let outcome = match &answer {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.outcome(),
        };
        span.record("outcome", &outcome);
        tracing::debug!(parent: &span, "ended");
        answer
    }

    async fn repeat(mut self) -> Result<T> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut attempt: u32 = 0;
        let mut renewed = false;
        loop {
            attempt += 1;
            Span::current().record("attempts", attempt);
            let token = match self.operation.signs {
                true => self.client.access_token().await?,
                false => None,
            };
            let error = match self.attempt(token.as_deref()).await {
                Ok(answer) => return (self.decode)(self.operation, answer),
                Err(error) => error,
            };
            if let Some(token) =
                token.filter(|_| !renewed && error.code() == Some(Code::Unauthenticated))
            {
                renewed = true;
                if self.client.renew(&token).await {
                    attempt -= 1;
                    continue;
                }
            }
            let policy = self.client.retry_policy();
            let Some(pause) = policy.pause(attempt, &error, self.repeatable()) else {
                return Err(error);
            };
            tracing::debug!(operation = self.operation.id, attempt, %error, ?pause, "trying again");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, token: Option<&str>) -> Result<Bytes> {
        let mut headers = self.headers.clone();
        if let Some(token) = token {
            let value = HeaderValue::from_str(&format!("Bearer {token}"));
            let mut value = value.map_err(|error| Error::Request {
                field: "the token",
                reason: error.to_string(),
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.operation.method.clone();
        *request.uri_mut() = self.address()?;
        *request.headers_mut() = headers;
        let answer = self.client.transport().send(request, self.timeout).await?;
        let unready = answer.status() == StatusCode::SERVICE_UNAVAILABLE;
        if answer.status().is_success() || (unready && self.operation.tells_unready) {
            return Ok(answer.into_body());
        }
        Err(failure(&answer))
    }

    fn address(&self) -> Result<http::Uri> {
        let mut address = format!("{}{}", self.client.base(), self.path);
        for (i, (name, value)) in self.query.iter().enumerate() {
            address.push(if i == 0 { '?' } else { '&' });
            address.extend(utf8_percent_encode(name, RESERVED));
            address.push('=');
            address.extend(utf8_percent_encode(value, RESERVED));
        }
        address.parse().map_err(|error| Error::Request {
            field: "the address",
            reason: format!("{address}: {error}"),
        })
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

fn unwritable(field: &'static str, error: &serde_json::Error) -> Error {
    Error::Request {
        field,
        reason: error.to_string(),
    }
}

/// What an answer that is no success says.
fn failure(answer: &Response<Bytes>) -> Error {
    let retry_after = answer.headers().get(RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match serde_json::from_slice::<Problem>(answer.body()) {
        Ok(problem) => Error::Problem {
            problem: Box::new(problem),
            retry_after: retry_after.map(Duration::from_secs),
        },
        Err(_) => {
            let body = String::from_utf8_lossy(answer.body());
            Error::Unexpected {
                status: answer.status(),
                body: body.chars().take(200).collect(),
            }
        }
    }
}

/// Reads an answer as JSON.
pub(crate) fn from_json<T: DeserializeOwned>(
    operation: &'static Operation,
    body: Bytes,
) -> Result<T> {
    serde_json::from_slice(&body).map_err(|error| Error::Decode {
        operation: operation.id,
        reason: error.to_string(),
    })
}

/// Reads an answer as text.
pub(crate) fn from_text(operation: &'static Operation, body: Bytes) -> Result<String> {
    String::from_utf8(body.into()).map_err(|error| Error::Decode {
        operation: operation.id,
        reason: error.to_string(),
    })
}

/// Takes an answer as it comes: a file.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of the ways to read an answer"
)]
pub(crate) fn from_bytes(_: &'static Operation, body: Bytes) -> Result<Bytes> {
    Ok(body)
}

/// Reads an answer without a body.
#[expect(
    clippy::unnecessary_wraps,
    reason = "one of the ways to read an answer"
)]
pub(crate) fn from_nothing(_: &'static Operation, _: Bytes) -> Result<()> {
    Ok(())
}

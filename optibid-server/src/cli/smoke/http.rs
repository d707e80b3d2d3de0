//! Just enough of an HTTP client to look at our own server.

use anyhow::{Context, ensure};
use axum::body::Body;
use axum::http::{Method, Request, Uri, header};
use http_body_util::{BodyExt, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Largest answer that is read.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// What a server answered.
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    body: Value,
}

impl Answer {
    /// The text or number at a path of the JSON body; empty where there is none.
    pub(super) fn text(&self, path: &[&str]) -> String {
        let found = path
            .iter()
            .try_fold(&self.body, |value, key| value.get(key));
        match found {
            Some(Value::String(text)) => text.clone(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
            _ => String::new(),
        }
    }
}

/// A client of one server.
pub(super) struct Client {
    authority: String,
    address: String,
    patience: Duration,
}

impl Client {
    pub(super) fn new(url: &str, patience: Duration) -> anyhow::Result<Self> {
        let uri: Uri = url
            .parse()
            .with_context(|| format!("{url:?} is no address"))?;
        ensure!(
            uri.scheme_str() == Some("http"),
            "{url:?}: only http:// is spoken here; check a server behind TLS from its own machine"
        );
        let host = uri
            .host()
            .with_context(|| format!("{url:?} names no host"))?;
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self {
            authority: format!("{host}:{port}"),
            address: format!("{}:{port}", host.trim_matches(['[', ']'])),
            patience,
        })
    }

    pub(super) async fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Answer> {
        self.send(Method::GET, path, token, None).await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Answer> {
        self.send(Method::POST, path, token, Some(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.authority)
            .header(header::CONNECTION, "close");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(serde_json::to_vec(body)?)
            }
            None => Body::empty(),
        };
        let exchange = self.exchange(request.body(body)?);
        timeout(self.patience, exchange).await.context("too slow")?
    }

    async fn exchange(&self, request: Request<Body>) -> anyhow::Result<Answer> {
        let stream = TcpStream::connect(&self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MAX_ANSWER)
            .collect()
            .await;
        let body = body.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
        driver.abort();
        Ok(Answer {
            status,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        })
    }
}

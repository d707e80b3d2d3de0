//! A platform on SQLite in a temporary folder, and transports.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use optibid_client::{Client, ClientBuilder, Transport, TransportError};
use optibid_core::api::RegisterRequest;
use optibid_server::config::Source;
use optibid_server::{Config, Platform, http as server};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "merit order of a windy day";

/// A configuration over an empty folder.
pub(crate) fn config(folder: &TempDir) -> Config {
    let database = format!("sqlite://{}/optibid.db", folder.path().display());
    let data = folder.path().display().to_string();
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", data.as_str()),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
        ("JWT_SECRET", "a secret of thirty-two characters!"),
        ("OPEN_REGISTRATION", "true"),
    ];
    Config::from_source(&Source::of(settings)).unwrap()
}

/// The server's router without a socket.
pub(crate) struct InProcess(Mutex<axum::Router>);

#[async_trait]
impl Transport for InProcess {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let router = self.0.lock().unwrap().clone();
        let answer = router.oneshot(request.map(axum::body::Body::from)).await;
        let (parts, body) = answer.unwrap().into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body = body.map_err(|error| TransportError::Broken(error.to_string()))?;
        Ok(Response::from_parts(parts, body))
    }
}

/// A platform with a client in the same process.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) client: Client,
    _folder: TempDir,
}

impl World {
    /// An organisation whose administrator is signed in.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let platform = Platform::open(config(&folder)).await.unwrap();
        let router = server::router(platform.state.clone());
        let client = Client::builder("http://optibid.test");
        let client = client.transport(InProcess(router.into())).build().unwrap();
        register(&client).await;
        Self {
            platform,
            client,
            _folder: folder,
        }
    }
}

pub(crate) async fn register(client: &Client) {
    let request = RegisterRequest {
        organisation: "Hill Country Storage".to_owned(),
        email: "ann@example.com".to_owned(),
        name: "Ann".to_owned(),
        password: PASSWORD.to_owned(),
    };
    client.register(&request).await.unwrap();
    client.sign_in("ann@example.com", PASSWORD).await.unwrap();
}

/// What a scripted transport does with a request.
pub(crate) type Step = Result<(StatusCode, String), TransportError>;

/// Answers from a list, and remembers what was asked.
#[derive(Clone, Default)]
pub(crate) struct Script {
    steps: Arc<Mutex<VecDeque<Step>>>,
    pub(crate) seen: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Script {
    pub(crate) fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: Arc::new(Mutex::new(steps.into_iter().collect())),
            ..Self::default()
        }
    }

    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder("http://optibid.test").transport(self.clone())
    }

    /// A header of each request, empty where it was not there.
    pub(crate) fn header(&self, name: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let value = |request: &Request<Bytes>| {
            let value = request.headers().get(name);
            value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
        };
        seen.iter().map(value).collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        self.seen.lock().unwrap().push(request);
        let step = self.steps.lock().unwrap().pop_front();
        let (status, body) = step.expect("more requests than the script has answers")?;
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        if status == StatusCode::TOO_MANY_REQUESTS {
            response
                .headers_mut()
                .insert("retry-after", "1".parse().unwrap());
        }
        Ok(response)
    }
}

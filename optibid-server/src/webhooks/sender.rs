//! One attempt over the network.

use super::target::Target;
use super::{WebhookPolicy, guard, signature};
use anyhow::Context;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use optibid_core::ports::{WebhookAnswer, WebhookError, WebhookRequest, WebhookSender};
use optibid_core::webhook::WebhookSecret;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Longest time of one attempt, from the name to the answer's status.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest time that the answer's body is waited for once its status is known.
const BODY_PATIENCE: Duration = Duration::from_secs(2);
/// Most of an answer's body that is read.
const MAX_ANSWER: usize = 4 * 1024;
/// Most of an answer's head that is read.
const MAX_HEAD: usize = 16 * 1024;
/// Most characters of an answer that are kept.
const MAX_EXCERPT: usize = 200;
/// Most addresses of one host that are tried.
const MAX_ADDRESSES: usize = 4;

/// Where the addresses of a host come from.
#[async_trait]
pub(super) trait Resolve: Send + Sync + 'static {
    /// All addresses of a host.
    async fn resolve(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>>;
}

/// The machine's own way.
struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}

/// Sends over HTTP/1.1, each message on a connection of its own.
pub struct HttpSender {
    policy: WebhookPolicy,
    resolver: Arc<dyn Resolve>,
    tls: TlsConnector,
    patience: Duration,
}

impl HttpSender {
    /// A sender that trusts the certificate authorities that Mozilla trusts.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(policy: WebhookPolicy) -> anyhow::Result<Self> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self::with(policy, Arc::new(SystemResolver), roots)
    }

    fn with(
        policy: WebhookPolicy,
        resolver: Arc<dyn Resolve>,
        roots: RootCertStore,
    ) -> anyhow::Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("setting up TLS for webhooks")?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            policy,
            resolver,
            tls: TlsConnector::from(Arc::new(config)),
            patience: PATIENCE,
        })
    }

    /// The addresses of the target: looked up once, and every one of them looked at.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, WebhookError> {
        let found = match target.literal {
            Some(ip) => vec![SocketAddr::new(ip, target.port)],
            None => {
                let found = self.resolver.resolve(&target.host, target.port).await;
                found.map_err(|_| unreachable("the host has no address"))?
            }
        };
        if found.is_empty() {
            return Err(unreachable("the host has no address"));
        }
        for address in &found {
            if let Some(about) = guard::refusal(address.ip(), self.policy.allow_private) {
                let rule = format!("the host leads to {about}");
                return Err(WebhookError::Refused(rule));
            }
        }
        Ok(found)
    }

    /// Sends the message and waits for the head of the answer.
    async fn exchange(&self, request: &WebhookRequest) -> Result<Answer, WebhookError> {
        let target = Target::of(&request.url, &self.policy);
        let target = target.map_err(|rule| WebhookError::Refused(format!("the address {rule}")))?;
        let message = message(&target, request)?;
        let addresses = self.addresses(&target).await?;
        // To an address that was looked at, never by name: the name may lead elsewhere by now.
        let stream = connect(&addresses).await?;
        if !target.secure {
            return post(stream, message).await;
        }
        let name = ServerName::try_from(target.host.clone());
        let name = name.map_err(|_| unreachable("the host's name fits no certificate"))?;
        let stream = self.tls.connect(name, stream).await;
        let stream = stream.map_err(|error| unreachable(format!("no TLS: {error}")))?;
        post(stream, message).await
    }
}

#[async_trait]
impl WebhookSender for HttpSender {
    fn new_secret(&self) -> WebhookSecret {
        signature::new_secret()
    }

    fn check(&self, url: &str) -> Option<String> {
        Target::of(url, &self.policy).err()
    }

    async fn send(&self, request: &WebhookRequest) -> Result<WebhookAnswer, WebhookError> {
        let answered = timeout(self.patience, self.exchange(request)).await;
        let late = |_| WebhookError::TimedOut(self.patience.as_secs());
        let Answer { head, _driver } = answered.map_err(late)??;
        Ok(WebhookAnswer {
            status: head.status().as_u16(),
            excerpt: excerpt(&beginning(head.into_body()).await),
        })
    }
}

fn unreachable(why: impl Into<String>) -> WebhookError {
    WebhookError::Unreachable(why.into())
}

/// The first address that takes a connection.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, WebhookError> {
    let mut refused = None;
    for address in addresses.iter().take(MAX_ADDRESSES) {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => refused = Some(error),
        }
    }
    let why = refused.map_or_else(String::new, |error| error.kind().to_string());
    Err(unreachable(format!("no connection: {why}")))
}

fn message(
    target: &Target,
    request: &WebhookRequest,
) -> Result<Request<Full<Bytes>>, WebhookError> {
    let (id, seconds) = (request.id.to_string(), request.at.as_second());
    let signed = signature::signatures(&request.secrets, (&id, seconds, &request.body));
    let signed = signed.ok_or_else(|| unreachable("the route's secret cannot be read"))?;
    Request::builder()
        .method(Method::POST)
        .uri(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            header::USER_AGENT,
            concat!("optibid/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONNECTION, HeaderValue::from_static("close"))
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signed)
        .body(Full::new(Bytes::from(request.body.clone())))
        .map_err(|error| unreachable(format!("the request cannot be written: {error}")))
}

/// The head of an answer, whose body comes over the connection while that is kept.
struct Answer {
    head: Response<Incoming>,
    _driver: Driver,
}

/// Ends the connection's task with its owner.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn post(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    message: Request<Full<Bytes>>,
) -> Result<Answer, WebhookError> {
    let broken = |error: hyper::Error| unreachable(format!("no answer: {error}"));
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let _driver = Driver(tokio::spawn(async move {
        // What ends the connection early is told where the answer is waited for.
        let _ = connection.await;
    }));
    let head = sender.send_request(message).await.map_err(broken)?;
    Ok(Answer { head, _driver })
}

/// The beginning of a body. What comes late, breaks off or goes on for long does not change what the status said.
async fn beginning(mut body: Incoming) -> Vec<u8> {
    let mut read = Vec::new();
    let reading = async {
        while read.len() < MAX_ANSWER {
            let Some(Ok(frame)) = body.frame().await else {
                return;
            };
            if let Ok(data) = frame.into_data() {
                let room = MAX_ANSWER - read.len();
                read.extend(data.into_iter().take(room));
            }
        }
    };
    let _ = timeout(BODY_PATIENCE, reading).await;
    read
}

/// Printable text of a body.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let text: String = printable.take(MAX_EXCERPT).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests;

//! How requests get to the server.

use crate::error::{Error, Result, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use std::time::Duration;

/// Carries a request to the server and its answer back: the network, a router in the same process, a script of a test.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request whose address is whole, and waits for all of the answer, at most so long.
    ///
    /// # Errors
    /// What did not get through.
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, TransportError>;
}

/// Over the network: what a client uses unless it is told otherwise, and what a transport of one's own can wrap.
///
/// ```
/// use optibid_client::{Client, Network};
/// use std::time::Duration;
/// let network = Network::new(Duration::from_secs(2))?;
/// let client = Client::builder("https://optibid.example.com").transport(network).build()?;
/// # Ok::<(), optibid_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network(reqwest::Client);

impl Network {
    /// Connections are kept; making one may take so long.
    ///
    /// # Errors
    /// When the system gives no connections.
    pub fn new(connect_timeout: Duration) -> Result<Self> {
        // A program may have chosen another provider before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            .user_agent(concat!("optibid-client/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry a bid to where nobody meant it.
            .redirect(reqwest::redirect::Policy::none())
            .build();
        client.map(Self).map_err(|error| Error::Request {
            field: "a connection",
            reason: chain(&error),
        })
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let fault = |error: reqwest::Error| {
            if error.is_timeout() && !error.is_connect() {
                TransportError::TimedOut(timeout)
            } else if error.is_connect() || error.is_builder() {
                TransportError::NotSent(chain(&error))
            } else {
                TransportError::Broken(chain(&error))
            }
        };
        let mut request = reqwest::Request::try_from(request).map_err(fault)?;
        *request.timeout_mut() = Some(timeout);
        let answer = self.0.execute(request).await.map_err(fault)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(answer.bytes().await.map_err(fault)?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

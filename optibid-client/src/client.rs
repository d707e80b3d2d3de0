//! The client and how it is made.

use crate::error::{Error, Result};
use crate::retry::RetryPolicy;
use crate::session::{Session, Tokens};
use crate::transport::{Network, Transport};
use jiff::Timestamp;
use optibid_core::api::{JobView, LoginRequest, RefreshRequest, TokenView};
use optibid_core::id::JobId;
use optibid_core::ports::Clock;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A client of one OptiBid server. Clones share connections and tokens.
///
/// ```no_run
/// # async fn run() -> optibid_client::Result<()> {
/// use optibid_client::Client;
/// use optibid_core::api::ListParams;
/// let client = Client::new("http://127.0.0.1:8080")?;
/// client.sign_in("ann@example.com", "merit order of a windy day").await?;
/// for asset in client.list_assets(&ListParams::default()).await?.items {
///     println!("{} {}", asset.id, asset.name);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    base: String,
    transport: Arc<dyn Transport>,
    session: Session,
    retry: RetryPolicy,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

/// The machine's clock.
struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.inner.base)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}

/// How a client is made.
#[must_use]
pub struct ClientBuilder {
    base: String,
    transport: Option<Arc<dyn Transport>>,
    tokens: Option<Tokens>,
    retry: RetryPolicy,
    timeout: Duration,
    connect_timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    /// Signs every call with these tokens.
    pub fn tokens(self, tokens: Tokens) -> Self {
        Self {
            tokens: Some(tokens),
            ..self
        }
    }

    /// When calls are made again; [`RetryPolicy::default`] where nothing is said.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Longest time that one attempt may take; 30 seconds where nothing is said.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Longest time that making a connection may take; 5 seconds where nothing is said.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self {
            connect_timeout,
            ..self
        }
    }

    /// Another clock than the machine's, by which tokens are taken to end: for tests.
    pub fn clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// Another way to the server than the network: a router in the same process, a mock.
    pub fn transport(self, transport: impl Transport) -> Self {
        Self {
            transport: Some(Arc::new(transport)),
            ..self
        }
    }

    /// The client.
    ///
    /// # Errors
    /// When the address is none of a server, or the network cannot be used.
    pub fn build(mut self) -> Result<Client> {
        let base = self.base.trim_end_matches('/').to_owned();
        let parsed: Result<http::Uri, _> = base.parse();
        let fits = parsed.as_ref().is_ok_and(|address| {
            matches!(address.scheme_str(), Some("http" | "https")) && address.query().is_none()
        });
        if !fits {
            return Err(Error::Request {
                field: "the server's address",
                reason: format!("{base:?} is none such as https://optibid.example.com"),
            });
        }
        let transport = match self.transport.take() {
            Some(transport) => transport,
            None => Arc::new(Network::new(self.connect_timeout)?),
        };
        Ok(self.over(base, transport))
    }

    fn over(self, base: String, transport: Arc<dyn Transport>) -> Client {
        Client {
            inner: Arc::new(Inner {
                base,
                transport,
                session: Session(self.tokens.into()),
                retry: self.retry,
                timeout: self.timeout,
                clock: self.clock,
            }),
        }
    }
}

impl Client {
    /// A client of the server at that address, signed in as nobody.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn new(base: impl Into<String>) -> Result<Self> {
        Self::builder(base).build()
    }

    /// A client over a transport that needs no address of its own.
    #[cfg(feature = "mock")]
    pub(crate) fn over(transport: impl Transport + Clock + Clone) -> Self {
        let base = "http://mock.optibid".to_owned();
        let builder = Self::builder(base.clone()).clock(transport.clone());
        builder.over(base, Arc::new(transport))
    }

    /// How a client of the server at that address is made.
    pub fn builder(base: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base: base.into(),
            transport: None,
            tokens: None,
            retry: RetryPolicy::default(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            clock: Arc::new(MachineClock),
        }
    }

    /// Signs in: later calls of this client and its clones carry the session, which renews itself as long as the server allows.
    ///
    /// # Errors
    /// When address or password are wrong, or the server is not reached.
    pub async fn sign_in(
        &self,
        email: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<TokenView> {
        let request = LoginRequest {
            email: email.into(),
            password: password.into(),
        };
        let view = self.login(&request).await?;
        self.set_tokens(Some(Tokens::from(&view))).await;
        Ok(view)
    }

    /// Signs out at the server and forgets the tokens.
    ///
    /// # Errors
    /// When the server is not reached; the tokens are kept then.
    pub async fn sign_out(&self) -> Result<()> {
        self.logout().await?;
        self.set_tokens(None).await;
        Ok(())
    }

    /// Uses other tokens from now on; none signs nobody in.
    pub async fn set_tokens(&self, tokens: Option<Tokens>) {
        *self.inner.session.0.lock().await = tokens;
    }

    /// The tokens in use, to go on with in another run.
    pub async fn tokens(&self) -> Option<Tokens> {
        self.inner.session.0.lock().await.clone()
    }

    /// The job once it has ended (done, failed or cancelled), asked for again after each pause.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn finished(&self, id: JobId, pause: Duration) -> Result<JobView> {
        loop {
            let job = self.get_job(id).await?;
            if job.state.is_final() {
                return Ok(job);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// The server's address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.inner.base
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        self.inner.transport.as_ref()
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.inner.retry
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    /// The access token, exchanged for a new one where it ends soon; none where nobody is signed in.
    pub(crate) async fn access_token(&self) -> Result<Option<String>> {
        let mut session = self.inner.session.0.lock().await;
        let Some(tokens) = session.as_mut() else {
            return Ok(None);
        };
        if tokens.is_stale(self.inner.clock.now()) {
            self.exchange(tokens).await?;
        }
        Ok(Some(tokens.access.clone()))
    }

    /// Exchanges a token that the server refused; whether there is another one now. Another call may have done so already.
    pub(crate) async fn renew(&self, refused: &str) -> bool {
        let mut session = self.inner.session.0.lock().await;
        match session.as_mut() {
            Some(tokens) if tokens.access != refused => true,
            Some(tokens) => self.exchange(tokens).await.is_ok(),
            None => false,
        }
    }

    async fn exchange(&self, tokens: &mut Tokens) -> Result<()> {
        let Some(refresh_token) = tokens.refresh.clone() else {
            return Err(Error::SignedOut(
                "the token has ended and cannot be renewed",
            ));
        };
        let view = self.refresh(&RefreshRequest { refresh_token }).await?;
        *tokens = Tokens::from(&view);
        Ok(())
    }
}

//! A server in memory, for tests of what uses the client: it answers what it was told, its clock stands until it is set, and
//! [`fixtures`] has the days on which clocks change.

pub mod fixtures;

use crate::client::{Client, ClientBuilder};
use crate::error::TransportError;
use crate::operations::{self, Operation};
use crate::transport::Transport;
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use optibid_core::api::Problem;
use optibid_core::error::{Code, Error};
use optibid_core::ports::Clock;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A server in memory that answers operations with what it was told, and remembers what it was asked.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use optibid_client::mock::Mock;
/// use optibid_core::api::ListParams;
/// use optibid_core::error::Code;
/// use serde_json::json;
///
/// let mock = Mock::new();
/// mock.answer("listAssets", &json!({ "items": [] }));
/// mock.refuse("me", Code::Forbidden, "for nobody");
/// let client = mock.client();
/// assert!(client.list_assets(&ListParams::default()).await?.items.is_empty());
/// assert_eq!(client.me().await.unwrap_err().code(), Some(Code::Forbidden));
/// assert_eq!(mock.asked("listAssets").len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Mock(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What comes next for an operation, first what is given once.
    once: BTreeMap<String, VecDeque<Step>>,
    always: BTreeMap<String, Step>,
    asked: Vec<Asked>,
    /// What the clock shows; the machine's time until it is set.
    now: Option<Timestamp>,
}

#[derive(Debug, Clone)]
enum Step {
    Answer(StatusCode, Bytes),
    Break,
}

/// What the mock was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The `operationId`.
    pub operation: &'static str,
    /// The path as it was called.
    pub path: String,
    /// The query, as it was written.
    pub query: Option<String>,
    /// The `Idempotency-Key`.
    pub key: Option<String>,
    /// The body, where it was JSON.
    pub body: Option<Value>,
}

impl Mock {
    /// Nothing is answered yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers an operation with that, from now on.
    pub fn answer(&self, operation: &str, body: &impl Serialize) {
        let step = Step::Answer(StatusCode::OK, bytes(body));
        self.state().always.insert(operation.to_owned(), step);
    }

    /// Answers the next call of an operation with that.
    pub fn answer_once(&self, operation: &str, body: &impl Serialize) {
        self.put(operation, Step::Answer(StatusCode::OK, bytes(body)));
    }

    /// Refuses the next call of an operation.
    pub fn refuse(&self, operation: &str, code: Code, detail: &str) {
        let (status, body) = refusal(operation, code, detail);
        self.put(operation, Step::Answer(status, body));
    }

    /// Lets the connection break at the next call of an operation, after the server got it.
    pub fn break_once(&self, operation: &str) {
        self.put(operation, Step::Break);
    }

    /// Sets the clock by which clients of this server take their tokens to end; it stands from now on.
    pub fn set_now(&self, now: Timestamp) {
        self.state().now = Some(now);
    }

    /// Moves the clock on; it stands from now on.
    pub fn advance(&self, by: SignedDuration) {
        let now = self.now();
        self.set_now(now.checked_add(by).unwrap_or(now));
    }

    /// All that was asked of an operation, in order of time.
    #[must_use]
    pub fn asked(&self, operation: &str) -> Vec<Asked> {
        let state = self.state();
        let of = state
            .asked
            .iter()
            .filter(|asked| asked.operation == operation);
        of.cloned().collect()
    }

    /// A client of this server.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::over(self.clone())
    }

    /// How a client of this server is made, with settings of its own.
    pub fn builder(&self) -> ClientBuilder {
        let builder = Client::builder("http://mock.optibid").transport(self.clone());
        builder.clock(self.clone())
    }

    fn put(&self, operation: &str, step: Step) {
        let mut state = self.state();
        state
            .once
            .entry(operation.to_owned())
            .or_default()
            .push_back(step);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A test that panicked while it held the state has failed already.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Mock {
    fn now(&self) -> Timestamp {
        self.state().now.unwrap_or_else(Timestamp::now)
    }
}

fn bytes(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).unwrap_or_default().into()
}

fn refusal(operation: &str, code: Code, detail: &str) -> (StatusCode, Bytes) {
    let problem = Problem::of(&Error::new(code, detail), operation, "mock");
    let status = StatusCode::from_u16(problem.status);
    (
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        bytes(&problem),
    )
}

/// The operation of a method and a path.
fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    let fits = |known: &&Operation| {
        let (given, wanted) = (path.split('/'), known.path.split('/'));
        let parts = given.clone().zip(wanted.clone());
        given.count() == wanted.count()
            && parts
                .into_iter()
                .all(|(given, wanted)| given == wanted || wanted.starts_with('{'))
    };
    let mut fitting: Vec<_> = operations::all()
        .filter(|it| it.method == *method)
        .filter(fits)
        .collect();
    // What is named goes before what a place would take as well: `/api/bids/validate` before `/api/bids/{id}`.
    fitting.sort_by_key(|it| it.path.matches('{').count());
    fitting.first().copied()
}

#[async_trait]
impl Transport for Mock {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: Duration,
    ) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().path().to_owned();
        let Some(known) = operation(request.method(), &path) else {
            return Err(TransportError::NotSent(format!(
                "no operation {} {path}",
                request.method()
            )));
        };
        let key = request.headers().get("idempotency-key");
        let asked = Asked {
            operation: known.id,
            query: request.uri().query().map(str::to_owned),
            key: key.and_then(|key| key.to_str().ok()).map(str::to_owned),
            body: serde_json::from_slice(request.body()).ok(),
            path,
        };
        let mut state = self.state();
        state.asked.push(asked);
        let once = state.once.get_mut(known.id).and_then(VecDeque::pop_front);
        let step = once.or_else(|| state.always.get(known.id).cloned());
        let (status, body) = match step {
            Some(Step::Answer(status, body)) => (status, body),
            Some(Step::Break) => {
                return Err(TransportError::Broken("the mock broke it".to_owned()));
            }
            None => refusal(
                known.id,
                Code::NotFound,
                &format!("the mock has no answer to {}", known.id),
            ),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}

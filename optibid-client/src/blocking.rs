//! Calls for programs without an async runtime of their own.

use crate::error::{Error, Result};
use futures::Stream;
use futures::stream::StreamExt as _;
use std::future::IntoFuture;
use std::ops::Deref;
use std::pin::pin;
use tokio::runtime::{Builder, Runtime};

/// A client that waits: every method of [`crate::Client`], its call handed to [`wait`](Self::wait).
///
/// ```no_run
/// # fn run() -> optibid_client::Result<()> {
/// use optibid_client::blocking::Client;
/// use optibid_core::api::{BidParams, ListParams};
/// let client = Client::new("http://127.0.0.1:8080")?;
/// client.wait(client.sign_in("ann@example.com", "merit order of a windy day"))?;
/// let assets = client.wait(client.list_assets(&ListParams::default()))?;
/// let bids = client.collect(client.all_bids(BidParams::default()))?;
/// println!("{} assets, {} bids", assets.items.len(), bids.len());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Client {
    inner: crate::Client,
    runtime: Runtime,
}

impl Client {
    /// A client of the server at that address, signed in as nobody.
    ///
    /// # Errors
    /// As [`crate::ClientBuilder::build`], and when the system gives no thread.
    pub fn new(base: impl Into<String>) -> Result<Self> {
        Self::of(crate::Client::new(base)?)
    }

    /// The same with a client that was made otherwise.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn of(client: crate::Client) -> Result<Self> {
        // One thread beside the caller's keeps connections alive between calls.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| Error::Request {
            field: "a runtime",
            reason: error.to_string(),
        })?;
        Ok(Self {
            inner: client,
            runtime,
        })
    }

    /// Makes a call and waits for its answer.
    ///
    /// # Panics
    /// Within an async runtime, where the client itself is to be awaited.
    pub fn wait<T>(&self, call: impl IntoFuture<Output = T>) -> T {
        self.runtime.block_on(call.into_future())
    }

    /// Reads a list to its end.
    ///
    /// # Errors
    /// That of the first part that cannot be read.
    ///
    /// # Panics
    /// As [`wait`](Self::wait).
    pub fn collect<T>(&self, list: impl Stream<Item = Result<T>>) -> Result<Vec<T>> {
        self.wait(async {
            let mut list = pin!(list);
            let mut items = Vec::new();
            while let Some(item) = list.next().await {
                items.push(item?);
            }
            Ok(items)
        })
    }
}

impl Deref for Client {
    type Target = crate::Client;

    fn deref(&self) -> &crate::Client {
        &self.inner
    }
}

//! Group commit: many writes, one transaction, one flush to disk.
//!
//! A task owns a writing connection. It takes whatever waits in its queue, runs it in one transaction,
//! commits once and only then answers all. An act that is refused fails alone: where one is, the
//! batch runs again with each act in a savepoint of its own. When the transaction fails, every act of it is told so; when
//! it fails in a way that another try may mend (a lost race, a lost connection before the commit), the
//! acts run again, which is why they can run more than once.
//!
//! A caller that goes away before its act has begun takes it back; after that the act runs to its end
//! and only the answer is lost. When every handle is gone, or on [`Writer::close`], the queue is worked
//! off and the connection closed.

use crate::batch::Batch;
use crate::dialect::Dialect;
use crate::fault::SqlError;
use crate::sql::{Connection, Connector};
use crate::work::{Lost, Ran, Task, Work, closed};
use futures::future::BoxFuture;
use optibid_core::ports::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How often a batch is tried in all.
const ATTEMPTS: u32 = 6;
/// How long it rests before the second try; doubled each time.
const REST: Duration = Duration::from_millis(10);

/// A database that does not answer.
const LATE: StoreError = StoreError::Timeout {
    maybe_applied: false,
};

/// Which database, and how.
pub(crate) struct Lane {
    /// Where the connection comes from.
    pub(crate) connector: Arc<dyn Connector>,
    /// How statements are spelled.
    pub(crate) dialect: &'static Dialect,
    /// Whether acts leave trails.
    pub(crate) audited: bool,
    /// Longest wait for an answer.
    pub(crate) patience: Duration,
}

/// A handle to a writing task.
pub(crate) struct Writer {
    queue: tokio::sync::RwLock<Option<mpsc::Sender<Box<dyn Work>>>>,
    task: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
    patience: Duration,
}

impl Writer {
    /// Starts the task.
    pub(crate) fn start(lane: Lane) -> Self {
        let (queue, waiting) = mpsc::channel(4 * lane.dialect.max_batch);
        let patience = lane.patience;
        let task = tokio::spawn(
            Loop {
                lane,
                connection: None,
            }
            .run(waiting),
        );
        Self {
            queue: tokio::sync::RwLock::new(Some(queue)),
            task: tokio::sync::Mutex::new(Some(task)),
            patience,
        }
    }

    /// Runs an act; answers when it is durable.
    pub(crate) async fn run<T, F>(&self, act: F) -> Result<T, StoreError>
    where
        T: Send + Sync + 'static,
        F: for<'b> Fn(&'b mut Batch) -> BoxFuture<'b, Result<T, StoreError>>
            + Send
            + Sync
            + 'static,
    {
        let queue = self.queue.read().await.clone().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        let task: Box<dyn Work> = Box::new(Task {
            act: Box::new(act),
            outcome: None,
            reply,
        });
        match tokio::time::timeout(self.patience, queue.send(task)).await {
            Err(_) => {
                return Err(StoreError::Timeout {
                    maybe_applied: false,
                });
            }
            Ok(Err(_)) => return Err(closed()),
            Ok(Ok(())) => drop(queue),
        }
        match tokio::time::timeout(self.patience, answer).await {
            Err(_) => Err(StoreError::Timeout {
                maybe_applied: true,
            }),
            Ok(Err(_)) => Err(StoreError::Unavailable {
                maybe_applied: true,
                source: "the writer ended without an answer".into(),
            }),
            Ok(Ok(outcome)) => outcome,
        }
    }

    /// Takes no more acts, works off those that wait and closes the connection.
    pub(crate) async fn close(&self) {
        drop(self.queue.write().await.take());
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer did not end well");
        }
    }
}

struct Loop {
    lane: Lane,
    connection: Option<Box<dyn Connection>>,
}

impl Loop {
    async fn run(mut self, mut waiting: mpsc::Receiver<Box<dyn Work>>) {
        let mut batch = Vec::new();
        while waiting
            .recv_many(&mut batch, self.lane.dialect.max_batch)
            .await
            > 0
        {
            let mut works = std::mem::take(&mut batch);
            works.retain(|work| !work.is_abandoned());
            if works.is_empty() {
                continue;
            }
            let lost = self.settle(&mut works).await.err().map(Arc::new);
            if let Some(lost) = &lost {
                tracing::warn!(error = %lost.source, acts = works.len(), "a write transaction failed");
            }
            for work in works {
                work.answer(lost.as_ref());
            }
        }
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    /// Commits the works, with as many tries as make sense.
    async fn settle(&mut self, works: &mut [Box<dyn Work>]) -> Result<(), Lost> {
        let mut rest = REST;
        let mut apart = false;
        for _ in 1..ATTEMPTS {
            match self.attempt(works, apart).await {
                Err(Stop::Refusal) => apart = true,
                Err(Stop::Lost(lost)) if lost.is_worth_another_try() => {
                    tracing::debug!(error = %lost.source, "a write transaction is tried again");
                    tokio::time::sleep(rest).await;
                    rest *= 2;
                }
                Err(Stop::Lost(lost)) => return Err(lost),
                Ok(()) => return Ok(()),
            }
        }
        match self.attempt(works, true).await {
            Err(Stop::Lost(lost)) => Err(lost),
            // Acts that are kept apart do not stop each other.
            Err(Stop::Refusal) | Ok(()) => Ok(()),
        }
    }

    async fn attempt(&mut self, works: &mut [Box<dyn Work>], apart: bool) -> Result<(), Stop> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let connecting = self.lane.connector.connect();
                let connected = tokio::time::timeout(self.lane.patience, connecting).await;
                let connected = connected.map_err(|_| Stop::before_commit(LATE))?;
                connected.map_err(|e| Stop::before_commit(e.into()))?
            }
        };
        let mut batch = Batch::new(connection, self.lane.dialect);
        // All acts were waiting when the batch began: when this has run out nobody waits any more.
        let limit = self.lane.patience;
        let running = run_all(&mut batch, works, (self.lane.audited, apart));
        let outcome = match tokio::time::timeout(limit, running).await {
            Err(_) => Some(Err(Stop::before_commit(LATE))),
            Ok(Ok(0)) => None,
            Ok(Ok(_)) => match tokio::time::timeout(limit, commit(&mut batch)).await {
                Err(_) => Some(Err(Stop::Lost(Lost {
                    source: LATE,
                    in_doubt: true,
                }))),
                Ok(committed) => Some(committed),
            },
            Ok(Err(stop)) => Some(Err(stop)),
        };
        let usable = match &outcome {
            Some(Ok(())) => true,
            Some(Err(Stop::Lost(lost))) if !lost.leaves_a_connection() => false,
            // Nothing is to be committed: the only act was refused, and its answer stands; or the
            // transaction stopped. A database that has rolled back by itself refuses to do it again:
            // then a new connection is the safe way on.
            None | Some(Err(_)) => batch.roll_back().await.is_ok(),
        };
        if usable {
            self.connection = Some(batch.into_connection());
        }
        outcome.unwrap_or(Ok(()))
    }
}

/// Why a transaction stopped.
enum Stop {
    /// It is lost.
    Lost(Lost),
    /// An act was refused in the midst of others that were not kept apart.
    Refusal,
}

impl Stop {
    fn before_commit(source: StoreError) -> Self {
        Self::Lost(Lost {
            source,
            in_doubt: false,
        })
    }
}

/// Runs all works; answers how many did something.
///
/// Refusals are rare, and savepoints cost two statements an act: so acts first run without. When one is
/// refused beside others, everything is rolled back and runs again with each act kept apart.
async fn run_all(
    batch: &mut Batch,
    works: &mut [Box<dyn Work>],
    (audited, apart): (bool, bool),
) -> Result<usize, Stop> {
    batch.begin(audited).await.map_err(Stop::before_commit)?;
    let alone = works.len() == 1;
    let mut applied = 0;
    for work in works {
        let ran = if apart {
            run_apart(batch, work.as_mut()).await
        } else {
            work.run(batch).await
        };
        match ran {
            Ran::Applied => applied += 1,
            Ran::Refused if apart || alone => {}
            Ran::Refused => return Err(Stop::Refusal),
            Ran::Lost(error) => return Err(Stop::before_commit(error)),
        }
    }
    Ok(applied)
}

async fn commit(batch: &mut Batch) -> Result<(), Stop> {
    batch.flush().await.map_err(Stop::before_commit)?;
    batch.commit().await.map_err(|error: SqlError| {
        let in_doubt = error.commit_in_doubt;
        Stop::Lost(Lost {
            source: error.into(),
            in_doubt,
        })
    })
}

/// Runs one work in its savepoint.
async fn run_apart(batch: &mut Batch, work: &mut dyn Work) -> Ran {
    if let Err(error) = batch.execute("savepoint act", Vec::new()).await {
        return Ran::Lost(error);
    }
    let mark = batch.mark();
    let ran = work.run(batch).await;
    if let Ran::Refused = ran {
        // Fails when the database gave the whole transaction up: then all are lost, and for the reason
        // that the act was refused for.
        if let Err(error) = batch.execute("rollback to savepoint act", Vec::new()).await {
            return Ran::Lost(work.take_refusal().unwrap_or(error));
        }
        batch.forget_since(mark);
    }
    if let Ran::Lost(_) = ran {
        return ran;
    }
    match batch.execute("release savepoint act", Vec::new()).await {
        Ok(_) => ran,
        Err(error) => Ran::Lost(error),
    }
}

#[cfg(test)]
mod tests;

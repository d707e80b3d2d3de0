//! Acts that wait for a transaction, and what becomes of them.

use crate::batch::Batch;
use crate::fault::{Fault, fault_of};
use futures::future::BoxFuture;
use optibid_core::ports::StoreError;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What runs in a transaction; run again when the transaction has to be.
pub(crate) type Act<T> =
    dyn for<'b> Fn(&'b mut Batch) -> BoxFuture<'b, Result<T, StoreError>> + Send + Sync;

/// The answer of a store that was closed.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable {
        maybe_applied: false,
        source: "the store is closed".into(),
    }
}

/// What became of an act within the transaction.
pub(crate) enum Ran {
    /// It did its work.
    Applied,
    /// It failed alone.
    Refused,
    /// It failed, and the transaction or the connection with it.
    Lost(StoreError),
}

/// An act with the caller that waits for it, whatever it answers.
#[async_trait::async_trait]
pub(crate) trait Work: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    /// Runs the act and keeps its outcome.
    async fn run(&mut self, batch: &mut Batch) -> Ran;

    /// The error of an act that was refused.
    fn take_refusal(&mut self) -> Option<StoreError>;

    /// Answers the caller: what the act answered, or that the transaction was lost.
    fn answer(self: Box<Self>, lost: Option<&Arc<Lost>>);
}

/// An act and where its answer goes.
pub(crate) struct Task<T> {
    pub(crate) act: Box<Act<T>>,
    pub(crate) outcome: Option<Result<T, StoreError>>,
    pub(crate) reply: oneshot::Sender<Result<T, StoreError>>,
}

#[async_trait::async_trait]
impl<T: Send + Sync + 'static> Work for Task<T> {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    async fn run(&mut self, batch: &mut Batch) -> Ran {
        self.outcome = None;
        match (self.act)(batch).await {
            Ok(value) => {
                self.outcome = Some(Ok(value));
                Ran::Applied
            }
            Err(error) => match fault_of(&error) {
                Some(Fault::Retry | Fault::Broken | Fault::Timeout) => Ran::Lost(error),
                _ => {
                    self.outcome = Some(Err(error));
                    Ran::Refused
                }
            },
        }
    }

    fn take_refusal(&mut self) -> Option<StoreError> {
        self.outcome.take().and_then(Result::err)
    }

    fn answer(self: Box<Self>, lost: Option<&Arc<Lost>>) {
        let applied = matches!(self.outcome, Some(Ok(_)));
        let outcome = match (lost, self.outcome) {
            (None, Some(outcome)) => outcome,
            (None, None) => Err(closed()),
            // What an act was told inside a transaction that is gone is not true any more.
            (Some(lost), _) => Err(lost.tell(applied)),
        };
        // A caller that went away does not hear it; what is done is done.
        let _ = self.reply.send(outcome);
    }
}

/// A transaction that was not committed, or not known to be.
#[derive(Debug, thiserror::Error)]
#[error("the transaction failed")]
pub(crate) struct Lost {
    pub(crate) source: StoreError,
    pub(crate) in_doubt: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Told(#[source] Arc<Lost>);

impl Lost {
    fn tell(self: &Arc<Self>, applied: bool) -> StoreError {
        let maybe_applied = applied && self.in_doubt;
        match &self.source {
            StoreError::Timeout { .. } => StoreError::Timeout { maybe_applied },
            StoreError::Corrupt { kind, detail } => StoreError::Corrupt {
                kind,
                detail: detail.clone(),
            },
            StoreError::Internal(_) => StoreError::Internal(Box::new(Told(self.clone()))),
            _ => StoreError::Unavailable {
                maybe_applied,
                source: Box::new(Told(self.clone())),
            },
        }
    }

    /// Whether the connection can still be asked to roll back.
    pub(crate) fn leaves_a_connection(&self) -> bool {
        let gone = matches!(fault_of(&self.source), Some(Fault::Broken | Fault::Timeout));
        !self.in_doubt && !gone
    }

    /// Whether the same again may pass.
    pub(crate) fn is_worth_another_try(&self) -> bool {
        !self.in_doubt && matches!(fault_of(&self.source), Some(Fault::Retry | Fault::Broken))
    }
}

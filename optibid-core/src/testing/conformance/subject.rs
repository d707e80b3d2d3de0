//! The store under test, and how its test runs things at the same time.

use crate::testing::fixtures::SequentialIds;
use futures::future::{BoxFuture, join_all};
use std::future::poll_fn;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

/// Runs a task at the same time as others; the answer comes when it has ended, an error when it
/// panicked. Core has no runtime of its own, so the test lends its own.
pub type Spawn = fn(BoxFuture<'static, ()>) -> BoxFuture<'static, Result<(), String>>;

/// Lets other tasks run. A store in memory never waits, so a loop over it would keep its thread.
pub(super) async fn step_aside() {
    let mut asked = false;
    poll_fn(|context| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A store under test.
#[derive(Debug)]
pub struct Subject<S> {
    store: Arc<S>,
    spawn: Spawn,
    /// Ids for the rows of the rule.
    pub ids: SequentialIds,
}

impl<S> Deref for Subject<S> {
    type Target = S;
    fn deref(&self) -> &S {
        &self.store
    }
}

impl<S: Send + Sync + 'static> Subject<S> {
    /// A fresh, empty store, and how to run tasks at the same time.
    pub fn new(store: Arc<S>, spawn: Spawn) -> Self {
        Self {
            store,
            spawn,
            ids: SequentialIds::default(),
        }
    }

    /// Runs `task` for every input at the same time; the answers come in the order of the inputs.
    pub(super) async fn at_once<I, T, F>(
        &self,
        inputs: impl IntoIterator<Item = I>,
        task: impl Fn(Arc<S>, I) -> F,
    ) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let answers = Arc::new(Mutex::new(Vec::new()));
        let run = |(index, input)| {
            let (work, answers) = (task(Arc::clone(&self.store), input), Arc::clone(&answers));
            (self.spawn)(Box::pin(async move {
                let answer = work.await;
                answers
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((index, answer));
            }))
        };
        let ends = join_all(inputs.into_iter().enumerate().map(run)).await;
        for end in ends {
            end.unwrap_or_else(|reason| panic!("a task of the rule failed: {reason}"));
        }
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answers = std::mem::take(&mut *answers);
        answers.sort_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

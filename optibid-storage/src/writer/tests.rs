//! The writer over a connection that fails where a test says so.

use super::*;
use crate::fault::Fault;
use crate::sql::{Cell, Value};
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the connections of a test were asked, and how they are to fail.
#[derive(Default)]
struct Script {
    /// Statements in order, with a mark where a connection was made.
    log: Mutex<Vec<String>>,
    /// Statement and how it fails, the next first.
    faults: Mutex<VecDeque<(&'static str, Fault, bool)>>,
}

impl Script {
    fn failing(faults: &[(&'static str, Fault, bool)]) -> Arc<Self> {
        Arc::new(Self {
            faults: Mutex::new(faults.iter().copied().collect()),
            ..Self::default()
        })
    }

    fn ask(&self, sql: &str) -> Result<(), SqlError> {
        self.log
            .lock()
            .unwrap()
            .push(sql.split(' ').next().unwrap().to_owned());
        let mut faults = self.faults.lock().unwrap();
        match faults.front() {
            Some((at, fault, in_doubt)) if sql.starts_with(at) => {
                let (fault, commit_in_doubt) = (*fault, *in_doubt);
                faults.pop_front();
                Err(SqlError {
                    fault,
                    commit_in_doubt,
                    source: sqlx::Error::WorkerCrashed,
                })
            }
            _ => Ok(()),
        }
    }

    fn asked(&self, word: &str) -> usize {
        self.log
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| *asked == word)
            .count()
    }

    fn writer(self: &Arc<Self>) -> Writer {
        self.patient(Duration::from_secs(5))
    }

    fn patient(self: &Arc<Self>, patience: Duration) -> Writer {
        Writer::start(Lane {
            connector: Arc::new(Scripted(self.clone())),
            dialect: &crate::sqlite::DIALECT,
            audited: false,
            patience,
        })
    }
}

struct Scripted(Arc<Script>);

#[async_trait::async_trait]
impl Connector for Scripted {
    async fn connect(&self) -> Result<Box<dyn Connection>, SqlError> {
        self.0.ask("connect")?;
        Ok(Box::new(Scripted(self.0.clone())))
    }

    async fn reader(&self) -> Result<Box<dyn Connection>, SqlError> {
        self.connect().await
    }

    async fn close(&self) {}
}

#[async_trait::async_trait]
impl Connection for Scripted {
    async fn execute(&mut self, sql: &'static str, _: Vec<Value>) -> Result<u64, SqlError> {
        // Another task may put its act into the queue meanwhile.
        tokio::task::yield_now().await;
        match self.0.ask(sql) {
            Err(error) if error.fault == Fault::Timeout => futures::future::pending().await,
            asked => asked.map(|()| 1),
        }
    }

    async fn rows(&mut self, sql: &'static str, _: Vec<Value>) -> Result<Vec<Vec<Cell>>, SqlError> {
        self.0.ask(sql).map(|()| Vec::new())
    }

    async fn script(&mut self, sql: &'static str) -> Result<(), SqlError> {
        self.0.ask(sql)
    }

    async fn close(self: Box<Self>) {
        let _ = self.0.ask("close");
    }
}

/// Runs acts that wait together; act `index` is refused when `refused` says so.
async fn run(writer: &Writer, refused: &[bool]) -> Vec<Result<usize, StoreError>> {
    let acts = refused.iter().enumerate().map(|(index, refused)| {
        let refused = *refused;
        writer.run(move |batch| {
            Box::pin(async move {
                batch.execute("insert", Vec::new()).await?;
                if refused {
                    return Err(crate::fault::already_exists("bid", index));
                }
                Ok(index)
            })
        })
    });
    futures::future::join_all(acts).await
}

#[tokio::test]
async fn acts_that_wait_together_share_one_commit() {
    let script = Script::failing(&[]);
    let writer = script.writer();
    let answers = run(&writer, &[false; 40]).await;
    assert!(
        answers
            .iter()
            .enumerate()
            .all(|(i, answer)| *answer.as_ref().unwrap() == i)
    );
    assert_eq!((script.asked("commit"), script.asked("insert")), (1, 40));
    assert_eq!(
        script.asked("savepoint"),
        0,
        "acts that are not refused need none"
    );
}

#[tokio::test]
async fn a_refused_act_is_undone_alone_and_the_others_are_committed_once() {
    let script = Script::failing(&[]);
    let writer = script.writer();
    let answers = run(&writer, &[false, true, false]).await;
    assert!(
        matches!(answers[1], Err(StoreError::AlreadyExists { .. })),
        "{answers:?}"
    );
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    assert_eq!((script.asked("commit"), script.asked("savepoint")), (1, 3));
    // The whole first try, and the refused act of the second.
    assert_eq!(script.asked("rollback"), 2);
}

#[tokio::test]
async fn a_refused_act_that_is_alone_is_not_committed() {
    let script = Script::failing(&[]);
    let answers = run(&script.writer(), &[true]).await;
    assert!(
        matches!(answers[0], Err(StoreError::AlreadyExists { .. })),
        "{answers:?}"
    );
    assert_eq!((script.asked("commit"), script.asked("rollback")), (0, 1));
}

#[tokio::test]
async fn a_commit_in_doubt_tells_every_act_that_it_may_be_applied() {
    let script = Script::failing(&[("commit", Fault::Broken, true)]);
    let answers = run(&script.writer(), &[false; 3]).await;
    for answer in answers {
        let error = answer.unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Unavailable {
                    maybe_applied: true,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert_eq!(
        script.asked("commit"),
        1,
        "what is in doubt is not done again"
    );
}

#[tokio::test]
async fn a_commit_that_certainly_failed_tells_so() {
    let script = Script::failing(&[("commit", Fault::Unavailable, false)]);
    let writer = script.writer();
    for answer in run(&writer, &[false; 3]).await {
        let error = answer.unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Unavailable {
                    maybe_applied: false,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert_eq!(script.asked("rollback"), 1);
    assert!(
        run(&writer, &[false]).await[0].is_ok(),
        "the writer goes on"
    );
}

#[tokio::test]
async fn an_act_refused_beside_a_lost_commit_hears_of_the_loss() {
    let script = Script::failing(&[("commit", Fault::Broken, true)]);
    let answers = run(&script.writer(), &[false, true]).await;
    // It was refused by what another act wrote, perhaps, and nobody knows whether that stands.
    let refused = answers[1].as_ref().unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Unavailable {
                maybe_applied: false,
                ..
            }
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_lost_race_is_run_again_until_it_passes() {
    let retry = |at| (at, Fault::Retry, false);
    let script = Script::failing(&[retry("insert"), retry("insert"), retry("commit")]);
    let answers = run(&script.writer(), &[false; 2]).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((script.asked("begin"), script.asked("commit")), (4, 2));
    assert_eq!(
        script.asked("connect"),
        1,
        "the connection is as good as before"
    );
}

#[tokio::test]
async fn a_race_that_is_always_lost_ends_in_a_certain_refusal() {
    let script = Script::failing(&[("insert", Fault::Retry, false); 20]);
    let error = run(&script.writer(), &[false]).await.remove(0).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Unavailable {
                maybe_applied: false,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(script.asked("begin"), usize::try_from(ATTEMPTS).unwrap());
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_is_replaced_and_the_acts_run_again() {
    let script = Script::failing(&[("insert", Fault::Broken, true)]);
    let answers = run(&script.writer(), &[false; 2]).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!((script.asked("connect"), script.asked("commit")), (2, 1));
}

#[tokio::test]
async fn an_act_whose_caller_went_away_before_it_began_is_not_run() {
    let script = Script::failing(&[]);
    let writer = Arc::new(script.writer());
    let ran = Arc::new(AtomicUsize::new(0));
    let act = {
        let (writer, ran) = (writer.clone(), ran.clone());
        async move {
            writer
                .run(move |_| {
                    let ran = ran.clone();
                    Box::pin(async move {
                        ran.fetch_add(1, Ordering::SeqCst);
                        Ok(())
                    })
                })
                .await
        }
    };
    {
        // Polled once: the act is in the queue. Then its caller goes away.
        let mut act = Box::pin(act);
        assert!(futures::poll!(act.as_mut()).is_pending());
    }
    run(&writer, &[false]).await.remove(0).unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn closing_answers_what_waits_and_refuses_what_comes_later() {
    let script = Script::failing(&[]);
    let writer = script.writer();
    let (answers, ()) = futures::join!(run(&writer, &[false; 10]), writer.close());
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let late = run(&writer, &[false]).await.remove(0).unwrap_err();
    assert!(
        matches!(
            late,
            StoreError::Unavailable {
                maybe_applied: false,
                ..
            }
        ),
        "{late:?}"
    );
    assert_eq!(script.asked("close"), 1);
}

#[tokio::test]
async fn a_database_that_gives_up_in_mid_transaction_tells_every_act_why() {
    // A full disk: SQLite rolls back by itself, and every later word about the transaction is refused.
    let full = [
        ("insert", Fault::Unavailable, false),
        ("rollback", Fault::Refused, false),
        ("insert", Fault::Unavailable, false),
        ("rollback to", Fault::Refused, false),
        ("rollback", Fault::Refused, false),
    ];
    let script = Script::failing(&full);
    let writer = script.writer();
    for answer in run(&writer, &[false; 3]).await {
        let error = answer.unwrap_err();
        assert!(
            matches!(
                error,
                StoreError::Unavailable {
                    maybe_applied: false,
                    ..
                }
            ),
            "{error:?}"
        );
    }
    assert_eq!((script.asked("commit"), script.asked("connect")), (0, 2));
    assert!(
        run(&writer, &[false]).await[0].is_ok(),
        "with room again the writer goes on"
    );
}

#[tokio::test]
async fn a_database_that_stops_answering_holds_nobody_up_for_ever() {
    let script = Script::failing(&[
        ("insert", Fault::Timeout, false),
        ("commit", Fault::Timeout, false),
    ]);
    let writer = script.patient(Duration::from_millis(100));
    for _ in 0..2 {
        let error = run(&writer, &[false]).await.remove(0).unwrap_err();
        assert!(matches!(error, StoreError::Timeout { .. }), "{error:?}");
    }
    assert!(run(&writer, &[false]).await[0].is_ok());
    assert_eq!(
        script.asked("connect"),
        3,
        "a connection that hangs is not used again"
    );
}

//! The process that is killed.

use super::fault::{Fault, Faulty};
use optibid_core::app::{App, DraftMode, RequestKey, Stores};
use optibid_core::bid::BidContent;
use optibid_core::error::Error;
use optibid_core::ports::Ids;
use optibid_core::testing::fixtures::{self, FixedClock, NOON, Tenant};
use optibid_storage::{Database, Options};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What the parent sets: URL of the database.
pub(super) const URL: &str = "OPTIBID_CRASH_URL";
/// Number of the child: tells its requests and its time from those of others.
pub(super) const NUMBER: &str = "OPTIBID_CRASH_NUMBER";
/// The [`Fault`] to build in, if any.
pub(super) const FAULT: &str = "OPTIBID_CRASH_FAULT";
/// When set, the child asks what it is told to ask and ends.
pub(super) const ENDS: &str = "OPTIBID_CRASH_ENDS";
/// Name of the test that is the child.
pub(super) const TEST: &str = "crash::child::process";

const WRITERS: usize = 8;

struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Reads the keys to ask again from standard input, one a line, then makes up new ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that the crash tests start and kill"]
async fn process() {
    let Ok(url) = std::env::var(URL) else { return };
    let number: u64 = std::env::var(NUMBER).unwrap().parse().unwrap();
    let mut asked = String::new();
    std::io::stdin().read_to_string(&mut asked).unwrap();
    let options = Options {
        readers: 4,
        ..Options::default()
    };
    let database = Database::open(&url, &options).await.unwrap();
    let work = Arc::new(Work {
        app: app(database.stores(), number),
        again: Mutex::new(asked.lines().map(str::to_owned).collect()),
        ends: std::env::var(ENDS).is_ok(),
        number,
        next: AtomicU64::new(0),
    });
    print("");
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(work.clone().write()))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    database.close().await;
}

fn app(mut stores: Stores, number: u64) -> App {
    if let Ok(name) = std::env::var(FAULT) {
        let fault = Fault::named(&name).unwrap();
        stores.bids = Arc::new(Faulty {
            fault,
            inner: stores.bids,
        });
    }
    // Every child has a second of its own, so that a bid tells which child drafted it.
    let seconds = jiff::SignedDuration::from_secs(number.try_into().unwrap());
    fixtures::app(
        stores,
        Arc::new(FixedClock::at(NOON + seconds)),
        Arc::new(RandomIds),
    )
}

struct Work {
    app: App,
    again: Mutex<VecDeque<String>>,
    ends: bool,
    number: u64,
    next: AtomicU64,
}

impl Work {
    fn key(&self) -> Option<String> {
        let again = self.again.lock().unwrap().pop_front();
        let fresh = || {
            format!(
                "{}-{}",
                self.number,
                self.next.fetch_add(1, Ordering::Relaxed)
            )
        };
        again.or_else(|| (!self.ends).then(fresh))
    }

    async fn write(self: Arc<Self>) {
        let who = Tenant::numbered(1).principal();
        while let Some(key) = self.key() {
            let content = content(&key);
            let request = RequestKey::new(&key, &content).unwrap();
            print(&format!("ask {key}"));
            match self
                .app
                .draft_bid(&who, content, DraftMode::Strict, &request)
                .await
            {
                Ok(drafted) => {
                    let now = self.app.environment.clock.now();
                    let made = if drafted.bid.created_at() == now {
                        "new"
                    } else {
                        "kept"
                    };
                    print(&format!(
                        "told {key} {} {made}",
                        drafted.bid.id().uuid().simple()
                    ));
                }
                Err(error) => {
                    print(&format!("failed {key} {}", causes(&error)));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

/// A day-ahead offer for one hour, with the key in its note.
fn content(key: &str) -> BidContent {
    // Two days before the one whose gate closes on the third of June.
    let mut content = fixtures::ercot_dam_content(jiff::civil::date(2024, 6, 6));
    content.curves_mut().unwrap().truncate(1);
    content.note = Some(key.to_owned());
    content
}

fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text.replace('\n', " ")
}

/// Prints a line in one write, so that it arrives whole or is seen to be cut.
fn print(line: &str) {
    let line = format!("{line}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).unwrap();
    out.flush().unwrap();
}

//! Many writers, one transaction: what one act may do to another, and what survives.

use crate::databases::{Raw, postgres, postgres_url, sqlite, sqlite_file};
use optibid_core::bid::{Bid, BidEvent};
use optibid_core::id::BidId;
use optibid_core::ports::{AccountStore, BidQuery, BidStore, Ids, PageRequest, StoreError, Trail};
use optibid_core::testing::fixtures::{self, SequentialIds, Tenant};
use optibid_storage::{Database, Options, SqlStore};
use std::sync::Arc;
use std::time::Duration;

struct Desk {
    store: Arc<SqlStore>,
    ids: SequentialIds,
    tenant: Tenant,
}

impl Desk {
    async fn of(database: &Database) -> Self {
        let (store, tenant) = (database.store(), Tenant::numbered(1));
        let trail = fixtures::trail(&tenant.user, "org.found");
        store
            .insert_org(&tenant.org, &tenant.user, &trail)
            .await
            .unwrap();
        Self {
            store,
            ids: SequentialIds::default(),
            tenant,
        }
    }

    fn draft(&self) -> (Bid, BidEvent, Trail) {
        let content = fixtures::ercot_dam_content(jiff::civil::date(2024, 6, 4));
        let id = self.ids.next(BidId::from_uuid);
        let (bid, event) = fixtures::draft(&self.tenant, id, content);
        let trail = fixtures::bid_trail(&event, self.ids.uuid()).build();
        (bid, event, trail)
    }

    async fn stored(&self) -> Vec<BidId> {
        let page = PageRequest {
            limit: 10_000,
            after: None,
        };
        let query = BidQuery {
            page,
            ..BidQuery::default()
        };
        let mut bids: Vec<_> = self
            .store
            .bids(self.tenant.org.id, &query)
            .await
            .unwrap()
            .items
            .iter()
            .map(Bid::id)
            .collect();
        bids.sort();
        bids
    }
}

type Answer = tokio::task::JoinHandle<Result<(), StoreError>>;

fn insert(store: &Arc<SqlStore>, (bid, event, trail): (Bid, BidEvent, Trail)) -> Answer {
    let store = store.clone();
    tokio::spawn(async move { store.insert_bid(&bid, &event, &trail).await })
}

/// Every fourth of many writers repeats a bid that is there.
async fn a_refused_act_fails_alone(database: Database) {
    let desk = Desk::of(&database).await;
    let first = desk.draft();
    insert(&desk.store, first.clone()).await.unwrap().unwrap();
    let mut answers = Vec::new();
    let mut wanted = vec![first.0.id()];
    for index in 0..200 {
        let draft = if index % 4 == 0 {
            first.clone()
        } else {
            desk.draft()
        };
        if index % 4 != 0 {
            wanted.push(draft.0.id());
        }
        answers.push(insert(&desk.store, draft));
    }
    for (index, answer) in answers.into_iter().enumerate() {
        let answer = answer.await.unwrap();
        let refused = matches!(answer, Err(StoreError::AlreadyExists { .. }));
        assert_eq!(refused, index % 4 == 0, "{index}: {answer:?}");
        assert!(refused || answer.is_ok(), "{index}: {answer:?}");
    }
    assert_eq!(desk.stored().await, wanted);
    let report = database.verify().await.unwrap();
    assert!(report.is_sound(), "{:?}", report.findings);
    // The founding, the first bid and three of four others; a refused one leaves no entry.
    assert_eq!((report.audit_entries, report.unpublished), (152, 151));
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_a_refused_act_fails_alone() {
    a_refused_act_fails_alone(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_a_refused_act_fails_alone() {
    a_refused_act_fails_alone(postgres().await).await;
}

/// Half of the callers go away while their acts wait or run.
async fn a_cancelled_caller_breaks_nothing(database: Database) {
    let desk = Desk::of(&database).await;
    let (mut kept, mut wanted) = (Vec::new(), Vec::new());
    for index in 0_u64..300 {
        let draft = desk.draft();
        let id = draft.0.id();
        let answer = insert(&desk.store, draft);
        if index % 2 == 0 {
            tokio::time::sleep(Duration::from_micros(index * 7 % 400)).await;
            answer.abort();
        } else {
            kept.push(answer);
            wanted.push(id);
        }
    }
    for answer in kept {
        answer.await.unwrap().unwrap();
    }
    let stored = desk.stored().await;
    assert!(
        wanted.iter().all(|id| stored.contains(id)),
        "an acknowledged bid is missing"
    );
    let report = database.verify().await.unwrap();
    assert!(
        report.is_sound(),
        "a cancelled act was half applied: {:?}",
        report.findings
    );
    assert_eq!(report.audit_entries, report.bids + 1);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_a_cancelled_caller_breaks_nothing() {
    a_cancelled_caller_breaks_nothing(sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_a_cancelled_caller_breaks_nothing() {
    a_cancelled_caller_breaks_nothing(postgres().await).await;
}

/// Closes the database while writes wait; what was answered is there afterwards, and nothing else.
async fn closing_works_off_what_waits(url: &str) {
    let database = Database::open(url, &Options::default()).await.unwrap();
    let desk = Desk::of(&database).await;
    let mut answers = Vec::new();
    for _ in 0..100 {
        let draft = desk.draft();
        answers.push((draft.0.id(), insert(&desk.store, draft)));
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    database.close().await;
    let mut wanted = Vec::new();
    for (id, answer) in answers {
        match answer.await.unwrap() {
            Ok(()) => wanted.push(id),
            Err(error) => assert!(error.certainly_not_applied(), "{error:?}"),
        }
    }
    let (bid, event, trail) = desk.draft();
    let late = desk
        .store
        .insert_bid(&bid, &event, &trail)
        .await
        .unwrap_err();
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
    let read = desk
        .store
        .bid(desk.tenant.org.id, bid.id())
        .await
        .unwrap_err();
    assert!(matches!(read, StoreError::Unavailable { .. }), "{read:?}");

    let database = Database::open(url, &Options::default()).await.unwrap();
    let desk = Desk {
        store: database.store(),
        ..desk
    };
    assert_eq!(desk.stored().await, wanted);
    assert!(database.verify().await.unwrap().is_sound());
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_closing_works_off_what_waits() {
    let (_folder, url) = sqlite_file();
    closing_works_off_what_waits(&url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres_closing_works_off_what_waits() {
    closing_works_off_what_waits(&postgres_url().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_on_one_database_keep_one_chain() {
    let (_folder, file) = sqlite_file();
    for url in [file, postgres_url().await] {
        let first = Database::open(&url, &Options::default()).await.unwrap();
        let second = Database::open(&url, &Options::default()).await.unwrap();
        let desk = Desk::of(&first).await;
        let answers: Vec<_> = (0..120)
            .map(|index| {
                let store = if index % 2 == 0 {
                    first.store()
                } else {
                    second.store()
                };
                insert(&store, desk.draft())
            })
            .collect();
        for answer in answers {
            answer.await.unwrap().unwrap();
        }
        let report = first.verify().await.unwrap();
        assert!(report.is_sound(), "{:?}", report.findings);
        assert_eq!((report.bids, report.audit_entries), (120, 121));
        first.close().await;
        second.close().await;
    }
}

#[tokio::test]
async fn a_write_waits_for_another_programs_transaction() {
    let (_folder, file) = sqlite_file();
    for (url, lock) in [
        (file, "begin immediate"),
        (
            postgres_url().await,
            "begin; select sequence from audit_head for update",
        ),
    ] {
        let database = Database::open(&url, &Options::default()).await.unwrap();
        let desk = Desk::of(&database).await;
        let mut other = Raw::connect(&url).await;
        other.script(lock).await;
        let answer = insert(&desk.store, desk.draft());
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!answer.is_finished(), "it did not wait");
        other.script("rollback").await;
        answer.await.unwrap().unwrap();
        database.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_comes_back_after_its_connections_were_cut() {
    let url = postgres_url().await;
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let desk = Desk::of(&database).await;
    let mut raw = Raw::connect(&url).await;
    let mut wanted = Vec::new();
    for _ in 0..5 {
        raw.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
        let draft = desk.draft();
        wanted.push(draft.0.id());
        insert(&desk.store, draft).await.unwrap().unwrap();
        assert_eq!(desk.stored().await, wanted);
    }
    database.close().await;
}

/// Cuts connections again and again under many writers: an acknowledged bid is there, one that was
/// certainly not applied is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_tells_the_truth_when_connections_are_cut_in_mid_write() {
    let url = postgres_url().await;
    let database = Database::open(&url, &Options::default()).await.unwrap();
    let desk = Desk::of(&database).await;
    let mut raw = Raw::connect(&url).await;
    let (mut applied, mut refused) = (Vec::new(), Vec::new());
    for _ in 0..10 {
        let mut answers = Vec::new();
        for _ in 0..40 {
            let draft = desk.draft();
            answers.push((draft.0.id(), insert(&desk.store, draft)));
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
        raw.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
        for (id, answer) in answers {
            match answer.await.unwrap() {
                Ok(()) => applied.push(id),
                Err(error) if error.certainly_not_applied() => refused.push(id),
                Err(_) => {}
            }
        }
    }
    let stored = desk.stored().await;
    assert!(!applied.is_empty());
    assert!(
        applied.iter().all(|id| stored.contains(id)),
        "an acknowledged bid is missing"
    );
    assert!(
        !refused.iter().any(|id| stored.contains(id)),
        "a refused bid was stored"
    );
    assert!(database.verify().await.unwrap().is_sound());
    database.close().await;
}

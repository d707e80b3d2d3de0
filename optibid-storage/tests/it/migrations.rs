//! Up, down and status; what stops a start.

use crate::databases::{Raw, postgres_url, sqlite_file};
use crate::verification::filled;
use optibid_storage::migrate::{self, Holdings, MigrationError};
use optibid_storage::{Database, OpenError, Options};

async fn applied(url: &str) -> Vec<bool> {
    let known = migrate::status(url).await.unwrap();
    known.iter().map(|migration| migration.applied).collect()
}

async fn up_down_up(url: &str) {
    let all = applied(url).await.len();
    let count = u64::try_from(all).unwrap();
    assert_eq!(applied(url).await, vec![false; all]);
    assert_eq!(migrate::up(url).await.unwrap(), count);
    assert_eq!(
        migrate::up(url).await.unwrap(),
        0,
        "a second time there is nothing to do"
    );
    assert_eq!(applied(url).await, vec![true; all]);
    down_and_up(url, count).await;
    let database = Database::open(url, &Options::default()).await.unwrap();
    assert!(database.verify().await.unwrap().is_sound());
    database.close().await;
}

async fn down_and_up(url: &str, count: u64) {
    let first = Raw::connect(url).await.tables().await;
    assert_eq!(
        migrate::down(url, 100).await.unwrap(),
        count,
        "no more than there are"
    );
    assert_eq!(
        Raw::connect(url).await.tables().await,
        ["schema_migrations"]
    );
    assert_eq!(migrate::up(url).await.unwrap(), count);
    assert_eq!(Raw::connect(url).await.tables().await, first);
}

#[tokio::test]
async fn users_and_bids_are_counted_before_they_are_lost() {
    let (_folder, file) = sqlite_file();
    for url in [file, postgres_url().await] {
        let nothing = Holdings::default();
        assert_eq!(migrate::holdings(&url).await.unwrap(), nothing);
        migrate::up(&url).await.unwrap();
        assert_eq!(migrate::holdings(&url).await.unwrap(), nothing);
        filled(&url).await.close().await;
        let held = migrate::holdings(&url).await.unwrap();
        assert_eq!(held, Holdings { users: 1, bids: 3 });
        migrate::down(&url, 100).await.unwrap();
        assert_eq!(migrate::holdings(&url).await.unwrap(), nothing);
    }
}

#[tokio::test]
async fn asking_for_a_file_does_not_make_it() {
    let (folder, url) = sqlite_file();
    assert!(
        migrate::status(&url)
            .await
            .unwrap()
            .iter()
            .all(|m| !m.applied)
    );
    migrate::holdings(&url).await.unwrap();
    assert_eq!(migrate::down(&url, 1).await.unwrap(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn sqlite_goes_up_down_and_up() {
    let (_folder, url) = sqlite_file();
    up_down_up(&url).await;
}

#[tokio::test]
async fn postgres_goes_up_down_and_up() {
    up_down_up(&postgres_url().await).await;
}

async fn refusals(url: &str) {
    let careful = Options {
        migrate: false,
        ..Options::default()
    };
    let missing = Database::open(url, &careful).await.err().unwrap();
    let OpenError::Migration(MigrationError::Missing { from: 1, .. }) = missing else {
        panic!("{missing:?}")
    };
    migrate::up(url).await.unwrap();
    Database::open(url, &careful).await.unwrap().close().await;

    let raw = "insert into schema_migrations (version, name, checksum) values (999, 'later', 'x')";
    Raw::connect(url).await.execute(raw).await;
    let newer = Database::open(url, &Options::default())
        .await
        .err()
        .unwrap();
    assert!(
        newer
            .to_string()
            .contains("start a program of the newer version"),
        "{newer}"
    );
    let OpenError::Migration(MigrationError::Newer { found: 999, .. }) = newer else {
        panic!("{newer:?}")
    };
    assert!(
        migrate::down(url, 1).await.is_err(),
        "nor does it know the way back"
    );

    let mut raw = Raw::connect(url).await;
    raw.execute("delete from schema_migrations where version = 999")
        .await;
    raw.execute("update schema_migrations set checksum = 'x' where version = 1")
        .await;
    let altered = Database::open(url, &Options::default())
        .await
        .err()
        .unwrap();
    let fits = matches!(
        altered,
        OpenError::Migration(MigrationError::Altered { .. })
    );
    assert!(fits, "{altered:?}");
}

#[tokio::test]
async fn sqlite_refuses_a_schema_that_is_not_its_own() {
    let (_folder, url) = sqlite_file();
    refusals(&url).await;
}

#[tokio::test]
async fn postgres_refuses_a_schema_that_is_not_its_own() {
    refusals(&postgres_url().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_that_start_at_the_same_time_migrate_once() {
    let (_folder, file) = sqlite_file();
    for url in [file, postgres_url().await] {
        let starts = (0..6).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Database::open(&url, &Options::default()).await })
        });
        for start in starts.collect::<Vec<_>>() {
            start.await.unwrap().unwrap().close().await;
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_unavailable_and_certainly_unchanged() {
    let url = "postgresql://nobody@127.0.0.1:1/none";
    let error = Database::open(url, &Options::default())
        .await
        .err()
        .unwrap();
    let OpenError::Store(error) = error else {
        panic!("{error:?}")
    };
    assert!(
        matches!(error, optibid_core::ports::StoreError::Unavailable { .. }),
        "{error:?}"
    );
    assert!(error.certainly_not_applied());
}

//! `kill -9` of a process that drafts bids, again and again: no acknowledged bid may be lost, none stored
//! twice, and none without its event, its message in the outbox and its audit entry.
//!
//! The child ([`child`]) is this test program, started again: eight writers call the use case and print
//! what they ask and what they are told. The parent ([`harness`]) kills it a random 2 to 42 ms after the
//! first request, starts it again with every request whose outcome it does not know (each twice at a
//! time, as an impatient client would) and some whose outcome it does, and at the end compares what was
//! told with what the tables hold, read by SQL of its own ([`ledger`]).
//!
//! Children with a fault built in ([`fault`]) show that the harness sees what it is there to see.
//!
//! A kill takes the process and leaves the machine: what the kernel has been given survives. It shows
//! that nothing is acknowledged before its commit, and that a restart recovers. That a commit is flushed
//! to the disk is a matter of the connection's settings.

#![expect(clippy::print_stderr, reason = "a crash test shows its figures")]

mod chance;
mod child;
mod fault;
mod harness;
mod ledger;
mod postmaster;

use crate::databases::postgres_url;
use fault::Fault;
use harness::Harness;
use ledger::Verdict;

/// Whether the long form was asked for.
fn full() -> bool {
    std::env::var("OPTIBID_TEST_FULL").is_ok_and(|set| set == "1")
}

/// A file in a folder that goes away with the test.
fn sqlite_file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("crash.db").display());
    (folder, url)
}

/// Kills so often, then asks again for all that is unknown and compares.
async fn killed(url: &str, kills: u32) -> Verdict {
    let mut harness = Harness::over(url, None).await;
    for _ in 0..kills {
        harness.kill_once();
    }
    harness.settle();
    harness.judge().await
}

/// Kills children with a fault until it shows, or so often.
async fn caught(url: &str, (fault, kills): (Fault, u32)) -> Verdict {
    let mut harness = Harness::over(url, Some(fault)).await;
    let mut verdict = Verdict::default();
    while verdict.is_clean() && harness.kills() < kills {
        for _ in 0..10 {
            harness.kill_once();
        }
        verdict = harness.judge().await;
    }
    verdict
}

#[tokio::test]
async fn kills_on_sqlite_lose_nothing() {
    let (_folder, url) = sqlite_file();
    let kills = if full() { 10_000 } else { 300 };
    let verdict = killed(&url, kills).await;
    verdict.assert_clean(kills);
}

#[tokio::test]
async fn kills_on_postgres_lose_nothing() {
    let url = postgres_url().await;
    let kills = if full() { 5_000 } else { 100 };
    let verdict = killed(&url, kills).await;
    verdict.assert_clean(kills);
}

#[tokio::test]
async fn kills_of_the_postgres_server_lose_nothing() {
    if !full() {
        let test = "kills_of_the_postgres_server_lose_nothing";
        optibid_core::testing::data::not_run(test, "OPTIBID_TEST_FULL is unset");
        return;
    }
    let server = postmaster::Server::start();
    let mut harness = Harness::over(server.url(), None).await;
    for _ in 0..200 {
        harness.run_while(|| server.kill_and_start());
    }
    harness.settle();
    let verdict = harness.judge().await;
    verdict.forgive_errors().assert_clean(200);
}

#[tokio::test]
async fn a_crash_shows_answers_given_before_the_commit() {
    let (_folder, url) = sqlite_file();
    let verdict = caught(&url, (Fault::AnswersEarly, 300)).await;
    assert!(!verdict.lost.is_empty(), "{verdict}");
}

#[tokio::test]
async fn a_crash_shows_answers_given_before_the_commit_on_postgres() {
    let url = postgres_url().await;
    let verdict = caught(&url, (Fault::AnswersEarly, 100)).await;
    assert!(!verdict.lost.is_empty(), "{verdict}");
}

#[tokio::test]
async fn a_crash_shows_forgotten_keys() {
    let (_folder, url) = sqlite_file();
    let verdict = caught(&url, (Fault::ForgetsKeys, 50)).await;
    assert!(!verdict.doubled.is_empty(), "{verdict}");
    assert!(!verdict.contradicted.is_empty(), "{verdict}");
}

#[tokio::test]
async fn a_crash_shows_dropped_messages() {
    let (_folder, url) = sqlite_file();
    let verdict = caught(&url, (Fault::DropsMessages, 10)).await;
    assert!(!verdict.without_message.is_empty(), "{verdict}");
}

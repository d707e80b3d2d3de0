//! What is written down when.

use crate::fixture::World;
use jiff::{SignedDuration, Timestamp};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::known::{self, Keeper};
use optibid_tui::request::{Answer, Request, Update};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A dashboard with everything read at its time, and a keeper that has heard of it.
struct Kept {
    folder: TempDir,
    dashboard: Dashboard,
    keeper: Keeper,
    now: Timestamp,
}

#[derive(Clone, Copy)]
enum Read {
    Prices,
    Bids,
    Profit,
    Health,
}

fn got(dashboard: &Dashboard, which: Read) -> Update {
    let data = &dashboard.state().data;
    let (request, answer) = match which {
        Read::Prices => {
            let prices = data.latest.values().cloned().collect();
            (Request::Latest, Answer::Prices(prices))
        }
        Read::Bids => (Request::Bids, Answer::Bids(data.bids.clone())),
        Read::Profit => {
            let last = data.profit.last().unwrap().day;
            (
                Request::profit_to(last),
                Answer::Profit(data.profit.clone()),
            )
        }
        Read::Health => (
            Request::Health,
            Answer::Health(data.health.clone().unwrap()),
        ),
    };
    Update::Got(request, Ok(answer))
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World::autumn();
        let keeper = Keeper::new(folder.path().join("known/prod")).unwrap();
        Self {
            folder,
            dashboard: world.dashboard(),
            keeper,
            now: world.now,
        }
    }

    fn hear(&mut self, which: &[Read]) {
        for which in which {
            self.keeper.hear(&got(&self.dashboard, *which), self.now);
        }
    }

    fn keep_after(&mut self, seconds: i64) {
        let then = self.now + SignedDuration::from_secs(seconds);
        self.dashboard.tick(then);
        self.keeper.keep(self.dashboard.state());
    }

    fn files(&self, server: &str) -> Vec<String> {
        let folder = self.folder.path().join("known").join(server);
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".csv"))
            .collect();
        names.sort();
        names
    }
}

fn wait_for(file: &Path) {
    let began = Instant::now();
    while !file.exists() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{}",
            file.display()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn each_file_is_written_when_it_is_due_and_what_is_not_in_one_writes_none() {
    let mut kept = Kept::new();
    let prod = kept.folder.path().join("known/prod");
    kept.hear(&[Read::Prices, Read::Bids, Read::Profit, Read::Health]);
    kept.keep_after(0);
    kept.keep_after(1);
    // Prices would have been written before this one, had they been due.
    wait_for(&prod.join("profit.csv"));
    assert_eq!(kept.files("prod"), ["bids.csv", "profit.csv"]);
    // Later news do not put off what is due.
    let first = kept.now;
    kept.now = first + SignedDuration::from_secs(29);
    kept.hear(&[Read::Prices]);
    kept.now = first;
    kept.keep_after(30);
    wait_for(&prod.join("prices.csv"));
    // Nothing else had changed.
    assert!(kept.keeper.finish(kept.dashboard.state()).await);
    assert_eq!(kept.files("prod"), ["bids.csv", "prices.csv", "profit.csv"]);
}

#[tokio::test]
async fn at_the_end_what_is_not_due_yet_is_written_too() {
    let mut kept = Kept::new();
    kept.hear(&[Read::Prices]);
    assert!(kept.keeper.finish(kept.dashboard.state()).await);
    let written = kept.folder.path().join("known/prod/prices.csv");
    let written = std::fs::read_to_string(written).unwrap();
    let state = kept.dashboard.state();
    let files = known::files(&state.data, &state.slots);
    let (_, wanted) = files
        .iter()
        .find(|(name, _)| *name == "prices.csv")
        .unwrap();
    assert_eq!(written, *wanted);
    assert_eq!(kept.files("prod"), ["prices.csv"]);
}

#[tokio::test]
async fn what_one_server_said_is_not_written_down_as_what_another_did() {
    let mut kept = Kept::new();
    kept.hear(&[Read::Bids]);
    kept.keeper.go_to("test", kept.dashboard.state());
    kept.hear(&[Read::Profit]);
    assert!(kept.keeper.finish(kept.dashboard.state()).await);
    assert_eq!(kept.files("prod"), ["bids.csv"]);
    assert_eq!(kept.files("test"), ["profit.csv"]);
}

#[tokio::test]
async fn who_signs_out_leaves_no_empty_files_behind() {
    let mut kept = Kept::new();
    kept.hear(&[Read::Bids]);
    assert!(kept.keeper.finish(kept.dashboard.state()).await);
    kept.hear(&[Read::Bids]);
    kept.keeper.hear(&Update::SignedOut, kept.now);
    kept.dashboard.apply(Update::SignedOut);
    assert!(kept.keeper.finish(kept.dashboard.state()).await);
    let (data, _) = known::load(&kept.folder.path().join("known/prod")).unwrap();
    assert_eq!(data.bids.len(), 6);
}

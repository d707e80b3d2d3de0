//! Starts children, kills them and keeps what they were told.

use super::chance::random;
use super::child;
use super::fault::Fault;
use super::ledger::{Told, Verdict};
use optibid_core::ports::AccountStore;
use optibid_core::testing::fixtures::{self, Tenant};
use optibid_storage::{Database, Options};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest wait for a child's first request.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database, and what its users were told.
pub(super) struct Harness {
    url: String,
    fault: Option<Fault>,
    told: Told,
    kills: u32,
}

/// A child under way.
struct Running {
    process: Child,
    started: mpsc::Receiver<()>,
    lines: JoinHandle<Vec<String>>,
}

impl Harness {
    /// Makes the schema and a tenant.
    pub(super) async fn over(url: &str, fault: Option<Fault>) -> Self {
        let database = Database::open(url, &Options::default()).await.unwrap();
        let tenant = Tenant::numbered(1);
        let trail = fixtures::trail(&tenant.user, "org.found");
        database
            .store()
            .insert_org(&tenant.org, &tenant.user, &trail)
            .await
            .unwrap();
        database.close().await;
        Self {
            url: url.to_owned(),
            fault,
            told: Told::default(),
            kills: 0,
        }
    }

    /// How many children were killed.
    pub(super) const fn kills(&self) -> u32 {
        self.kills
    }

    /// Starts a child and kills it a random 2 to 42 ms after its first request.
    pub(super) fn kill_once(&mut self) {
        self.run_while(|| std::thread::sleep(Duration::from_micros(random(2_000, 42_000))));
    }

    /// Starts a child, does `meanwhile` from its first request on and then kills it.
    pub(super) fn run_while(&mut self, meanwhile: impl FnOnce()) {
        let mut child = self.start(false);
        if child.started.recv_timeout(PATIENCE).is_err() {
            let _ = child.process.kill();
            panic!("a child asked for nothing: {:?}", child.lines.join());
        }
        meanwhile();
        child.process.kill().unwrap();
        let status = child.process.wait().unwrap();
        let lines = child.lines.join().unwrap();
        assert_eq!(
            status.signal(),
            Some(9),
            "a child ended by itself: {:?}",
            lines.last()
        );
        self.told.hear(&lines);
        self.kills += 1;
    }

    /// Asks again for everything whose outcome is not known, without a kill.
    pub(super) fn settle(&mut self) {
        let mut child = self.start(true);
        let status = child.process.wait().unwrap();
        let lines = child.lines.join().unwrap();
        assert!(
            status.success(),
            "the last child failed: {:?}",
            lines.last()
        );
        self.told.hear(&lines);
    }

    /// Compares what was told with what the tables hold.
    pub(super) async fn judge(&self) -> Verdict {
        let verdict = Verdict::of(&self.url, &self.told).await;
        let fault = self
            .fault
            .map_or_else(|| "no fault".to_owned(), Fault::name);
        let database = self.url.split(':').next().unwrap_or_default();
        eprintln!("{database}, {fault}: {} kills, {verdict}", self.kills);
        verdict
    }

    fn start(&self, ends: bool) -> Running {
        let mut command = Command::new(this_program());
        command.args([child::TEST, "--exact", "--ignored", "--nocapture"]);
        command
            .env(child::URL, &self.url)
            .env(child::NUMBER, self.kills.to_string());
        if let Some(fault) = self.fault {
            command.env(child::FAULT, fault.name());
        }
        if ends {
            command.env(child::ENDS, "1");
        }
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = pipes.spawn().unwrap();
        let mut input = process.stdin.take().unwrap();
        input
            .write_all(self.told.to_ask_again().as_bytes())
            .unwrap();
        drop(input);
        let (first, started) = mpsc::channel();
        let output = process.stdout.take().unwrap();
        let lines = std::thread::spawn(move || listen(output, &first));
        Running {
            process,
            started,
            lines,
        }
    }
}

/// Collects whole lines, and tells when the first request comes.
fn listen(output: ChildStdout, first: &mpsc::Sender<()>) -> Vec<String> {
    let (mut output, mut lines) = (BufReader::new(output), Vec::new());
    loop {
        let mut line = String::new();
        // A line that was cut by the kill was never told.
        if output.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
            return lines;
        }
        if line.starts_with("ask ") {
            let _ = first.send(());
        }
        lines.push(line.trim_end().to_owned());
    }
}

/// This very program, even where a build has put another in its place meanwhile.
fn this_program() -> PathBuf {
    let running = Path::new("/proc/self/exe");
    if running.exists() {
        running.to_owned()
    } else {
        std::env::current_exe().unwrap()
    }
}

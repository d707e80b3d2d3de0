//! A PostgreSQL server of the test's own, to be killed.

use super::chance::random;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for a server that starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with its data in a temporary folder; it stops when dropped.
pub(super) struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
    url: String,
}

impl Server {
    /// Makes a cluster whose commits are flushed, and starts it on a free port.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let server = Self {
            programs: programs(),
            folder,
            url,
        };
        if is_root() {
            run(Command::new("chown")
                .arg("postgres:")
                .arg(server.folder.path()));
        }
        let made = [
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ];
        run(server
            .program("initdb")
            .arg("-D")
            .arg(server.data())
            .args(made));
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
             fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n\
             recovery_init_sync_method = syncfs\n"
        );
        let file = server.data().join("postgresql.conf");
        let before = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, before + &settings).unwrap();
        server.wait_until_started();
        server
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Kills the server a random 2 to 42 ms from now, and starts it again.
    pub(super) fn kill_and_start(&self) {
        std::thread::sleep(Duration::from_micros(random(2_000, 42_000)));
        let lock = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        run(Command::new("kill").args(["-9", lock.lines().next().unwrap()]));
        self.wait_until_started();
        // The child has found its way back when it has written again.
        std::thread::sleep(Duration::from_millis(150));
    }

    /// Tries until the processes that a killed server left behind have gone, too.
    fn wait_until_started(&self) {
        let started = Instant::now();
        loop {
            let mut start = self.program("pg_ctl");
            start
                .arg("-D")
                .arg(self.data())
                .arg("-l")
                .arg(self.folder.path().join("log"));
            let done = start
                .args(["-w", "-t", "30", "start"])
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            if done.status().unwrap().success() {
                return;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "PostgreSQL did not start: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// PostgreSQL refuses to run as root, so root lends it Debian's own account.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut lent = Command::new("setpriv");
            lent.args(["--reuid=postgres", "--regid=postgres", "--init-groups"])
                .arg(path);
            lent
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.arg("-D")
            .arg(self.data())
            .args(["-m", "immediate", "-w", "stop"]);
        let _ = stop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output().unwrap();
    asked.stdout == b"0\n"
}

/// The folder of PostgreSQL's programs: Debian's for version 15, or the one in the path.
fn programs() -> PathBuf {
    let debian = Path::new("/usr/lib/postgresql/15/bin");
    if debian.join("initdb").exists() {
        return debian.to_owned();
    }
    let asked = Command::new("pg_config").arg("--bindir").output();
    let asked = asked.expect("PostgreSQL 15 must be installed for its server to be killed");
    PathBuf::from(String::from_utf8(asked.stdout).unwrap().trim())
}

fn run(command: &mut Command) {
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?} failed: {said}");
}

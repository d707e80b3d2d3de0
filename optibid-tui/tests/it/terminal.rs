//! The program in a real terminal (tmux) against a real server.

use crate::harness::{EMAIL, PASSWORD, Running, serve, trader};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_optibid-tui");

/// A terminal of its own, on a socket of its own.
struct Tmux {
    folder: TempDir,
    session: String,
}

fn tmux(arguments: &[&str]) -> String {
    let output = Command::new("tmux").args(arguments).output();
    let output = output.expect("the package tmux is installed: scripts/setup.sh test");
    assert!(
        output.status.success(),
        "tmux {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

impl Tmux {
    /// A shell in a terminal of that size, with a home of its own.
    fn new(width: u16, height: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("tmux").display().to_string();
        let home = format!(
            "env -i HOME={} PATH=/usr/bin:/bin TERM=tmux-256color LANG=C.UTF-8 PS1='$ ' bash --norc --noprofile -i",
            folder.path().display()
        );
        let (width, height) = (width.to_string(), height.to_string());
        tmux(&[
            "-S",
            &socket,
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &width,
            "-y",
            &height,
            &home,
        ]);
        let this = Self {
            folder,
            session: socket,
        };
        this.wait("$");
        this
    }

    fn keys(&self, keys: &[&str]) {
        let mut arguments = vec!["-S", self.session.as_str(), "send-keys"];
        arguments.extend(keys);
        tmux(&arguments);
    }

    fn line(&self, text: &str) {
        self.keys(&["-l", text]);
        self.keys(&["Enter"]);
    }

    fn seen(&self) -> String {
        tmux(&["-S", &self.session, "capture-pane", "-p"])
    }

    fn ask(&self, format: &str) -> String {
        tmux(&["-S", &self.session, "display-message", "-p", format])
            .trim()
            .to_owned()
    }

    /// Waits until a text is on the screen.
    fn wait(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let seen = self.seen();
            if seen.contains(text) {
                return seen;
            }
            assert!(
                began.elapsed() < Duration::from_secs(40),
                "{text:?} is not there:\n{seen}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn resize(&self, width: u16, height: u16) {
        let (width, height) = (width.to_string(), height.to_string());
        tmux(&[
            "-S",
            &self.session,
            "resize-window",
            "-x",
            &width,
            "-y",
            &height,
        ]);
    }

    /// The program ended with that code and the terminal is as it was: no other screen, a cursor, no mouse, and it echoes.
    fn is_restored(&self, marker: &str, code: u8) {
        let began = Instant::now();
        while self.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") != "0 1 0" {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "the terminal was not given back:\n{}",
                self.seen()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        self.line(&format!(
            "echo {marker} code $?; stty -a | grep -o ' -\\?icanon\\| -\\?echo ' | xargs echo modes"
        ));
        self.wait(&format!("{marker} code {code}\n"));
        self.wait("modes icanon echo\n");
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = Command::new("tmux")
            .args(["-S", &self.session, "kill-server"])
            .output();
    }
}

/// The shell in the terminal has the program as its child.
fn process(tmux: &Tmux) -> String {
    let shell = tmux.ask("#{pane_pid}");
    let output = Command::new("pgrep")
        .args(["-P", &shell, "-f", "optibid-tui"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A server with a trader's draft, and a terminal where the dashboard shows it.
async fn shown() -> (Running, TempDir, Tmux) {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let tmux = Tmux::new(120, 40);
    tmux.line(&format!(
        "export OPTIBID_EMAIL={EMAIL} OPTIBID_PASSWORD='{PASSWORD}' OPTIBID_SERVER={}",
        server.url
    ));
    tmux.line(&format!("clear; {PROGRAM}"));
    tmux.wait(" live");
    tmux.wait("ERCOT");
    (server, folder, tmux)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_submit_a_bid_and_q_gives_the_terminal_back() {
    let (server, _folder, tmux) = shown().await;
    assert_eq!(tmux.ask("#{alternate_on} #{mouse_any_flag}"), "1 1");
    tmux.keys(&["3"]);
    tmux.wait("1 draft");
    tmux.keys(&["v"]);
    tmux.wait("1 validated");
    tmux.keys(&["s"]);
    let question = tmux.wait("y submit");
    assert!(
        question.contains("up to 10 MWh (10 MW) at 40.00 to 60.00 USD/MWh"),
        "{question}"
    );
    tmux.keys(&["y"]);
    tmux.wait("1 acknowledged");
    tmux.keys(&["Enter"]);
    tmux.wait("submitted");
    // Released, the mouse is the terminal's.
    tmux.keys(&["m"]);
    tmux.wait("select text as usual");
    assert_eq!(tmux.ask("#{mouse_any_flag}"), "0");
    tmux.keys(&["q"]);
    tmux.is_restored("after-q", 0);
    // What was submitted is there without the server.
    server.end().await;
    tmux.line(&format!("clear; {PROGRAM} --offline --screen bids"));
    tmux.wait("1 acknowledged");
    tmux.wait("OFFLINE");
    tmux.keys(&["q"]);
    tmux.is_restored("after-offline", 0);
    let log =
        std::fs::read_to_string(tmux.path(".local/state/optibid/tui/optibid-tui.log")).unwrap();
    assert!(
        log.contains("submit bid") && !log.contains(PASSWORD),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_gives_the_terminal_back() {
    let (server, _folder, tmux) = shown().await;
    let status = Command::new("kill")
        .args(["-TERM", &process(&tmux)])
        .status()
        .unwrap();
    assert!(status.success());
    tmux.is_restored("after-term", 143);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_gives_the_terminal_back_and_is_told() {
    let (server, _folder, tmux) = shown().await;
    tmux.keys(&["-l", ":panic"]);
    tmux.keys(&["Enter"]);
    tmux.wait("asked for by the command panic");
    tmux.is_restored("after-panic", 101);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn suspended_it_comes_back_and_draws_itself_anew() {
    let (server, _folder, tmux) = shown().await;
    tmux.keys(&["C-z"]);
    tmux.wait("Stopped");
    assert_eq!(tmux.ask("#{alternate_on} #{mouse_any_flag}"), "0 0");
    tmux.line("fg");
    tmux.wait(" live");
    assert_eq!(tmux.ask("#{alternate_on} #{mouse_any_flag}"), "1 1");
    // From outside as well.
    let status = Command::new("kill")
        .args(["-TSTP", &process(&tmux)])
        .status()
        .unwrap();
    assert!(status.success());
    tmux.wait("Stopped");
    tmux.line("fg");
    tmux.wait(" live");
    tmux.resize(50, 12);
    tmux.wait("Too small");
    tmux.resize(100, 30);
    tmux.wait(" live");
    tmux.keys(&["q"]);
    tmux.is_restored("after-fg", 0);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_it_prints_the_status() {
    let (server, _folder, tmux) = shown().await;
    tmux.keys(&["q"]);
    tmux.line(&format!(
        "clear; {PROGRAM} | grep -c ^gate; {PROGRAM} status --format csv | grep ^bids"
    ));
    tmux.wait("bids,draft,1,,,");
    tmux.line(&format!("clear; {PROGRAM} check"));
    let seen = tmux.wait("signed in");
    assert!(
        seen.contains("ann@example.com of Hill Country Storage, org_admin"),
        "{seen}"
    );
    server.end().await;
    tmux.line(&format!("clear; {PROGRAM} status; echo code $?"));
    tmux.wait("code 5");
    tmux.line(&format!(
        "clear; OPTIBID_SERVER=nowhere {PROGRAM} status; echo code $?"
    ));
    tmux.wait("code 3");
}

//! `optibid serve --demo` from its first line to its end.

use super::process::Folder;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A server that is ended with the test.
struct Running {
    child: Child,
    lines: Vec<String>,
}

impl Running {
    /// Starts a server and reads what it prints until it answers.
    fn start(folder: &Folder, args: &[&str]) -> Self {
        let mut command = folder.command(args);
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut running = Self {
            child: command.spawn().unwrap(),
            lines: Vec::new(),
        };
        let out = BufReader::new(running.child.stdout.take().unwrap());
        for line in out.lines() {
            let line = line.unwrap();
            let last = line.starts_with("Ctrl-C");
            running.lines.push(line);
            if last {
                return running;
            }
        }
        panic!("it ended: {:?}", running.lines);
    }

    /// The rest of the line that starts with a word.
    fn value(&self, word: &str) -> &str {
        let line = self
            .lines
            .iter()
            .find(|line| line.starts_with(word))
            .unwrap();
        line[word.len()..].trim_start()
    }

    /// Asks it to end and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_demo_trades_shows_serves_and_stops() {
    let folder = Folder::new();
    let args = ["serve", "--demo", "--days", "2", "--port", "0"];
    let server = Running::start(&folder, &args);
    let row = |day: &str| {
        server
            .lines
            .iter()
            .find(|line| line.starts_with(day))
            .cloned()
    };
    let first = row("2024-08-12").expect("the first day");
    assert!(row("2024-08-13").is_some() && row("2024-08-14").is_none());
    assert_eq!(server.value("login"), "demo@optibid.example");
    let password = server
        .value("password")
        .split("   ")
        .next()
        .unwrap()
        .to_owned();
    let url = server.value("API").trim_end_matches("/api/docs").to_owned();
    let smoke = [
        "smoke",
        "--url",
        &url,
        "--email",
        "demo@optibid.example",
        "--password-stdin",
    ];
    let checked = folder.run_fed(&smoke, &format!("{password}\n")).expect(0);
    assert!(
        checked.out.contains("bid, dry run") && !checked.out.contains("FAILED"),
        "{}",
        checked.out
    );
    folder.run_fed(&smoke, "not the password\n").expect(1);
    assert_eq!(server.end(), Some(0));
    folder.run(&["db", "verify"]).expect(0);

    // The second start shows the same days and does not trade them again.
    let again = Running::start(&folder, &args);
    assert!(
        again.lines.contains(&first),
        "{first} is not in {:?}",
        again.lines
    );
    assert!(
        again
            .value("password")
            .starts_with("as shown at the first start")
    );
    assert_eq!(again.end(), Some(0));
    let listed = folder.run(&[
        "bid",
        "list",
        "--as",
        "demo@optibid.example",
        "--format",
        "json",
    ]);
    assert_eq!(listed.expect(0).rows().len(), 2);
}

#[test]
fn production_gets_no_demo() {
    let folder = Folder::new();
    let settings = [
        ("ENVIRONMENT", "production"),
        ("JWT_SECRET", "q8Zk2vT1nR5yW7uB4mX9cL3pH6sD0fGj"),
    ];
    let done = folder
        .run_with(&["serve", "--demo", "--port", "0"], &settings)
        .expect(1);
    assert!(done.err.contains("ENVIRONMENT=production"), "{}", done.err);
}

#[test]
fn a_taken_port_is_told_before_anything_is_stored() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for more in [&[][..], &["--demo"][..]] {
        let folder = Folder::new();
        let done = folder.run(&[&["serve", "--port", &port], more].concat());
        let done = done.expect(1);
        assert!(
            done.err.contains(&format!("listening on 127.0.0.1:{port}")),
            "{}",
            done.err
        );
        assert_eq!(folder.names(), Vec::<String>::new());
    }
}

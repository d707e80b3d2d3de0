//! `status` against a real server behind a gate that refuses what the test names.

use crate::harness::{EMAIL, PASSWORD, serve, trader};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// A way to a server that fails for some paths, and notes what is asked.
struct Gate {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    fn before(server: &str, refused: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = server.trim_start_matches("http://").to_owned();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, notes) = (server.clone(), Arc::clone(&notes));
                std::thread::spawn(move || pass(stream, &server, (refused, &notes)));
            }
        });
        Self { url, asked }
    }

    fn asked(&self, line: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|held| held.starts_with(line)).count()
    }
}

/// One request to a connection.
fn pass(client: TcpStream, server: &str, (refused, notes): (&str, &Mutex<Vec<String>>)) {
    let mut reader = BufReader::new(client);
    let (mut head, mut length, mut line) = (String::new(), 0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut client = reader.into_inner();
    let first = head.lines().next().unwrap_or_default().to_owned();
    notes.lock().unwrap().push(first.clone());
    if first.contains(refused) {
        let body = json!({
            "type": "about:blank", "title": "Internal error", "status": 500, "detail": "the disk is full", "instance": "",
            "code": "internal", "request_id": "r-1", "violations": [], "fixes": [], "certainly_not_applied": true,
        })
        .to_string();
        let length = body.len();
        let head = "HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/problem+json";
        let answer =
            format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        let _ = client.write_all(answer.as_bytes());
        return;
    }
    let mut upstream = TcpStream::connect(server).unwrap();
    upstream
        .write_all(format!("{head}connection: close\r\n\r\n").as_bytes())
        .unwrap();
    upstream.write_all(&body).unwrap();
    let _ = std::io::copy(&mut upstream, &mut client);
}

async fn status(url: &str, home: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_optibid-tui"));
    command
        .args(["status", "--format", "csv", "--server", url])
        .env_clear()
        .env("HOME", home)
        .env("OPTIBID_EMAIL", EMAIL)
        .env("OPTIBID_PASSWORD", PASSWORD);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_named_and_the_exit_code_tells() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let gate = Gate::before(&server.url, "GET /api/jobs?");
    let output = status(&gate.url, home.path()).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("jobs could not be read: the disk is full"),
        "{told}"
    );
    assert!(!output.status.success(), "{told}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_of_its_own_leaves_neither_tokens_nor_a_session() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let gate = Gate::before(&server.url, "no such path");
    let output = status(&gate.url, home.path()).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let tokens = home.path().join(".local/state/optibid/tui/tokens.json");
    assert!(!tokens.exists());
    assert_eq!(gate.asked("POST /api/auth/login"), 1);
    assert_eq!(gate.asked("POST /api/auth/logout"), 1);
    server.end().await;
}

//! A way to a server that answers for it what a test wants refused, and notes what is asked.

use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is answered instead of the server.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// So long after it was asked.
    pub(crate) after: Duration,
}

impl Refusal {
    pub(crate) const DISK_FULL: Self = Self {
        status: 500,
        code: "internal",
        after: Duration::ZERO,
    };
}

/// What is done with a request, by its first line and those that came before it.
type Rule = Box<dyn Fn(&str, &[String]) -> Option<Refusal> + Send + Sync>;

struct Shared {
    server: String,
    rule: Rule,
    /// Replaces the server's `Date`.
    date: Option<String>,
    asked: Mutex<Vec<String>>,
    answered: Mutex<Vec<String>>,
}

pub(crate) struct Gate {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

impl Gate {
    pub(crate) fn before(
        server: &str,
        rule: impl Fn(&str, &[String]) -> Option<Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self::with_date(server, None, rule)
    }

    /// The same, with another time in its answers.
    pub(crate) fn with_date(
        server: &str,
        date: Option<String>,
        rule: impl Fn(&str, &[String]) -> Option<Refusal> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            server: server.trim_start_matches("http://").to_owned(),
            rule: Box::new(rule),
            date,
            asked: Mutex::default(),
            answered: Mutex::default(),
        });
        let this = Self {
            url,
            shared: Arc::clone(&shared),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.pass(stream));
            }
        });
        this
    }

    /// How many requests came that begin so.
    pub(crate) fn asked(&self, line: &str) -> usize {
        count(&self.shared.asked, line)
    }

    /// How many of them got their answer.
    pub(crate) fn answered(&self, line: &str) -> usize {
        count(&self.shared.answered, line)
    }
}

fn count(lines: &Mutex<Vec<String>>, line: &str) -> usize {
    let lines = lines.lock().unwrap();
    lines.iter().filter(|held| held.starts_with(line)).count()
}

impl Shared {
    /// One request to a connection.
    fn pass(&self, client: TcpStream) {
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
        // Whoever went away needs no answer.
        if reader.read_exact(&mut body).is_err() || head.is_empty() {
            return;
        }
        let mut client = reader.into_inner();
        let first = head.lines().next().unwrap_or_default().to_owned();
        let refusal = {
            let mut asked = self.asked.lock().unwrap();
            let refusal = (self.rule)(&first, &asked);
            asked.push(first.clone());
            refusal
        };
        let answer = match refusal {
            Some(refusal) => refused(&refusal),
            None => self.forwarded(&head, &body),
        };
        // Noted first: who has the answer may look at once.
        self.answered.lock().unwrap().push(first);
        let _ = client.write_all(&answer);
    }

    fn forwarded(&self, head: &str, body: &[u8]) -> Vec<u8> {
        let Ok(mut upstream) = TcpStream::connect(&self.server) else {
            return Vec::new();
        };
        let head = format!("{head}connection: close\r\n\r\n");
        let mut answer = Vec::new();
        let passed = upstream
            .write_all(head.as_bytes())
            .and_then(|()| upstream.write_all(body))
            .and_then(|()| upstream.read_to_end(&mut answer));
        if passed.is_err() {
            return Vec::new();
        }
        match &self.date {
            None => answer,
            Some(date) => String::from_utf8(answer)
                .unwrap()
                .split_inclusive("\r\n")
                .map(|line| match line.to_lowercase().starts_with("date:") {
                    true => format!("date: {date}\r\n"),
                    false => line.to_owned(),
                })
                .collect::<String>()
                .into_bytes(),
        }
    }
}

fn refused(refusal: &Refusal) -> Vec<u8> {
    std::thread::sleep(refusal.after);
    let Refusal { status, code, .. } = refusal;
    let body = json!({
        "type": "about:blank", "title": "Refused", "status": status, "detail": "the disk is full", "instance": "",
        "code": code, "request_id": "r-1", "violations": [], "fixes": [], "certainly_not_applied": true,
    })
    .to_string();
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Refused\r\ncontent-type: application/problem+json");
    format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

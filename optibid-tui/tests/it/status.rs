//! `status` and `check` against a real server behind a gate that refuses what the test names.

use crate::gate::{Gate, Refusal};
use crate::harness::{EMAIL, PASSWORD, serve, trader};
use jiff::{SignedDuration, Timestamp};
use optibid_client::Client;
use optibid_core::alert::WatchedRule;
use optibid_core::api::AlertView;
use serde_json::json;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

async fn run(arguments: &[&str], url: &str, home: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_optibid-tui"));
    command
        .args(arguments)
        .args(["--server", url])
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
    let gate = Gate::before(&server.url, |line, _| {
        line.contains("GET /api/jobs?")
            .then_some(Refusal::DISK_FULL)
    });
    let output = run(&["status", "--format", "csv"], &gate.url, home.path()).await;
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
    let gate = Gate::before(&server.url, |_, _| None);
    let output = run(&["status", "--format", "csv"], &gate.url, home.path()).await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    let tokens = home.path().join(".local/state/optibid/tui/tokens.json");
    assert!(!tokens.exists());
    assert_eq!(gate.asked("POST /api/auth/login"), 1);
    assert_eq!(gate.asked("POST /api/auth/logout"), 1);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_how_far_the_clocks_are_apart() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let an_hour_ago = Timestamp::now() - SignedDuration::from_mins(60);
    let date = an_hour_ago
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    let clock = |output: Output| {
        let said = String::from_utf8(output.stdout).unwrap();
        let line = said.lines().find(|line| line.starts_with("clock "));
        line.unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    let off = Gate::with_date(&server.url, Some(date), |_, _| None);
    let off = clock(run(&["check"], &off.url, home.path()).await);
    assert!(
        off.contains("ahead of the server's") && off.contains("WARNING"),
        "{off}"
    );
    let good = clock(run(&["check"], &server.url, home.path()).await);
    assert!(
        good.contains("the server's") && !good.contains("WARNING"),
        "{good}"
    );
    server.end().await;
}

/// A rule that watches, and its alarm, which somebody has seen.
async fn alarm(client: &Client) -> (WatchedRule, AlertView) {
    // A gate closes every day.
    let rule = json!({"name": "gate, day-ahead", "severity": "critical", "condition": {
        "kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 2_880}});
    let rule = serde_json::from_value(rule).unwrap();
    let rule = client.create_alert_rule(&rule).await.unwrap();
    let began = Instant::now();
    let alert = loop {
        let outstanding = client.list_alerts(&Default::default()).await.unwrap();
        if let Some(alert) = outstanding.items.into_iter().next() {
            break alert;
        }
        assert!(began.elapsed() < Duration::from_secs(90), "no alarm came");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let answer = serde_json::from_value(json!({"note": "seen"})).unwrap();
    client.acknowledge_alert(alert.id, &answer).await.unwrap();
    (rule, alert)
}

async fn told(format: &str, url: &str, home: &Path) -> String {
    let output = run(&["status", "--format", format], url, home).await;
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_told_with_its_rule_and_where_it_stands() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    let (_, alert) = alarm(&trader(&server.url).await).await;
    let told = told("json", &server.url, home.path()).await;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let rows = told["rows"].as_array().unwrap();
    let id = alert.id.to_string();
    let row = rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
    let wanted = json!({
        "kind": "alarm", "of": "gate, day-ahead", "value": "acked", "unit": "", "at": alert.raised_at, "note": alert.message,
        "severity": "critical", "state": "active", "status": "acknowledged", "acknowledged": true, "shelved": false, "id": id,
    });
    assert_eq!(*row, wanted);
    let figures = rows.iter().filter(|row| row["kind"] != "alarm");
    assert!(
        figures.clone().count() > 0 && figures.clone().all(|row| row.get("severity").is_none())
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_and_csv_tell_of_an_alarm_as_much() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    let client = trader(&server.url).await;
    let (rule, alert) = alarm(&client).await;
    let until = Timestamp::now() + SignedDuration::from_mins(60);
    let silence = serde_json::from_value(json!({"until": until, "reason": "works"})).unwrap();
    let shelved = client.shelve_alert_rule(rule.rule.id, &silence).await;
    shelved.unwrap();
    let (id, since) = (alert.id.to_string(), alert.raised_at.to_string());
    let csv = told("csv", &server.url, home.path()).await;
    let head = "kind,of,value,unit,at,note,severity,state,status,acknowledged,shelved,id\n";
    assert!(csv.starts_with(head), "{csv}");
    let line = csv.lines().find(|line| line.ends_with(&id)).unwrap();
    let begins = format!("alarm,\"gate, day-ahead\",shelved,,{since},");
    assert!(line.starts_with(&begins), "{line}");
    let ends = format!(",critical,active,acknowledged,true,true,{id}");
    assert!(line.ends_with(&ends), "{line}");
    let table = told("table", &server.url, home.path()).await;
    let head: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    let wanted = "kind of value at severity state status acknowledged shelved id note";
    assert_eq!(head.join(" "), wanted);
    let row = table.lines().find(|line| line.contains(&id)).unwrap();
    for part in [
        "gate, day-ahead",
        &since,
        "critical",
        "true",
        &alert.message,
    ] {
        assert!(row.contains(part), "{part}: {row}");
    }
    // The figures have a table of their own.
    assert!(table.contains("\n\nkind "), "{table}");
    server.end().await;
}

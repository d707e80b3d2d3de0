//! A whole platform tells a receiver on this machine of an alarm.

use optibid_core::app::Registration;
use optibid_core::auth::{Principal, Role};
use optibid_core::ports::PageRequest;
use optibid_core::webhook::{AlertRouteContent, Delivery, DeliveryState};
use optibid_server::config::Source;
use optibid_server::{Config, Platform};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// A request: its head in lines, and its body.
type Received = (Vec<String>, String);

/// Answers each request with the next of those statuses, and passes the requests on.
async fn receiver(statuses: &'static [u16]) -> (u16, mpsc::Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = mpsc::channel(16);
    tokio::spawn(async move {
        for status in statuses {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            let received = loop {
                let mut buffer = [0_u8; 8_192];
                let count = stream.read(&mut buffer).await.unwrap();
                text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let length = head
                    .lines()
                    .find_map(|l| l.strip_prefix("content-length: "));
                if body.len() == length.unwrap().parse::<usize>().unwrap() {
                    let head = head.lines().map(str::to_owned).collect();
                    break (head, body.to_owned());
                }
            };
            let answer = format!("HTTP/1.1 {status} Told\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            tell.send(received).await.unwrap();
        }
    });
    (port, told)
}

async fn platform(folder: &TempDir, allow_private: &str) -> (Platform, Principal) {
    let data = folder.path().display().to_string();
    let database = format!("sqlite://{data}/optibid.db");
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", &data),
        ("WEBHOOKS_ALLOW_PRIVATE", allow_private),
    ];
    let config = Config::from_source(&Source::of(settings)).unwrap();
    let platform = Platform::open(config).await.unwrap();
    let new = Registration {
        org_name: "Storage".to_owned(),
        email: "ann@example.com".to_owned(),
        name: "Ann".to_owned(),
        password: "merit order of a windy day".to_owned(),
    };
    let founded = platform.app().found_org(new, Role::OrgAdmin).await.unwrap();
    let who = Principal {
        user: founded.1.id,
        org: founded.0.id,
        role: Role::OrgAdmin,
        session: None,
        request_id: None,
    };
    (platform, who)
}

fn content(url: String) -> AlertRouteContent {
    serde_json::from_value(serde_json::json!({ "name": "control room", "url": url })).unwrap()
}

fn header<'a>(received: &'a Received, name: &str) -> &'a str {
    let prefix = format!("{name}: ");
    let mut lines = received.0.iter();
    lines.find_map(|line| line.strip_prefix(&prefix)).unwrap()
}

/// The state of the only delivery once it is what is wanted.
async fn until(app: &optibid_core::app::App, who: &Principal, wanted: DeliveryState) -> Delivery {
    let page = PageRequest::default();
    let routes = app.alert_routes(who, &page).await.unwrap();
    let route = routes.items[0].route.id;
    for _ in 0..300 {
        let mut listed = app.deliveries(who, route, &page).await.unwrap();
        if let Some(delivery) = listed.items.pop().filter(|d| d.state == wanted) {
            return delivery;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no delivery came to be {wanted}");
}

/// The watch raises the alarm, the task sends it, the receiver is busy first and takes it five seconds later: the same id and the
/// same body, signed anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alarm_reaches_a_receiver_that_is_busy_at_first() {
    let folder = TempDir::new().unwrap();
    let (platform, who) = platform(&folder, "true").await;
    let (port, mut told) = receiver(&[503, 204]).await;
    let app = platform.app().clone();
    let url = format!("http://127.0.0.1:{port}/hook");
    let made = app.create_alert_route(&who, content(url)).await.unwrap();
    assert!(made.1.expose().starts_with("whsec_"));
    let rule = serde_json::json!({
        "name": "gate ahead", "condition": {
            "kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 2_880,
        },
    });
    let rule = serde_json::from_value(rule).unwrap();
    app.create_alert_rule(&who, rule, None).await.unwrap();
    let patience = Duration::from_secs(30);
    let first = tokio::time::timeout(patience, told.recv()).await;
    let first = first.unwrap().unwrap();
    let second = tokio::time::timeout(patience, told.recv()).await;
    let second = second.unwrap().unwrap();
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(first.1, second.1);
    let at = |received| {
        header(received, "webhook-timestamp")
            .parse::<i64>()
            .unwrap()
    };
    assert!(at(&second) >= at(&first) + 5, "signed when it is sent");
    assert_ne!(
        header(&first, "webhook-signature"),
        header(&second, "webhook-signature")
    );
    let message: serde_json::Value = serde_json::from_str(&second.1).unwrap();
    assert_eq!(message["type"], "alert.raised");
    assert_eq!(message["data"]["name"], "gate ahead");
    let done = until(&app, &who, DeliveryState::Delivered).await;
    assert_eq!(done.attempts, 2);
    assert_eq!(done.id.to_string(), header(&first, "webhook-id"));
    platform.close().await;
}

/// Without the setting a receiver on this machine is refused when the route is made, and a name that leads to it when it is sent to.
#[tokio::test]
async fn without_the_setting_nothing_on_this_machine_is_reached() {
    let folder = TempDir::new().unwrap();
    let (platform, who) = platform(&folder, "false").await;
    let app = platform.app().clone();
    let (port, mut told) = receiver(&[200]).await;
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        "https://127.0.0.1/".to_owned(),
    ] {
        let refused = app.create_alert_route(&who, content(url)).await;
        assert_eq!(refused.err().unwrap().violations()[0].field, "url");
    }
    let named = content("https://localhost/".to_owned());
    let route = app.create_alert_route(&who, named).await.unwrap().0.route;
    let tested = app.test_alert_route(&who, route.id).await.unwrap();
    assert_eq!(
        tested.last.unwrap().told,
        "not sent: the host leads to a loopback address"
    );
    assert!(told.try_recv().is_err());
    platform.close().await;
}

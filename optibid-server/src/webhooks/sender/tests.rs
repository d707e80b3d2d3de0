use super::*;
use jiff::Timestamp;
use optibid_core::id::DeliveryId;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

const AUTHORITY: &[u8] = include_bytes!("../../../tests/fixtures/tls/ca.der");
const LEAF: &[u8] = include_bytes!("../../../tests/fixtures/tls/leaf.der");
const LEAF_KEY: &[u8] = include_bytes!("../../../tests/fixtures/tls/leaf_key.der");

/// Answers what it was told, one lookup after the other, and counts them.
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Names {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |ips: &&[&str]| ips.iter().map(|ip| ip.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: AtomicUsize::new(0),
        })
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, _: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let next = self.answers.lock().unwrap().pop_front();
        let next = next.ok_or(std::io::ErrorKind::NotFound)?;
        let at_port = |ip| SocketAddr::new(ip, port);
        Ok(next.into_iter().map(at_port).collect())
    }
}

fn open() -> WebhookPolicy {
    WebhookPolicy {
        allow_private: true,
        ports: vec![443],
    }
}

fn sender(policy: WebhookPolicy, names: Arc<dyn Resolve>) -> HttpSender {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(AUTHORITY)).unwrap();
    HttpSender::with(policy, names, roots).unwrap()
}

fn local() -> HttpSender {
    HttpSender::new(open()).unwrap()
}

fn request(url: impl Into<String>) -> WebhookRequest {
    WebhookRequest {
        url: url.into(),
        id: DeliveryId::from_uuid(uuid::Uuid::from_u128(7)),
        at: Timestamp::from_second(1_614_265_330).unwrap(),
        body: r#"{"type":"alert.raised","data":"süd"}"#.to_owned(),
        secrets: vec![WebhookSecret::from_base64(
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        )],
    }
}

/// Listens on loopback.
async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Reads a request to the end of its body.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .unwrap();
            if body.len() >= length.parse().unwrap() {
                return text;
            }
        }
        let mut buffer = [0_u8; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the request ended early: {text}");
        read.extend(&buffer[..count]);
    }
}

/// Takes one connection, answers with those bytes, and gives the request.
fn answering(listener: TcpListener, answer: impl Into<Vec<u8>>) -> JoinHandle<String> {
    let answer = answer.into();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        // A sender that has read enough hangs up.
        let _ = stream.write_all(&answer).await;
        request
    })
}

fn refused(answer: Result<WebhookAnswer, WebhookError>) -> String {
    match answer {
        Err(WebhookError::Refused(why)) => why,
        other => panic!("wanted a refusal, got {other:?}"),
    }
}

#[tokio::test]
async fn a_message_arrives_as_the_standard_says() {
    let (listener, address) = listener().await;
    let answer = "HTTP/1.1 202 Accepted\r\ncontent-length: 10\r\n\r\nthank\tyou\n";
    let receiver = answering(listener, answer);
    let told = local()
        .send(&request(format!("http://{address}/hook?a=b")))
        .await
        .unwrap();
    assert_eq!((told.status, told.excerpt.as_str()), (202, "thank you"));
    let received = receiver.await.unwrap();
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, request("").body);
    let lines: Vec<_> = head.lines().collect();
    assert_eq!(lines[0], "POST /hook?a=b HTTP/1.1");
    let host = format!("host: {address}");
    // Signed by an independent program: Python's hmac over id.timestamp.body.
    for line in [
        host.as_str(),
        "content-type: application/json",
        "webhook-id: 00000000-0000-0000-0000-000000000007",
        "webhook-timestamp: 1614265330",
        "webhook-signature: v1,12OiegmeTKXJG8Qram3IGUjXhKWp1c0BYe38oYlWFsk=",
    ] {
        assert!(lines.contains(&line), "{line} in {lines:#?}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (elsewhere, target) = listener().await;
    let (listener, address) = listener().await;
    let answer = format!(
        "HTTP/1.1 307 Temporary\r\nlocation: http://{target}/\r\ncontent-length: 0\r\n\r\n"
    );
    let receiver = answering(listener, answer);
    let told = local().send(&request(format!("http://{address}/"))).await;
    assert_eq!(told.unwrap().status, 307);
    receiver.await.unwrap();
    let follower = timeout(Duration::from_millis(200), elsewhere.accept()).await;
    assert!(follower.is_err(), "nobody came to where it was sent on to");
}

/// An answer that never ends is left after 4 KiB; its status counts.
#[tokio::test]
async fn of_a_long_answer_only_the_beginning_is_read() {
    let (listener, address) = listener().await;
    let body = "x".repeat(1_000_000);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n{body}");
    let receiver = answering(listener, answer);
    let told = local().send(&request(format!("http://{address}/"))).await;
    let told = told.unwrap();
    assert_eq!((told.status, told.excerpt.len()), (200, MAX_EXCERPT));
    receiver.await.unwrap();
}

#[tokio::test]
async fn an_answer_with_too_long_a_head_is_none() {
    let (listener, address) = listener().await;
    let answer = format!("HTTP/1.1 200 OK\r\nx-long: {}\r\n\r\n", "x".repeat(100_000));
    let receiver = answering(listener, answer);
    let told = local().send(&request(format!("http://{address}/"))).await;
    assert!(
        matches!(told, Err(WebhookError::Unreachable(_))),
        "{told:?}"
    );
    receiver.await.unwrap();
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_left_when_its_time_is_over() {
    let (listener, address) = listener().await;
    let holding = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
        drop(stream);
    });
    assert_eq!(local().patience, Duration::from_secs(10));
    let hasty = HttpSender {
        patience: Duration::from_secs(1),
        ..local()
    };
    let told = hasty.send(&request(format!("http://{address}/"))).await;
    assert!(matches!(told, Err(WebhookError::TimedOut(1))), "{told:?}");
    holding.abort();
}

#[tokio::test]
async fn a_closed_port_and_a_name_without_address_are_not_reached() {
    let (listener, address) = listener().await;
    drop(listener);
    for answer in [
        local().send(&request(format!("http://{address}/"))).await,
        sender(open(), Names::of(&[&[]]))
            .send(&request("https://hooks.example.com/"))
            .await,
        sender(open(), Names::of(&[]))
            .send(&request("https://hooks.example.com/"))
            .await,
    ] {
        let fits = matches!(answer, Err(WebhookError::Unreachable(_)));
        assert!(fits, "{answer:?}");
    }
}

/// Without the setting no connection is made, whatever the name says and however the address is written.
#[tokio::test]
async fn a_name_that_leads_inside_is_refused_before_any_connection() {
    let (listener, address) = listener().await;
    let port = address.port();
    let policy = WebhookPolicy {
        allow_private: false,
        ports: vec![443, port],
    };
    for addresses in [
        &["127.0.0.1"][..],
        &["8.8.8.8", "127.0.0.1"],
        &["10.0.0.1"],
        &["100.64.0.1"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["fd00::1"],
        &["fe80::1"],
        &["0.0.0.0"],
        &["224.0.0.1"],
    ] {
        let sender = sender(policy.clone(), Names::of(&[addresses]));
        let url = format!("https://hooks.example.com:{port}/");
        let told = refused(sender.send(&request(url)).await);
        assert!(told.starts_with("the host leads to "), "{told}");
    }
    for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
        let sender = sender(policy.clone(), Names::of(&[]));
        let url = format!("https://{host}:{port}/");
        assert!(sender.check(&url).is_some(), "{host}");
        refused(sender.send(&request(url)).await);
    }
    // Ways of writing 127.0.0.1 that the machine's own resolver understands.
    let machine = HttpSender::new(policy).unwrap();
    for host in [
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
    ] {
        let request = request(format!("https://{host}:{port}/"));
        let told = refused(machine.send(&request).await);
        assert_eq!(told, "the host leads to a loopback address", "{host}");
    }
    let connected = timeout(Duration::from_millis(100), listener.accept()).await;
    assert!(connected.is_err(), "somebody connected");
}

/// The setting opens loopback, never the metadata of a cloud.
#[tokio::test]
async fn with_the_setting_metadata_stays_closed() {
    let names = Names::of(&[&["169.254.169.254"]]);
    let told = sender(open(), names)
        .send(&request("http://metadata.example.com/latest"))
        .await;
    assert_eq!(refused(told), "the host leads to the metadata of a cloud");
}

/// A TLS receiver that calls itself hooks.example.com.
fn secure(listener: TcpListener) -> JoinHandle<Option<String>> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(LEAF_KEY));
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(LEAF)], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.ok()?;
        let request = read_request(&mut stream).await;
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        stream.write_all(answer).await.ok()?;
        stream.flush().await.ok()?;
        Some(request)
    })
}

/// The name is looked up once: what it leads to by the time of the connection does not matter, so that a name that changes in
/// between (DNS rebinding) cannot lead inside. The certificate is checked against the name all the same.
#[tokio::test]
async fn the_connection_is_made_to_the_address_that_was_looked_at() {
    let (listener, address) = listener().await;
    let receiver = secure(listener);
    // A second lookup would lead to nowhere.
    let names = Names::of(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let sender = sender(open(), names.clone());
    let url = format!("https://hooks.example.com:{}/hook", address.port());
    let told = sender.send(&request(url)).await.unwrap();
    assert_eq!((told.status, told.excerpt.as_str()), (204, ""));
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
    let received = receiver.await.unwrap().unwrap();
    let host = format!("host: hooks.example.com:{}", address.port());
    assert!(received.contains(&host), "{received}");
}

#[tokio::test]
async fn a_certificate_of_another_name_or_of_nobody_known_is_refused() {
    for (host, trusted) in [("other.example.com", true), ("hooks.example.com", false)] {
        let (listener, address) = listener().await;
        let receiver = secure(listener);
        let names = Names::of(&[&["127.0.0.1"]]);
        let sender = match trusted {
            true => sender(open(), names),
            false => HttpSender::with(
                open(),
                names,
                RootCertStore {
                    roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
                },
            )
            .unwrap(),
        };
        let url = format!("https://{host}:{}/", address.port());
        let told = sender.send(&request(url)).await;
        match told {
            Err(WebhookError::Unreachable(why)) => assert!(why.starts_with("no TLS"), "{why}"),
            other => panic!("{host}: {other:?}"),
        }
        assert_eq!(receiver.await.unwrap(), None, "no request was sent");
    }
}

//! The stream of events, with a server that stops and comes back.

use crate::harness::{config, register};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use optibid_client::{Client, Error, Result, Subscription, Tokens, Update};
use optibid_core::alert::{AlertChange, AlertCondition, AlertEvent, AlertRuleContent};
use optibid_core::api::{AcknowledgeRequest, AlertParams, AlertView};
use optibid_core::asset::{AssetContent, AssetKind, Battery};
use optibid_core::error::Code;
use optibid_core::event::{EventKind, Topic};
use optibid_core::id::JobId;
use optibid_core::job::JobSpec;
use optibid_core::unit::{Energy, Power, Ratio};
use optibid_server::Platform;
use optibid_server::serve::Server;
use std::pin::Pin;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that can be stopped and started again on its port.
struct Running {
    folder: TempDir,
    port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    async fn start(folder: TempDir, port: u16) -> Self {
        let mut config = config(&folder);
        config.port = port;
        let server = Server::bind(&config).await.unwrap();
        let port = server.address().unwrap().port();
        let platform = Platform::open(config).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.run(platform, async {
            let _ = stopped.await;
        }));
        Self {
            folder,
            port,
            stop,
            served,
        }
    }

    fn client(&self) -> Client {
        Client::new(format!("http://127.0.0.1:{}", self.port)).unwrap()
    }

    async fn stopped(self) -> (TempDir, u16) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
        (self.folder, self.port)
    }
}

type Updates = Pin<Box<dyn Stream<Item = Result<Update>> + Send>>;

async fn next(updates: &mut Updates) -> Result<Update> {
    let next = tokio::time::timeout(Duration::from_secs(20), updates.next());
    next.await.unwrap().unwrap()
}

/// Starts a job, of which the server tells how it moves.
async fn start(client: &Client) -> JobId {
    let kind = Battery::symmetric(Power::from_megawatts(1), Energy::from_mwh(2), Ratio::ONE);
    let content = AssetContent {
        name: "Slottet".to_owned(),
        market: "NORDPOOL".parse().unwrap(),
        location: "SE3".parse().unwrap(),
        latitude: None,
        longitude: None,
        kind: AssetKind::Battery(kind),
    };
    let spec = JobSpec::Optimisation {
        asset: client.create_asset(&content).await.unwrap().id,
        product: "DAM".parse().unwrap(),
        from: jiff::civil::date(2026, 4, 1),
        to: jiff::civil::date(2026, 4, 1),
    };
    client.start_job(&spec).await.unwrap().id
}

/// The position of the first event of that job; what else comes before it is passed over.
async fn told(updates: &mut Updates, job: JobId) -> u64 {
    loop {
        if let Update::Event { sequence, event } = next(updates).await.unwrap()
            && matches!(&event.kind, EventKind::Job(moved) if moved.job == job)
        {
            return sequence;
        }
    }
}

/// The stream of job events, once its line stands.
async fn listening(client: &Client) -> Updates {
    let updates = client.events(Subscription::to([Topic::JobEvents]));
    let mut updates: Updates = Box::pin(updates);
    assert_eq!(next(&mut updates).await.unwrap(), Update::Listening);
    start(client).await;
    let update = next(&mut updates).await;
    assert!(matches!(update.unwrap(), Update::Event { .. }));
    updates
}

#[tokio::test]
async fn a_stream_goes_on_when_the_server_comes_back_and_tells_what_it_lost() {
    let server = Running::start(tempfile::tempdir().unwrap(), 0).await;
    let client = server.client();
    register(&client).await;
    let mut updates = listening(&client).await;
    let second = start(&client).await;
    let position = told(&mut updates, second).await;

    // Another stream takes up where the first one was before that event.
    let again = Subscription::to([Topic::JobEvents]).after(position - 1);
    let mut again: Updates = Box::pin(client.events(again));
    assert_eq!(told(&mut again, second).await, position);

    let (folder, port) = server.stopped().await;
    let back = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let server = Running::start(folder, port).await;
        let third = start(&client).await;
        (server, third)
    };
    let (update, (server, third)) = tokio::join!(next(&mut updates), back);
    assert_eq!(update.unwrap(), Update::Broken);
    assert_eq!(next(&mut updates).await.unwrap(), Update::Listening);
    // What a server that was away cannot give is a gap; then it goes on.
    match next(&mut updates).await.unwrap() {
        Update::Gap { .. } => {}
        Update::Event { sequence, .. } => assert!(sequence > position),
        other => panic!("one line at a time, not {other:?}"),
    }
    let last = client.finished(third, Duration::from_millis(20)).await;
    assert!(last.unwrap().state.is_final());
    server.stopped().await;
}

#[tokio::test]
async fn a_stream_ends_where_going_on_makes_no_sense() {
    let server = Running::start(tempfile::tempdir().unwrap(), 0).await;
    let client = server.client();
    register(&client).await;
    let unknown = Subscription::market("ATLANTIS".parse().unwrap());
    let mut updates: Updates = Box::pin(client.events(unknown));
    let error = next(&mut updates).await.unwrap_err();
    assert!(matches!(error, Error::Closed { code: 4404, .. }), "{error}");

    // An access token that the server does not know is exchanged once; one that cannot be is an error.
    let tokens = client.tokens().await.unwrap();
    let stale = Tokens {
        access: "no.token.at-all".to_owned(),
        ..tokens
    };
    client.set_tokens(Some(stale)).await;
    drop(listening(&client).await);
    let outside = server.client();
    outside
        .set_tokens(Some(Tokens::access("no.token.at-all")))
        .await;
    let mut updates: Updates = Box::pin(outside.events(Subscription::to([Topic::JobEvents])));
    let error = next(&mut updates).await.unwrap_err();
    let refused = matches!(error, Error::Closed { code: 4401, .. })
        || error.code() == Some(Code::Unauthenticated);
    assert!(refused, "{error}");
    server.stopped().await;
}

/// From the watch of a running server over its outbox, bus and WebSocket to the program, and back again.
#[tokio::test]
async fn an_alarm_reaches_its_subscribers_and_is_answered() {
    let server = Running::start(tempfile::tempdir().unwrap(), 0).await;
    let client = server.client();
    register(&client).await;
    let mut updates: Updates = Box::pin(client.events(Subscription::to([Topic::MarketAlerts])));
    let condition = AlertCondition::GateClosure {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        within_minutes: 2_880,
        unless_submitted: true,
    };
    assert_eq!(next(&mut updates).await.unwrap(), Update::Listening);
    let content = AlertRuleContent::new("gate ahead", condition);
    let made = client.create_alert_rule(&content).await.unwrap();
    let raised = alarm(next(&mut updates).await);
    assert_eq!(
        (raised.change, raised.rule),
        (AlertChange::Raised, made.rule.id)
    );
    let filter = AlertParams {
        outstanding: true,
        ..AlertParams::default()
    };
    let open: Vec<AlertView> = client.all_alerts(filter).try_collect().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(Some(open[0].id), raised.alert);
    let note = "bidding".to_owned();
    let answer = AcknowledgeRequest { note: note.clone() };
    client.acknowledge_alert(open[0].id, &answer).await.unwrap();
    let answered = alarm(next(&mut updates).await);
    assert_eq!(
        (answered.change, answered.message),
        (AlertChange::Acknowledged, note)
    );
    client.remove_alert_rule(made.rule.id).await.unwrap();
    assert_eq!(alarm(next(&mut updates).await).change, AlertChange::Ended);
    server.stopped().await;
}

fn alarm(update: Result<Update>) -> AlertEvent {
    match update.unwrap() {
        Update::Event { event, .. } => match event.kind {
            EventKind::Alert(alert) => alert,
            other => panic!("{other:?}"),
        },
        other => panic!("an alarm, not {other:?}"),
    }
}

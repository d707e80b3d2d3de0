//! From prices to a bid and back, in the same process and over the network.

use crate::harness::{World, config, register};
use futures::TryStreamExt as _;
use jiff::civil::Date;
use optibid_client::{Client, Error, TransportError, blocking};
use optibid_core::api::{
    AuditParams, BidParams, DraftParams, FigureParams, HistoryParams, ImportParams, ListParams,
    OfferRequestBody, OptimiseRequest, WithdrawRequest,
};
use optibid_core::asset::{AssetContent, AssetKind, Battery};
use optibid_core::bid::BidState;
use optibid_core::error::Code;
use optibid_core::id::AssetId;
use optibid_core::job::{JobSpec, JobState};
use optibid_core::market::ProductId;
use optibid_core::schedule::OfferMethod;
use optibid_core::unit::{Energy, Power, Ratio};
use optibid_server::Platform;
use optibid_server::serve::Server;
use std::time::Duration;

/// Prices of an area for 40 days, dear in the evening.
fn prices() -> String {
    let mut file = "market,product,location,start,resolution,price,known_at\n".to_owned();
    let first: jiff::Timestamp = "2026-03-31T22:00:00Z".parse().unwrap();
    for quarter in 0..40 * 96 {
        let start = first + jiff::SignedDuration::from_mins(15 * quarter);
        let known = start - jiff::SignedDuration::from_hours(40);
        let hour = quarter / 4;
        let price = 20 + (hour * 7) % 24 + if hour % 24 > 17 { 60 } else { 0 };
        file += &format!("NORDPOOL,DAM,SE3,{start},PT15M,{price},{known}\n");
    }
    file
}

fn battery(name: &str) -> AssetContent {
    let kind = Battery::symmetric(
        Power::from_megawatts(10),
        Energy::from_mwh(20),
        Ratio::from_ppm(950_000),
    );
    AssetContent {
        name: name.to_owned(),
        market: "NORDPOOL".parse().unwrap(),
        location: "SE3".parse().unwrap(),
        latitude: None,
        longitude: None,
        kind: AssetKind::Battery(kind),
    }
}

const DAY: Date = jiff::civil::date(2026, 4, 20);

fn product() -> ProductId {
    "DAM".parse().unwrap()
}

/// What a program does from prices to a withdrawn bid.
async fn journey(client: &Client) {
    let imported = client
        .import_prices(prices(), &ImportParams::default())
        .await
        .unwrap();
    assert_eq!((imported.read, imported.inserted), (3_840, 3_840));
    read_prices(client).await;
    let asset = own_asset(client).await;
    plan(client, asset).await;
    bid(client, asset).await;
    run_job(client, asset).await;
}

async fn own_asset(client: &Client) -> AssetId {
    let asset = client.create_asset(&battery("Slottet")).await.unwrap();
    let renamed = battery("Slottsparken");
    let changed = client.edit_asset(asset.id, asset.version, &renamed);
    assert_eq!(changed.await.unwrap().name, "Slottsparken");
    let again = client.edit_asset(asset.id, asset.version, &renamed).await;
    assert_eq!(again.unwrap_err().code(), Some(Code::Conflict));
    asset.id
}

async fn read_prices(client: &Client) {
    let series = FigureParams {
        market: "NORDPOOL".parse().unwrap(),
        product: product(),
        location: "SE3".parse().unwrap(),
        from: DAY.into(),
        to: DAY.into(),
        resolution: None,
        as_of: None,
    };
    let summary = client.price_summary(&series).await.unwrap();
    assert_eq!(summary.summary.unwrap().count, 96);
    let file = client.export_prices(&series).await.unwrap();
    assert_eq!(file.lines().count(), 97);
}

async fn plan(client: &Client, asset: AssetId) {
    let request = OptimiseRequest {
        asset,
        product: product(),
        day: DAY,
        prices: Vec::new(),
        soc_limits: Vec::new(),
        initial_soc: None,
        initial_power: None,
    };
    let schedule = client.optimise_day(&request).await.unwrap();
    let explained = client.explain_day(&request).await.unwrap();
    assert_eq!(explained.schedule.value, schedule.value);
}

async fn bid(client: &Client, asset: AssetId) {
    let offer = OfferRequestBody {
        asset,
        product: product(),
        day: DAY,
        made_at: None,
        safe: false,
        method: OfferMethod::Blocks,
    };
    let offer = client.build_offer(&offer).await.unwrap();
    let draft = serde_json::to_value(&offer.content).unwrap();
    let draft = serde_json::from_value(draft).unwrap();
    let keep = DraftParams { draft: true };
    let drafted = || client.create_bid(&draft, &keep).idempotency_key("one");
    let bid = drafted().await.unwrap();
    assert_eq!(
        drafted().await.unwrap().id,
        bid.id,
        "the same key is done once"
    );
    let withdrawn = client.withdraw_bid(bid.id, &WithdrawRequest::default());
    assert_eq!(withdrawn.await.unwrap().id, bid.id);
    let states = BidParams {
        state: vec![BidState::Withdrawn, BidState::Rejected],
        limit: Some(1),
        ..BidParams::default()
    };
    let found: Vec<_> = client.all_bids(states).try_collect().await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(client.bid_history(bid.id).await.unwrap().items.len() >= 2);
}

async fn run_job(client: &Client, asset: AssetId) {
    let spec = JobSpec::Optimisation {
        asset,
        product: product(),
        from: DAY,
        to: DAY,
    };
    let job = client.start_job(&spec).await.unwrap();
    let done = client.finished(job.id, Duration::from_millis(20)).await;
    assert_eq!(done.unwrap().state, JobState::Done);
}

#[tokio::test]
async fn a_program_gets_from_prices_to_a_bid_in_the_same_process() {
    let world = World::new().await;
    journey(&world.client).await;
    let refused = world.client.verify_audit().await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Forbidden), "for super admins");
    let audit = world.client.all_audit(AuditParams::default());
    let audit: Vec<_> = audit.try_collect().await.unwrap();
    assert!(audit.len() > 5, "{} entries", audit.len());
    assert!(world.client.metrics().await.unwrap().contains("# TYPE"));
    world.client.ready().await.unwrap();
    world.platform.close().await;
}

#[tokio::test]
async fn a_list_is_read_part_by_part_to_its_end() {
    let world = World::new().await;
    for number in 0..7 {
        world
            .client
            .create_asset(&battery(&format!("Battery {number}")))
            .await
            .unwrap();
    }
    let parts = ListParams {
        limit: Some(3),
        after: None,
    };
    let all: Vec<_> = world.client.all_assets(parts).try_collect().await.unwrap();
    let mut names: Vec<_> = all.iter().map(|asset| asset.name.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!((all.len(), names.len()), (7, 7));
    world
        .client
        .import_prices(prices(), &ImportParams::default())
        .await
        .unwrap();
    let params = HistoryParams {
        market: "NORDPOOL".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "SE3".parse().unwrap(),
        from: jiff::civil::date(2026, 4, 1).into(),
        to: jiff::civil::date(2026, 4, 30).into(),
        resolution: None,
        as_of: None,
        limit: Some(1_000),
    };
    let read: Vec<_> = world.client.all_prices(params).try_collect().await.unwrap();
    assert_eq!(read.len(), 2_880);
    assert!(read.windows(2).all(|pair| pair[0].start < pair[1].start));
}

#[tokio::test]
async fn the_same_over_the_network_until_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let server = Server::bind(&config).await.unwrap();
    let address = server.address().unwrap();
    let platform = Platform::open(config).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(server.run(platform, async {
        let _ = stopped.await;
    }));
    let client = Client::new(format!("http://{address}/")).unwrap();
    register(&client).await;
    journey(&client).await;
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    let once = Client::builder(client.base()).retry(optibid_client::RetryPolicy::NEVER);
    let error = once.build().unwrap().live().await.unwrap_err();
    assert!(
        matches!(error, Error::Transport(TransportError::NotSent(_))),
        "{error}"
    );
    assert!(error.certainly_not_applied());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_in_time() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::builder(format!("http://{address}"))
        .retry(optibid_client::RetryPolicy::NEVER)
        .timeout(Duration::from_millis(150))
        .build()
        .unwrap();
    let error = client.live().await.unwrap_err();
    assert!(
        matches!(error, Error::Transport(TransportError::TimedOut(_))),
        "{error}"
    );
}

#[test]
fn a_program_without_a_runtime_waits_for_its_calls() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::bind(&config)).unwrap();
    let address = server.address().unwrap();
    let platform = runtime.block_on(Platform::open(config)).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = runtime.spawn(server.run(platform, async {
        let _ = stopped.await;
    }));
    let client = blocking::Client::new(format!("http://{address}")).unwrap();
    client.wait(register(&client));
    for number in 0..3 {
        let content = battery(&format!("Battery {number}"));
        client.wait(client.create_asset(&content)).unwrap();
    }
    let two = ListParams {
        limit: Some(2),
        after: None,
    };
    assert_eq!(
        client.wait(client.list_assets(&two)).unwrap().items.len(),
        2
    );
    assert_eq!(client.collect(client.all_assets(two)).unwrap().len(), 3);
    stop.send(()).unwrap();
    runtime.block_on(served).unwrap().unwrap();
    let error = client.wait(client.live()).unwrap_err();
    assert!(error.is_retryable(), "{error}");
}

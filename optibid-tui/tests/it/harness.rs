//! A real server on a loopback port, and somebody who trades there.

use jiff::{SignedDuration, Timestamp};
use optibid_client::Client;
use optibid_core::api::{DraftParams, RegisterRequest};
use optibid_server::config::Source;
use optibid_server::serve::Server;
use optibid_server::{Config, Platform};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const EMAIL: &str = "ann@example.com";
pub(crate) const PASSWORD: &str = "merit order of a windy day";

/// A server while it runs.
pub(crate) struct Running {
    pub(crate) url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

/// A server over the database in that folder; port 0 takes a free one.
pub(crate) async fn serve(folder: &TempDir, port: u16) -> Running {
    let database = format!("sqlite://{}/optibid.db", folder.path().display());
    let (data, port) = (folder.path().display().to_string(), port.to_string());
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", data.as_str()),
        ("HOST", "127.0.0.1"),
        ("PORT", port.as_str()),
        ("JWT_SECRET", "a secret of thirty-two characters!"),
    ];
    let config = Config::from_source(&Source::of(settings)).unwrap();
    let server = Server::bind(&config).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    let platform = Platform::open(config).await.unwrap();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(server.run(platform, async {
        let _ = stopped.await;
    }));
    Running { url, stop, served }
}

impl Running {
    pub(crate) fn port(&self) -> u16 {
        self.url.rsplit(':').next().unwrap().parse().unwrap()
    }

    pub(crate) async fn end(self) {
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }
}

/// A client whose organisation has a battery and a draft for the day after tomorrow.
pub(crate) async fn trader(url: &str) -> Client {
    let client = Client::new(url).unwrap();
    let request = RegisterRequest {
        organisation: "Hill Country Storage".to_owned(),
        email: EMAIL.to_owned(),
        name: "Ann".to_owned(),
        password: PASSWORD.to_owned(),
    };
    client.register(&request).await.unwrap();
    client.sign_in(EMAIL, PASSWORD).await.unwrap();
    let day = Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::get("America/Chicago").unwrap())
        .date();
    let day = day.checked_add(jiff::Span::new().days(2)).unwrap();
    let zone = optibid_core::market::MarketZone::new("America/Chicago", 0).unwrap();
    let start = zone.day(day).unwrap().start() + SignedDuration::from_hours(18);
    let draft = serde_json::from_value(json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": day, "currency": "USD",
        "periods": [{"period": {"start": start, "resolution": "PT60M"},
            "curve": {"side": "sell", "shape": "linear", "points": [{"quantity": "5", "price": "40.00"}, {"quantity": "10", "price": "60.00"}]}}],
    }))
    .unwrap();
    client
        .create_bid(&draft, &DraftParams { draft: true })
        .await
        .unwrap();
    client
}

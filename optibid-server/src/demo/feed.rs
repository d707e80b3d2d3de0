//! The days after the replayed ones, as a live feed.

use super::data::Fixture;
use crate::security::SystemClock;
use jiff::{SignedDuration, Timestamp};
use optibid_core::app::App;
use optibid_core::error::Result;
use optibid_core::market::PriceObservation;
use optibid_core::ports::LatestQuery;
use optibid_venues::replay::{PriceFeed, Replay, Speed};
use optibid_venues::timer::TokioTimer;
use std::sync::Arc;
use tokio::sync::watch;

/// A quarter of an hour of the market a second.
const MARKET: SignedDuration = SignedDuration::from_mins(15);
const REAL: SignedDuration = SignedDuration::from_secs(1);

/// Plays the prices that came after `from`, and after what an earlier run has played, until `stopping`
/// turns true. At the end of the file it begins again at `from`.
pub async fn live(
    app: App,
    fixture: Fixture,
    from: Timestamp,
    mut stopping: watch::Receiver<bool>,
) {
    let stop = async move {
        // An error means that the platform is gone, which is a reason to stop as well.
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let play = async {
        let mut start = resume(&app, &fixture, from).await.unwrap_or(from);
        loop {
            round(&app, &fixture, start).await;
            start = from;
        }
    };
    tokio::select! {
        () = stop => {}
        () = play => {}
    }
}

/// Where an earlier run has stopped.
async fn resume(app: &App, fixture: &Fixture, from: Timestamp) -> Result<Timestamp> {
    let query = LatestQuery {
        org: None,
        market: Some(fixture.market.clone()),
        product: Some(fixture.real_time.clone()),
        location: Some(fixture.location.clone()),
        until: None,
        limit: 1,
    };
    let latest = app.latest_prices(None, query).await?;
    let reached = latest.first().map_or(from, |price| price.known_at);
    let end = fixture.prices.iter().map(|price| price.known_at).max();
    Ok(if Some(reached) == end {
        from
    } else {
        reached.max(from)
    })
}

async fn round(app: &App, fixture: &Fixture, start: Timestamp) {
    let after = |price: &&PriceObservation| price.known_at > start;
    let prices: Vec<_> = fixture.prices.iter().filter(after).cloned().collect();
    let Some(speed) = Speed::of(MARKET, REAL) else {
        return;
    };
    let timer = Arc::new(TokioTimer::new(Arc::new(SystemClock)));
    let mut replay = Replay::starting(prices, start, speed, timer);
    while let Some(batch) = replay.next().await {
        if let Err(error) = app.record_feed(&batch).await {
            tracing::warn!(%error, "replayed prices could not be recorded");
        }
    }
    // An empty file would make this a loop that never waits.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

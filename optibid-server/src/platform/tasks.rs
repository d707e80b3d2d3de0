//! The background tasks.

use super::deliveries;
use super::pause::pause;
use super::worker;
use crate::state::AppState;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use optibid_core::app::WatchScope;
use optibid_core::error::Error;
use optibid_streaming::{InProcessBus, Relay};
use optibid_venues::simulate::{SimulatedMarket, Simulator};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

const RELAY_PAUSE: Duration = Duration::from_millis(50);
const FOLLOW_UP_PAUSE: Duration = Duration::from_secs(5);
const FOLLOW_UP_BATCH: u32 = 500;
/// A price that spikes is told within seconds.
const WATCH_PAUSE: Duration = Duration::from_secs(5);
const WATCH_BATCH: u32 = 500;
/// What costs much to read is read once a minute.
const WATCH_ALL_EVERY: u32 = 12;
const RESTART_PAUSE: Duration = Duration::from_secs(1);
const SWEEP_PAUSE: Duration = Duration::from_secs(3_600);
/// How long answers are kept under idempotency keys.
const ANSWER_LIFETIME: SignedDuration = SignedDuration::from_hours(48);

/// How long deliveries are kept that are not sent any more.
const DELIVERY_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Starts all tasks; each ends soon after `stopping` turns true.
pub(super) fn start(
    state: &AppState,
    bus: Arc<InProcessBus>,
    stopping: watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (outbox, stop) = (state.app.stores.outbox.clone(), stopping.clone());
    let relay = move || {
        let relay = Relay::new(outbox.clone(), bus.clone(), RELAY_PAUSE);
        let stop = stop.clone();
        async move { relay.run(stop).await }
    };
    tasks.spawn(supervised("relay", stopping.clone(), relay));
    let run = |task, start: fn(AppState, watch::Receiver<bool>) -> BoxFuture<'static, ()>| {
        let (state, stop) = (state.clone(), stopping.clone());
        let anew = {
            let stop = stop.clone();
            move || start(state.clone(), stop.clone())
        };
        supervised(task, stop, anew)
    };
    tasks.spawn(run("worker", |state, stop| {
        Box::pin(worker::run(state.app, stop))
    }));
    tasks.spawn(run("follow_up", |state, stop| {
        Box::pin(follow_up(state, stop))
    }));
    tasks.spawn(run("watch", |state, stop| Box::pin(watch(state, stop))));
    tasks.spawn(run("deliveries", |state, stop| {
        Box::pin(deliveries::run(state.app, stop))
    }));
    tasks.spawn(run("sweep", |state, stop| Box::pin(sweep(state, stop))));
    if state.config.simulation {
        tasks.spawn(run("simulate", |state, stop| {
            Box::pin(simulate(state, stop))
        }));
    }
    tasks
}

/// Reconciles open bids with their venues, collects awards and expires what missed its gate.
async fn follow_up(state: AppState, mut stopping: watch::Receiver<bool>) {
    loop {
        match state.app.follow_up(FOLLOW_UP_BATCH).await {
            Ok(round) => {
                metrics::counter!("optibid_bids_followed_up_total").increment(round.moved);
                metrics::gauge!("optibid_bids_follow_up_failed").set(round.failed as f64);
            }
            Err(error) => failed("follow_up", &error),
        }
        if !pause(&mut stopping, FOLLOW_UP_PAUSE).await {
            return;
        }
    }
}

/// Watches for alarms; what costs much to read once a minute.
async fn watch(state: AppState, mut stopping: watch::Receiver<bool>) {
    for number in 0_u32.. {
        let scope = match number % WATCH_ALL_EVERY {
            0 => WatchScope::All,
            _ => WatchScope::Quick,
        };
        match state.app.watch_alerts(scope, WATCH_BATCH).await {
            Ok(round) => {
                metrics::counter!("optibid_alert_rules_moved_total").increment(round.moved);
                metrics::gauge!("optibid_alert_rules_watched").set(round.watched as f64);
                metrics::gauge!("optibid_alert_rules_failed").set(round.failed as f64);
                if let Some((rule, error)) = round.failure {
                    tracing::warn!(failed = round.failed, %rule, %error, "alert rules could not be watched");
                }
            }
            Err(error) => failed("watch", &error),
        }
        if !pause(&mut stopping, WATCH_PAUSE).await {
            return;
        }
    }
}

/// A round of a task failed as a whole; the next one tries again.
fn failed(task: &'static str, error: &Error) {
    metrics::counter!("optibid_task_failures_total", "task" => task).increment(1);
    tracing::warn!(task, %error, "a round of a background task failed");
}

/// Runs a task that must not end before the platform does: one that panics is started again.
async fn supervised<F>(
    task: &'static str,
    mut stopping: watch::Receiver<bool>,
    start: impl Fn() -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let ended = tokio::spawn(start()).await;
        let Err(error) = ended else { return };
        metrics::counter!("optibid_task_failures_total", "task" => task).increment(1);
        tracing::error!(task, %error, "a background task broke off and is started again");
        if !pause(&mut stopping, RESTART_PAUSE).await {
            return;
        }
    }
}

/// Forgets old answers and deliveries.
async fn sweep(state: AppState, mut stopping: watch::Receiver<bool>) {
    loop {
        let now = state.app.environment.clock.now();
        let before = now.checked_sub(ANSWER_LIFETIME).unwrap_or(now);
        if let Err(error) = state.app.stores.answers.forget_answers(before).await {
            tracing::warn!(%error, "old idempotency keys could not be forgotten");
        }
        let before = now.checked_sub(DELIVERY_LIFETIME).unwrap_or(now);
        let deliveries = &state.app.stores.deliveries;
        if let Err(error) = deliveries.forget_deliveries(before).await {
            tracing::warn!(%error, "old deliveries could not be forgotten");
        }
        if !pause(&mut stopping, SWEEP_PAUSE).await {
            return;
        }
    }
}

/// Feeds simulated ERCOT prices from today on: one step of the market's time every interval, faster than
/// the market's own. The same installation sees the same prices after a restart.
async fn simulate(state: AppState, mut stopping: watch::Receiver<bool>) {
    let market = match SimulatedMarket::ercot("HB_SOUTH") {
        Ok(market) => market,
        Err(error) => {
            tracing::error!(%error, "nothing can be simulated");
            return;
        }
    };
    let clock = state.app.environment.clock.clone();
    let today = market.zone.local(clock.now()).date();
    let mut prices = Simulator::new(market, 0).prices_from(today).peekable();
    while let Some(first) = prices.next() {
        let known_at = first.known_at;
        let mut step = vec![first];
        while let Some(same) = prices.next_if(|p| p.known_at == known_at) {
            step.push(same);
        }
        // The simulation runs ahead of the clock: what it makes up is known when it is made up.
        let now = clock.now();
        step.iter_mut().for_each(|price| price.known_at = now);
        if let Err(error) = state.app.record_feed(&step).await {
            tracing::warn!(%error, "simulated prices could not be recorded");
        }
        if !pause(&mut stopping, state.config.simulation_interval).await {
            return;
        }
    }
}

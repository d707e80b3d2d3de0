//! Sends what is due to webhooks, many receivers at a time.

use super::pause::pause;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use optibid_core::app::App;
use optibid_core::ports::DueDelivery;
use optibid_core::webhook::DeliveryState;
use std::time::Duration;
use tokio::sync::watch;

/// An alarm is told within seconds.
const PAUSE: Duration = Duration::from_secs(1);
/// Receivers that are written to at the same time: one that hangs takes one of these places and holds up no other.
const AT_ONCE: usize = 32;

/// Sends until the platform stops. What is under way then is left to its lease: it is sent again later, under the same id.
pub(super) async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    let mut running = FuturesUnordered::new();
    loop {
        let free = AT_ONCE.saturating_sub(running.len());
        let due = match u32::try_from(free) {
            Ok(0) | Err(_) => Ok(Vec::new()),
            Ok(free) => app.claim_deliveries(free).await,
        };
        match due {
            Ok(due) => running.extend(due.into_iter().map(|due| deliver(&app, due))),
            Err(error) => {
                metrics::counter!("optibid_task_failures_total", "task" => "deliveries")
                    .increment(1);
                tracing::warn!(%error, "deliveries cannot be read");
            }
        }
        tokio::select! {
            Some(()) = running.next() => {}
            on = pause(&mut stopping, PAUSE) => if !on { return },
        }
    }
}

async fn deliver(app: &App, due: DueDelivery) {
    let (id, route) = (due.delivery.id, due.route.id);
    let outcome = match app.deliver(due).await {
        Ok(Some(delivery)) => {
            let told = delivery.last.map(|attempt| attempt.told);
            let told = told.unwrap_or_default();
            match delivery.state {
                DeliveryState::Delivered => "delivered",
                DeliveryState::Waiting => {
                    tracing::info!(delivery = %id, %route, told, "a webhook did not take a message");
                    "failed"
                }
                DeliveryState::GivenUp => {
                    tracing::warn!(delivery = %id, %route, told, "a message to a webhook is given up");
                    "given_up"
                }
            }
        }
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(delivery = %id, %route, %error, "how a delivery went could not be kept");
            return;
        }
    };
    metrics::counter!("optibid_webhook_attempts_total", "outcome" => outcome).increment(1);
}

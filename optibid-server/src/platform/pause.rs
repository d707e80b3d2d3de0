//! Waiting that ends when the platform stops.

use std::time::Duration;
use tokio::sync::watch;

/// Waits for the pause, or less when the platform stops; tells whether to go on.
pub(super) async fn pause(stopping: &mut watch::Receiver<bool>, pause: Duration) -> bool {
    if *stopping.borrow() {
        return false;
    }
    tokio::select! {
        () = tokio::time::sleep(pause) => true,
        changed = stopping.changed() => changed.is_ok() && !*stopping.borrow(),
    }
}

//! Listens, and stops gracefully.

use crate::config::Config;
use crate::http;
use crate::platform::Platform;
use anyhow::Context;
use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long the server goes on answering after it turned not ready, so that whoever sends it requests
/// sees that and sends them elsewhere.
const NOTICE: Duration = Duration::from_secs(1);
/// How long requests under way may take once the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// A server that listens but does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    websocket: Option<TcpListener>,
}

impl Server {
    /// Binds the configured ports, before anything is stored: who cannot listen leaves no trace.
    ///
    /// # Errors
    /// When a port is taken.
    pub async fn bind(config: &Config) -> anyhow::Result<Self> {
        let listener = listen(SocketAddr::new(config.host, config.port)).await?;
        let websocket = match config.websocket_port {
            Some(port) => Some(listen(SocketAddr::new(config.host, port)).await?),
            None => None,
        };
        Ok(Self {
            listener,
            websocket,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Answers for the platform until `stop` resolves, then lets requests under way finish and closes it.
    ///
    /// # Errors
    /// When accepting connections fails.
    pub async fn run(
        self,
        platform: Platform,
        stop: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let Self {
            listener,
            websocket,
        } = self;
        let state = platform.state.clone();
        let (closing, closed) = watch::channel(false);
        let main = answer(listener, http::router(state.clone()), closed.clone());
        let sockets = async {
            match websocket {
                Some(listener) => {
                    let router = http::socket_router(state.clone());
                    answer(listener, router, closed.clone()).await
                }
                None => Ok(()),
            }
        };
        let both = async { tokio::try_join!(main, sockets).map(|_| ()) };
        tokio::pin!(both);
        let outcome = tokio::select! {
            outcome = &mut both => outcome,
            () = stop => {
                platform.announce_stop();
                tracing::info!("stopping: not ready any more, requests under way may finish");
                match tokio::time::timeout(NOTICE, &mut both).await {
                    Ok(outcome) => outcome,
                    Err(_) => {
                        closing.send_replace(true);
                        within_grace(&mut both).await
                    }
                }
            }
        };
        platform.close().await;
        outcome
    }
}

/// Lets requests under way finish, but not for ever.
async fn within_grace(under_way: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    if let Ok(outcome) = tokio::time::timeout(GRACE, under_way).await {
        return outcome;
    }
    tracing::warn!("requests were cut off at the end of the grace period");
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}"))
}

async fn answer(
    listener: TcpListener,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let stopped = async move {
        // An error means that the platform is gone, which is a reason to stop as well.
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stopped)
        .await?;
    Ok(())
}

/// Resolves when the process is asked to end: by an interrupt from the terminal or by SIGTERM.
pub async fn asked_to_end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

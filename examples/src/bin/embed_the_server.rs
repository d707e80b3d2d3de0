//! The whole platform inside a program of one's own: open, serve, call, stop.
//!
//! A desktop app, a plant controller or a test does not need a server beside it. [`Platform::open`] gives the use cases, the storage and the
//! background tasks in this process; [`Server`] puts the HTTP face on a port. The program calls the use cases directly as well, and both see
//! the same data.
//!
//! # Prints
//! ```text
//! listening on http://127.0.0.1:…
//! health: healthy
//! database available
//! markets: AEMO, CAISO, …
//! stopped
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_client::Client;
use optibid_core::api::RegisterRequest;
use optibid_server::Platform;
use optibid_server::config::{Config, Source};
use optibid_server::serve::Server;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The same names as in the environment; whatever is not given has its default, and what is wrong is told all at once.
    let folder = tempfile::tempdir()?;
    let data = folder.path().display().to_string();
    let database = format!("sqlite://{data}/optibid.db");
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("DATA_DIR", &data),
        ("HOST", "127.0.0.1"),
        ("PORT", "0"),
    ];
    let config = Config::from_source(&Source::of(settings))?;

    // The port first: a program that cannot listen leaves no trace in the database.
    let server = Server::bind(&config).await?;
    let address = format!("http://{}", server.address()?);
    let platform = Platform::open(config).await?;
    println!("listening on {address}");

    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(async move {
        let stop = async {
            let _ = stopped.await;
        };
        server
            .run(platform, stop)
            .await
            .map_err(|error| error.to_string())
    });

    let client = Client::new(address)?;
    let health = client.health().await?;
    println!(
        "health: {}",
        serde_json::to_value(health.status)?
            .as_str()
            .unwrap_or_default()
    );
    for (service, state) in &health.services {
        println!(
            "{service} {}",
            serde_json::to_value(state)?.as_str().unwrap_or_default()
        );
    }
    client
        .register(&RegisterRequest {
            organisation: "Hill Country Storage".to_owned(),
            email: "ann@example.com".to_owned(),
            name: "Ann".to_owned(),
            password: "merit order of a windy day".to_owned(),
        })
        .await?;
    client
        .sign_in("ann@example.com", "merit order of a windy day")
        .await?;
    let markets = client.list_markets().await?.items;
    let names: Vec<_> = markets
        .iter()
        .map(|market| market.market.as_str())
        .collect();
    println!("markets: {}", names.join(", "));

    // Requests under way finish, events still in the outbox go out, the database is closed.
    let _ = stop.send(());
    served.await??;
    println!("stopped");
    Ok(())
}
